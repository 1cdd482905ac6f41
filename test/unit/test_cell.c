/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of cells: loading the pristine image at the cell's own priority, stop,
 * restart, and the state that outlives them.
 */
#include "software.h"
#include "unit.h"

#include <string.h>

static void assert_zero(const void *p, uint32_t size)
{
	const uint8_t *bytes = p;

	for (uint32_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], 0);
}

static void assert_pristine(unsigned int cell)
{
	assert_memory_equal(at(CELL_BASE(cell)), pristine, IMAGE_TEXT);
	assert_memory_equal(data(cell, 0), pristine, IMAGE_DATA);
	assert_zero(data(cell, IMAGE_DATA), IMAGE_ZERO);
}

static void assert_fresh_vcpu(unsigned int vcpu, unsigned int cell)
{
	const struct arch_frame *f = &vcpus[vcpu].frame;

	assert_int_equal(f->pc, CELL_BASE(cell));
	assert_int_equal(f->sp, CELL_STACK(cell));
	assert_int_equal(f->psr, PSR_USER);
	assert_int_equal(f->lr, 0);
	assert_int_equal(f->r[0], MV_ENV_BASE);
	assert_int_equal(f->r[1], MV_VCPU_PAGE_BASE);
	assert_zero(&f->r[2], 11 * 4);
	assert_int_equal(page(vcpu)->virq_master, 0);
	assert_int_equal(page(vcpu)->virq_enabled, 0);
	assert_int_equal(page(vcpu)->vector, 0);
	assert_int_equal(page(vcpu)->cell, cell);
	assert_int_equal(page(vcpu)->vcpu, 0);
}

#define STATUS(asked, state) MV_CELL_STATUS(state, 0, asked)

TEST_UNBOOTED(cell_001, "UNI-CELL-001", "a cell starts with its pristine image and fresh registers")
{
	boot_system();
	assert_int_equal(running(), VCPU_CONSOLE);
	assert_pristine(CELL_CONSOLE);
	assert_fresh_vcpu(VCPU_CONSOLE, CELL_CONSOLE);
	sleep_all();
	for (unsigned int c = CELL_MONITOR; c < CELL_SPARE; c++) {
		assert_pristine(c);
		assert_int_equal(cells[c].state, MV_CELL_RUNNING);
	}
}

TEST(cell_002, "UNI-CELL-002", "only vCPU 0 starts by itself")
{
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	assert_int_equal(page(VCPU_ALPHA_1)->vcpu, 1);
	assert_int_equal(page(VCPU_ALPHA_1)->cell, CELL_ALPHA);
}

TEST(cell_003, "UNI-CELL-003", "a cell that is not to start at boot stays stopped")
{
	become(VCPU_MONITOR);
	assert_result(MV_OK, STATUS(0, MV_CELL_STOPPED), mv_cell_status(MONITOR_SPARE));
	assert_int_equal(*(uint32_t *)data(CELL_SPARE, 0), 0xa5a5a5a5);
}

TEST(cell_004, "UNI-CELL-004", "a large image is loaded whole, in steps of bounded length")
{
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_restart(MONITOR_SPARE), MV_OK);
	machine.longest_copy = 0;
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_SPARE);
	assert_memory_equal(at(CELL_BASE(CELL_SPARE)), pristine, SPARE_TEXT);
	assert_memory_equal(data(CELL_SPARE, 0), pristine, SPARE_DATA);
	assert_zero(data(CELL_SPARE, SPARE_DATA), SPARE_ZERO);
	assert_zero(data(CELL_SPARE, 0x4000), 64);
	assert_int_equal(*(uint32_t *)data(CELL_SPARE, SPARE_DATA + SPARE_ZERO), 0xa5a5a5a5);
	assert_in_range(machine.longest_copy, 4, LOAD_STEP);
	assert_fresh_vcpu(VCPU_SPARE, CELL_SPARE);
}

TEST(cell_005, "UNI-CELL-005", "copied text is made executable")
{
	unsigned int before = machine.code_syncs;

	become(VCPU_BETA);
	mv_cell_restart(CAP_SELF);
	assert_true(machine.code_syncs > before);
}

TEST(cell_006, "UNI-CELL-006", "loading waits for every more urgent vCPU")
{
	become(VCPU_MONITOR);
	wake(VCPU_ROGUE);
	mv_cell_restart(MONITOR_SPARE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ROGUE);
	advance(1000 * MS);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	assert_int_equal(*(uint32_t *)data(CELL_SPARE, 0), 0xa5a5a5a5);
}

