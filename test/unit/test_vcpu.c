/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of vCPUs: start, stop, wait, yield, priority, upcalls and the return
 * from them, and a cell that writes nonsense into the page it shares.
 */
#include "software.h"
#include "unit.h"

#include <string.h>

#define ENTRY CELL_BASE(CELL_ALPHA)

static struct arch_frame *frame(unsigned int vcpu)
{
	return &vcpus[vcpu].frame;
}

/* Alpha sleeps with vIRQs unmasked and the alarm and poke lines enabled. */
static void alpha_sleeps_unmasked(uint32_t vector)
{
	become(VCPU_ALPHA);
	page(VCPU_ALPHA)->vector = vector;
	page(VCPU_ALPHA)->virq_enabled = BIT(5) | BIT(POKE_LINE);
	page(VCPU_ALPHA)->virq_master = 1;
	frame(VCPU_ALPHA)->pc = 0x10000104;
	frame(VCPU_ALPHA)->r[12] = 0x12121212;
	mv_vcpu_wait();
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_WAITING);
}

TEST(vcpu_001, "UNI-VCPU-001", "a started vCPU begins with the registers that it was given")
{
	memset(frame(VCPU_ALPHA_1), 0xff, sizeof(struct arch_frame));
	become(VCPU_ALPHA);
	assert_int_equal(mv_vcpu_start(ALPHA_VCPU_1, ENTRY + 8, 0x10107ff0, 77), MV_OK);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ALPHA_1);
	assert_int_equal(frame(VCPU_ALPHA_1)->pc, ENTRY + 8);
	assert_int_equal(frame(VCPU_ALPHA_1)->sp, 0x10107ff0);
	assert_int_equal(frame(VCPU_ALPHA_1)->lr, 0);
	assert_int_equal(frame(VCPU_ALPHA_1)->psr, PSR_USER);
	assert_int_equal(frame(VCPU_ALPHA_1)->r[0], 77);
	assert_int_equal(frame(VCPU_ALPHA_1)->r[1], MV_VCPU_PAGE_BASE + MV_PAGE_SIZE);
	for (int i = 2; i < 13; i++)
		assert_int_equal(frame(VCPU_ALPHA_1)->r[i], 0);
}

TEST(vcpu_002, "UNI-VCPU-002", "an odd entry starts Thumb code at the even address")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY + 9, 0, 0);
	assert_int_equal(frame(VCPU_ALPHA_1)->pc, ENTRY + 8);
	assert_int_equal(frame(VCPU_ALPHA_1)->psr, PSR_USER | PSR_THUMB);
}

TEST(vcpu_003, "UNI-VCPU-003", "a vCPU that runs, is ready or waits cannot be started")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_vcpu_start(CAP_VCPU_0, ENTRY, 0, 0), MV_ERR_STATE);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	assert_int_equal(mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0), MV_ERR_STATE);
	become(VCPU_ALPHA_1);
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_WAITING);
	assert_int_equal(mv_vcpu_start(CAP_VCPU_0, ENTRY, 0, 0), MV_ERR_STATE);
}

TEST(vcpu_004, "UNI-VCPU-004", "a vCPU of a cell that does not run cannot be started")
{
	become(VCPU_MONITOR);
	assert_int_equal(mv_vcpu_start(MONITOR_SPARE_VCPU, ENTRY, 0, 0), MV_ERR_STATE);
	mv_cell_restart(MONITOR_SPARE);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	assert_int_equal(mv_vcpu_start(MONITOR_SPARE_VCPU, ENTRY, 0, 0), MV_ERR_STATE);
}

TEST(vcpu_005, "UNI-VCPU-005", "a stopped vCPU of another cell can be started by who may")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	become(VCPU_SPARE);
	assert_int_equal(mv_vcpu_stop(CAP_VCPU_0), MV_OK);
	become(VCPU_MONITOR);
	assert_int_equal(mv_vcpu_start(MONITOR_SPARE_VCPU, 0x4000, 0x5000, 6), MV_OK);
	sleep_all();
	become(VCPU_SPARE);
	assert_int_equal(frame(VCPU_SPARE)->pc, 0x4000);
}

