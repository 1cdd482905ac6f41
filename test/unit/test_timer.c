/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of timers: one-shot, absolute and periodic ones, phase and catching up,
 * replacing and cancelling, order, and the setting of the hardware.
 */
#include "software.h"
#include "unit.h"

#include <core/percpu.h>
#include <core/timer.h>

#define TICK 10 /* ns */

/* Alpha runs, has forgotten earlier expiries, and looks at its timer's line. */
static void start(void)
{
	become(VCPU_ALPHA);
	advance(2000 * MS);
	mv_virq_fetch(ALPHA_TIMER_VIRQ);
}

/* How often since the last time; never is not pending. */
static uint32_t expiries(void)
{
	bool pending = page(VCPU_ALPHA)->virq_pending & BIT(0);
	uint32_t number = mv_virq_fetch(ALPHA_TIMER_VIRQ).value;

	assert_int_equal(pending, number != 0);
	return number;
}

static bool expired(void)
{
	uint32_t number = expiries();

	assert_in_range(number, 0, 1);
	return number;
}

TEST(timer_001, "UNI-TIMER-001", "a one-shot timer expires once, at its time and not before")
{
	start();
	assert_int_equal(mv_timer_set(ALPHA_TIMER, 0, 5 * MS), MV_OK);
	advance(5 * MS - TICK);
	assert_false(expired());
	advance(2 * TICK);
	assert_true(expired());
	advance(1000 * MS);
	assert_false(expired());
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_ERR_STATE);
}

TEST(timer_002, "UNI-TIMER-002", "a delay of 0 expires at once")
{
	start();
	assert_int_equal(mv_timer_set(ALPHA_TIMER, 0, 0), MV_OK);
	advance(2 * TICK);
	assert_true(expired());
}

TEST(timer_003, "UNI-TIMER-003", "an absolute time is a point on the clock of time_now")
{
	uint64_t now;

	start();
	now = mv_time_now();
	assert_int_equal(mv_timer_set(ALPHA_TIMER, MV_TIMER_ABSOLUTE, now + 3 * MS), MV_OK);
	advance(3 * MS - TICK);
	assert_false(expired());
	advance(2 * TICK);
	assert_true(expired());
	assert_in_range(mv_time_now(), now + 3 * MS, now + 3 * MS + 3 * TICK);
}

TEST(timer_004, "UNI-TIMER-004", "an absolute time that has passed expires at once")
{
	static const uint64_t past[] = { 0, 1, 1000 * MS };

	start();
	for (unsigned int i = 0; i < ARRAY_SIZE(past); i++) {
		mv_timer_set(ALPHA_TIMER, MV_TIMER_ABSOLUTE, past[i]);
		advance(2 * TICK);
		assert_true(expired());
	}
}

TEST(timer_005, "UNI-TIMER-005", "a periodic timer expires every period without drift")
{
	start();
	assert_int_equal(mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS), MV_OK);
	for (int i = 0; i < 1000; i++) {
		advance(1 * MS - 5 * TICK);
		assert_false(expired());
		advance(5 * TICK);
		if (i == 0)
			advance(2 * TICK); /* from now on 2 ticks past each expiry */
		assert_true(expired());
	}
}

TEST(timer_006, "UNI-TIMER-006", "periods that nobody fetches are one interrupt and are counted")
{
	unsigned int sets;

	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	advance(1 * MS + 2 * TICK);
	sets = machine.sets;
	advance(49 * MS);
	assert_int_equal(machine.sets, sets);
	assert_int_equal(expiries(), 50);
	assert_int_equal(expiries(), 0);
	advance(1 * MS);
	assert_int_equal(expiries(), 1);
}

/* The machine stands still: the clock jumps, the interrupt comes only then. */
static void stand_still(uint64_t ns)
{
	machine.ticks += ns / TICK;
	take_interrupts();
}

TEST(timer_007, "UNI-TIMER-007", "after a short standstill a periodic timer keeps its phase")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	stand_still(3 * MS + 500 * US);
	assert_int_equal(expiries(), 3);
	advance(500 * US - TICK);
	assert_false(expired());
	advance(2 * TICK);
	assert_true(expired());
}

TEST(timer_008, "UNI-TIMER-008",
     "after a long standstill it keeps it, too, and counts every period")
{
	unsigned int sets;

	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	sets = machine.sets;
	stand_still(3600 * 1000 * MS + 300 * US);
	assert_int_equal(machine.sets, sets);
	assert_int_equal(expiries(), 3600 * 1000);
	assert_int_equal(machine.sets, sets + 1);
	advance(700 * US - 2 * TICK);
	assert_false(expired());
	advance(4 * TICK);
	assert_true(expired());
}

