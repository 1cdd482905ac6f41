/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of timers and the clock. They run last: the final one lets hours of
 * virtual time pass.
 */
#include "judge.h"

static const struct mv_env_entry *timer(void)
{
	return mv_env_need("timer0", MV_CAP_TIMER);
}

/* Until timer0 expires: its payload. Forgets what was pending before. */
static uint32_t expire(void)
{
	mv_page()->virq_enabled = line_of(timer());
	mv_vcpu_wait();
	return mv_virq_fetch(timer()->virq).value;
}

static bool in_time(uint64_t wanted)
{
	uint64_t now = mv_time_now();

	note("wanted %llu, it is %llu", wanted, now);
	MUST(now >= wanted);
	MUST(now - wanted < TOLERANCE_NS);
	return true;
}

static bool one_shot(void)
{
	static const uint64_t delays[] = {
		0,      1,      10,      999,        1000,     12345,
		100000, 999999, 5000001, 20 * MV_MS, MV_S + 7, 77 * MV_MS
	};

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(delays); i++) {
		uint64_t start = mv_time_now();

		SAME(mv_timer_set(timer()->cap, 0, delays[i]), MV_OK);
		SAME(expire(), 1);
		if (!in_time(start + delays[i]))
			return false;
		SAME(mv_timer_cancel(timer()->cap), MV_ERR_STATE);
	}
	return true;
}

static bool absolute(void)
{
	for (uint64_t delay = 1000; delay < 50 * MV_MS; delay *= 3) {
		uint64_t point = mv_time_now() + delay;

		SAME(mv_timer_set(timer()->cap, MV_TIMER_ABSOLUTE, point), MV_OK);
		SAME(expire(), 1);
		if (!in_time(point))
			return false;
	}
	return true;
}

static bool passed(void)
{
	uint64_t now = mv_time_now();
	const uint64_t points[] = { 0, 1, now / 2, now };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(points); i++) {
		now = mv_time_now();
		SAME(mv_timer_set(timer()->cap, MV_TIMER_ABSOLUTE, points[i]), MV_OK);
		SAME(expire(), 1);
		if (!in_time(now))
			return false;
	}
	return true;
}

static bool periodic(void)
{
	uint64_t period = 250 * MV_US, start = mv_time_now();
	uint64_t set_by;

	SAME(mv_timer_set(timer()->cap, MV_TIMER_PERIODIC, period), MV_OK);
	set_by = mv_time_now();
	for (uint32_t i = 1; i <= 1000; i++) {
		uint64_t now;

		SAME(expire(), 1);
		now = mv_time_now();
		note("period %u: %llu ns off", i, now - start - i * period);
		MUST(now >= start + i * period);
		MUST(now < set_by + i * period + TOLERANCE_NS);
	}
	SAME(mv_timer_cancel(timer()->cap), MV_OK);
	return true;
}

static bool piled_up(void)
{
	uint64_t start = mv_time_now(), period = MV_MS;
	uint32_t number = 0;

	mv_timer_set(timer()->cap, MV_TIMER_PERIODIC, period);
	while (mv_time_now() < start + 10 * period + period / 2)
		;
	SAME(expire(), 10);
	MUST(!(mv_page()->virq_pending & line_of(timer())));
	while (mv_time_now() < start + 14 * period + period / 2) {
		expire();
		number++;
	}
	SAME(number, 5);
	SAME(mv_timer_cancel(timer()->cap), MV_OK);
	mv_virq_fetch(timer()->virq);
	return true;
}

static bool cancelled(void)
{
	mv_timer_set(timer()->cap, 0, MV_MS);
	SAME(mv_timer_cancel(timer()->cap), MV_OK);
	SAME(mv_timer_cancel(timer()->cap), MV_ERR_STATE);
	pause(3 * MV_MS);
	mv_timer_set(timer()->cap, 0, 0);
	while (!(mv_page()->virq_pending & line_of(timer())))
		;
	SAME(mv_timer_cancel(timer()->cap), MV_ERR_STATE);
	MUST(mv_page()->virq_pending & line_of(timer()));
	SAME(expire(), 1);
	return true;
}

static bool replaced(void)
{
	uint64_t start = mv_time_now();

	mv_timer_set(timer()->cap, 0, 50 * MV_MS);
	mv_timer_set(timer()->cap, MV_TIMER_PERIODIC, MV_MS);
	mv_timer_set(timer()->cap, 0, 5 * MV_MS);
	SAME(expire(), 1);
	MUST(in_time(start + 5 * MV_MS));
	SAME(mv_timer_cancel(timer()->cap), MV_ERR_STATE);
	return true;
}

static bool monotonic(void)
{
	uint64_t last = mv_time_now();

	for (int i = 0; i < 20000; i++) {
		uint64_t now = mv_time_now();

		MUST(now >= last);
		MUST(now - last < MV_MS);
		last = now;
	}
	return true;
}

