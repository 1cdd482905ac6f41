/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Timer: raises its vIRQ at a point of time, once or periodically. And the
 * clock they go by: nanoseconds since boot, from the platform's timer.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <core/list.h>
#include <core/tables.h>

#define TIME_NEVER UINT64_MAX

/**
 * struct timer - armed if its node is linked
 * @virq: raised when it expires.
 * @deadline: next expiry, ns. @period: ns, 0 = one-shot.
 */
struct timer {
	struct list_node node;
	struct virq *virq;
	uint64_t deadline;
	uint64_t period;
};

extern struct timer timers[];

struct percpu;
struct virq;

/** clock_init - derive the factors between ticks and nanoseconds (boot) */
void clock_init(uint32_t hz);

/** clock_now - nanoseconds since boot; never goes back */
uint64_t clock_now(void);

/** clock_read - the same time, but clock_ticks() goes on from the last clock_now() */
uint64_t clock_read(void);

/** clock_ticks - the tick at which @ns will have passed, seen from the last clock_now() */
uint64_t clock_ticks(uint64_t ns);

/** timer_create - join a timer and its vIRQ (boot) */
void timer_create(uint16_t index);

/** timer_disarm - no-op if not armed */
void timer_disarm(uint16_t index);

/** timer_program - set the hardware for the next expiry or end of slice */
void timer_program(struct percpu *cpu);

/** timer_interrupt - the platform's timer has fired */
void timer_interrupt(void);

#endif