TEST(timer_009, "UNI-TIMER-009", "arming an armed timer replaces its setting")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	mv_timer_set(ALPHA_TIMER, 0, 20 * MS);
	advance(19 * MS);
	assert_false(expired());
	advance(2 * MS);
	assert_true(expired());
	advance(100 * MS);
	assert_false(expired());
}

TEST(timer_010, "UNI-TIMER-010", "a cancelled timer does not expire")
{
	start();
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_OK);
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_ERR_STATE);
	advance(10 * MS);
	assert_false(expired());
}

TEST(timer_011, "UNI-TIMER-011", "a vIRQ that a timer raised before it was cancelled stays pending")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	advance(2 * MS);
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_OK);
	assert_int_equal(expiries(), 2);
}

TEST(timer_012, "UNI-TIMER-012", "flags and times out of range are refused and change nothing")
{
	static const struct {
		uint32_t flags;
		uint64_t time;
	} bad[] = {
		{ 4, 1 * MS },
		{ 0x80000000, 1 * MS },
		{ 0xffffffff, 1 * MS },
		{ MV_TIMER_ABSOLUTE | MV_TIMER_PERIODIC, 1 * MS },
		{ 0, (1ull << 62) + 1 },
		{ MV_TIMER_ABSOLUTE, (1ull << 62) + 1 },
		{ MV_TIMER_ABSOLUTE, UINT64_MAX },
		{ MV_TIMER_PERIODIC, UINT64_MAX },
		{ MV_TIMER_PERIODIC, 0 },
		{ MV_TIMER_PERIODIC, CONFIG_TIMER_MIN_PERIOD_US * US - 1 },
		{ MV_TIMER_PERIODIC | 4, 1 * MS },
	};

	start();
	mv_timer_set(ALPHA_TIMER, 0, 7 * MS);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(mv_timer_set(ALPHA_TIMER, bad[i].flags, bad[i].time),
				 MV_ERR_ARGUMENT);
	advance(7 * MS + 2 * TICK);
	assert_true(expired());
}

TEST(timer_013, "UNI-TIMER-013", "the longest times are accepted and do not expire in a century")
{
	static const uint32_t flags[] = { 0, MV_TIMER_ABSOLUTE, MV_TIMER_PERIODIC };

	start();
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		assert_int_equal(mv_timer_set(ALPHA_TIMER, flags[i], 1ull << 62), MV_OK);
		advance(1000 * MS);
		assert_false(expired());
	}
	advance(100ull * 365 * 86400 * 1000 * MS);
	assert_false(expired());
	advance(50ull * 365 * 86400 * 1000 * MS);
	assert_true(expired());
}

TEST(timer_014, "UNI-TIMER-014", "the shortest period is accepted and kept")
{
	start();
	assert_int_equal(
		mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, CONFIG_TIMER_MIN_PERIOD_US * US),
		MV_OK);
	for (int i = 0; i < 100; i++) {
		advance(CONFIG_TIMER_MIN_PERIOD_US * US + 2 * TICK * (i == 0));
		assert_true(expired());
	}
}

TEST(timer_015, "UNI-TIMER-015",
     "timers expire in the order of their times, whatever order they were set in")
{
	become(VCPU_MONITOR);
	mv_timer_set(MONITOR_TIMER, 0, 3 * MS);
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, 0, 1 * MS);
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 2 * MS);
	mv_timer_set(ALPHA_TIMER_1, 0, 2 * MS);
	advance(1 * MS + 500 * US);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
	advance(1 * MS);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_MONITOR)->virq_pending, 0);
	advance(1 * MS);
	assert_int_equal(page(VCPU_MONITOR)->virq_pending, BIT(2));
}

TEST(timer_016, "UNI-TIMER-016", "an interrupt that comes early makes nothing expire early")
{
	start();
	mv_timer_set(ALPHA_TIMER, 0, 5 * MS);
	for (int i = 0; i < 10; i++) {
		machine.deadline = machine.ticks;
		take_interrupts();
		assert_false(expired());
	}
	assert_in_range(machine.deadline, machine.ticks + 1, machine.ticks + 5 * MS / TICK + 1);
	advance(5 * MS + 2 * TICK);
	assert_true(expired());
}

TEST(timer_017, "UNI-TIMER-017", "a timer that expires wakes a more urgent vCPU at once")
{
	become(VCPU_MONITOR);
	mv_timer_set(MONITOR_TIMER, 0, 1 * MS);
	page(VCPU_MONITOR)->virq_enabled = BIT(2);
	mv_vcpu_wait();
	become(VCPU_ALPHA);
	advance(1 * MS - TICK);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(2 * TICK);
	assert_int_equal(running(), VCPU_MONITOR);
}

