/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Per-CPU data, found through arch_percpu(). There is one kernel stack per CPU
 * and nothing stays on it between two entries. entry.S knows the offsets.
 */
#ifndef CORE_PERCPU_H
#define CORE_PERCPU_H

#include <arch/cpu.h>
#include <core/list.h>
#include <mullion/abi.h>

struct vcpu;
struct cell;

#define RUNQUEUE_WORDS (MV_NR_PRIORITIES / 32)

/**
 * struct runqueue - the ready vCPUs of one CPU, one list for each priority
 * @summary: bit n set if @words[n] is not 0.
 * @words: bit n of word w set if queue w * 32 + n is not empty.
 * @best: first vCPU of the highest queue that is not empty, NULL if all are.
 * @best_priority: its priority, -1 if there is none.
 */
struct runqueue {
	struct vcpu *best;
	int32_t best_priority;
	uint32_t summary;
	uint32_t words[RUNQUEUE_WORDS];
	struct list_node queues[MV_NR_PRIORITIES];
};

/**
 * struct percpu - one CPU's state
 * @current: the vCPU whose frame the entry code stores into; its cell's address
 *	space is in use. It need not be ready.
 * @resched: the way out must go through schedule().
 * @stack: top of the kernel stack.
 * @slice_end: when the current time slice ends, ns; TIME_NEVER: no slice.
 * @deadline: when the hardware timer fires, ns. No timer of a vCPU whose priority is
 *	@floor or more is due earlier; @floor is -1 if this holds for all vCPUs.
 * @timers: the timer queues with a waiting timer, that of the most urgent vCPU first.
 * @fp_owner: the vCPU whose floating-point registers the processor holds, or NULL.
 */
struct percpu {
	struct vcpu *current;
	uint32_t resched;
	void *stack;
	uint64_t slice_end;
	uint64_t deadline;
	int32_t floor;
	struct list_node timers;
	struct vcpu *fp_owner;
	struct runqueue rq;
};

extern struct percpu percpus[];

/** current_vcpu - the vCPU that runs, and so the caller of a hypercall */
static inline struct vcpu *current_vcpu(void)
{
	return arch_percpu()->current;
}

#endif
