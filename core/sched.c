/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Scheduler. It needs no lock, because it runs with interrupts masked, on the
 * CPU whose queues it touches. Called by every object that makes vCPUs ready,
 * and by entry.S to choose the vCPU that runs next.
 */
#include <core/cell.h>
#include <core/check.h>
#include <core/clock.h>
#include <core/irq.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/trace.h>

#define SLICE_NS (CONFIG_TIME_SLICE_US * 1000ull)

void sched_init(struct percpu *cpu)
{
	for (unsigned int i = 0; i < MV_NR_PRIORITIES; i++)
		list_init(&cpu->rq.queues[i]);
	cpu->rq.best_priority = -1;
	list_init(&cpu->timers);
	cpu->slice_end = TIME_NEVER;
	cpu->deadline = TIME_NEVER;
	cpu->floor = -1;
}

_Static_assert(SLICE_NS < UINT32_MAX, "vcpu.slice_left holds it");

/* Insert in front of @before, a node (or the head) of the queue of that priority. */
static void enqueue(struct runqueue *rq, struct vcpu *v, unsigned int priority,
		    struct list_node *before)
{
	unsigned int word = priority / 32;

	list_insert(before, &v->run);
	rq->words[word] |= 1u << (priority % 32);
	rq->summary |= 1u << word;
}

static void find_best(struct runqueue *rq)
{
	unsigned int word, priority;

	rq->best = NULL;
	rq->best_priority = -1;
	if (!rq->summary)
		return;
	word = 31 - __builtin_clz(rq->summary);
	priority = word * 32 + 31 - __builtin_clz(rq->words[word]);
	rq->best = container_of(rq->queues[priority].next, struct vcpu, run);
	rq->best_priority = priority;
}

static void dequeue(struct runqueue *rq, struct vcpu *v)
{
	unsigned int priority = v->priority, word = priority / 32;

	list_remove(&v->run);
	if (list_empty(&rq->queues[priority])) {
		rq->words[word] &= ~(1u << (priority % 32));
		if (!rq->words[word])
			rq->summary &= ~(1u << word);
	}
	if (v == rq->best)
		find_best(rq);
}

/* All times except TIME_NEVER are below 2^63, so the sign in the upper word tells. */
static bool slicing(const struct percpu *cpu)
{
	return (int64_t)cpu->slice_end >= 0;
}

/* Is a ready vCPU the only one in its queue? */
static bool alone(const struct vcpu *v)
{
	return v->run.next == v->run.prev;
}

/*
 * A slice runs only while another vCPU of the same priority waits for its end.
 * When a more urgent vCPU interrupts a slice, the rest is kept for later: else
 * frequent interruptions would renew the slice for ever. Not inlined: the
 * common path of sched_ready() and switch_to() does not come here.
 */
static void __attribute__((noinline)) slice_begin(struct percpu *cpu, const struct vcpu *v)
{
	if (alone(v))
		return;
	cpu->slice_end = clock_now() + (v->slice_left ? v->slice_left : SLICE_NS);
	timer_program(cpu, cpu->slice_end);
}

static void slice_pause(struct percpu *cpu, struct vcpu *v)
{
	uint64_t now = clock_now();

	/* If the slice is over, 1 lets the others run soon; 0 would mean a new slice. */
	v->slice_left = cpu->slice_end > now ? cpu->slice_end - now : 1;
	cpu->slice_end = TIME_NEVER;
}

static void slice_finish(struct percpu *cpu, struct vcpu *v)
{
	v->slice_left = 0;
	if (v == cpu->current)
		cpu->slice_end = TIME_NEVER;
}

/* @v is now the first vCPU of the highest queue. */
static void overtake(struct percpu *cpu, struct vcpu *v, int32_t priority)
{
	cpu->rq.best = v;
	cpu->rq.best_priority = priority;
	cpu->resched = true;
}

