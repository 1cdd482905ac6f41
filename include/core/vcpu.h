/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vCPU: the execution abstraction. A vCPU is stopped, ready (running included)
 * or waiting for a vIRQ. The running vCPU stays first in its queue.
 */
#ifndef CORE_VCPU_H
#define CORE_VCPU_H

#include <arch/cpu.h>
#include <arch/fp.h>
#include <arch/frame.h>
#include <core/list.h>
#include <core/tables.h>
#include <core/timer.h>

enum vcpu_state {
	VCPU_STOPPED,
	VCPU_READY,
	VCPU_WAITING,
};

/* Things that a switch from or to the vCPU must also change. */
#define VCPU_SPECIAL_GUEST  1 /* its DACR changes with its mode */
#define VCPU_SPECIAL_FP     2 /* it owns the floating-point registers and may use them */
#define VCPU_SPECIAL_THREAD 4 /* its @user_thread_id is not 0 */

/**
 * struct vcpu - a virtual processor
 * @frame: its registers while it does not run. It stands first: entry.S relies on that.
 * @thread_id: TPIDRURW while it does not run.
 * @user_thread_id: TPIDRURO.
 * @cpu: the CPU it runs on.
 * @hw: the address space in use: its cell's, or that of @space.
 * @space: the guest address space in use, NULL while translation is off.
 * @special: VCPU_SPECIAL_*.
 * @dacr: its virtual mode while it does not run.
 * @stats: counts the work of its vTLB.
 * @fp: its floating-point registers while another vCPU owns the processor's.
 * @page: the page it shares with its cell; nothing in it is trusted.
 * @pending: its pending vIRQ lines; @page->virq_pending is a copy for the cell.
 * @levels: its lines with level vIRQs: these stay pending when the cell is taken out.
 * @timers: the timers that raise its lines.
 * @run: link in the run queue, when ready.
 * @slice_left: ns of its time slice that an interruption left over, 0 = all.
 */
struct vcpu {
	struct arch_frame frame;
	uint32_t thread_id;
	struct percpu *cpu;
	const struct arch_space *hw;
	struct vspace *space;
	struct mv_vcpu_page *page;
	struct cell *cell;
	const struct vcpu_desc *desc;
	uint32_t pending;
	struct list_node run;
	uint32_t slice_left;
	uint8_t state;
	uint8_t priority;
	uint8_t special;
	uint32_t levels;
	struct timer_queue timers;
	uint32_t dacr;
	uint32_t user_thread_id;
	struct mv_vmmu_stats stats;
	struct arch_fp fp;
};

struct percpu;
struct vspace;

extern struct vcpu vcpus[];

void vcpu_create(uint16_t index);

/** vcpu_enter - the vCPU starts at @entry as if it had never run */
void vcpu_enter(struct vcpu *v, uint32_t entry, uint32_t stack, uint32_t argument);

/** vcpu_halt - it runs no more until entered again; no-op if stopped */
void vcpu_halt(struct vcpu *v);

/**
 * vcpu_out - its cell is taken out: nothing of it acts from now on
 * It is halted, its timers are disarmed, and its pending lines are cleared. Level
 * vIRQs stay pending: only their source lowers them.
 */
void vcpu_out(struct vcpu *v);

/** vcpu_reset - back to its state at the start of its cell; pending lines stay pending */
void vcpu_reset(struct vcpu *v);

/** vcpu_prioritise - give it another priority, whatever state it is in */
void vcpu_prioritise(struct vcpu *v, uint8_t priority);

/** vcpu_notify - @pending are now all its pending lines: wake it or make an upcall due */
void vcpu_notify(struct vcpu *v, uint32_t pending);

/** vcpu_upcall - make the vCPU continue at its vIRQ vector */
void vcpu_upcall(struct vcpu *v);

/** vcpu_resume - the middle of the hypercall, called from assembly */
void vcpu_resume(struct vcpu *v);

/** vcpu_exception - make the vCPU continue at @vector, with the old state saved in its page */
void vcpu_exception(struct vcpu *v, uint32_t vector);

/** vcpu_index - place in vcpus[], as descriptions and records name it */
static inline uint16_t vcpu_index(const struct vcpu *v)
{
	return v - vcpus;
}

/** vcpu_is_guest - does its cell have a vMMU, and so two virtual modes? */
static inline bool vcpu_is_guest(const struct vcpu *v)
{
	return v->special & VCPU_SPECIAL_GUEST;
}

/** vcpu_unmasked - does the current vCPU take upcalls for vIRQs? */
static inline bool vcpu_unmasked(const struct vcpu *v)
{
	return v->page->virq_master || arch_user_mode();
}

/** vcpu_wants_upcall - is a pending line enabled, and does the current vCPU take upcalls? */
static inline bool vcpu_wants_upcall(const struct vcpu *v)
{
	return vcpu_unmasked(v) && v->pending & v->page->virq_enabled;
}

#endif
