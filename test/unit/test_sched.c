/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the scheduler: priorities, round robin, time slices and their rest after a
 * pre-emption, idling.
 */
#include "software.h"
#include "unit.h"

#include <core/clock.h>
#include <core/percpu.h>
#include <core/timer.h>

#define SLICE (CONFIG_TIME_SLICE_US * US)

/* Alpha, its second vCPU and beta all run, in this order. */
static void three_of_one_priority(void)
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0), MV_OK);
	wake(VCPU_BETA);
	assert_int_equal(running(), VCPU_ALPHA);
}

static void alpha_and_beta(void)
{
	become(VCPU_ALPHA);
	wake(VCPU_BETA);
	assert_int_equal(running(), VCPU_ALPHA);
}

/* A device wakes the console; it sleeps again after a while. */
static void console_works(uint64_t ns)
{
	int before = running();

	wake(VCPU_CONSOLE);
	assert_int_equal(running(), VCPU_CONSOLE);
	advance(ns);
	assert_int_equal(running(), VCPU_CONSOLE);
	mv_vcpu_wait();
	assert_int_equal(running(), before);
}

TEST(sched_001, "UNI-SCHED-001", "with every vCPU asleep the machine waits for an interrupt")
{
	assert_int_equal(running(), -1);
	wake(VCPU_ROGUE);
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST_UNBOOTED(sched_002, "UNI-SCHED-002", "after boot cells run in the order of their priorities")
{
	static const int order[] = { VCPU_CONSOLE, VCPU_MONITOR, VCPU_ALPHA, VCPU_BETA,
				     VCPU_ROGUE };

	boot_system();
	for (unsigned int i = 0; i < ARRAY_SIZE(order); i++) {
		assert_int_equal(running(), order[i]);
		page(order[i])->virq_enabled = BIT(POKE_LINE);
		mv_vcpu_wait();
	}
	assert_int_equal(running(), -1);
}

TEST(sched_003, "UNI-SCHED-003", "a vCPU that yields is not followed by a less urgent one")
{
	become(VCPU_CONSOLE);
	wake(VCPU_MONITOR);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(mv_vcpu_yield(), MV_OK);
		assert_int_equal(running(), VCPU_CONSOLE);
	}
	advance(20 * SLICE);
	assert_int_equal(running(), VCPU_CONSOLE);
}

TEST(sched_004, "UNI-SCHED-004", "a vCPU made ready at a higher priority runs next")
{
	page(VCPU_CONSOLE)->virq_enabled = BIT(2);
	become(VCPU_ALPHA);
	assert_int_equal(mv_virq_raise(ALPHA_GONG, 1), MV_OK);
	assert_int_equal(running(), VCPU_CONSOLE);
}

TEST(sched_005, "UNI-SCHED-005", "a vCPU made ready at the same or a lower priority waits its turn")
{
	page(VCPU_BETA)->virq_enabled = BIT(2);
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 1);
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_READY);
	assert_int_equal(running(), VCPU_ALPHA);
	wake(VCPU_ROGUE);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(sched_006, "UNI-SCHED-006",
     "vCPUs of one priority that yield take turns in the order they came")
{
	static const int order[] = { VCPU_ALPHA_1, VCPU_BETA, VCPU_ALPHA };

	three_of_one_priority();
	for (int i = 0; i < 30; i++) {
		mv_vcpu_yield();
		assert_int_equal(running(), order[i % 3]);
	}
}

TEST(sched_007, "UNI-SCHED-007", "a vCPU alone at its priority goes on after a yield")
{
	become(VCPU_ROGUE);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(sched_008, "UNI-SCHED-008", "vCPUs of one priority alternate with the time slice")
{
	alpha_and_beta();
	for (int i = 0; i < 20; i++) {
		assert_int_equal(running(), i % 2 ? VCPU_BETA : VCPU_ALPHA);
		advance(SLICE - 1 * US);
		assert_int_equal(running(), i % 2 ? VCPU_BETA : VCPU_ALPHA);
		advance(1 * US + 20);
	}
}

TEST(sched_009, "UNI-SCHED-009", "three vCPUs of one priority get one slice after another")
{
	static const int order[] = { VCPU_ALPHA, VCPU_ALPHA_1, VCPU_BETA };

	three_of_one_priority();
	advance(10 * US);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(running(), order[i % 3]);
		advance(SLICE);
	}
}

