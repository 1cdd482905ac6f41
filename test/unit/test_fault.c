/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of faults: the policies of cells, the log and its reader, and the text that is
 * printed if no cell reads the log.
 */
#include "software.h"
#include "unit.h"

#include <string.h>

static struct mv_fault_record *buffer(void)
{
	return data(CELL_MONITOR, 0x400);
}

/* As the monitor. */
static const struct mv_fault_record *read_record(void)
{
	become(VCPU_MONITOR);
	memset(buffer(), 0xee, sizeof(struct mv_fault_record));
	assert_result(MV_OK, sizeof(struct mv_fault_record),
		      mv_fault_read(MONITOR_LOG, buffer(), sizeof(struct mv_fault_record)));
	return buffer();
}

static void faults(unsigned int vcpu, unsigned int times)
{
	while (times--) {
		become(vcpu);
		fault(MV_FAULT_WRITE, 0x805, 0xdead0000);
	}
}

TEST(fault_001, "UNI-FAULT-001", "a cell of policy halt stays faulted while others go on")
{
	become(VCPU_CONSOLE);
	wake(VCPU_ROGUE);
	fault(MV_FAULT_READ, 5, 0);
	assert_int_equal(cells[CELL_CONSOLE].state, MV_CELL_FAULTED);
	assert_int_equal(vcpus[VCPU_CONSOLE].state, VCPU_STOPPED);
	assert_int_equal(running(), VCPU_ROGUE);
	device_edge(IRQ_POKE(VCPU_CONSOLE));
	device_level(IRQ_UART, true);
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(fault_002, "UNI-FAULT-002", "a cell of policy restart is as at boot after its fault")
{
	become(VCPU_BETA);
	memset(data(CELL_BETA, 0), 0x77, IMAGE_DATA);
	fault(MV_FAULT_FETCH, 7, 0);
	assert_int_equal(running(), VCPU_BETA);
	assert_int_equal(vcpus[VCPU_BETA].frame.pc, CELL_BASE(CELL_BETA));
	assert_memory_equal(data(CELL_BETA, 0), pristine, IMAGE_DATA);
	assert_result(MV_OK, 1 << 8 | MV_CELL_RUNNING, mv_cell_status(CAP_SELF));
}

TEST(fault_003, "UNI-FAULT-003", "the fault after the last allowed restart halts the cell")
{
	become(VCPU_ALPHA);
	for (unsigned int i = 1; i <= 3; i++) {
		fault(MV_FAULT_UNDEFINED, 0, 0);
		assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_RUNNING);
		assert_int_equal(cells[CELL_ALPHA].faults, i);
		assert_int_equal(running(), VCPU_ALPHA);
	}
	fault(MV_FAULT_UNDEFINED, 0, 0);
	assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_FAULTED);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(read_record()->policy, POLICY_RESTART);
	assert_int_equal(read_record()->policy, POLICY_HALT);
}

TEST(fault_004, "UNI-FAULT-004", "without a limit a cell is restarted for ever")
{
	faults(VCPU_BETA, 1000);
	assert_int_equal(cells[CELL_BETA].faults, 1000);
	become(VCPU_BETA);
}

TEST(fault_005, "UNI-FAULT-005", "a monitor is told which cell faulted and may restart it")
{
	become(VCPU_ROGUE);
	fault(MV_FAULT_WRITE, 0x80d, MV_KERNEL_BASE);
	assert_int_equal(cells[CELL_ROGUE].state, MV_CELL_FAULTED);
	become(VCPU_MONITOR);
	assert_result(MV_OK, BIT(CELL_ROGUE), mv_virq_fetch(MONITOR_VIRQ));
	assert_result(MV_OK, MV_CELL_FAULTED, mv_cell_status(MONITOR_ROGUE));
	assert_int_equal(read_record()->policy, POLICY_MONITOR);
	assert_int_equal(mv_cell_restart(MONITOR_ROGUE), MV_OK);
	sleep_all();
	assert_int_equal(cells[CELL_ROGUE].state, MV_CELL_RUNNING);
}

TEST(fault_006, "UNI-FAULT-006", "a monitor may stop a faulted cell for good")
{
	become(VCPU_ROGUE);
	fault(MV_FAULT_WRITE, 0x80d, MV_KERNEL_BASE);
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_stop(MONITOR_ROGUE), MV_OK);
	assert_result(MV_OK, MV_CELL_STOPPED, mv_cell_status(MONITOR_ROGUE));
	assert_int_equal(mv_cell_stop(MONITOR_ROGUE), MV_ERR_STATE);
}

TEST(fault_007, "UNI-FAULT-007", "a fault wakes the monitor at once if it is more urgent")
{
	become(VCPU_MONITOR);
	page(VCPU_MONITOR)->virq_enabled = BIT(1);
	mv_vcpu_wait();
	become(VCPU_ROGUE);
	fault(MV_FAULT_BREAKPOINT, 2, 0x10400000);
	assert_int_equal(running(), VCPU_MONITOR);
	assert_int_equal(vcpus[VCPU_MONITOR].frame.r[1], BIT(1));
}

