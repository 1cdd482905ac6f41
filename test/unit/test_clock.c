/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the clock: nanoseconds against ticks of timers of many frequencies,
 * over a century, and back.
 */
#include "software.h"
#include "unit.h"

#include <core/clock.h>
#include <core/timer.h>

static const uint32_t rates[] = { 32768,    1000000,   3250000,   12000000,  13000000,
				  24000000, 100000000, 199999999, 999999999, 1000000000 };

#define YEAR_NS (365ull * 86400 * 1000000000)

static uint64_t exact_ns(uint64_t ticks, uint32_t hz)
{
	return (unsigned __int128)ticks * 1000000000 / hz;
}

static uint64_t exact_ticks(uint64_t ns, uint32_t hz)
{
	return (unsigned __int128)ns * hz / 1000000000;
}

static uint64_t now_at(uint64_t ticks)
{
	machine.ticks = ticks;
	return clock_now();
}

TEST(clock_001, "UNI-CLOCK-001", "at tick 0 the time is 0")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		clock_init(rates[i]);
		assert_int_equal(now_at(0), 0);
	}
}

TEST(clock_002, "UNI-CLOCK-002", "after a century the clock is less than a second off, at any rate")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		clock_init(rates[i]);
		for (unsigned int years = 1; years <= 100; years += 33) {
			uint64_t ticks = exact_ticks(years * YEAR_NS, rates[i]);
			uint64_t exact = exact_ns(ticks, rates[i]), got = now_at(ticks);

			assert_true(got <= exact);
			assert_true(exact - got < 1000000000);
		}
	}
}

TEST(clock_003, "UNI-CLOCK-003", "the clock never goes back, at any tick")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		uint64_t last = 0;

		clock_init(rates[i]);
		for (uint64_t ticks = 0; ticks < 1ull << 40; ticks = ticks + ticks / 50 + 1) {
			uint64_t now = now_at(ticks);

			assert_true(now >= last);
			last = now;
		}
		for (uint64_t ticks = (1ull << 32) - 100; ticks < (1ull << 32) + 100; ticks++)
			assert_true(now_at(ticks) <= now_at(ticks + 1));
	}
}

TEST(clock_004, "UNI-CLOCK-004",
     "a delay ends at its tick or, if very long, a little early; never late")
{
	static const uint64_t delays[] = { 1,        10,         999,
					   1000,     100000,     1000000,
					   20000000, 1000000000, 3600000000000ull };

	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		clock_init(rates[i]);
		for (unsigned int d = 0; d < ARRAY_SIZE(delays); d++) {
			uint64_t now = now_at(123456789), tick = clock_ticks(now + delays[d]);
			uint64_t exact = 123456789 + exact_ticks(delays[d], rates[i]);

			assert_true(tick > 123456789);
			assert_true(tick <= exact + 2);
			assert_true(tick + delays[d] / 4000000000 * 1 + 1 +
					    delays[d] / 1000000000 >=
				    exact);
		}
	}
}

TEST(clock_005, "UNI-CLOCK-005", "a time that has passed is the tick of now")
{
	clock_init(24000000);
	now_at(5000);
	assert_int_equal(clock_ticks(0), 5000);
	assert_int_equal(clock_ticks(clock_now()), 5000);
	assert_int_equal(clock_ticks(1), 5000);
}

TEST(clock_006, "UNI-CLOCK-006",
     "the time after the last tick that a timer waits for has been reached")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		clock_init(rates[i]);
		for (uint64_t delay = 1; delay < 50000000; delay = delay * 3 + 7) {
			uint64_t goal = now_at(987654321) + delay;

			/* Up to 50 ms a slice or timer is not woken for nothing. */
			assert_true(now_at(clock_ticks(goal)) >= goal);
		}
	}
}

TEST(clock_007, "UNI-CLOCK-007", "the latest times that timers take are still ticks to come")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rates); i++) {
		clock_init(rates[i]);
		now_at(1);
		assert_true(clock_ticks(1ull << 62) > 1ull << 40);
		assert_true(clock_ticks(1ull << 63) > 1ull << 40);
	}
}

TEST_UNBOOTED(clock_008, "UNI-CLOCK-008", "time_now counts from boot and moves with the timer")
{
	uint64_t first;

	boot_and_settle();
	become(VCPU_ALPHA);
	first = mv_time_now();
	assert_int_equal(first, 0);
	advance(1234567890);
	assert_int_equal(mv_time_now(), 1234567890 - 1234567890 % 10);
	advance(20ull * 1000000000);
	assert_true(mv_time_now() >> 32 > 0);
}
