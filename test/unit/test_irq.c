/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of physical interrupts: routing to cells, level-triggered ones masked
 * until acknowledged, storms, spurious ones, and cells that stop.
 */
#include "software.h"
#include "unit.h"

#include <core/irq.h>

TEST(irq_001, "UNI-IRQ-001",
     "after boot only interrupts of running cells and the timer are unmasked")
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		bool given = irq == IRQ_TIMER || irq == IRQ_UART || irq == IRQ_DEVICE ||
			     (irq >= IRQ_POKE(0) && irq < IRQ_POKE(NR_VCPUS) &&
			      irq != IRQ_POKE(VCPU_SPARE));

		assert_int_equal(machine.masked[irq], !given);
	}
}

TEST(irq_002, "UNI-IRQ-002", "triggers are set as described")
{
	assert_int_equal(machine.edge[IRQ_UART], 0);
	assert_int_equal(machine.edge[IRQ_DEVICE], 1);
	assert_int_equal(machine.edge[IRQ_POKE(VCPU_BETA)], 1);
}

TEST(irq_003, "UNI-IRQ-003", "a device's interrupt becomes its cell's vIRQ with payload 1")
{
	page(VCPU_ALPHA)->virq_enabled = BIT(4);
	device_edge(IRQ_DEVICE);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_DEVICE));
}

TEST(irq_004, "UNI-IRQ-004",
     "a level-triggered interrupt stays masked until the driver acknowledges")
{
	become(VCPU_CONSOLE);
	device_level(IRQ_UART, true);
	assert_int_equal(machine.masked[IRQ_UART], 1);
	assert_result(MV_OK, 1, mv_virq_fetch(CONSOLE_UART));
	assert_int_equal(machine.masked[IRQ_UART], 1);
	device_level(IRQ_UART, false);
	assert_int_equal(mv_virq_ack(CONSOLE_UART), MV_OK);
	assert_int_equal(machine.masked[IRQ_UART], 0);
	assert_int_equal(page(VCPU_CONSOLE)->virq_pending, 0);
}

TEST(irq_005, "UNI-IRQ-005", "a level-triggered interrupt still asserted comes again after the ack")
{
	become(VCPU_CONSOLE);
	device_level(IRQ_UART, true);
	mv_virq_fetch(CONSOLE_UART);
	assert_int_equal(page(VCPU_CONSOLE)->virq_pending, 0);
	mv_virq_ack(CONSOLE_UART);
	assert_int_equal(page(VCPU_CONSOLE)->virq_pending, BIT(0));
	assert_int_equal(machine.masked[IRQ_UART], 1);
}

TEST(irq_006, "UNI-IRQ-006", "a driver that never acknowledges leaves the machine to others")
{
	become(VCPU_ROGUE);
	machine.asserted[IRQ_UART] = 1;
	take_interrupts();
	assert_false(machine_irq_pending());
	advance(1000 * MS);
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(irq_007, "UNI-IRQ-007", "an edge-triggered interrupt is never masked")
{
	become(VCPU_ALPHA);
	for (int i = 0; i < 100; i++)
		device_edge(IRQ_DEVICE);
	assert_int_equal(machine.masked[IRQ_DEVICE], 0);
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_DEVICE));
}

TEST(irq_008, "UNI-IRQ-008", "acknowledging what is not masked does no harm")
{
	become(VCPU_CONSOLE);
	assert_int_equal(mv_virq_ack(CONSOLE_UART), MV_OK);
	assert_int_equal(mv_virq_ack(CONSOLE_UART), MV_OK);
	assert_int_equal(machine.masked[IRQ_UART], 0);
}

TEST(irq_009, "UNI-IRQ-009", "only vIRQs of a device can be acknowledged")
{
	become(VCPU_CONSOLE);
	assert_int_equal(mv_virq_ack(CONSOLE_GONG), MV_ERR_RIGHTS);
	assert_int_equal(mv_virq_ack(CONSOLE_LINE), MV_ERR_CAPABILITY);
}

TEST(irq_010, "UNI-IRQ-010", "a spurious interrupt changes nothing")
{
	unsigned int switches = machine.vcpu_switches;

	become(VCPU_ALPHA);
	switches = machine.vcpu_switches;
	irq_dispatch();
	assert_int_equal(machine.active, -1);
	assert_int_equal(machine.vcpu_switches, switches);
	check_machine();
}

TEST(irq_011, "UNI-IRQ-011", "an interrupt that no cell has never gets through")
{
	become(VCPU_ALPHA);
	machine.asserted[IRQ_NOBODY] = 1;
	machine.latched[IRQ_NOBODY] = 1;
	assert_false(machine_irq_pending());
}

TEST(irq_016, "UNI-IRQ-016",
     "what comes all the same is ended, masked and counted, and reaches nobody")
{
	uint32_t before = irq_strays();

	become(VCPU_ALPHA);
	machine.masked[IRQ_NOBODY] = 0;
	device_level(IRQ_NOBODY, true);
	assert_int_equal(machine.active, -1);
	assert_int_equal(machine.masked[IRQ_NOBODY], 1);
	machine.beyond = 1000;
	irq_dispatch();
	assert_int_equal(machine.active, -1);
	assert_int_equal(machine.dropped, 2);
	assert_int_equal(irq_strays(), before + 2);
	machine.beyond = 1023;
	irq_dispatch();
	assert_int_equal(irq_strays(), before + 2);
}