TEST(fault_008, "UNI-FAULT-008", "a record holds all that is known of the fault")
{
	const struct mv_fault_record *r;

	become(VCPU_ALPHA);
	mv_cell_restart(CAP_SELF);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	become(VCPU_ALPHA_1);
	advance(5000000000ull - mv_time_now());
	for (unsigned int i = 0; i < 17; i++)
		((uint32_t *)&vcpus[VCPU_ALPHA_1].frame)[i] = 0xc0de0000 + i;
	fault(MV_FAULT_ALIGNMENT, 1, 0x12345);
	r = read_record();
	assert_int_equal(r->sequence, 1);
	assert_int_equal(r->cell, CELL_ALPHA);
	assert_int_equal(r->vcpu, 1);
	assert_int_equal(r->cause, MV_FAULT_ALIGNMENT);
	assert_int_equal(r->status, 1);
	assert_int_equal(r->address, 0x12345);
	assert_int_equal(r->restarts, 1);
	assert_int_equal(r->policy, POLICY_RESTART);
	assert_int_equal((uint64_t)r->time[1] << 32 | r->time[0], 5000000000ull);
	assert_string_equal(r->name, "alpha");
	for (unsigned int i = 0; i < 17; i++)
		assert_int_equal(r->regs[i], 0xc0de0000 + i);
}

TEST(fault_009, "UNI-FAULT-009", "a fault of one vCPU stops all of its cell")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	become(VCPU_ALPHA_1);
	fault(MV_FAULT_READ, 5, 4);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(vcpus[VCPU_ALPHA].frame.pc, CELL_BASE(CELL_ALPHA));
}

TEST(fault_010, "UNI-FAULT-010", "every record raises the reader's vIRQ")
{
	for (int i = 0; i < 3; i++) {
		faults(VCPU_BETA, 1);
		become(VCPU_MONITOR);
		assert_result(MV_OK, 1, mv_virq_fetch(MONITOR_FAULTS));
	}
}

TEST(fault_011, "UNI-FAULT-011", "a full log drops the newest; the next number shows the gap")
{
	faults(VCPU_BETA, CONFIG_FAULT_RECORDS + 3);
	for (uint32_t i = 1; i <= CONFIG_FAULT_RECORDS; i++)
		assert_int_equal(read_record()->sequence, i);
	assert_error(MV_ERR_EMPTY, mv_fault_read(MONITOR_LOG, buffer(), 4096));
	faults(VCPU_BETA, 1);
	assert_int_equal(read_record()->sequence, CONFIG_FAULT_RECORDS + 4);
	assert_true(printed_nothing());
}

TEST(fault_012, "UNI-FAULT-012", "records come in order, round the log many times")
{
	uint32_t next = 1;

	for (int round = 0; round < 20; round++) {
		unsigned int some = round % CONFIG_FAULT_RECORDS + 1;

		faults(VCPU_BETA, some);
		while (some--)
			assert_int_equal(read_record()->sequence, next++);
	}
}

TEST(fault_013, "UNI-FAULT-013", "a read that is refused leaves the record in the log")
{
	static const uint32_t bad[] = { 0,
					CELL_BASE(CELL_MONITOR), /* text */
					CELL_END(CELL_MONITOR) - 4,
					CELL_DATA(CELL_MONITOR) + 1,
					CELL_DATA(CELL_MONITOR) + 2,
					CELL_DATA(CELL_BETA),
					MV_VCPU_PAGE_BASE,
					MV_KERNEL_BASE,
					0xfffffffc };

	faults(VCPU_BETA, 1);
	become(VCPU_MONITOR);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_error(MV_ERR_ADDRESS, mv_fault_read(MONITOR_LOG, at(bad[i]), 4096));
	for (uint32_t size = 0; size < sizeof(struct mv_fault_record); size += 15)
		assert_error(MV_ERR_SIZE, mv_fault_read(MONITOR_LOG, buffer(), size));
	assert_error(MV_ERR_SIZE,
		     mv_fault_read(MONITOR_LOG, buffer(), sizeof(struct mv_fault_record) - 1));
	assert_int_equal(read_record()->sequence, 1);
}

TEST(fault_014, "UNI-FAULT-014", "a buffer larger than a record may end anywhere after it")
{
	uint32_t end = CELL_END(CELL_MONITOR) - sizeof(struct mv_fault_record);

	faults(VCPU_BETA, 1);
	become(VCPU_MONITOR);
	assert_result(MV_OK, sizeof(struct mv_fault_record),
		      mv_fault_read(MONITOR_LOG, at(end), 0xffffffff));
}

TEST(fault_015, "UNI-FAULT-015", "a fault of the log's reader is printed at once, not logged")
{
	become(VCPU_MONITOR);
	fault(MV_FAULT_READ, 5, 0xbad0);
	assert_true(printed("cell 'monitor' vCPU 0: read at 0x0000bad0"));
	assert_true(printed("the cell is restarted"));
	become(VCPU_MONITOR);
	assert_error(MV_ERR_EMPTY, mv_fault_read(MONITOR_LOG, buffer(), 4096));
	assert_int_equal(page(VCPU_MONITOR)->virq_pending, 0);
}