static unsigned int copies;

static void interrupt_third_copy(void)
{
	if (++copies == 3)
		machine.latched[IRQ_POKE(VCPU_CONSOLE)] = 1;
}

TEST(cell_007, "UNI-CELL-007", "an interrupt while a cell loads is taken at the next step")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	machine.on_copy = interrupt_third_copy;
	page(VCPU_MONITOR)->virq_enabled = 0;
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_CONSOLE);
	assert_int_equal(copies, 3);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	forget_poke(VCPU_CONSOLE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_SPARE);
	assert_memory_equal(data(CELL_SPARE, 0), pristine, SPARE_DATA);
}

TEST(cell_008, "UNI-CELL-008",
     "a restart makes all as at boot: memory, registers, priority, other vCPUs")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	mv_vcpu_set_priority(CAP_VCPU_0, 120);
	memset(at(CELL_BASE(CELL_ALPHA)), 0x77, CELL_END(CELL_ALPHA) - CELL_BASE(CELL_ALPHA));
	memset(page(VCPU_ALPHA), 0x77, 8);
	page(VCPU_ALPHA)->vector = 0x77777777;
	memset(&vcpus[VCPU_ALPHA].frame, 0x77, sizeof(struct arch_frame) - 4);
	vcpus[VCPU_ALPHA].thread_id = 0x77777777;
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_restart(MONITOR_ALPHA), MV_OK);
	assert_result(MV_OK, STATUS(1, MV_CELL_LOADING), mv_cell_status(MONITOR_ALPHA));
	page(VCPU_MONITOR)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ALPHA);
	assert_pristine(CELL_ALPHA);
	assert_fresh_vcpu(VCPU_ALPHA, CELL_ALPHA);
	assert_int_equal(vcpus[VCPU_ALPHA].thread_id, 0);
	assert_int_equal(vcpus[VCPU_ALPHA].priority, 100);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
}

TEST(cell_009, "UNI-CELL-009", "a cell that restarts itself begins anew: the call does not return")
{
	become(VCPU_BETA);
	vcpus[VCPU_BETA].frame.pc = 0x10304444;
	mv_cell_restart(CAP_SELF);
	assert_int_equal(running(), VCPU_BETA);
	assert_fresh_vcpu(VCPU_BETA, CELL_BETA);
	assert_result(MV_OK, STATUS(1, MV_CELL_RUNNING), mv_cell_status(CAP_SELF));
}

TEST(cell_010, "UNI-CELL-010", "a second vCPU may restart its cell and is gone")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	become(VCPU_ALPHA_1);
	mv_cell_restart(CAP_SELF);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	assert_fresh_vcpu(VCPU_ALPHA, CELL_ALPHA);
}

TEST(cell_011, "UNI-CELL-011", "a restart while a cell loads begins the load anew")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	machine.on_copy = interrupt_third_copy;
	page(VCPU_MONITOR)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_CONSOLE);
	machine.on_copy = NULL;
	forget_poke(VCPU_CONSOLE);
	become(VCPU_MONITOR);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	memset(at(CELL_BASE(CELL_SPARE)), 0x55, SPARE_TEXT);
	assert_int_equal(mv_cell_restart(MONITOR_SPARE), MV_OK);
	assert_result(MV_OK, STATUS(2, MV_CELL_LOADING), mv_cell_status(MONITOR_SPARE));
	sleep_all();
	assert_memory_equal(at(CELL_BASE(CELL_SPARE)), pristine, SPARE_TEXT);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_RUNNING);
}

TEST(cell_012, "UNI-CELL-012", "a cell that stops while it loads is loaded whole by the next start")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	machine.on_copy = interrupt_third_copy;
	page(VCPU_MONITOR)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	machine.on_copy = NULL;
	forget_poke(VCPU_CONSOLE);
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_stop(MONITOR_SPARE), MV_OK);
	sleep_all();
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_STOPPED);
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	sleep_all();
	assert_memory_equal(data(CELL_SPARE, 0), pristine, SPARE_DATA);
}

