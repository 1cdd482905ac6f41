/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of the scheduler: which vCPUs run, which do not, and for how long. vCPUs
 * and puppets that count show it.
 */
#include "judge.h"

#define SLICE_NS (CONFIG_TIME_SLICE_US * MV_US)

/* Progress of the judge's vCPUs 1 and 2, and the longest they had to wait. */
static volatile uint32_t counts[3];
static volatile uint64_t longest[3];

static void count(void *argument)
{
	volatile uint32_t *counter = argument;

	for (;;)
		++*counter;
}

static void watch_clock(void *argument)
{
	uint32_t self = (uint32_t)(uintptr_t)argument;
	uint64_t last = mv_time_now();

	for (;;) {
		uint64_t now = mv_time_now();

		if (now - last > longest[self])
			longest[self] = now - last;
		last = now;
		counts[self]++;
	}
}

static bool run_both(void (*fn)(void *argument), uint32_t priority1, uint32_t priority2)
{
	for (uint32_t n = 1; n <= 2; n++) {
		void *argument =
			(void *)(uintptr_t)(fn == count ? (uint32_t)(uintptr_t)&counts[n] : n);

		counts[n] = 0;
		longest[n] = 0;
		if (!helper_run(n, fn, argument, n == 1 ? priority1 : priority2))
			return false;
	}
	return true;
}

/* Within 15 percent of one another. */
static bool alike(uint32_t a, uint32_t b)
{
	uint32_t most = a > b ? a : b, least = a > b ? b : a;

	note("%u and %u", a, b);
	MUST(least && most - least < most / 7);
	return true;
}

static bool higher_preempts(void)
{
	counts[1] = 0;
	MUST(helper_run(1, count, (void *)(uintptr_t)&counts[1], 150));
	pause(MV_MS);
	MUST(counts[1] > 0);
	helpers_stop();
	MUST(run_both(count, 150, 160));
	pause(5 * MV_MS);
	SAME(counts[1], 0);
	MUST(counts[2] > 0);
	helpers_stop();
	return true;
}

static volatile uint32_t at_once;

static void set_flag(void *argument)
{
	(void)argument;
	at_once = 1;
}

static bool start_preempts(void)
{
	at_once = 0;
	MUST(helper_run(1, set_flag, NULL, 199));
	SAME(at_once, 0);
	pause(MV_MS);
	SAME(at_once, 1);
	at_once = 0;
	MUST(helper_run(1, set_flag, NULL, 201));
	SAME(at_once, 1);
	helpers_stop();
	return true;
}

static bool lowering_switches(void)
{
	at_once = 0;
	MUST(helper_run(1, set_flag, NULL, 150));
	SAME(at_once, 0);
	SAME(mv_vcpu_set_priority(vcpu_cap(0), 149).value, JUDGE_PRIORITY);
	SAME(at_once, 1);
	SAME(mv_vcpu_set_priority(vcpu_cap(0), JUDGE_PRIORITY).value, 149);
	helpers_stop();
	return true;
}

static bool raising_preempts(void)
{
	at_once = 0;
	MUST(helper_run(1, set_flag, NULL, 150));
	SAME(mv_vcpu_set_priority(vcpu_cap(1), 201).value, 150);
	SAME(at_once, 1);
	helpers_stop();
	return true;
}

static bool round_robin(void)
{
	MUST(run_both(count, 150, 150));
	pause(20 * SLICE_NS);
	helpers_stop();
	return alike(counts[1], counts[2]);
}

static bool slice_length(void)
{
	MUST(run_both(watch_clock, 150, 150));
	pause(20 * SLICE_NS);
	helpers_stop();
	for (uint32_t n = 1; n <= 2; n++) {
		note("waited %u us", (uint32_t)longest[n] / 1000);
		MUST(longest[n] > SLICE_NS - 50 * MV_US);
		MUST(longest[n] < SLICE_NS + 4 * TOLERANCE_NS + 50 * MV_US);
	}
	return true;
}

/* Wake-ups of the judge and the witness must not renew anybody's slice. */
static bool slice_not_renewed(void)
{
	MUST(run_both(count, 150, 150));
	for (uint64_t t = 0; t < 20 * SLICE_NS; t += SLICE_NS / 10)
		pause(SLICE_NS / 10);
	helpers_stop();
	return alike(counts[1], counts[2]);
}

