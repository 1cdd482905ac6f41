/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The clock: ticks of the platform's timer to nanoseconds and back, by one
 * multiplication and a shift in each direction. Relies on the timer driver's
 * tick never wrapping. Used by timers, time slices, records and traces.
 */
#include <core/timer.h>
#include <drivers/ops.h>

#define NS_PER_S 1000000000ull

/** struct ratio - x * multiplier >> shift, @shift <= 32 */
struct ratio {
	uint32_t multiplier;
	uint32_t shift;
};

static struct ratio to_ns, to_ticks;

/*
 * The largest shift for which the multiplier fits in 32 bits: the relative
 * error is below 2^-31. Division bit by bit: boot only, needs no library.
 */
static struct ratio ratio_of(uint64_t numerator, uint64_t denominator)
{
	uint64_t whole = 0, rest = 0;
	struct ratio r = {0, 0};

	for (int bit = 63; bit >= 0; bit--) {
		rest = rest << 1 | (numerator >> bit & 1);
		whole <<= 1;
		if (rest >= denominator) {
			rest -= denominator;
			whole |= 1;
		}
	}
	while (r.shift < 32 && whole < 1u << 31) {
		rest <<= 1;
		whole = whole << 1 | (rest >= denominator);
		if (rest >= denominator)
			rest -= denominator;
		r.shift++;
	}
	r.multiplier = whole;
	return r;
}

static uint64_t scale(uint64_t value, const struct ratio *r)
{
	uint64_t low = (uint64_t)(uint32_t)value * r->multiplier;
	uint64_t high = (value >> 32) * r->multiplier;

	return (high << (32 - r->shift)) + (low >> r->shift);
}

void clock_init(uint32_t hz)
{
	to_ns = ratio_of(NS_PER_S, hz);
	to_ticks = ratio_of(hz, NS_PER_S);
}

uint64_t clock_now(void)
{
	return scale(platform.timer->now(), &to_ns);
}

uint64_t clock_ticks(uint64_t ns)
{
	return scale(ns, &to_ticks);
}