TEST(sched_010, "UNI-SCHED-010", "no timer interrupt comes while nobody shares the priority")
{
	unsigned int sets;

	become(VCPU_ALPHA);
	wake(VCPU_ROGUE);
	advance(2 * SLICE); /* what was set for a slice that ended early */
	sets = machine.sets;
	advance(100 * SLICE);
	assert_int_equal(machine.sets, sets);
	assert_int_equal(machine.deadline, TIME_NEVER);
}

TEST(sched_011, "UNI-SCHED-011", "a slice begins when the second vCPU of a priority comes")
{
	become(VCPU_ALPHA);
	advance(7 * SLICE + 3 * MS);
	wake(VCPU_BETA);
	advance(SLICE - 1 * US);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(2 * US);
	assert_int_equal(running(), VCPU_BETA);
}

TEST(sched_012, "UNI-SCHED-012", "a pre-empted vCPU goes on before others of its priority")
{
	alpha_and_beta();
	for (int i = 0; i < 50; i++)
		console_works(100 * US);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(sched_013, "UNI-SCHED-013", "a pre-emption leaves the rest of the slice for later")
{
	alpha_and_beta();
	advance(4 * MS);
	console_works(30 * MS);
	advance(6 * MS - 10 * US);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(20 * US);
	assert_int_equal(running(), VCPU_BETA);
	advance(SLICE - 20 * US);
	assert_int_equal(running(), VCPU_BETA);
}

TEST(sched_014, "UNI-SCHED-014", "frequent pre-emption takes no share from the second in the queue")
{
	uint64_t ran[NR_VCPUS] = { 0 };

	alpha_and_beta();
	for (int i = 0; i < 2000; i++) {
		ran[running()] += 300;
		advance(300 * US);
		console_works(50 * US);
	}
	assert_in_range(ran[VCPU_ALPHA], 290000, 310000);
	assert_in_range(ran[VCPU_BETA], 290000, 310000);
}

TEST_UNBOOTED(sched_015, "UNI-SCHED-015",
	      "a pre-emption at the very end of a slice does not renew it")
{
	/* The device's interrupt is acknowledged before the timer's. */
	edit_platform.timer_irq = 79;
	boot_and_settle();
	alpha_and_beta();
	machine.ticks += SLICE / 10 + 1;
	page(VCPU_CONSOLE)->virq_enabled = BIT(POKE_LINE);
	device_edge(IRQ_POKE(VCPU_CONSOLE));
	assert_int_equal(running(), VCPU_CONSOLE);
	mv_virq_fetch(CONSOLE_POKE);
	mv_vcpu_wait();
	advance(1 * MS);
	assert_int_equal(running(), VCPU_BETA);
}

TEST(sched_016, "UNI-SCHED-016", "a vCPU that waits gives up its slice and later has a whole one")
{
	alpha_and_beta();
	advance(9 * MS);
	page(VCPU_ALPHA)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_BETA);
	wake(VCPU_ALPHA);
	advance(SLICE - 10 * US);
	assert_int_equal(running(), VCPU_BETA);
	advance(20 * US);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(SLICE - 20 * US);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(sched_017, "UNI-SCHED-017", "a yield hands a whole slice to the next")
{
	alpha_and_beta();
	advance(9 * MS);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_BETA);
	advance(SLICE - 10 * US);
	assert_int_equal(running(), VCPU_BETA);
	advance(20 * US);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(sched_018, "UNI-SCHED-018", "a slice that has lost its rival ends without a switch")
{
	unsigned int switches;

	alpha_and_beta();
	mv_vcpu_yield();
	page(VCPU_BETA)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ALPHA);
	switches = machine.vcpu_switches;
	advance(10 * SLICE);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(machine.vcpu_switches, switches);
}

