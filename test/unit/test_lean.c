/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the microvisor in its leanest configuration (lean.h): parts that were left
 * out refuse calls or are silent, all else works as ever.
 */
#include "software.h"
#include "unit.h"

#include <core/panic.h>
#include <string.h>

TEST_UNBOOTED(lean_001, "UNI-LEAN-001", "without the boot sheet nothing is printed")
{
	boot_system();
	assert_int_equal(machine.length, 0);
}

TEST(lean_002, "UNI-LEAN-002",
     "without debug checks system_check does not exist, whatever its arguments")
{
	become(VCPU_MONITOR);
	assert_error(MV_ERR_CALL, mv_system_check(MONITOR_SYSTEM, 0));
	assert_error(MV_ERR_CALL, mv_system_check(MONITOR_SYSTEM, 1));
	assert_error(MV_ERR_CALL, mv_system_check(0xffffffff, 7));
}

TEST(lean_003, "UNI-LEAN-003", "without the trace buffer trace_read does not exist")
{
	become(VCPU_MONITOR);
	assert_error(MV_ERR_CALL, mv_trace_read(MONITOR_LOG, data(CELL_MONITOR, 0), 1024));
	assert_error(MV_ERR_CALL, mv_trace_read(0, at(0xffffffff), 0xffffffff));
}

TEST(lean_004, "UNI-LEAN-004",
     "without fault printing a fault that nobody reads is silent, not lost on others")
{
	edit_log_cell = MV_NONE;
	become(VCPU_BETA);
	fault(MV_FAULT_READ, 5, 0);
	assert_true(printed_nothing());
	assert_int_equal(cells[CELL_BETA].faults, 1);
	edit_log_cell = CELL_MONITOR;
	become(VCPU_BETA);
	fault(MV_FAULT_READ, 5, 0);
	become(VCPU_MONITOR);
	assert_result(MV_OK, sizeof(struct mv_fault_record),
		      mv_fault_read(MONITOR_LOG, data(CELL_MONITOR, 0), 4096));
}

TEST(lean_005, "UNI-LEAN-005",
     "without a restart after a panic the board halts, and tells at the next boot")
{
	ENDS(panic(PANIC_VECTOR, 3));
	assert_int_equal(machine.end, END_HALTED);
	assert_null(strstr(machine.line, "restarting"));
	boot_system();
	assert_true(printed("PANIC 0x1004, detail 0x00000003"));
}

TEST(lean_006, "UNI-LEAN-006", "cells talk, are scheduled and time passes as in any configuration")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(1);
	mv_vcpu_wait();
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	assert_int_equal(mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 16), MV_OK);
	assert_int_equal(running(), VCPU_ALPHA);
	advance(CONFIG_TIME_SLICE_US * US + 100);
	assert_int_equal(running(), VCPU_BETA);
	assert_result(MV_OK, 16, mv_channel_receive(BETA_WORK, data(CELL_BETA, 0), 64));
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(0));
}