TEST(cell_013, "UNI-CELL-013", "a stopped cell runs no vCPU, whatever state they were in")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	become(VCPU_ALPHA_1);
	wake(VCPU_ALPHA);
	page(VCPU_ALPHA_1)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	become(VCPU_MONITOR);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_WAITING);
	assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_OK);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	sleep_all();
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_STOPPED);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	device_edge(IRQ_POKE(VCPU_ALPHA));
	device_edge(IRQ_DEVICE);
	assert_int_equal(running(), -1);
}

TEST(cell_014, "UNI-CELL-014", "a cell that stops itself runs no more; it cannot be stopped twice")
{
	become(VCPU_BETA);
	wake(VCPU_ROGUE);
	assert_int_equal(mv_cell_stop(CAP_SELF), MV_OK);
	assert_int_equal(running(), VCPU_ROGUE);
	become(VCPU_MONITOR);
	assert_result(MV_OK, STATUS(0, MV_CELL_STOPPED), mv_cell_status(MONITOR_BETA));
	assert_int_equal(mv_cell_stop(MONITOR_BETA), MV_ERR_STATE);
	assert_int_equal(mv_cell_restart(MONITOR_BETA), MV_OK);
	sleep_all();
	assert_int_equal(cells[CELL_BETA].state, MV_CELL_RUNNING);
}

TEST(cell_015, "UNI-CELL-015", "the count of restarts stays at its end")
{
	become(VCPU_BETA);
	cells[CELL_BETA].asked = MV_CELL_COUNT_MAX - 1;
	for (int i = 0; i < 3; i++) {
		mv_cell_restart(CAP_SELF);
		assert_result(MV_OK, STATUS(MV_CELL_COUNT_MAX, MV_CELL_RUNNING),
			      mv_cell_status(CAP_SELF));
	}
}

TEST(cell_016, "UNI-CELL-016",
     "a stop forgets edge vIRQs; a level one stays until its source lowers it")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 6);
	mv_virq_raise(ALPHA_LEVEL, 6);
	become(VCPU_MONITOR);
	mv_cell_stop(MONITOR_BETA);
	sleep_all();
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(3));
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_BETA);
	sleep_all();
	become(VCPU_BETA);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(3));
	assert_result(MV_OK, 0, mv_virq_fetch(BETA_BELL));
	assert_result(MV_OK, 6, mv_virq_fetch(BETA_LEVEL));
	become(VCPU_ALPHA);
	mv_virq_lower(ALPHA_LEVEL, 6);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
}

TEST(cell_017, "UNI-CELL-017",
     "vIRQs raised for a stopped cell wait for its start and upset nothing")
{
	become(VCPU_ALPHA);
	for (int i = 0; i < 2; i++) {
		become(VCPU_ALPHA);
		mv_virq_raise(ALPHA_SPARE_BELL, 1);
		mv_virq_raise(ALPHA_SPARE_LEVEL, 2);
		become(VCPU_MONITOR);
		mv_cell_restart(MONITOR_SPARE);
		sleep_all();
		become(VCPU_SPARE);
		assert_int_equal(page(VCPU_SPARE)->virq_pending, BIT(0) | BIT(2));
		assert_result(MV_OK, 1, mv_virq_fetch(SPARE_BELL));
		assert_result(MV_OK, 2, mv_virq_fetch(SPARE_LEVEL));
		mv_cell_stop(CAP_SELF);
	}
}

TEST(cell_018, "UNI-CELL-018", "vIRQs that come while a cell loads wake nothing and are kept")
{
	become(VCPU_MONITOR);
	memset(page(VCPU_SPARE), 0xff, 12);
	pages_scribbled = true;
	mv_cell_restart(MONITOR_SPARE);
	pages_scribbled = false;
	wake(VCPU_ALPHA);
	mv_vcpu_wait();
	mv_virq_raise(ALPHA_SPARE_BELL, 4);
	mv_virq_raise(ALPHA_SPARE_BELL, 8);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	sleep_all();
	become(VCPU_SPARE);
	assert_result(MV_OK, 12, mv_virq_fetch(SPARE_BELL));
}

TEST(cell_019, "UNI-CELL-019", "a cell restarted by a less urgent one runs at once")
{
	become(VCPU_MONITOR);
	edit_vcpus[VCPU_SPARE].priority = 195;
	edit_cells[CELL_SPARE].floor = edit_cells[CELL_SPARE].ceiling = 195;
	mv_cell_restart(MONITOR_SPARE);
	assert_int_equal(running(), VCPU_SPARE);
}

