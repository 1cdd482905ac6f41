/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Puppets as the judge sees them: giving orders, waiting for their end, reading
 * the fault log, bringing a puppet back.
 */
#include "judge.h"

#define ORDER_LIMIT (500 * MV_MS)

struct puppet puppet = { .name = "puppet" };
struct puppet phoenix = { .name = "phoenix" };
struct puppet mortal = { .name = "mortal" };
struct puppet fragile = { .name = "fragile" };
struct puppet low = { .name = "low" };
struct puppet sleeper = { .name = "sleeper" };

static struct puppet *const puppets[] = { &puppet, &phoenix, &mortal, &fragile, &low, &sleeper };

static const struct mv_env_entry *entry_of(const struct puppet *p, const char *prefix,
					   uint32_t kind)
{
	char name[24];

	mv_snprintf(name, sizeof(name), "%s-%s", prefix, p->name);
	return mv_env_need(name, kind);
}

void puppets_find(void)
{
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(puppets); i++) {
		struct puppet *p = puppets[i];

		p->cell = cap_named(p->name, MV_CAP_CELL);
		p->go = entry_of(p, "go", MV_CAP_SOURCE)->cap;
		p->done = entry_of(p, "done", MV_CAP_VIRQ);
		p->order = (volatile struct order *)(uintptr_t)entry_of(p, "orders", MV_ENV_SEGMENT)
				   ->address;
	}
}

static void note_record(const struct mv_fault_record *record)
{
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(puppets); i++) {
		if (strcmp(puppets[i]->name, record->name))
			continue;
		puppets[i]->fault = *record;
		puppets[i]->nr_faults++;
	}
}

uint32_t read_faults(void)
{
	const struct mv_env_entry *log = mv_env_need("log", MV_CAP_LOG);
	struct mv_fault_record record;
	uint32_t number = 0;

	mv_virq_fetch(log->virq);
	while (!mv_fault_read(log->cap, &record, sizeof(record)).error) {
		note_record(&record);
		number++;
	}
	return number;
}

void order_give(struct puppet *p, uint32_t operation, uint32_t a, uint32_t b)
{
	p->order->operation = operation;
	p->order->args[0] = a;
	p->order->args[1] = b;
	p->order->count = 0;
	p->order->count1 = 0;
	read_faults();
	p->seen = p->nr_faults;
	p->order->sequence++;
	mv_virq_raise(p->go, 1);
}

enum outcome order_wait(struct puppet *p, uint64_t limit)
{
	const struct mv_env_entry *log = mv_env_need("log", MV_CAP_LOG);
	uint64_t end = mv_time_now() + limit;

	for (;;) {
		uint64_t now = mv_time_now();

		read_faults();
		mv_virq_fetch(p->done->virq);
		if (p->order->done == p->order->sequence)
			return DONE;
		if (p->nr_faults != p->seen)
			return FAULTED;
		if (now >= end)
			return TIMED_OUT;
		wait_lines(line_of(p->done) | line_of(log), end - now);
	}
}

enum outcome order(struct puppet *p, uint32_t operation, uint32_t a, uint32_t b)
{
	enum outcome outcome;

	order_give(p, operation, a, b);
	outcome = order_wait(p, ORDER_LIMIT);
	/* A puppet that hangs would spoil the checks that follow. */
	if (outcome == TIMED_OUT)
		revive(p);
	return outcome;
}

uint32_t order_call(struct puppet *p, uint32_t number, uint32_t a, uint32_t b, uint32_t c,
		    uint32_t d)
{
	p->order->args[2] = b;
	p->order->args[3] = c;
	p->order->args[4] = d;
	p->order->args[5] = p->order->args[6] = 0;
	if (order(p, OP_CALL, number, a) != DONE)
		return ~0u;
	return p->order->result[0];
}

bool obeys(struct puppet *p)
{
	order_give(p, OP_NOTHING, 0, 0);
	return order_wait(p, 50 * MV_MS) == DONE;
}

bool revive(struct puppet *p)
{
	p->order->operation = OP_NOTHING;
	p->order->taken = p->order->done = p->order->sequence;
	if (mv_cell_restart(p->cell))
		return false;
	return obeys(p);
}

uint32_t state_of(const struct puppet *p)
{
	return MV_CELL_STATE(mv_cell_status(p->cell).value);
}

uint32_t restarts_of(const struct puppet *p)
{
	return MV_CELL_RESTARTS(mv_cell_status(p->cell).value);
}

bool faults_with(struct puppet *p, uint32_t cause, uint32_t operation, uint32_t a, uint32_t b)
{
	note("operation %u of '%s' on 0x%x, 0x%x", operation, p->name, a, b);
	SAME(order(p, operation, a, b), FAULTED);
	SAME(p->fault.cause, cause);
	SAME(p->fault.vcpu, 0);
	MUST(revive(p));
	return true;
}

bool faults_at(struct puppet *p, uint32_t cause, uint32_t operation, uint32_t a, uint32_t b)
{
	if (!faults_with(p, cause, operation, a, b))
		return false;
	SAME(p->fault.address, a);
	return true;
}

void puppets_ready(void)
{
	struct puppet *const used[] = { &puppet, &phoenix, &low };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(used); i++)
		if (state_of(used[i]) != MV_CELL_RUNNING || !obeys(used[i]))
			revive(used[i]);
}

/* Helper vCPUs ------------------------------------------------------------------ */

uint32_t helper_stack[3][HELPER_STACK] __attribute__((aligned(8)));

bool helper_run(uint32_t vcpu, void (*fn)(void *argument), void *argument, uint32_t priority)
{
	SAME(mv_vcpu_set_priority(vcpu_cap(vcpu), priority).error, MV_OK);
	SAME(mv_vcpu_run(vcpu, fn, argument, helper_stack[vcpu], sizeof(helper_stack[vcpu])),
	     MV_OK);
	return true;
}

void helpers_stop(void)
{
	for (uint32_t n = 1; n <= 2; n++) {
		mv_vcpu_stop(vcpu_cap(n));
		mv_vcpu_set_priority(vcpu_cap(n), JUDGE_PRIORITY);
	}
	mv_vcpu_set_priority(vcpu_cap(0), JUDGE_PRIORITY);
}
