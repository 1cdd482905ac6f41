/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Timer objects. Each vCPU has a queue of the timers that raise its lines, and
 * each CPU a list of these queues, the most urgent vCPU first. The hardware is
 * set only for timers of vCPUs at least as urgent as percpu.floor; the running
 * vCPU is one of these. Timers of less urgent vCPUs wait until a vCPU of their
 * priority can run (timer_serve), and interrupt a more urgent one at most once.
 * Relies on the clock; raises vIRQs. Also drives time slices.
 */
#include <core/cap.h>
#include <core/clock.h>
#include <core/hypercall.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/virq.h>
#include <drivers/ops.h>
#include <hypercall_protos.h>

#define TIME_MAX      (1ull << 62)
#define MIN_PERIOD_NS (CONFIG_TIMER_MIN_PERIOD_US * 1000ull)
#define KNOWN_FLAGS   (MV_TIMER_ABSOLUTE | MV_TIMER_PERIODIC)

static struct vcpu *vcpu_of(struct list_node *node)
{
	return container_of(node, struct vcpu, timers.node);
}

/* Insert the vCPU's queue behind those of the same priority. */
static void list_by_priority(struct vcpu *v)
{
	struct list_node *node;

	list_for_each(node, &v->cpu->timers)
		if (vcpu_of(node)->priority < v->priority)
			break;
	list_insert(node, &v->timers.node);
}

void timer_create(uint16_t index)
{
	struct timer *t = &timers[index];
	struct vcpu *v;

	t->virq = &virqs[timer_descs[index].virq];
	v = t->virq->vcpu;
	t->next = v->timers.all;
	v->timers.all = t;
}

void timer_disarm_all(struct timer_queue *q)
{
	q->waiting = q->spent = 0;
	if (list_linked(&q->node))
		list_remove(&q->node);
}

void timer_program(struct percpu *cpu, uint64_t deadline)
{
	if (deadline >= cpu->deadline)
		return;
	cpu->deadline = deadline;
	platform.timer->set(clock_ticks(deadline));
}

void timer_reorder(struct vcpu *v)
{
	if (!list_linked(&v->timers.node))
		return;
	list_remove(&v->timers.node);
	list_by_priority(v);
	if (v->priority >= v->cpu->floor)
		timer_program(v->cpu, v->timers.deadline);
}

/* Find the next of several waiting timers. Not inlined: most often there was only one. */
static void __attribute__((noinline)) find_first(struct timer_queue *q)
{
	q->deadline = TIME_NEVER;
	for (struct timer *t = q->all; t; t = t->next)
		if (q->waiting & t->virq->bit && t->deadline < q->deadline) {
			q->first = t;
			q->deadline = t->deadline;
		}
}

/* The first timer does not wait any more. */
static void take_first(struct timer_queue *q)
{
	q->waiting &= ~q->first->virq->bit;
	if (q->waiting)
		find_first(q);
	else
		list_remove(&q->node);
}

/* @t must not be waiting or spent. */
static void arm(struct vcpu *v, struct timer *t, uint64_t deadline)
{
	struct timer_queue *q = &v->timers;
	bool only = !q->waiting;

	t->deadline = deadline;
	q->waiting |= t->virq->bit;
	if (only)
		list_by_priority(v);
	else if (q->deadline <= deadline)
		return;
	q->first = t;
	q->deadline = deadline;
	if (v->priority >= v->cpu->floor)
		timer_program(v->cpu, deadline);
}

/*
 * A periodic timer does not expire again until its vIRQ is fetched; the fetch counts the
 * periods that have passed.
 */
static void expire(struct timer_queue *q)
{
	struct timer *t = q->first;

	if (t->period)
		q->spent |= t->virq->bit;
	take_first(q);
	virq_count(t->virq);
}

/*
 * Return how often @period fits into *@time, and leave the remainder in *@time. By
 * doubling: most often it does not fit once, and a division would need a library.
 */
static uint64_t divide(uint64_t *time, uint64_t period)
{
	uint64_t unit = period, times = 0;

	while (unit <= *time >> 1)
		unit <<= 1;
	for (; unit >= period; unit >>= 1) {
		times <<= 1;
		if (unit <= *time) {
			*time -= unit;
			times |= 1;
		}
	}
	return times;
}

/*
 * A spent timer does not wait for a fetch any more. Return the number of whole periods
 * that have passed since its deadline; *@late becomes the remainder.
 */