TEST(cell_020, "UNI-CELL-020", "a cell without an image starts all the same")
{
	edit_cells[CELL_SPARE].nr_loads = 0;
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_SPARE);
	assert_fresh_vcpu(VCPU_SPARE, CELL_SPARE);
}

TEST(cell_021, "UNI-CELL-021", "two cells of one priority load side by side and both start")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_ALPHA);
	mv_cell_restart(MONITOR_BETA);
	sleep_all();
	assert_pristine(CELL_ALPHA);
	assert_pristine(CELL_BETA);
	assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_RUNNING);
	assert_int_equal(cells[CELL_BETA].state, MV_CELL_RUNNING);
}

TEST(cell_022, "UNI-CELL-022", "a waiting vCPU of a restarted cell is not woken into its old wait")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(2);
	mv_vcpu_wait();
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_BETA);
	wake(VCPU_ALPHA);
	mv_vcpu_wait();
	mv_virq_raise(ALPHA_BELL, 1);
	sleep_all();
	assert_int_equal(vcpus[VCPU_BETA].frame.pc, CELL_BASE(CELL_BETA));
}

TEST(cell_023, "UNI-CELL-023", "restarting a cell ten thousand times leaves the machine as it was")
{
	become(VCPU_MONITOR);
	for (int i = 0; i < 10000; i++)
		assert_int_equal(mv_cell_restart(i % 2 ? MONITOR_BETA : MONITOR_ALPHA), MV_OK);
	sleep_all();
	assert_pristine(CELL_BETA);
	become(VCPU_ALPHA);
	assert_result(MV_OK, STATUS(MV_CELL_COUNT_MAX, MV_CELL_RUNNING), mv_cell_status(CAP_SELF));
}

TEST(cell_024, "UNI-CELL-024",
     "a cell that is stopped counts as stopped at once, its objects rest soon")
{
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	mv_vcpu_start(ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_OK);
	assert_int_equal(running(), VCPU_MONITOR);
	assert_result(MV_OK, STATUS(0, MV_CELL_STOPPED), mv_cell_status(MONITOR_ALPHA));
	assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_ERR_STATE);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	sleep_all();
	assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_STOPPED);
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_STOPPED);
	advance(10 * MS);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
}

TEST(cell_025, "UNI-CELL-025", "the last word before a stop is over counts: restart or stop")
{
	become(VCPU_MONITOR);
	mv_cell_stop(MONITOR_BETA);
	assert_int_equal(mv_cell_restart(MONITOR_BETA), MV_OK);
	assert_result(MV_OK, STATUS(1, MV_CELL_LOADING), mv_cell_status(MONITOR_BETA));
	mv_cell_restart(MONITOR_ALPHA);
	assert_int_equal(mv_cell_stop(MONITOR_ALPHA), MV_OK);
	sleep_all();
	assert_int_equal(cells[CELL_BETA].state, MV_CELL_RUNNING);
	assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_STOPPED);
	assert_pristine(CELL_BETA);
}

TEST(cell_026, "UNI-CELL-026", "no vCPU of a cell that stops can be started or stopped")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	sleep_all();
	become(VCPU_MONITOR);
	mv_cell_stop(MONITOR_SPARE);
	assert_int_equal(mv_vcpu_start(MONITOR_SPARE_VCPU, 0, 0, 0), MV_ERR_STATE);
	assert_int_equal(mv_vcpu_stop(MONITOR_SPARE_VCPU), MV_ERR_STATE);
	assert_error(MV_ERR_STATE, mv_vcpu_set_priority(MONITOR_SPARE_VCPU, 40));
	sleep_all();
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_STOPPED);
}

TEST(cell_027, "UNI-CELL-027",
     "a cell that faulted rests at its own priority, others of more go on")
{
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	edit_cells[CELL_BETA].policy = POLICY_HALT;
	wake(VCPU_CONSOLE);
	forget_poke(VCPU_CONSOLE);
	page(VCPU_CONSOLE)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	machine.latched[IRQ_POKE(VCPU_CONSOLE)] = 1;
	fault(MV_FAULT_READ, 5, 0);
	assert_int_equal(running(), VCPU_CONSOLE);
	forget_poke(VCPU_CONSOLE);
	sleep_all();
	assert_int_equal(cells[CELL_BETA].state, MV_CELL_FAULTED);
	advance(10 * MS);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
}