TEST(timer_018, "UNI-TIMER-018", "timers of a cell that stops are disarmed")
{
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	become(VCPU_MONITOR);
	mv_cell_stop(MONITOR_BETA);
	sleep_all();
	advance(10 * MS);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	assert_int_equal(vcpus[VCPU_BETA].timers.waiting | vcpus[VCPU_BETA].timers.spent, 0);
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_BETA);
	sleep_all();
	advance(10 * MS);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
}

TEST(timer_019, "UNI-TIMER-019", "a timer and a time slice that end together both count")
{
	become(VCPU_ALPHA);
	advance(100 * MS);
	mv_timer_set(ALPHA_TIMER, 0, CONFIG_TIME_SLICE_US * US);
	wake(VCPU_BETA);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(CONFIG_TIME_SLICE_US * US + 2 * TICK);
	assert_int_equal(running(), VCPU_BETA);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(0));
}

TEST(timer_020, "UNI-TIMER-020", "an earlier timer brings the hardware's deadline forward")
{
	uint64_t late;

	start();
	mv_timer_set(ALPHA_TIMER, 0, 50 * MS);
	late = machine.deadline;
	mv_timer_set(ALPHA_TIMER_1, 0, 10 * MS);
	assert_true(machine.deadline < late);
	advance(11 * MS);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
	assert_false(expired());
	advance(40 * MS);
	assert_true(expired());
}

TEST(timer_021, "UNI-TIMER-021", "a cell that sets its timer without end gains and harms nothing")
{
	start();
	mv_timer_set(ALPHA_TIMER_1, 0, 5 * MS);
	for (int i = 0; i < 1000; i++)
		mv_timer_set(ALPHA_TIMER, i % 2 ? MV_TIMER_PERIODIC : 0, 100 * MS + i);
	advance(5 * MS + 2 * TICK);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
}

TEST(timer_022, "UNI-TIMER-022", "a deadline cancelled in the hardware's place fires for nobody")
{
	start();
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	mv_timer_cancel(ALPHA_TIMER);
	mv_timer_set(ALPHA_TIMER_1, 0, 3 * MS);
	advance(2 * MS);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, 0);
	advance(2 * MS);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
}

TEST(timer_023, "UNI-TIMER-023",
     "timers wake the machine from idling, also a periodic one again and again")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 10 * MS);
	page(VCPU_ALPHA)->virq_enabled = BIT(0);
	for (int i = 0; i < 20; i++) {
		mv_vcpu_wait();
		assert_int_equal(running(), -1);
		advance(10 * MS + 2 * TICK * (i == 0));
		assert_int_equal(running(), VCPU_ALPHA);
		assert_true(expired());
	}
}

TEST(timer_024, "UNI-TIMER-024", "timers that expire at one time all do, in few more interrupts")
{
	static const struct {
		unsigned int vcpu;
		uint32_t timer;
	} all[] = { { VCPU_BETA, BETA_TIMER },
		    { VCPU_MONITOR, MONITOR_TIMER },
		    { VCPU_ALPHA, ALPHA_TIMER },
		    { VCPU_ALPHA, ALPHA_TIMER_1 } };
	uint64_t time = 5000 * MS;

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		become(all[i].vcpu);
		mv_timer_set(all[i].timer, MV_TIMER_ABSOLUTE, time);
	}
	advance(4999 * MS);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
	advance(1 * MS + 5 * TICK);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_MONITOR)->virq_pending, BIT(2));
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
}

TEST(timer_025, "UNI-TIMER-025",
     "three timers of the earliest time expire, if the interrupt comes late")
{
	start();
	machine.masked[IRQ_TIMER] = 1;
	mv_timer_set(ALPHA_TIMER, MV_TIMER_ABSOLUTE, 0);
	mv_timer_set(ALPHA_TIMER_1, MV_TIMER_ABSOLUTE, 0);
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, MV_TIMER_ABSOLUTE, 0);
	machine.masked[IRQ_TIMER] = 0;
	take_interrupts();
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(0));
}

TEST(timer_026, "UNI-TIMER-026", "a count of expiries stays at its end")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, CONFIG_TIMER_MIN_PERIOD_US * US);
	stand_still(CONFIG_TIMER_MIN_PERIOD_US * US);
	stand_still((uint64_t)UINT32_MAX * CONFIG_TIMER_MIN_PERIOD_US * US);
	assert_int_equal(expiries(), UINT32_MAX);
}

TEST(timer_027, "UNI-TIMER-027",
     "each expiry of a timer that is set anew counts until it is fetched")
{
	start();
	for (int i = 0; i < 3; i++) {
		mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
		advance(1 * MS + 2 * TICK);
	}
	assert_int_equal(expiries(), 3);
}

