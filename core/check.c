/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks the invariants of all objects (CONFIG_DEBUG_CHECKS), on every way out
 * of the microvisor and on request. Each invariant has its own panic code.
 */
#include <arch/vmmu.h>
#include <core/cap.h>
#include <core/channel.h>
#include <core/check.h>
#include <core/clock.h>
#include <core/fault.h>
#include <core/hypercall.h>
#include <core/panic.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/virq.h>
#include <hypercall_protos.h>

static uint32_t checked;

static void require(bool holds, enum panic_code code, uint32_t detail)
{
	checked++;
	if (unlikely(!holds))
		panic(code, detail);
}

static uint32_t check_queue(const struct runqueue *rq, unsigned int priority)
{
	bool bit = rq->words[priority / 32] >> (priority % 32) & 1;
	const struct list_node *head = &rq->queues[priority], *node;
	uint32_t members = 0;

	require(bit == !list_empty(head), PANIC_QUEUE_BITS, priority);
	list_for_each(node, head) {
		const struct vcpu *v = container_of(node, struct vcpu, run);

		require(v->state == VCPU_READY && v->priority == priority, PANIC_QUEUE_MEMBER,
			vcpu_index(v));
		require(node->next->prev == node, PANIC_QUEUE_MEMBER, vcpu_index(v));
		members++;
	}
	return members;
}

static void check_queues(const struct runqueue *rq)
{
	uint32_t queued = 0, ready = 0;

	for (unsigned int word = 0; word < RUNQUEUE_WORDS; word++)
		require(!rq->words[word] == !(rq->summary >> word & 1), PANIC_QUEUE_BITS, word);
	for (unsigned int priority = 0; priority < MV_NR_PRIORITIES; priority++)
		queued += check_queue(rq, priority);
	for (unsigned int i = 0; i < nr_vcpus; i++)
		ready += vcpus[i].state == VCPU_READY;
	require(queued == ready, PANIC_QUEUE_COUNT, queued);
	require(!rq->best == !rq->summary, PANIC_BEST, queued);
	if (!rq->best)
		return;
	require(rq->best == container_of(rq->queues[rq->best_priority].next, struct vcpu, run) &&
			rq->summary >> (rq->best_priority / 32) == 1 &&
			rq->words[rq->best_priority / 32] >> (rq->best_priority % 32) == 1,
		PANIC_BEST, rq->best_priority);
}

static bool in_range(const struct vcpu *v)
{
	return v->priority >= v->cell->desc->floor && v->priority <= v->cell->desc->ceiling;
}

/* A vCPU of a cell that does not run. vCPU 0 is ready while the cell has steps to take. */
static void check_resting(const struct vcpu *v, uint32_t index)
{
	uint8_t state = v->cell->state;
	bool out = cell_out(v->cell);
	bool steps = !v->desc->local && state != MV_CELL_STOPPED && state != MV_CELL_FAULTED;

	require(out || in_range(v), PANIC_PRIORITY, index);
	require(v->state == (steps ? VCPU_READY : VCPU_STOPPED), PANIC_CELL_STATE, index);
	require(!out || !(v->timers.waiting | v->timers.spent), PANIC_CELL_STATE, index);
}

static void check_vcpus(void)
{
	for (unsigned int i = 0; i < nr_vcpus; i++) {
		const struct vcpu *v = &vcpus[i];

		if (v->cell->state == MV_CELL_RUNNING)
			require(in_range(v), PANIC_PRIORITY, i);
		else
			check_resting(v, i);
	}
}

static void check_spaces(void)
{
	for (unsigned int i = 0; i < nr_vcpus; i++) {
		require(vspace_check_use(&vcpus[i]), PANIC_SPACE, i);
		require(vspace_check_table(&vcpus[i]), PANIC_SPACE_TABLE, i);
	}
}

static void check_queue_of_timers(const struct timer_queue *q, uint32_t index)
{
	uint64_t first = TIME_NEVER;

	require(!(q->spent & q->waiting), PANIC_TIMER, index);
	for (const struct timer *t = q->all; t; t = t->next)
		if (q->waiting & t->virq->bit)
			first = MIN(first, t->deadline);
	require(q->deadline == first && q->first->deadline == first, PANIC_TIMER, index);
}

static void check_timers(const struct percpu *cpu)
{
	const struct list_node *node;
	int32_t last = MV_NR_PRIORITIES;
	uint32_t listed = 0, with = 0;

	list_for_each(node, &cpu->timers) {
		const struct vcpu *v = container_of(node, struct vcpu, timers.node);

		require(v->priority <= last, PANIC_TIMER_ORDER, vcpu_index(v));
		require(v->priority < cpu->floor || cpu->deadline <= v->timers.deadline ||
				cpu->deadline <= clock_read(),
			PANIC_TIMER_LATE, vcpu_index(v));
		check_queue_of_timers(&v->timers, vcpu_index(v));
		last = v->priority;
		listed++;
	}
	for (unsigned int i = 0; i < nr_vcpus; i++)
		with += vcpus[i].timers.waiting != 0;
	require(listed == with, PANIC_TIMER_ORDER, listed);
}

static void check_channels(void)
{
	for (unsigned int i = 0; i < nr_channels; i++)
		for (unsigned int n = 0; n < 2; n++) {
			const struct fifo *f = &channels[i].fifos[n];

			require(f->first < channel_descs[i].depth &&
					f->count <= channel_descs[i].depth,
				PANIC_FIFO, i);
		}
}

static void check_virqs(void)
{
	for (unsigned int i = 0; i < nr_virqs; i++) {
		const struct virq_desc *d = &virq_descs[i];
		bool pending = vcpus[d->vcpu].pending >> d->line & 1;

		require(!d->level || pending == (virqs[i].payload != 0), PANIC_PENDING, i);
	}
}

uint32_t check_invariants(void)
{
	const struct percpu *cpu = arch_percpu();

	checked = 0;
	check_queues(&cpu->rq);
	check_vcpus();
	check_spaces();
	check_timers(cpu);
	check_channels();
	check_virqs();
	require(fault_log_count() <= CONFIG_FAULT_RECORDS, PANIC_LOG, fault_log_count());
	return checked;
}

uint64_t sys_system_check(uint32_t cap, uint32_t request)
{
	uint16_t unused;
	uint32_t error = cap_find(cap, CAP_SYSTEM_CHECK, &unused);

	if (error)
		return result(error, 0);
	if (request > 1)
		return result(MV_ERR_ARGUMENT, 0);
	if (request)
		panic(PANIC_REQUESTED, vcpu_index(current_vcpu()));
	return result(MV_OK, check_invariants());
}
