/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of boot, the fact sheet and the machine as an object. That devices get
 * the addresses and rates of the description is checked by the test machine.
 */
#include "software.h"
#include "unit.h"

#include <core/boot.h>
#include <string.h>

TEST_UNBOOTED(boot_001, "UNI-BOOT-001", "the fact sheet says what was booted")
{
	boot_system();
	assert_true(printed("\r\nMullion 0.0.0-test, git 0123abc, config cafe0000\r\n"));
	assert_true(printed("  product Unit test on test-machine\r\n"));
	assert_true(printed("  memory  0x60000000..0x6fffffff, "
			    "free 0x60400000..0x6fffffff (258048 KiB)\r\n"));
	assert_true(printed("  kernel  8 KiB with tables and objects\r\n"));
	assert_true(printed("  objects 6 cells, 7 vCPUs, 28 vIRQs, 5 channels, 6 timers\r\n"));
}

TEST_UNBOOTED(boot_002, "UNI-BOOT-002", "the fact sheet has a line for each cell")
{
	boot_system();
	assert_true(printed("  cell    console: priority 200 (200..200), 1 vCPU, 40 KiB, "
			    "8 caps, on fault halt\r\n"));
	assert_true(printed("  cell    alpha: priority 100 (50..120), 2 vCPU, 40 KiB, "
			    "25 caps, on fault restart\r\n"));
	assert_true(printed("on fault monitor\r\n"));
	assert_true(printed("  cell    spare: priority 40 (40..40), 1 vCPU, 40 KiB, 7 caps, "
			    "on fault halt, not started\r\n"));
}

TEST_UNBOOTED(boot_003, "UNI-BOOT-003", "nothing is printed once cells run")
{
	boot_system();
	printed_nothing();
	sleep_all();
	become(VCPU_ALPHA);
	assert_true(printed_nothing());
}

TEST_UNBOOTED(boot_004, "UNI-BOOT-004", "a system in which no cell starts waits for ever")
{
	for (unsigned int c = 0; c < NR_CELLS; c++)
		edit_cells[c].start_at_boot = 0;
	boot_system();
	assert_int_equal(running(), -1);
	device_edge(IRQ_POKE(VCPU_BETA));
	device_level(IRQ_UART, true);
	assert_int_equal(running(), -1);
}

TEST_UNBOOTED(boot_005, "UNI-BOOT-005", "cells of the lowest priority boot like others")
{
	for (unsigned int c = 0; c < NR_CELLS; c++)
		edit_cells[c].floor = edit_cells[c].ceiling = 0;
	for (unsigned int v = 0; v < NR_VCPUS; v++)
		edit_vcpus[v].priority = 0;
	boot_system();
	assert_int_equal(running(), VCPU_CONSOLE);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_MONITOR);
	for (int i = 0; i < 4; i++)
		mv_vcpu_yield();
	assert_int_equal(running(), VCPU_CONSOLE);
}

TEST_UNBOOTED(boot_006, "UNI-BOOT-006", "the last word of the RAM that cells have is tried")
{
	uint32_t end = 0;

	boot_system();
	for (unsigned int c = 0; c < NR_CELLS; c++)
		for (unsigned int m = 0; m < cell_descs[c].nr_maps; m++) {
			const struct map_desc *map = &cell_descs[c].maps[m];

			if (!(map->attr & MAP_DEVICE) && map->pa + map->size > end)
				end = map->pa + map->size;
		}
	assert_int_not_equal(end, 0);
	assert_int_equal(machine.probed, end - 4);
}

TEST_UNBOOTED(boot_007, "UNI-BOOT-007", "RAM that is not there is a panic before any cell runs")
{
	machine_reset_devices();
	machine.no_ram = true;
	ENDS(boot());
	assert_true(printed("PANIC 0x2004, detail 0x"));
	assert_null(strstr(machine.line, "Mullion"));
}

TEST(system_001, "UNI-SYSTEM-001", "version is that of the binary interface")
{
	become(VCPU_ROGUE);
	assert_int_equal(mv_version(), MV_ABI_VERSION);
}

TEST(system_002, "UNI-SYSTEM-002", "system_reset restarts the board or switches it off")
{
	become(VCPU_MONITOR);
	ENDS(mv_system_reset(MONITOR_SYSTEM, MV_SYSTEM_RESTART));
	assert_int_equal(machine.end, END_RESTARTED);
	ENDS(mv_system_reset(MONITOR_SYSTEM, MV_SYSTEM_POWER_OFF));
	assert_int_equal(machine.end, END_POWERED_OFF);
}

TEST(system_003, "UNI-SYSTEM-003", "no other action is known")
{
	static const uint32_t bad[] = { 2, 3, 255, 0x80000000, 0xffffffff };

	become(VCPU_MONITOR);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(mv_system_reset(MONITOR_SYSTEM, bad[i]), MV_ERR_ARGUMENT);
}

TEST_UNBOOTED(system_004, "UNI-SYSTEM-004",
	      "a board without a means refuses a restart; off means halted")
{
	edit_platform.reset = NULL;
	boot_and_settle();
	become(VCPU_MONITOR);
	assert_int_equal(mv_system_reset(MONITOR_SYSTEM, MV_SYSTEM_RESTART), MV_ERR_STATE);
	ENDS(mv_system_reset(MONITOR_SYSTEM, MV_SYSTEM_POWER_OFF));
	assert_int_equal(machine.end, END_HALTED);
}

TEST_UNBOOTED(system_005, "UNI-SYSTEM-005",
	      "a board that can restart but not switch off halts instead")
{
	static struct reset_ops ops;

	ops = machine_reset;
	ops.power_off = NULL;
	edit_platform.reset = &ops;
	boot_and_settle();
	become(VCPU_MONITOR);
	ENDS(mv_system_reset(MONITOR_SYSTEM, MV_SYSTEM_POWER_OFF));
	assert_int_equal(machine.end, END_HALTED);
}
