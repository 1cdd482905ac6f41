/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Timer objects: a list for each CPU, sorted by deadline, so that arming costs
 * one step for each armed timer (CONFIG_MAX_TIMERS bounds it) and expiry none.
 * Relies on the clock; raises vIRQs. Also drives time slices.
 */
#include <core/cap.h>
#include <core/hypercall.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/virq.h>
#include <drivers/ops.h>
#include <hypercall_protos.h>

#define TIME_MAX      (1ull << 62)
#define MIN_PERIOD_NS (CONFIG_TIMER_MIN_PERIOD_US * 1000ull)
#define KNOWN_FLAGS   (MV_TIMER_ABSOLUTE | MV_TIMER_PERIODIC)
/* Expiries served in one interrupt; the next one follows at once. */
#define SERVED_AT_ONCE 2
#define CATCH_UP_LIMIT 4

void timer_create(uint16_t index)
{
	timers[index].virq = &virqs[timer_descs[index].virq];
}

static struct timer *timer_of(struct list_node *node)
{
	return container_of(node, struct timer, node);
}

static void insert(struct percpu *cpu, struct timer *t)
{
	struct list_node *node;

	list_for_each(node, &cpu->timers)
		if (timer_of(node)->deadline > t->deadline)
			break;
	list_insert(node, &t->node);
}

void timer_program(struct percpu *cpu)
{
	uint64_t next = cpu->slice_end;

	if (!list_empty(&cpu->timers) && timer_of(cpu->timers.next)->deadline < next)
		next = timer_of(cpu->timers.next)->deadline;
	if (next == cpu->deadline)
		return;
	cpu->deadline = next;
	/* Nothing to wait for: only timer_interrupt() finds so, and it has cleared. */
	if (next != TIME_NEVER)
		platform.timer->set(clock_ticks(next));
}

void timer_disarm(uint16_t index)
{
	struct timer *t = &timers[index];

	/* The hardware may stay set: it then fires once for nobody. */
	if (list_linked(&t->node))
		list_remove(&t->node);
}

/*
 * The next deadline keeps the phase. Interrupts are never masked for several
 * periods; if the whole machine stood still (a debugger), start a new phase.
 */
static void rearm(struct percpu *cpu, struct timer *t, uint64_t now)
{
	for (int i = 0; t->deadline <= now; i++) {
		if (i == CATCH_UP_LIMIT)
			t->deadline = now;
		t->deadline += t->period;
	}
	insert(cpu, t);
}

void timer_interrupt(void)
{
	struct percpu *cpu = arch_percpu();
	uint64_t now = clock_now();

	platform.timer->clear();
	cpu->deadline = TIME_NEVER;
	for (int i = 0; i < SERVED_AT_ONCE && !list_empty(&cpu->timers); i++) {
		struct timer *t = timer_of(cpu->timers.next);

		if (t->deadline > now)
			break;
		list_remove(&t->node);
		if (t->period)
			rearm(cpu, t, now);
		virq_assert(t->virq, 1);
	}
	if (cpu->slice_end <= now)
		sched_slice_expired(cpu);
	timer_program(cpu);
}

static uint32_t decode_set(uint32_t flags, uint64_t time)
{
	if (flags & ~KNOWN_FLAGS || flags == KNOWN_FLAGS || time > TIME_MAX)
		return MV_ERR_ARGUMENT;
	if (flags & MV_TIMER_PERIODIC && time < MIN_PERIOD_NS)
		return MV_ERR_ARGUMENT;
	return MV_OK;
}

static void set(struct timer *t, uint32_t flags, uint64_t time)
{
	struct percpu *cpu = arch_percpu();
	uint64_t now = clock_now();

	if (list_linked(&t->node))
		list_remove(&t->node);
	t->deadline = flags & MV_TIMER_ABSOLUTE ? time : now + time;
	t->period = flags & MV_TIMER_PERIODIC ? time : 0;
	insert(cpu, t);
	timer_program(cpu);
}

uint64_t sys_timer_set(uint32_t cap, uint32_t flags, uint32_t low, uint32_t high)
{
	uint64_t time = (uint64_t)high << 32 | low;
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_TIMER, MV_RIGHT_TIMER_SET, &index);

	if (!error)
		error = decode_set(flags, time);
	if (error)
		return result(error, 0);
	set(&timers[index], flags, time);
	return result(MV_OK, 0);
}

uint64_t sys_timer_cancel(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_TIMER, MV_RIGHT_TIMER_SET, &index);

	if (error)
		return result(error, 0);
	if (!list_linked(&timers[index].node))
		return result(MV_ERR_STATE, 0);
	timer_disarm(index);
	return result(MV_OK, 0);
}

/* Guests ask often, for each packet: in one piece. */
__attribute__((flatten)) uint64_t sys_time_now(void)
{
	return clock_read();
}