TEST(irq_017, "UNI-IRQ-017",
     "the edge of a cell that is out comes once, and is there when it starts")
{
	become(VCPU_MONITOR);
	mv_cell_stop(MONITOR_ALPHA);
	machine.masked[IRQ_DEVICE] = 0;
	for (int i = 0; i < 3; i++)
		device_edge(IRQ_DEVICE);
	assert_int_equal(machine.masked[IRQ_DEVICE], 1);
	mv_cell_restart(MONITOR_ALPHA);
	sleep_all();
	become(VCPU_ALPHA);
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_DEVICE));
}

TEST(irq_012, "UNI-IRQ-012", "stopping a cell masks its interrupts, a start opens them again")
{
	become(VCPU_CONSOLE);
	assert_int_equal(mv_cell_stop(CAP_SELF), MV_OK);
	assert_int_equal(machine.masked[IRQ_UART], 1);
	assert_int_equal(machine.masked[IRQ_POKE(VCPU_CONSOLE)], 1);
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_OK);
	sleep_all();
	assert_int_equal(machine.masked[IRQ_DEVICE], 1);
	become(VCPU_MONITOR);
	machine.latched[IRQ_DEVICE] = 1;
	assert_int_equal(mv_cell_restart(MONITOR_ALPHA), MV_OK);
	assert_int_equal(machine.masked[IRQ_DEVICE], 1);
	sleep_all();
	assert_int_equal(machine.masked[IRQ_DEVICE], 0);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(4));
}

TEST(irq_013, "UNI-IRQ-013", "a masked level-triggered interrupt is open again after a restart")
{
	become(VCPU_CONSOLE);
	device_level(IRQ_UART, true);
	assert_int_equal(machine.masked[IRQ_UART], 1);
	machine.asserted[IRQ_UART] = 0;
	assert_int_equal(mv_cell_restart(CAP_SELF), MV_OK);
	assert_int_equal(running(), VCPU_CONSOLE);
	assert_int_equal(machine.masked[IRQ_UART], 0);
	assert_int_equal(page(VCPU_CONSOLE)->virq_pending, 0);
}

TEST(irq_014, "UNI-IRQ-014", "the interrupt of a more urgent cell runs it at once")
{
	page(VCPU_CONSOLE)->virq_enabled = BIT(0);
	become(VCPU_ROGUE);
	machine.asserted[IRQ_UART] = 1;
	take_interrupts();
	assert_int_equal(running(), VCPU_CONSOLE);
	assert_int_equal(vcpus[VCPU_CONSOLE].frame.r[1], BIT(0));
}

static unsigned int polls, goal;

static void wake_after_steps(void)
{
	if (++polls == goal)
		machine.latched[IRQ_POKE(VCPU_CONSOLE)] = 1;
}

TEST(irq_015, "UNI-IRQ-015", "a cell stopped at any step of its start has its interrupts masked")
{
	for (goal = 1; goal < 12; goal++) {
		become(VCPU_MONITOR);
		mv_cell_restart(MONITOR_ALPHA);
		polls = 0;
		machine.on_poll = wake_after_steps;
		mv_vcpu_wait();
		machine.on_poll = NULL;
		forget_poke(VCPU_CONSOLE);
		become(VCPU_MONITOR);
		assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_OK);
		sleep_all();
		assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_STOPPED);
		assert_int_equal(machine.masked[IRQ_DEVICE], 1);
		assert_int_equal(machine.masked[IRQ_POKE(VCPU_ALPHA)], 1);
	}
}

/* Two timers of alpha are due; the timer's interrupt has the lower number, so it is first. */
static void two_timers_due(void)
{
	uint64_t when;

	become(VCPU_ALPHA);
	when = mv_time_now() + 1000000;
	mv_timer_set(ALPHA_TIMER, MV_TIMER_ABSOLUTE, when);
	mv_timer_set(ALPHA_TIMER_2, MV_TIMER_ABSOLUTE, when);
	machine.ticks += 200000;
}

TEST(irq_018, "UNI-IRQ-018", "a device's interrupt comes between two timers that are due at once")
{
	two_timers_due();
	machine.latched[IRQ_DEVICE] = 1;
	irq_dispatch();
	assert_int_equal(machine.latched[IRQ_DEVICE], 0);
	assert_true(machine_irq_pending());
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_DEVICE));
	take_interrupts();
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_TIMER_2_VIRQ));
}

static void slow_controller(void)
{
	if (machine.masked[IRQ_TIMER])
		machine.beyond = IRQ_TIMER;
}

TEST(irq_019, "UNI-IRQ-019",
     "a timer's interrupt that was on its way when it was masked comes again")
{
	two_timers_due();
	machine.on_poll = slow_controller;
	irq_dispatch();
	machine.on_poll = NULL;
	assert_int_equal(machine.masked[IRQ_TIMER], 0);
	take_interrupts();
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_TIMER_2_VIRQ));
}