/* Several timers, set out of order, expire in order. */
static bool several(void)
{
	const struct mv_env_entry *timer1 = mv_env_need("timer1", MV_CAP_TIMER);
	const struct mv_env_entry *timer2 = mv_env_need("timer2", MV_CAP_TIMER);
	uint64_t start = mv_time_now();

	mv_virq_fetch(timer1->virq);
	mv_virq_fetch(timer2->virq);
	mv_timer_set(timer2->cap, 0, 3 * MV_MS);
	mv_timer_set(timer()->cap, 0, 2 * MV_MS);
	mv_timer_set(timer1->cap, 0, 1 * MV_MS);
	SAME(expire(), 1);
	MUST(in_time(start + 2 * MV_MS));
	SAME(mv_timer_cancel(timer1->cap), MV_ERR_STATE);
	SAME(mv_timer_cancel(timer2->cap), MV_OK);
	SAME(mv_virq_fetch(timer1->virq).value, 1);
	SAME(mv_virq_fetch(timer2->virq).value, 0);
	return true;
}

static bool at_one_time(void)
{
	static const char *const names[] = { "timer0", "timer1", "timer2" };
	uint64_t point = mv_time_now() + MV_MS;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(names); i++) {
		const struct mv_env_entry *one = mv_env_need(names[i], MV_CAP_TIMER);

		mv_virq_fetch(one->virq);
		SAME(mv_timer_set(one->cap, MV_TIMER_ABSOLUTE, point), MV_OK);
	}
	SAME(expire(), 1);
	MUST(in_time(point));
	for (unsigned int i = 1; i < MV_ARRAY_SIZE(names); i++)
		SAME(mv_virq_fetch(mv_env_need(names[i], MV_CAP_TIMER)->virq).value, 1);
	return true;
}

/* As often as a cell may, for nobody: the witness must not suffer. */
static bool shortest_periods(void)
{
	uint64_t period = CONFIG_TIMER_MIN_PERIOD_US * MV_US, start;
	uint32_t beats = pulse->beats;

	SAME(mv_timer_set(cap_named("timer1", MV_CAP_TIMER), MV_TIMER_PERIODIC, period), MV_OK);
	SAME(mv_timer_set(cap_named("timer2", MV_CAP_TIMER), MV_TIMER_PERIODIC, period), MV_OK);
	for (start = mv_time_now(); mv_time_now() < start + 10 * MV_MS;)
		;
	SAME(mv_timer_cancel(cap_named("timer1", MV_CAP_TIMER)), MV_OK);
	SAME(mv_timer_cancel(cap_named("timer2", MV_CAP_TIMER)), MV_OK);
	MUST(pulse->beats - beats >= 9);
	return true;
}

static bool witness_in_time(void)
{
	note("worst %u ns, missed %u, damaged %u", pulse->worst, pulse->missed, pulse->damaged);
	SAME(pulse->missed, 0);
	SAME(pulse->damaged, 0);
	SAME(pulse->wrong, 0);
	SAME(pulse->lives, 1);
	MUST(pulse->worst < TOLERANCE_NS);
	return true;
}

/* Longer than a 32-bit counter at 1 MHz goes round. All others are stopped. */
static bool hours(void)
{
	static const uint32_t minutes[] = { 1, 35, 90, 600 };

	SAME(mv_cell_stop(cap_named("witness", MV_CAP_CELL)), MV_OK);
	mv_cell_stop(low.cell);
	mv_cell_stop(phoenix.cell);
	mv_cell_stop(puppet.cell);
	/* The farthest time there is, and the longest period. */
	SAME(mv_timer_set(cap_named("timer1", MV_CAP_TIMER), MV_TIMER_ABSOLUTE, 1ull << 62), MV_OK);
	SAME(mv_timer_set(cap_named("timer2", MV_CAP_TIMER), MV_TIMER_PERIODIC, 1ull << 62), MV_OK);
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(minutes); i++) {
		uint64_t start = mv_time_now();

		mv_timer_set(timer()->cap, 0, minutes[i] * 60 * MV_S);
		SAME(expire(), 1);
		if (!in_time(start + minutes[i] * 60 * MV_S))
			return false;
	}
	SAME(mv_timer_cancel(cap_named("timer1", MV_CAP_TIMER)), MV_OK);
	SAME(mv_timer_cancel(cap_named("timer2", MV_CAP_TIMER)), MV_OK);
	return true;
}

static const struct check timers[] = {
	{ "TIM01", "A one-shot timer expires once, neither early nor late", one_shot },
	{ "TIM02", "A timer can be set for a point of time", absolute },
	{ "TIM03", "A point of time that has passed expires at once", passed },
	{ "TIM04", "A periodic timer does not drift in 1000 periods", periodic },
	{ "TIM05", "Expiries that nobody looks at are one vIRQ and lose no phase", piled_up },
	{ "TIM06", "A cancelled timer does not expire; what has expired stays", cancelled },
	{ "TIM07", "Setting an armed timer replaces its setting", replaced },
	{ "TIM08", "The clock never goes back", monotonic },
	{ "TIM09", "Timers expire in the order of their times", several },
	{ "TIM12", "Timers set for one point of time all expire then", at_one_time },
	{ "TIM13", "Timers as fast as allowed do not hold up the witness", shortest_periods },
	{ "TIM10", "Through all checks the witness has run in time and undamaged",
	  witness_in_time },
	{ "TIM11", "Timers are right after hours", hours },
};

CHECK_SET(timers);
