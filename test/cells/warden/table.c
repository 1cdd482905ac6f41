/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Every action in every state of a victim, with asker (the warden), victim,
 * monitor and a busy bystander in every order of priorities. Prints for each what
 * was seen before, at once and later. The victim is one of two, above or below
 * the monitor, since a cell loads at the priority of its description; the others
 * choose theirs.
 */
#include "warden.h"

#define SETTLED_NS (20 * MV_MS)
#define BEATS_NS   (5 * BEAT_NS)
#define NR_VIEWS   5

enum role {
	ASKER,
	VICTIM,
	MONITOR_CELL,
	BUSY,
	NR_ROLES,
};

enum state {
	STOPPED,
	LOADING,
	RUNNING,
	WAITING,
	FAULTED,
	RESTARTING,
	NR_STATES,
};

enum action {
	STOP,
	RESTART,
	FAULT,
	MONITOR_RESTART,
	FAULT_THEN_MONITOR,
	MONITOR_THEN_FAULT,
	NR_ACTIONS,
};

static const char *const state_names[] = { "stopped", "loading", "running",
					   "waiting", "faulted", "restarting" };
static const char *const action_names[] = { "stop",    "restart",       "fault",
					    "monitor", "fault-monitor", "monitor-fault" };

/** struct row - @rank: of each role, 0 is the most urgent */
struct row {
	uint32_t rank[NR_ROLES];
	uint32_t number; /* of the order */
	uint32_t victim; /* enum place */
	uint32_t priority[NR_ROLES];
	uint32_t state, action;
};

/** struct view - what can be seen of the victim and its monitor */
struct view {
	uint32_t status, lives, beats, reset;
	uint32_t bell, mail, early; /* as it found them when it started last */
	uint32_t monitor, told, records;
};

/* Orders ----------------------------------------------------------------------------- */

static bool above(const struct row *r, uint32_t role, uint32_t other)
{
	return r->rank[role] < r->rank[other];
}

/* A priority in the gap that the role has between victim and monitor, or beside them. */
static uint32_t priority_of(const struct row *r, uint32_t role, uint32_t other)
{
	static const uint32_t gaps[2][3] = { { 220, 120, 20 }, { 220, 80, 20 } };
	uint32_t gap = above(r, VICTIM, role) + above(r, MONITOR_CELL, role);

	return gaps[r->victim == LOWER][gap] + (above(r, role, other) ? 5 : 0);
}

/* The n-th way to give four ranks to four roles; false: the digits of n do not do so. */
static bool order_of(struct row *r, uint32_t n)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < NR_ROLES; i++) {
		r->rank[i] = n >> 2 * i & 3;
		taken |= 1u << r->rank[i];
	}
	r->victim = above(r, VICTIM, MONITOR_CELL) ? UPPER : LOWER;
	r->priority[ASKER] = priority_of(r, ASKER, BUSY);
	r->priority[BUSY] = priority_of(r, BUSY, ASKER);
	return taken == (1u << NR_ROLES) - 1;
}

/* A victim that is more urgent than the asker never runs or loads while that one runs. */
static bool possible(const struct row *r)
{
	bool waits = r->state == STOPPED || r->state == WAITING || r->state == FAULTED;

	return waits || above(r, ASKER, VICTIM);
}

/* One row ---------------------------------------------------------------------------- */

static struct view look(const struct row *r)
{
	const volatile struct ward *victim = charges[r->victim].seen;
	const volatile struct ward *monitor = charges[MONITOR].seen;

	return (struct view){
		.status = status_of(r->victim),
		.lives = victim->lives,
		.beats = victim->beats,
		.reset = told_of_reset(r->victim),
		.bell = victim->bell,
		.mail = victim->mail,
		.early = victim->early,
		.monitor = status_of(MONITOR),
		.told = monitor_told(r->victim),
		.records = monitor->records,
	};
}

static void print_view(const char *when, const struct view *v)
{
	say(" %s=%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u", when, MV_CELL_STATE(v->status),
	    MV_CELL_ASKED(v->status), MV_CELL_FAULTS(v->status), v->lives, v->beats, v->reset,
	    v->bell, v->mail, v->early, MV_CELL_STATE(v->monitor), MV_CELL_ASKED(v->monitor),
	    v->told, v->records);
}

static void print_name(const struct row *r)
{
	char order[NR_ROLES + 1] = { 0 };

	for (uint32_t i = 0; i < NR_ROLES; i++)
		order[r->rank[i]] = "AVMB"[i];
	say("row %s %s %s", order, state_names[r->state], action_names[r->action]);
}