static uint32_t unspend(struct timer_queue *q, const struct timer *t, uint64_t now, uint64_t *late)
{
	uint64_t missed;

	q->spent &= ~t->virq->bit;
	*late = now - t->deadline;
	missed = divide(late, t->period);
	return MIN(missed, UINT32_MAX);
}

RARE_PATH uint32_t timer_fetched(struct vcpu *v, uint32_t line)
{
	uint64_t now = clock_now(), late;
	struct timer *t = v->timers.all;
	uint32_t missed;

	while (t->virq->bit != line)
		t = t->next;
	missed = unspend(&v->timers, t, now, &late);
	/* However late the fetch is, the timer keeps its phase. */
	arm(v, t, now - late + t->period);
	return missed;
}

/* The next fetch still returns the periods that have passed until now. */
static RARE_PATH void disarm_spent(struct timer_queue *q, const struct timer *t)
{
	uint64_t late;

	virq_add(t->virq, unspend(q, t, clock_now(), &late));
}

/* The hardware is not set anew: at worst it fires once although no timer is due. */
static void disarm(struct timer_queue *q, struct timer *t)
{
	uint32_t line = t->virq->bit;

	if (unlikely(q->spent & line))
		disarm_spent(q, t);
	if (!(q->waiting & line))
		return;
	if (q->first == t)
		take_first(q);
	else
		q->waiting &= ~line;
}

/*
 * Find the vCPU whose timer is to expire now: the most urgent one, and among equals the
 * one whose timer was due first. vCPUs less urgent than *@seen_to are not considered.
 * *@seen_to becomes the lowest priority that was looked at, -1 if all were. *@next
 * becomes the earliest time at which one of these has to be looked at again.
 */
static struct vcpu *find_due(struct percpu *cpu, int32_t *seen_to, uint64_t now, uint64_t *next)
{
	uint64_t before = now + 1;
	struct vcpu *due = NULL;
	struct list_node *node;
	int32_t floor = *seen_to;

	*seen_to = -1;
	list_for_each(node, &cpu->timers) {
		struct vcpu *v = vcpu_of(node);
		uint64_t deadline = v->timers.deadline;

		if (v->priority < floor) {
			*seen_to = floor;
			break;
		}
		if (deadline < before) {
			if (due)
				*next = now;
			due = v;
			before = deadline;
			floor = v->priority;
		} else {
			*next = MIN(*next, deadline);
		}
	}
	return due;
}

static void serve(struct percpu *cpu, uint64_t now)
{
	uint64_t next = cpu->slice_end;
	int32_t seen_to = cpu->rq.best_priority;
	struct vcpu *due = find_due(cpu, &seen_to, now, &next);

	if (due) {
		expire(&due->timers);
		if (due->timers.waiting)
			next = MIN(next, due->timers.deadline);
		/*
		 * The vIRQ has not made the vCPU ready, so less urgent vCPUs may run. Their
		 * timers were not looked at: do that at once.
		 */
		if (seen_to > cpu->rq.best_priority)
			next = now;
	}
	cpu->floor = MIN(seen_to, cpu->rq.best_priority);
	timer_program(cpu, next);
}

void timer_serve(struct percpu *cpu)
{
	serve(cpu, clock_now());
}

bool timer_interrupt(void)
{
	struct percpu *cpu = arch_percpu();
	uint64_t now = clock_now();

	platform.timer->clear();
	cpu->deadline = TIME_NEVER;
	if (cpu->slice_end <= now)
		sched_slice_expired(cpu);
	serve(cpu, now);
	return cpu->deadline <= now;
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
	struct vcpu *v = t->virq->vcpu;
	uint64_t now = clock_now();

	disarm(&v->timers, t);
	t->period = flags & MV_TIMER_PERIODIC ? time : 0;
	arm(v, t, flags & MV_TIMER_ABSOLUTE ? time : now + time);
}

uint64_t sys_timer_set(uint32_t cap, uint32_t flags, uint32_t low, uint32_t high)
{
	uint64_t time = (uint64_t)high << 32 | low;
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_TIMER_SET, &index);

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
	uint32_t error = cap_find(cap, CAP_TIMER_CANCEL, &index);
	struct virq *q;

	if (error)
		return result(error, 0);
	q = timers[index].virq;
	if (!((q->vcpu->timers.waiting | q->vcpu->timers.spent) & q->bit))
		return result(MV_ERR_STATE, 0);
	disarm(&q->vcpu->timers, &timers[index]);
	return result(MV_OK, 0);
}

/* Guests call this often, for each packet: so it has no calls inside. */
__attribute__((flatten)) uint64_t sys_time_now(void)
{
	return clock_read();
}