TEST(fault_016, "UNI-FAULT-016", "a fault while the log's reader is stopped or loads is printed")
{
	become(VCPU_MONITOR);
	mv_cell_stop(CAP_SELF);
	faults(VCPU_BETA, 1);
	assert_true(printed("cell 'beta' vCPU 0: write at 0xdead0000"));
}

TEST(fault_017, "UNI-FAULT-017", "a fault in a system without a reader is printed")
{
	edit_log_cell = edit_log_virq = MV_NONE;
	faults(VCPU_BETA, 1);
	assert_true(printed("cell 'beta'"));
}

TEST(fault_018, "UNI-FAULT-018", "a printed report says what happened, where, with all registers")
{
	static const struct {
		uint32_t cause;
		const char *text;
	} causes[] = {
		{ MV_FAULT_UNDEFINED,
		  "vCPU 0: undefined or privileged instruction, pc 0xf00d000f, status 0x805" },
		{ MV_FAULT_FETCH, "vCPU 0: instruction fetch at 0x00001234, pc 0xf00d000f" },
		{ MV_FAULT_READ, "vCPU 0: read at 0x00001234, pc" },
		{ MV_FAULT_WRITE, "vCPU 0: write at 0x00001234, pc" },
		{ MV_FAULT_BREAKPOINT, "vCPU 0: breakpoint at 0x00001234, pc" },
		{ MV_FAULT_ALIGNMENT, "vCPU 0: misaligned access at 0x00001234, pc" },
		{ MV_FAULT_EXTERNAL, "vCPU 0: bus error at 0x00001234, pc" },
	};

	edit_log_cell = MV_NONE;
	for (unsigned int c = 0; c < ARRAY_SIZE(causes); c++) {
		become(VCPU_BETA);
		for (unsigned int i = 0; i < 17; i++)
			((uint32_t *)&vcpus[VCPU_BETA].frame)[i] = 0xf00d0000 + i;
		printed_nothing();
		fault(causes[c].cause, 0x805, 0x1234);
		assert_true(printed(causes[c].text));
		assert_true(printed("  r0  0xf00d0000  r1  0xf00d0001"));
		assert_true(printed("  r12 0xf00d000c"));
		assert_true(printed("  sp  0xf00d000d\r\n  lr  0xf00d000e  psr 0xf00d0010"));
		assert_true(printed("the cell is restarted"));
	}
}

TEST(fault_019, "UNI-FAULT-019", "a printed report tells a halted cell and one left to its monitor")
{
	edit_log_cell = MV_NONE;
	become(VCPU_ROGUE);
	fault(MV_FAULT_READ, 5, 0);
	assert_true(printed("the cell is left to its monitor"));
	become(VCPU_CONSOLE);
	fault(MV_FAULT_READ, 5, 0);
	assert_true(printed("the cell is halted"));
}

TEST(fault_020, "UNI-FAULT-020", "a name as long as the record's is cut, not run over")
{
	edit_cells[CELL_BETA].name = "abcdefghijklmnopqrstuvwxyz0123456789";
	faults(VCPU_BETA, 1);
	assert_string_equal(read_record()->name, "abcdefghijklmnopqrstuvw");
}

TEST(fault_021, "UNI-FAULT-021", "a cell that faults without end delays no more urgent one")
{
	become(VCPU_MONITOR);
	mv_timer_set(MONITOR_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	for (int i = 0; i < 200; i++) {
		become(VCPU_MONITOR);
		page(VCPU_MONITOR)->virq_enabled = BIT(2);
		mv_virq_fetch(MONITOR_TIMER_VIRQ);
		mv_vcpu_wait();
		if (running() < 0)
			wake(VCPU_BETA);
		fault(MV_FAULT_WRITE, 0x805, 0);
		advance(1 * MS);
		assert_int_equal(running(), VCPU_MONITOR);
	}
}

TEST(fault_022, "UNI-FAULT-022",
     "a faulted cell's channels, timers and vIRQs rest as those of a stopped one")
{
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 8);
	mv_virq_raise(ALPHA_BELL, 1);
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	edit_cells[CELL_BETA].policy = POLICY_HALT;
	fault(MV_FAULT_READ, 5, 0);
	advance(100 * MS);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	become(VCPU_ALPHA);
	assert_result(MV_OK, MV_CHANNEL_RESET, mv_virq_fetch(ALPHA_WORK_VIRQ));
	assert_result(MV_OK, 3, mv_channel_status(ALPHA_WORK));
}

TEST(fault_023, "UNI-FAULT-023", "a monitor policy without a monitor leaves the cell faulted")
{
	edit_cells[CELL_ROGUE].monitor_virq = MV_NONE;
	become(VCPU_ROGUE);
	fault(MV_FAULT_READ, 5, 0);
	assert_int_equal(cells[CELL_ROGUE].state, MV_CELL_FAULTED);
	assert_int_equal(read_record()->cell, CELL_ROGUE);
}