TEST_UNBOOTED(sched_019, "UNI-SCHED-019", "any two priorities are told apart, over the whole range")
{
	static const uint8_t some[] = { 0,  1,  30, 31,  32,  33,  62,  63,
					64, 65, 95, 127, 128, 191, 254, 255 };

	edit_cells[CELL_ALPHA].floor = 0;
	edit_cells[CELL_ALPHA].ceiling = 255;
	boot_and_settle();
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	for (unsigned int low = 0; low < ARRAY_SIZE(some); low++)
		for (unsigned int high = low + 1; high < ARRAY_SIZE(some); high++) {
			mv_vcpu_set_priority(CAP_VCPU_0, some[high]);
			mv_vcpu_set_priority(ALPHA_VCPU_1, some[low]);
			assert_int_equal(running(), VCPU_ALPHA);
			mv_vcpu_set_priority(ALPHA_VCPU_1, some[high]);
			mv_vcpu_set_priority(CAP_VCPU_0, some[low]);
			assert_int_equal(running(), VCPU_ALPHA_1);
			mv_vcpu_set_priority(CAP_VCPU_0, some[high]);
			mv_vcpu_yield();
			assert_int_equal(running(), VCPU_ALPHA);
		}
}

TEST(sched_020, "UNI-SCHED-020", "the address space changes only with the cell")
{
	unsigned int spaces;

	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	spaces = machine.space_switches;
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ALPHA_1);
	assert_int_equal(machine.space_switches, spaces);
	wake(VCPU_CONSOLE);
	assert_int_equal(machine.space, CELL_CONSOLE);
	mv_vcpu_wait();
	assert_int_equal(machine.space, CELL_ALPHA);
	assert_int_equal(machine.space_switches, spaces + 2);
}

TEST(sched_021, "UNI-SCHED-021",
     "the last vCPU that waits and is the first to wake needs no switch")
{
	unsigned int switches;

	become(VCPU_ROGUE);
	page(VCPU_ROGUE)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(running(), -1);
	switches = machine.vcpu_switches + machine.space_switches;
	wake(VCPU_ROGUE);
	assert_int_equal(running(), VCPU_ROGUE);
	assert_int_equal(machine.vcpu_switches + machine.space_switches, switches);
}

TEST(sched_022, "UNI-SCHED-022",
     "vCPUs of one priority woken from idle run in that order, by slices")
{
	sleep_all();
	page(VCPU_ALPHA)->virq_enabled = page(VCPU_BETA)->virq_enabled = BIT(POKE_LINE);
	machine.latched[IRQ_POKE(VCPU_ALPHA)] = machine.latched[IRQ_POKE(VCPU_BETA)] = 1;
	take_interrupts();
	forget_poke(VCPU_ALPHA);
	forget_poke(VCPU_BETA);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(SLICE + 10 * US);
	assert_int_equal(running(), VCPU_BETA);
	advance(SLICE);
	assert_int_equal(running(), VCPU_ALPHA);
}

static unsigned int naps;

static void nap_then_poke(void)
{
	assert_int_equal(arch_percpu()->rq.summary, 0);
	if (++naps == 3)
		machine.latched[IRQ_POKE(VCPU_ROGUE)] = 1;
}

TEST(sched_023, "UNI-SCHED-023", "an interrupt for nobody ends no idling; one for a vCPU does")
{
	become(VCPU_ROGUE);
	page(VCPU_ROGUE)->virq_enabled = BIT(POKE_LINE);
	machine.on_wait = nap_then_poke;
	mv_vcpu_wait();
	assert_int_equal(naps, 3);
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(sched_024, "UNI-SCHED-024",
     "a vCPU that keeps the processor cannot keep it from a more urgent one")
{
	become(VCPU_ROGUE);
	for (int i = 0; i < 20; i++) {
		advance(SLICE);
		assert_int_equal(running(), VCPU_ROGUE);
		wake(VCPU_BETA);
		assert_int_equal(running(), VCPU_BETA);
		mv_vcpu_wait();
	}
}

TEST(sched_025, "UNI-SCHED-025", "lowering a vCPU below a rival and back keeps the queues whole")
{
	three_of_one_priority();
	for (int i = 0; i < 20; i++) {
		int who = running();

		if (who == VCPU_BETA) {
			mv_vcpu_yield();
			continue;
		}
		mv_vcpu_set_priority(who == VCPU_ALPHA ? CAP_VCPU_0 : ALPHA_VCPU_1, 99);
		assert_int_not_equal(running(), who);
		if (running() == VCPU_BETA)
			mv_vcpu_yield();
		mv_vcpu_set_priority(CAP_VCPU_0, 100);
		mv_vcpu_set_priority(ALPHA_VCPU_1, 100);
	}
}