TEST(vcpu_006, "UNI-VCPU-006", "a start masks vIRQs and keeps the priority that was set")
{
	become(VCPU_ALPHA);
	assert_result(MV_OK, 100, mv_vcpu_set_priority(ALPHA_VCPU_1, 70));
	page(VCPU_ALPHA_1)->virq_master = 1;
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_master, 0);
	assert_int_equal(vcpus[VCPU_ALPHA_1].priority, 70);
	assert_int_equal(running(), VCPU_ALPHA);
	mv_vcpu_stop(ALPHA_VCPU_1);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	assert_int_equal(vcpus[VCPU_ALPHA_1].priority, 70);
}

TEST(vcpu_007, "UNI-VCPU-007", "a vCPU that stops itself runs no more; another does")
{
	become(VCPU_ALPHA);
	wake(VCPU_ROGUE);
	assert_int_equal(mv_vcpu_stop(CAP_VCPU_0), MV_OK);
	assert_int_equal(running(), VCPU_ROGUE);
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_STOPPED);
	device_edge(IRQ_POKE(VCPU_ALPHA));
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(vcpu_008, "UNI-VCPU-008", "a stopped vCPU cannot be stopped again")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_vcpu_stop(ALPHA_VCPU_1), MV_ERR_STATE);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	assert_int_equal(mv_vcpu_stop(ALPHA_VCPU_1), MV_OK);
	assert_int_equal(mv_vcpu_stop(ALPHA_VCPU_1), MV_ERR_STATE);
}

TEST(vcpu_009, "UNI-VCPU-009", "a waiting vCPU can be stopped, and what wakes it then does not")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	become(VCPU_ALPHA_1);
	become(VCPU_ALPHA);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_WAITING);
	assert_int_equal(mv_vcpu_stop(ALPHA_VCPU_1), MV_OK);
	device_edge(IRQ_POKE(VCPU_ALPHA_1));
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_STOPPED);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(POKE_LINE));
}

TEST(vcpu_010, "UNI-VCPU-010", "vIRQs stay pending over stop and start of a vCPU")
{
	become(VCPU_ALPHA);
	device_edge(IRQ_POKE(VCPU_ALPHA_1));
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	assert_int_equal(page(VCPU_ALPHA_1)->virq_pending, BIT(POKE_LINE));
	mv_vcpu_stop(ALPHA_VCPU_1);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	mv_vcpu_yield();
	page(VCPU_ALPHA_1)->virq_enabled = BIT(POKE_LINE);
	assert_int_equal(mv_vcpu_wait(), BIT(POKE_LINE));
	assert_int_equal(running(), VCPU_ALPHA_1);
}

TEST(vcpu_011, "UNI-VCPU-011", "a wait returns at once if an enabled line is pending")
{
	become(VCPU_BETA);
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 0);
	become(VCPU_BETA);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(2));
	page(VCPU_BETA)->virq_enabled = BIT(2) | BIT(1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(mv_vcpu_wait(), BIT(2));
	assert_int_equal(running(), VCPU_BETA);
}

TEST(vcpu_012, "UNI-VCPU-012", "a pending line that is not enabled ends no wait")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 1);
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(1) | BIT(POKE_LINE);
	mv_vcpu_wait();
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_WAITING);
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 2);
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_WAITING);
	mv_virq_raise(ALPHA_LEVEL, 1);
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_WAITING);
}

TEST(vcpu_013, "UNI-VCPU-013", "a wait that slept returns the enabled lines that are pending")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(2) | BIT(3);
	mv_vcpu_wait();
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 4);
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_WAITING);
	mv_virq_raise(ALPHA_BELL, 1);
	assert_int_equal(vcpus[VCPU_BETA].state, VCPU_READY);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(1) | BIT(2));
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_BETA);
	assert_int_equal(frame(VCPU_BETA)->r[0], MV_OK);
	assert_int_equal(frame(VCPU_BETA)->r[1], BIT(2));
}