TEST(timer_028, "UNI-TIMER-028",
     "a periodic timer that has expired is armed: it can be cancelled, once")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	advance(5 * MS);
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_OK);
	assert_int_equal(mv_timer_cancel(ALPHA_TIMER), MV_ERR_STATE);
	assert_int_equal(expiries(), 5);
	advance(5 * MS);
	assert_int_equal(expiries(), 0);
}

TEST(timer_034, "UNI-TIMER-034",
     "the periods that passed before a timer was cancelled or set anew are told")
{
	start();
	for (int again = 0; again < 2; again++) {
		mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
		advance(10 * MS + 2 * TICK);
		if (again)
			mv_timer_set(ALPHA_TIMER, 0, 5 * MS);
		else
			mv_timer_cancel(ALPHA_TIMER);
		advance(2 * MS);
		assert_int_equal(expiries(), 10);
	}
	advance(5 * MS);
	assert_int_equal(expiries(), 1);
}

/* The timers of beta, 90, and of alpha's other vCPU, 60, fall due while alpha, 100, runs. */
static void due_below(void)
{
	edit_cells[CELL_BETA].floor = 90;
	become(VCPU_BETA);
	mv_vcpu_set_priority(CAP_VCPU_0, 90);
	mv_timer_set(BETA_TIMER, MV_TIMER_PERIODIC, 2 * MS);
	become(VCPU_ALPHA);
	mv_vcpu_set_priority(ALPHA_VCPU_1, 60);
	mv_timer_set(ALPHA_TIMER_1, MV_TIMER_PERIODIC, 1 * MS);
}

TEST(timer_029, "UNI-TIMER-029",
     "what less urgent vCPUs armed interrupts a more urgent one at most once")
{
	unsigned int switches, sets;

	start();
	due_below();
	mv_timer_set(ALPHA_TIMER, 0, 1000 * MS);
	advance(2 * MS + 2 * TICK);
	sets = machine.sets;
	switches = machine.vcpu_switches;
	advance(500 * MS);
	assert_int_equal(machine.sets, sets);
	assert_int_equal(machine.vcpu_switches, switches);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, 0);
	advance(500 * MS);
	assert_true(expired());
}

TEST(timer_030, "UNI-TIMER-030",
     "it expires when somebody of its priority can run, the most urgent first")
{
	start();
	due_below();
	page(VCPU_BETA)->virq_enabled = BIT(0);
	advance(11 * MS);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_BETA);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, 0);
	assert_in_range(mv_virq_fetch(BETA_TIMER_VIRQ).value, 5, 6);
	mv_vcpu_wait();
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
}

TEST(timer_031, "UNI-TIMER-031",
     "of two vCPUs of one priority the timer that was due first expires first")
{
	start();
	machine.masked[IRQ_TIMER] = 1;
	page(VCPU_BETA)->virq_enabled = BIT(0);
	page(VCPU_ALPHA)->virq_enabled = BIT(0);
	mv_timer_set(ALPHA_TIMER, 0, 2 * MS);
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, 0, 1 * MS);
	page(VCPU_BETA)->virq_enabled = BIT(0);
	mv_vcpu_wait();
	machine.ticks += 5 * MS / TICK;
	machine.masked[IRQ_TIMER] = 0;
	take_interrupts();
	assert_int_equal(running(), VCPU_BETA);
}

TEST(timer_032, "UNI-TIMER-032", "a vCPU that becomes more urgent has its timers served in time")
{
	start();
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, 0, 5 * MS);
	become(VCPU_ALPHA);
	mv_vcpu_set_priority(CAP_VCPU_0, 120);
	advance(6 * MS);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	mv_vcpu_set_priority(CAP_VCPU_0, 100);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(0));
	mv_timer_set(ALPHA_TIMER_1, 0, 5 * MS);
	mv_vcpu_set_priority(CAP_VCPU_0, 120);
	advance(1 * MS);
	mv_vcpu_set_priority(ALPHA_VCPU_1, 120);
	advance(5 * MS);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(0));
}

TEST(timer_033, "UNI-TIMER-033",
     "timers of one vCPU expire each at its time, set and cancelled in any order")
{
	start();
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 3 * MS);
	mv_timer_set(ALPHA_TIMER_2, MV_TIMER_PERIODIC, 2 * MS);
	advance(2 * MS + 500 * US);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(6));
	advance(1 * MS);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(6) | BIT(0));
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_TIMER_2_VIRQ));
	assert_int_equal(expiries(), 1);
	advance(1 * MS);
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_TIMER_2_VIRQ));
	mv_timer_cancel(ALPHA_TIMER_2);
	advance(3 * MS);
	assert_result(MV_OK, 0, mv_virq_fetch(ALPHA_TIMER_2_VIRQ));
	assert_int_equal(expiries(), 1);
}
