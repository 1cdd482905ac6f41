/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Timers. A timer raises its vIRQ at a point of time, once or periodically.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <core/list.h>
#include <core/tables.h>

struct percpu;
struct vcpu;
struct virq;

/**
 * struct timer - one timer; struct timer_queue says whether it is armed
 * @next: another one of the same vCPU.
 * @virq: raised when it expires.
 * @deadline: next expiry, ns. @period: ns, 0 = one-shot.
 */
struct timer {
	struct timer *next;
	struct virq *virq;
	uint64_t deadline;
	uint64_t period;
};

/**
 * struct timer_queue - the timers of one vCPU, at most one for each of its lines
 * @all: list of all of them, armed or not.
 * @waiting: lines whose timers are armed and will expire.
 * @spent: lines whose periodic timers have expired: they go on when the vIRQ is fetched.
 * @first: the waiting timer that expires next. @deadline: when it expires, ns. Both are
 *	undefined if none waits.
 * @node: place of the vCPU in percpu.timers, linked while a timer waits.
 */
struct timer_queue {
	struct timer *all;
	uint32_t waiting;
	uint32_t spent;
	struct timer *first;
	uint64_t deadline;
	struct list_node node;
};

extern struct timer timers[];

/** timer_create - join a timer, its vIRQ and its vCPU (boot) */
void timer_create(uint16_t index);

/** timer_disarm_all - no timer of the vCPU is armed from now on */
void timer_disarm_all(struct timer_queue *q);

/** timer_reorder - the vCPU has a new priority: move its queue */
void timer_reorder(struct vcpu *v);

/** timer_fetched - arm a spent timer again, at a fetch; return how many more periods passed */
uint32_t timer_fetched(struct vcpu *v, uint32_t line);

/** timer_program - let the hardware interrupt at @deadline, or earlier */
void timer_program(struct percpu *cpu, uint64_t deadline);

/** timer_serve - less urgent vCPUs can run now: serve their timers, too */
void timer_serve(struct percpu *cpu);

/** timer_interrupt - the platform's timer has fired; will it fire again at once? */
bool timer_interrupt(void);

#endif