TEST(vcpu_014, "UNI-VCPU-014",
     "with vIRQs unmasked the upcall comes first, and the wait returns after it")
{
	alpha_sleeps_unmasked(0x10000040);
	become(VCPU_BETA);
	mv_virq_raise(BETA_ALARM, 9);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000040);
	assert_int_equal(frame(VCPU_ALPHA)->r[1], BIT(5));
	assert_int_equal(page(VCPU_ALPHA)->virq_master, 0);
	assert_int_equal(page(VCPU_ALPHA)->saved_pc, 0x10000104);
	assert_int_equal(page(VCPU_ALPHA)->saved_r12, 0x12121212);
	assert_result(MV_OK, 9, mv_virq_fetch(ALPHA_ALARM));
	mv_vcpu_resume();
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000104);
	assert_int_equal(frame(VCPU_ALPHA)->r[12], 0x12121212);
	assert_int_equal(page(VCPU_ALPHA)->virq_master, 1);
}

TEST(vcpu_015, "UNI-VCPU-015", "an upcall goes to an odd vector in Thumb state, else in ARM state")
{
	alpha_sleeps_unmasked(0x10000041);
	frame(VCPU_ALPHA)->psr = PSR_USER | 0x0600fe00; /* in an IT block, big-endian */
	device_edge(IRQ_POKE(VCPU_ALPHA));
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000040);
	assert_int_equal(frame(VCPU_ALPHA)->psr, PSR_USER | PSR_THUMB);
	assert_int_equal(page(VCPU_ALPHA)->saved_psr, PSR_USER | 0x0600fe00);
	page(VCPU_ALPHA)->vector = 0x10000080;
	mv_vcpu_resume();
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000080);
	assert_int_equal(frame(VCPU_ALPHA)->psr, PSR_USER);
}

TEST(vcpu_016, "UNI-VCPU-016",
     "a vIRQ makes an upcall only where its line is enabled and vIRQs are unmasked")
{
	become(VCPU_ALPHA);
	frame(VCPU_ALPHA)->pc = 0x10000200;
	page(VCPU_ALPHA)->vector = 0x10000040;
	page(VCPU_ALPHA)->virq_master = 0;
	page(VCPU_ALPHA)->virq_enabled = BIT(4);
	device_edge(IRQ_DEVICE);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000200);
	mv_virq_fetch(ALPHA_DEVICE);
	page(VCPU_ALPHA)->virq_master = 1;
	page(VCPU_ALPHA)->virq_enabled = ~BIT(4);
	device_edge(IRQ_DEVICE);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000200);
	mv_virq_fetch(ALPHA_DEVICE);
	page(VCPU_ALPHA)->virq_enabled = BIT(4);
	device_edge(IRQ_DEVICE);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000040);
	assert_int_equal(page(VCPU_ALPHA)->saved_pc, 0x10000200);
	assert_int_equal(page(VCPU_ALPHA)->virq_master, 0);
}

TEST(vcpu_017, "UNI-VCPU-017", "an upcall masks vIRQs: a second vIRQ waits for the resume")
{
	become(VCPU_ALPHA);
	frame(VCPU_ALPHA)->pc = 0x10000300;
	page(VCPU_ALPHA)->vector = 0x10000040;
	page(VCPU_ALPHA)->virq_enabled = BIT(4) | BIT(5);
	page(VCPU_ALPHA)->virq_master = 1;
	device_edge(IRQ_DEVICE);
	frame(VCPU_ALPHA)->pc = 0x10000050; /* some way into the handler */
	device_edge(IRQ_DEVICE);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000050);
	mv_vcpu_resume();
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000040);
	assert_int_equal(page(VCPU_ALPHA)->saved_pc, 0x10000300);
	mv_virq_fetch(ALPHA_DEVICE);
	mv_vcpu_resume();
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000300);
}

