/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The clock: converts ticks of the platform's timer to nanoseconds and back. Each
 * direction has a factor, a whole number and a 32-bit fraction. Relies on the
 * timer driver's tick never wrapping. Used by timers, time slices, records and
 * traces.
 *
 * Nanoseconds are turned into ticks relative to the last reading, so that the
 * rounding error grows with the distance from it, not with the time since boot.
 */
#include <arch/cpu.h>
#include <core/clock.h>
#include <core/tables.h>
#include <drivers/ops.h>

#define NS_PER_S 1000000000u

/** struct ratio - a factor: whole + fraction / 2^32 */
struct ratio {
	uint32_t whole;
	uint32_t fraction;
};

static struct ratio ns_per_tick, ticks_per_ns;
static uint64_t last_ticks, last_ns;

/* Bit by bit: slow, but it is used at boot only and needs no library. */
static uint64_t divide(uint64_t numerator, uint32_t denominator, uint32_t *rest)
{
	uint64_t whole = 0, left = 0;

	for (int bit = 63; bit >= 0; bit--) {
		left = left << 1 | (numerator >> bit & 1);
		whole <<= 1;
		if (left >= denominator) {
			left -= denominator;
			whole |= 1;
		}
	}
	*rest = left;
	return whole;
}

static struct ratio ratio_of(uint32_t numerator, uint32_t denominator)
{
	struct ratio r;
	uint32_t rest, unused;

	r.whole = divide(numerator, denominator, &rest);
	r.fraction = divide((uint64_t)rest << 32, denominator, &unused);
	return r;
}

static inline uint64_t times(uint64_t value, const struct ratio *r)
{
	return arch_scale(value, r->whole, r->fraction);
}

void clock_init(uint32_t hz)
{
	ns_per_tick = ratio_of(NS_PER_S, hz);
	ticks_per_ns = ratio_of(hz, NS_PER_S);
	last_ticks = last_ns = 0;
}

uint64_t clock_read(void)
{
	return times(platform_ticks(), &ns_per_tick);
}

uint64_t clock_now(void)
{
	last_ticks = platform_ticks();
	last_ns = times(last_ticks, &ns_per_tick);
	return last_ns;
}

uint64_t clock_ticks(uint64_t ns)
{
	if (ns <= last_ns)
		return last_ticks;
	return last_ticks + times(ns - last_ns, &ticks_per_ns) + 1;
}
