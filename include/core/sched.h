/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Scheduler: pre-emptive fixed priorities over all vCPUs of a CPU, round robin
 * with time slices inside a priority. The first vCPU of the highest non-empty
 * queue runs, and stays in that queue while it runs.
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include <core/percpu.h>
#include <core/vcpu.h>

/** sched_init - empty queues, no slice (boot, once for each CPU) */
void sched_init(struct percpu *cpu);

/** sched_ready - a vCPU becomes ready, last of its priority */
void sched_ready(struct vcpu *v);

/** sched_ready_first - the same, but first of its priority */
void sched_ready_first(struct vcpu *v);

/** sched_unready - a ready vCPU is ready no more; the caller sets its state */
void sched_unready(struct vcpu *v);

/** sched_requeue - a ready vCPU goes to the end of its priority's queue */
void sched_requeue(struct vcpu *v);

/** sched_slice_expired - the current time slice is over */
void sched_slice_expired(struct percpu *cpu);

/**
 * schedule - choose the vCPU that runs next; idle until there is one
 * Called by entry.S with the current frame saved, on an empty stack. On
 * return the vCPU's address space is in use and its frame is ready to load.
 */
struct vcpu *schedule(struct percpu *cpu);

#endif