static volatile uint32_t turns[64], nr_turns;

static void take_turns(void *argument)
{
	uint32_t self = (uint32_t)(uintptr_t)argument;

	while (nr_turns < MV_ARRAY_SIZE(turns)) {
		turns[nr_turns++] = self;
		mv_vcpu_yield();
	}
}

static bool yield_alternates(void)
{
	nr_turns = 0;
	MUST(helper_run(1, take_turns, (void *)1, 150));
	MUST(helper_run(2, take_turns, (void *)2, 150));
	pause(MV_MS);
	for (uint32_t i = 1; i < MV_ARRAY_SIZE(turns); i++) {
		note("turn %u", i);
		MUST(turns[i] != turns[i - 1]);
	}
	helpers_stop();
	return true;
}

static bool yield_alone(void)
{
	nr_turns = 0;
	MUST(helper_run(1, take_turns, (void *)1, 150));
	MUST(helper_run(2, take_turns, (void *)2, 140));
	pause(MV_MS);
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(turns); i++)
		SAME(turns[i], 1);
	helpers_stop();
	return true;
}

static bool slow_cells_run(struct puppet *spinner, uint32_t operation)
{
	uint32_t beats = pulse->beats;

	order_give(&low, OP_COUNT, 0, 0);
	pause(2 * MV_MS);
	MUST(low.order->count > 0);
	order_give(spinner, operation, 0, 0);
	pause(MV_MS);
	low.order->count = 0;
	pause(10 * MV_MS);
	note("low counted %u, beats %u", low.order->count, pulse->beats - beats);
	MUST(pulse->beats - beats >= 12);
	return true;
}

static bool spinner_starves_lower(void)
{
	uint32_t count_after;

	MUST(slow_cells_run(&puppet, OP_COUNT));
	SAME(low.order->count, 0);
	MUST(puppet.order->count > 10000);
	MUST(revive(&puppet));
	pause(MV_MS);
	count_after = low.order->count;
	MUST(count_after > 0);
	return revive(&low);
}

static bool spinner_shares_with_equal(void)
{
	order_give(&puppet, OP_COUNT, 0, 0);
	order_give(&phoenix, OP_COUNT, 0, 0);
	pause(20 * SLICE_NS);
	MUST(alike(puppet.order->count, phoenix.order->count));
	return revive(&puppet) && revive(&phoenix);
}

/* WFI in user mode stops the processor, but only until the next interrupt. */
static bool wait_instruction(void)
{
	MUST(slow_cells_run(&puppet, OP_WAIT_INSTRUCTIONS));
	MUST(puppet.order->count > 3);
	MUST(obeys(&phoenix));
	return revive(&puppet) && revive(&low);
}

static bool witness_in_time(void)
{
	note("worst %u ns, missed %u", pulse->worst, pulse->missed);
	SAME(pulse->missed, 0);
	SAME(pulse->damaged, 0);
	SAME(pulse->wrong, 0);
	SAME(pulse->lives, 1);
	MUST(pulse->worst < TOLERANCE_NS);
	return true;
}

static const struct check sched[] = {
	{ "SCH01", "The higher priority runs, the lower does not", higher_preempts },
	{ "SCH02", "Starting a vCPU of higher priority switches to it at once", start_preempts },
	{ "SCH03", "Lowering one's own priority lets others run at once", lowering_switches },
	{ "SCH04", "Raising another's priority above one's own lets it run at once",
	  raising_preempts },
	{ "SCH05", "vCPUs of one priority share the processor", round_robin },
	{ "SCH06", "Their turns last for a time slice", slice_length },
	{ "SCH07", "Interruptions do not renew a time slice", slice_not_renewed },
	{ "SCH08", "Yielding vCPUs of one priority take turns", yield_alternates },
	{ "SCH09", "Yielding does not let a lower priority run", yield_alone },
	{ "SCH10", "A cell that spins holds up lower ones, not the witness",
	  spinner_starves_lower },
	{ "SCH11", "Cells of one priority that spin share the processor",
	  spinner_shares_with_equal },
	{ "SCH12", "A cell that executes WFI does not stop the others", wait_instruction },
	{ "SCH13", "Up to now the witness has run in time and undamaged", witness_in_time },
};

CHECK_SET(sched);
