/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vCPU objects: start, stop, wait, yield, priority, upcalls. Relies on the
 * scheduler for queues and on arch_frame_* for registers. Called by the cell
 * object, by vIRQs and through the hypercall table.
 */
#include <core/cap.h>
#include <core/hypercall.h>
#include <core/sched.h>
#include <hypercall_protos.h>

void vcpu_create(uint16_t index)
{
	struct vcpu *v = &vcpus[index];

	v->desc = &vcpu_descs[index];
	v->cell = &cells[v->desc->cell];
	v->cpu = &percpus[v->desc->cpu];
	v->page = vcpu_pages[index];
	v->priority = v->desc->priority;
	vcpu_reset(v);
}

void vcpu_reset(struct vcpu *v)
{
	v->space = NULL;
	v->hw = &v->cell->space;
	arch_zero(&v->stats, sizeof(v->stats));
	arch_vcpu_reset(v);
	arch_zero(v->page, sizeof(*v->page));
	v->page->cell = v->desc->cell;
	v->page->vcpu = v->desc->local;
	v->page->virq_pending = v->pending;
}

void vcpu_enter(struct vcpu *v, uint32_t entry, uint32_t stack, uint32_t argument)
{
	arch_frame_start(&v->frame, entry, stack);
	v->frame.r[0] = argument;
	v->frame.r[1] = MV_VCPU_PAGE_BASE + v->desc->local * MV_PAGE_SIZE;
	v->page->virq_master = 0;
	if (vcpu_is_guest(v))
		arch_vcpu_enter(v);
}

void vcpu_halt(struct vcpu *v)
{
	if (v->state == VCPU_READY)
		sched_unready(v);
	v->state = VCPU_STOPPED;
}

void vcpu_out(struct vcpu *v)
{
	vcpu_halt(v);
	v->pending &= v->levels;
	v->page->virq_pending = v->pending;
	timer_disarm_all(&v->timers);
}

RARE_PATH void vcpu_prioritise(struct vcpu *v, uint8_t priority)
{
	bool ready = v->state == VCPU_READY;

	if (ready)
		sched_unready(v);
	v->priority = priority;
	if (ready)
		sched_ready(v);
	timer_reorder(v);
	/* A vCPU that runs on at a lower priority no longer holds back the timers of others. */
	if (ready && v->cpu->rq.best_priority < v->cpu->floor)
		timer_serve(v->cpu);
}

void vcpu_notify(struct vcpu *v, uint32_t pending)
{
	struct mv_vcpu_page *page = v->page;
	uint32_t ready = pending & page->virq_enabled;

	v->pending = pending;
	page->virq_pending = pending;
	if (!ready)
		return;
	if (likely(v->state == VCPU_WAITING)) {
		/* This is the result of vcpu_wait, which has put MV_OK into r0. */
		v->frame.r[1] = ready;
		sched_ready(v);
	} else if (v == v->cpu->current && vcpu_unmasked(v)) {
		v->cpu->resched = true;
	}
}

/* Not inlined: native cells do not need it. */
static void __attribute__((noinline)) enter_guest_kernel(struct vcpu *v)
{
	struct mv_vcpu_page *page = v->page;
	bool user = arch_user_mode();

	page->saved_psr = arch_frame_virtual_psr(v->frame.psr, user, vcpu_unmasked(v));
	page->saved_sp = v->frame.sp;
	if (user) {
		v->frame.sp = page->kernel_sp;
		arch_set_user_mode(false);
	}
}

void vcpu_exception(struct vcpu *v, uint32_t vector)
{
	struct mv_vcpu_page *page = v->page;

	page->saved_pc = v->frame.pc;
	page->saved_psr = v->frame.psr;
	page->saved_r12 = v->frame.r[12];
	if (unlikely(vcpu_is_guest(v)))
		enter_guest_kernel(v);
	page->virq_master = 0;
	arch_frame_divert(&v->frame, vector);
}

void vcpu_upcall(struct vcpu *v)
{
	vcpu_exception(v, v->page->vector);
}

/**
 * vcpu_resume - the middle of the hypercall vcpu_resume
 * Called by entry.S with the frame saved; schedule() follows and makes the
 * next upcall if a line is pending.
 */
void vcpu_resume(struct vcpu *v)
{
	struct mv_vcpu_page *page = v->page;
	uint32_t psr = page->saved_psr;

	v->frame.pc = page->saved_pc;
	v->frame.psr = arch_frame_psr(psr);
	v->frame.r[12] = page->saved_r12;
	if (!vcpu_is_guest(v)) {
		page->virq_master = 1;
	} else if (psr & 1) {
		page->virq_master = !(psr & MV_PSR_MASKED);
	} else {
		v->frame.sp = page->saved_sp;
		arch_set_user_mode(true);
	}
}

uint64_t sys_vcpu_start(uint32_t cap, uint32_t entry, uint32_t stack, uint32_t argument)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VCPU_START, &index);
	struct vcpu *v;

	if (error)
		return result(error, 0);
	v = &vcpus[index];
	if (v->state != VCPU_STOPPED || v->cell->state != MV_CELL_RUNNING)
		return result(MV_ERR_STATE, 0);
	vcpu_enter(v, entry, stack, argument);
	sched_ready(v);
	return result(MV_OK, 0);
}

uint64_t sys_vcpu_stop(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VCPU_STOP, &index);

	if (error)
		return result(error, 0);
	if (vcpus[index].state == VCPU_STOPPED || vcpus[index].cell->state != MV_CELL_RUNNING)
		return result(MV_ERR_STATE, 0);
	vcpu_halt(&vcpus[index]);
	return result(MV_OK, 0);
}

uint64_t sys_vcpu_wait(void)
{
	struct vcpu *v = current_vcpu();
	uint32_t ready = v->pending & v->page->virq_enabled;

	if (!ready) {
		sched_unready(v);
		v->state = VCPU_WAITING;
	}
	/* If virq_master is set, the upcall is made on the way out. */
	arch_percpu()->resched |= v->page->virq_master;
	return result(MV_OK, ready);
}

uint64_t sys_vcpu_yield(void)
{
	sched_requeue(current_vcpu());
	return result(MV_OK, 0);
}

uint64_t sys_vcpu_set_priority(uint32_t cap, uint32_t priority)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VCPU_SET_PRIORITY, &index);
	struct vcpu *v;
	uint8_t previous;

	if (error)
		return result(error, 0);
	v = &vcpus[index];
	if (priority < v->cell->desc->floor || priority > v->cell->desc->ceiling)
		return result(MV_ERR_ARGUMENT, 0);
	if (v->cell->state != MV_CELL_RUNNING)
		return result(MV_ERR_STATE, 0);
	previous = v->priority;
	vcpu_prioritise(v, priority);
	return result(MV_OK, previous);
}

uint64_t sys_vcpu_set(uint32_t which, uint32_t value)
{
	struct vcpu *v = current_vcpu();

	if (which == MV_VCPU_THREAD_ID)
		arch_set_thread_id(v, value);
	else if (which != MV_VCPU_FP || !arch_set_fp(v, value))
		return result(MV_ERR_ARGUMENT, 0);
	return result(MV_OK, 0);
}

uint64_t sys_virq_sync(void)
{
	arch_percpu()->resched = true;
	return result(MV_OK, 0);
}