TEST(vcpu_018, "UNI-VCPU-018", "virq_sync delivers what became pending while vIRQs were masked")
{
	become(VCPU_ALPHA);
	frame(VCPU_ALPHA)->pc = 0x10000400;
	page(VCPU_ALPHA)->vector = 0x10000040;
	page(VCPU_ALPHA)->virq_enabled = BIT(4);
	assert_int_equal(mv_virq_sync(), MV_OK);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000400);
	device_edge(IRQ_DEVICE);
	page(VCPU_ALPHA)->virq_master = 1;
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(4));
	assert_int_equal(mv_virq_sync(), MV_OK);
	assert_int_equal(frame(VCPU_ALPHA)->pc, 0x10000040);
	assert_int_equal(frame(VCPU_ALPHA)->r[0], MV_OK);
}

TEST(vcpu_019, "UNI-VCPU-019", "a resume to any PSR ends in user mode with interrupts open")
{
	static const uint32_t wishes[] = { 0xffffffff, 0, 0x13, 0x1f, 0x1d3, 0xd3, 0x16, 0x1a };

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < ARRAY_SIZE(wishes); i++) {
		page(VCPU_ALPHA)->saved_psr = wishes[i];
		page(VCPU_ALPHA)->saved_pc = 0xffff0000;
		mv_vcpu_resume();
		assert_int_equal(frame(VCPU_ALPHA)->psr & 0x1ff, PSR_USER | (wishes[i] & 0x20));
		assert_int_equal(frame(VCPU_ALPHA)->psr & 0x01f00000, 0); /* J, reserved */
		assert_int_equal(frame(VCPU_ALPHA)->psr & 0xf8000000, wishes[i] & 0xf8000000);
	}
}

TEST(vcpu_020, "UNI-VCPU-020", "a resume leaves r0 to r11, sp and lr alone")
{
	struct arch_frame before;

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < 15; i++)
		((uint32_t *)frame(VCPU_ALPHA))[i] = 0x1111 * i;
	before = *frame(VCPU_ALPHA);
	page(VCPU_ALPHA)->saved_psr = 0x80000000;
	page(VCPU_ALPHA)->saved_pc = 0x10000008;
	page(VCPU_ALPHA)->saved_r12 = 5;
	mv_vcpu_resume();
	assert_memory_equal(&before, frame(VCPU_ALPHA), 12 * 4);
	assert_int_equal(frame(VCPU_ALPHA)->r[12], 5);
	assert_int_equal(frame(VCPU_ALPHA)->sp, before.sp);
	assert_int_equal(frame(VCPU_ALPHA)->lr, before.lr);
}

TEST(vcpu_021, "UNI-VCPU-021", "a priority may be anything from floor to ceiling, nothing else")
{
	static const uint32_t good[] = { 50, 51, 100, 119, 120 };
	static const uint32_t bad[] = { 0,   1,   49,      121,        255,        256,
					306, 356, 0x10064, 0x80000064, 0xffffff64, 0xffffffff };
	uint32_t last = 100;

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		assert_result(MV_OK, last, mv_vcpu_set_priority(CAP_VCPU_0, good[i]));
		last = good[i];
		assert_int_equal(vcpus[VCPU_ALPHA].priority, last);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_error(MV_ERR_ARGUMENT, mv_vcpu_set_priority(CAP_VCPU_0, bad[i]));
		assert_int_equal(vcpus[VCPU_ALPHA].priority, last);
	}
}

TEST(vcpu_022, "UNI-VCPU-022", "lowering one's own priority switches to a more urgent vCPU at once")
{
	become(VCPU_ALPHA);
	wake(VCPU_ROGUE);
	mv_vcpu_set_priority(CAP_VCPU_0, 61);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_result(MV_OK, 61, mv_vcpu_set_priority(CAP_VCPU_0, 59));
	assert_int_equal(running(), VCPU_ROGUE);
}