/* The victim waits, the monitor knows of nothing, the bystander has its priority. */
static void begin(const struct row *r)
{
	stage->priority = r->priority[BUSY];
	tell(BYSTANDER, ACT_NOTHING);
	mv_cell_stop(charges[r->victim == UPPER ? LOWER : UPPER].cell);
	fresh(r->victim);
	fresh(MONITOR);
}

/* While the victim restarts itself: another point of that in each order. */
static void reach_restarting(const struct row *r)
{
	uint32_t asked = MV_CELL_ASKED(status_of(r->victim));

	tell(r->victim, ACT_RESTART);
	for (uint32_t i = 0; i < 100 && MV_CELL_ASKED(status_of(r->victim)) == asked; i++)
		mv_sleep(60 * MV_US + r->number * 2 * MV_US);
}

static void reach(const struct row *r)
{
	if (r->state == STOPPED)
		mv_cell_stop(charges[r->victim].cell);
	if (r->state == FAULTED)
		tell(r->victim, ACT_FAULT);
	if (r->state == RUNNING)
		tell(r->victim, ACT_SPIN);
	if (r->state == FAULTED || r->state == RUNNING)
		mv_sleep(300 * MV_US);
	if (r->state == RESTARTING)
		reach_restarting(r);
	if (r->state == LOADING) {
		mv_cell_restart(charges[r->victim].cell);
		mv_sleep(100 * MV_US);
	}
}

/*
 * A bystander below the asker is ready from now on, and runs when the asker
 * sleeps. One above begins while the asker asks, sooner or later in each order.
 */
static void be_busy(const struct row *r)
{
	if (above(r, ASKER, BUSY)) {
		tell(BYSTANDER, ACT_SPIN);
		return;
	}
	while (mv_time_now() + r->number * 7 * MV_US < stage->busy_from)
		;
}

static void be_busy_later(const struct row *r)
{
	if (above(r, ASKER, BUSY))
		return;
	stage->busy_from = mv_time_now() + 5 * MV_MS;
	tell(BYSTANDER, ACT_LATER);
	mv_sleep(MV_MS);
}

static uint32_t ask(const struct row *r)
{
	uint32_t error = MV_OK;

	if (r->action == STOP)
		return mv_cell_stop(charges[r->victim].cell);
	if (r->action == RESTART)
		return mv_cell_restart(charges[r->victim].cell);
	if (r->action == FAULT || r->action == FAULT_THEN_MONITOR)
		tell(r->victim, ACT_FAULT);
	if (r->action != FAULT)
		error = mv_cell_restart(charges[MONITOR].cell);
	if (r->action == MONITOR_THEN_FAULT)
		tell(r->victim, ACT_FAULT);
	return error;
}

/* One that does not run is started again: what does it find? */
static struct view look_at_next_start(const struct row *r)
{
	if (state_of(r->victim) != MV_CELL_RUNNING) {
		mv_cell_restart(charges[r->victim].cell);
		mv_sleep(3 * MV_MS);
	}
	return look(r);
}

static void print_row(const struct row *r, uint32_t error, const struct view *views)
{
	static const char *const names[NR_VIEWS] = { "before", "at-once", "settled", "later",
						     "next" };

	print_name(r);
	say(" error=%u", error);
	for (uint32_t i = 0; i < NR_VIEWS; i++)
		print_view(names[i], &views[i]);
	say("\n");
}

static void run(const struct row *r)
{
	struct view views[NR_VIEWS];
	uint32_t error;

	begin(r);
	be_busy_later(r);
	reach(r);
	views[0] = look(r);
	ring(r->victim, 1);
	be_busy(r);
	prioritise(r->priority[ASKER]);
	error = ask(r);
	views[1] = look(r);
	ring(r->victim, 2);
	prioritise(MOST_URGENT);
	mv_sleep(SETTLED_NS);
	views[2] = look(r);
	mv_sleep(BEATS_NS);
	views[3] = look(r);
	views[4] = look_at_next_start(r);
	print_row(r, error, views);
}

void table_run(void)
{
	struct row r = { .number = 0 };

	for (uint32_t n = 0; n < 256; n++) {
		if (!order_of(&r, n))
			continue;
		for (r.state = 0; r.state < NR_STATES; r.state++)
			for (r.action = 0; r.action < NR_ACTIONS; r.action++)
				if (possible(&r))
					run(&r);
		r.number++;
	}
}
