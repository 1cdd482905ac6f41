/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The clock: nanoseconds since boot, from the platform's timer. Timers, time
 * slices, records and traces use it.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <core/types.h>

#define TIME_NEVER UINT64_MAX

/** clock_init - derive the factors between ticks and nanoseconds (boot) */
void clock_init(uint32_t hz);

/** clock_now - nanoseconds since boot; never goes back */
uint64_t clock_now(void);

/** clock_read - the same, without becoming the reference point of clock_ticks() */
uint64_t clock_read(void);

/** clock_ticks - the tick at which @ns will have passed, reckoned from the last clock_now() */
uint64_t clock_ticks(uint64_t ns);

#endif