TEST(vcpu_023, "UNI-VCPU-023",
     "raising another vCPU's priority above one's own lets it run at once")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	mv_vcpu_set_priority(ALPHA_VCPU_1, 101);
	assert_int_equal(running(), VCPU_ALPHA_1);
	mv_vcpu_set_priority(CAP_VCPU_0, 102);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(vcpu_024, "UNI-VCPU-024", "a vCPU whose priority is set goes to the end of its queue")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	wake(VCPU_BETA);
	mv_vcpu_set_priority(CAP_VCPU_0, 100);
	assert_int_equal(running(), VCPU_ALPHA_1);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_BETA);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(vcpu_025, "UNI-VCPU-025",
     "the priority of a vCPU that waits or is stopped counts when it wakes")
{
	become(VCPU_ALPHA);
	mv_vcpu_set_priority(ALPHA_VCPU_1, 110);
	assert_int_equal(mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0), MV_OK);
	assert_int_equal(running(), VCPU_ALPHA_1);
	become(VCPU_ALPHA);
	mv_vcpu_set_priority(ALPHA_VCPU_1, 50);
	wake(VCPU_ALPHA_1);
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_READY);
}

TEST(vcpu_026, "UNI-VCPU-026", "what a cell writes over its page changes nothing but its own vIRQs")
{
	uint32_t pending;

	pages_scribbled = true;
	become(VCPU_ALPHA);
	device_edge(IRQ_DEVICE);
	pending = vcpus[VCPU_ALPHA].pending;
	memset(page(VCPU_ALPHA), 0xff, MV_PAGE_SIZE);
	assert_int_equal(mv_vcpu_wait(), pending);
	assert_int_equal(frame(VCPU_ALPHA)->pc, ~1u);
	assert_int_equal(frame(VCPU_ALPHA)->psr, PSR_USER | PSR_THUMB);
	memset(page(VCPU_ALPHA), 0xff, MV_PAGE_SIZE);
	mv_vcpu_resume();
	memset(page(VCPU_ALPHA), 0, MV_PAGE_SIZE);
	assert_int_equal(vcpus[VCPU_ALPHA].pending, pending);
	assert_result(MV_OK, 1, mv_virq_fetch(ALPHA_DEVICE));
	assert_int_equal(vcpus[VCPU_ALPHA].pending, 0);
	assert_int_equal(vcpus[VCPU_ALPHA].cell - cells, CELL_ALPHA);
}

TEST(vcpu_027, "UNI-VCPU-027", "a page that claims pending lines wakes nobody")
{
	pages_scribbled = true;
	become(VCPU_ALPHA);
	page(VCPU_ALPHA)->virq_pending = ~0u;
	page(VCPU_ALPHA)->virq_enabled = ~0u;
	page(VCPU_ALPHA)->virq_master = 1;
	mv_vcpu_wait();
	assert_int_equal(running(), -1);
	assert_int_equal(vcpus[VCPU_ALPHA].state, VCPU_WAITING);
}

TEST(vcpu_028, "UNI-VCPU-028", "hypercalls of later numbers do not exist")
{
	static const uint32_t numbers[] = { MV_NR_CALLS, MV_NR_CALLS + 1, 255,
					    256,         0x80000000,      0xffffffff };

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++)
		assert_error(MV_ERR_CALL, hypercall(numbers[i], (uint32_t[6]){ 0 }));
	assert_int_equal(mv_version(), MV_ABI_VERSION);
}

TEST(vcpu_029, "UNI-VCPU-029",
     "a vCPU of a cell that loads cannot be stopped: it would load for ever")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	assert_int_equal(mv_vcpu_stop(MONITOR_SPARE_VCPU), MV_ERR_STATE);
	sleep_all();
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_RUNNING);
}

TEST(vcpu_030, "UNI-VCPU-030", "a woken vCPU of a line enabled by its sibling gets that line")
{
	become(VCPU_ALPHA);
	mv_vcpu_start(ALPHA_VCPU_1, ENTRY, 0, 0);
	become(VCPU_ALPHA_1);
	become(VCPU_ALPHA);
	page(VCPU_ALPHA_1)->virq_enabled = BIT(0);
	mv_timer_set(ALPHA_TIMER_1, 0, 1 * MS);
	advance(2 * MS);
	assert_int_equal(vcpus[VCPU_ALPHA_1].state, VCPU_READY);
	assert_int_equal(frame(VCPU_ALPHA_1)->r[1], BIT(0));
}