void sched_ready(struct vcpu *v)
{
	struct percpu *cpu = v->cpu;
	int32_t priority = v->priority;

	v->state = VCPU_READY;
	enqueue(&cpu->rq, v, priority, &cpu->rq.queues[priority]);
	if (priority > cpu->rq.best_priority)
		overtake(cpu, v, priority);
	else if (priority == cpu->rq.best_priority && !slicing(cpu))
		slice_begin(cpu, cpu->rq.best);
}

void sched_ready_first(struct vcpu *v)
{
	struct percpu *cpu = v->cpu;
	int32_t priority = v->priority;

	v->state = VCPU_READY;
	enqueue(&cpu->rq, v, priority, cpu->rq.queues[priority].next);
	if (priority >= cpu->rq.best_priority)
		overtake(cpu, v, priority);
}

void sched_unready(struct vcpu *v)
{
	struct percpu *cpu = v->cpu;

	dequeue(&cpu->rq, v);
	slice_finish(cpu, v);
	if (v == cpu->current)
		cpu->resched = true;
}

void sched_requeue(struct vcpu *v)
{
	struct percpu *cpu = v->cpu;

	list_remove(&v->run);
	list_insert(&cpu->rq.queues[v->priority], &v->run);
	if (v == cpu->rq.best)
		find_best(&cpu->rq);
	slice_finish(cpu, v);
	cpu->resched = true;
}

void sched_slice_expired(struct percpu *cpu)
{
	cpu->slice_end = TIME_NEVER;
	if (cpu->current->state == VCPU_READY)
		sched_requeue(cpu->current);
}

/*
 * Does a slice run, or do timers wait until less urgent vCPUs can run? Without a slice
 * the upper word of slice_end is negative, without such timers the floor is.
 */
static bool anything_waits(const struct percpu *cpu)
{
	return ((int32_t)(cpu->slice_end >> 32) & cpu->floor) >= 0;
}

/*
 * Before a switch to @next: serve the timers that waited for this priority, pause the slice.
 * False if timers were served: then another vCPU may be first. Not inlined, as slice_begin().
 */
static bool __attribute__((noinline)) settle(struct percpu *cpu, const struct vcpu *next)
{
	if (next->priority < cpu->floor) {
		timer_serve(cpu);
		return false;
	}
	if (slicing(cpu))
		slice_pause(cpu, cpu->current);
	return true;
}

static bool switch_to(struct percpu *cpu, struct vcpu *next)
{
	struct vcpu *previous = cpu->current;

	if (unlikely(anything_waits(cpu)) && !settle(cpu, next))
		return false;
	if (next->hw != previous->hw)
		arch_space_switch(next->hw);
	arch_vcpu_switch(previous, next);
	cpu->current = next;
	if (!alone(next))
		slice_begin(cpu, next);
	trace(MV_TRACE_SWITCH, vcpu_index(next), 0);
	return true;
}

/* No vCPU is ready, so timers of every priority are served now. */
static void idle(struct percpu *cpu)
{
	if (cpu->floor >= 0) {
		timer_serve(cpu);
		return;
	}
	if (!IS_ENABLED(CONFIG_IDLE_SPIN))
		arch_wait_for_interrupt();
	irq_dispatch();
}

struct vcpu *schedule(struct percpu *cpu)
{
	struct vcpu *next;

	if (IS_ENABLED(CONFIG_DEBUG_CHECKS))
		check_invariants();
	for (;;) {
		cpu->resched = false;
		next = cpu->rq.best;
		if (unlikely(!next)) {
			idle(cpu);
			continue;
		}
		if (next != cpu->current && unlikely(!switch_to(cpu, next)))
			continue;
		if (likely(next->cell->state == MV_CELL_RUNNING))
			break;
		cell_step(next->cell);
		irq_dispatch();
	}
	if (vcpu_wants_upcall(next))
		vcpu_upcall(next);
	return next;
}
