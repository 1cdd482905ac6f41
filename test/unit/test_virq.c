/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of vIRQs: payload words, edge and level, fetching, lowering, and the isolation
 * of cells from each other's vIRQs.
 */
#include "software.h"
#include "unit.h"

#define BELL_LINE  2
#define LEVEL_LINE 3

static bool beta_pending(unsigned int line)
{
	return page(VCPU_BETA)->virq_pending & BIT(line);
}

/* As beta, then back to alpha. */
static struct mv_result beta_fetches(uint32_t virq)
{
	struct mv_result r;

	become(VCPU_BETA);
	r = mv_virq_fetch(virq);
	become(VCPU_ALPHA);
	return r;
}

TEST(virq_001, "UNI-VIRQ-001", "an edge vIRQ is pending with any payload, also none")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_virq_raise(ALPHA_BELL, 0), MV_OK);
	assert_true(beta_pending(BELL_LINE));
	assert_result(MV_OK, 0, beta_fetches(BETA_BELL));
	assert_false(beta_pending(BELL_LINE));
}

TEST(virq_002, "UNI-VIRQ-002", "payloads are ORed until they are fetched")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 0x80000001);
	mv_virq_raise(ALPHA_BELL, 0x00000010);
	mv_virq_raise(ALPHA_BELL, 0x00000011);
	assert_result(MV_OK, 0x80000011, beta_fetches(BETA_BELL));
	assert_result(MV_OK, 0, beta_fetches(BETA_BELL));
	mv_virq_raise(ALPHA_BELL, 0xffffffff);
	assert_result(MV_OK, 0xffffffff, beta_fetches(BETA_BELL));
}

TEST(virq_003, "UNI-VIRQ-003", "a level vIRQ without payload is not pending")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_virq_raise(ALPHA_LEVEL, 0), MV_OK);
	assert_false(beta_pending(LEVEL_LINE));
	assert_result(MV_OK, 0, beta_fetches(BETA_LEVEL));
}

TEST(virq_004, "UNI-VIRQ-004", "a level vIRQ stays pending through fetches")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_LEVEL, 6);
	for (int i = 0; i < 3; i++) {
		assert_result(MV_OK, 6, beta_fetches(BETA_LEVEL));
		assert_true(beta_pending(LEVEL_LINE));
	}
}

TEST(virq_005, "UNI-VIRQ-005", "a level vIRQ is pending until its whole payload is lowered")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_LEVEL, 0xf0);
	assert_int_equal(mv_virq_lower(ALPHA_LEVEL, 0x30), MV_OK);
	assert_true(beta_pending(LEVEL_LINE));
	assert_result(MV_OK, 0xc0, beta_fetches(BETA_LEVEL));
	assert_int_equal(mv_virq_lower(ALPHA_LEVEL, 0x0f), MV_OK);
	assert_true(beta_pending(LEVEL_LINE));
	assert_int_equal(mv_virq_lower(ALPHA_LEVEL, 0xffffffff), MV_OK);
	assert_false(beta_pending(LEVEL_LINE));
	assert_int_equal(mv_virq_lower(ALPHA_LEVEL, 0xffffffff), MV_OK);
}

TEST(virq_006, "UNI-VIRQ-006", "an edge vIRQ cannot be lowered")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 3);
	assert_int_equal(mv_virq_lower(ALPHA_BELL, 3), MV_ERR_STATE);
	assert_true(beta_pending(BELL_LINE));
	assert_result(MV_OK, 3, beta_fetches(BETA_BELL));
}

TEST(virq_007, "UNI-VIRQ-007", "a vIRQ touches no other line of its vCPU")
{
	become(VCPU_ALPHA);
	mv_virq_raise(ALPHA_BELL, 1);
	mv_virq_raise(ALPHA_LEVEL, 2);
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 0);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(1) | BIT(2) | BIT(3));
	beta_fetches(BETA_BELL);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(1) | BIT(3));
	mv_virq_lower(ALPHA_LEVEL, 2);
	assert_int_equal(page(VCPU_BETA)->virq_pending, BIT(1));
	assert_result(MV_OK, MV_CHANNEL_READABLE, beta_fetches(BETA_WORK_VIRQ));
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
}

TEST(virq_008, "UNI-VIRQ-008", "a storm of vIRQs wakes its receiver once and takes its turn")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(BELL_LINE);
	mv_vcpu_wait();
	become(VCPU_ALPHA);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(mv_virq_raise(ALPHA_BELL, 1u << (i % 32)), MV_OK);
	assert_int_equal(running(), VCPU_ALPHA);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_BETA);
	assert_result(MV_OK, 0xffffffff, mv_virq_fetch(BETA_BELL));
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(virq_009, "UNI-VIRQ-009", "raising a vIRQ of a cell that was never started disturbs nobody")
{
	become(VCPU_ALPHA);
	page(VCPU_SPARE)->virq_enabled = ~0u;
	page(VCPU_SPARE)->virq_master = 1;
	assert_int_equal(mv_virq_raise(ALPHA_SPARE_BELL, 5), MV_OK);
	assert_int_equal(mv_virq_raise(ALPHA_SPARE_LEVEL, 5), MV_OK);
	assert_int_equal(vcpus[VCPU_SPARE].state, VCPU_STOPPED);
	mv_virq_lower(ALPHA_SPARE_LEVEL, 5);
	assert_int_equal(running(), VCPU_ALPHA);
}

TEST(virq_010, "UNI-VIRQ-010", "a level vIRQ lowered before its receiver runs makes no upcall")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->vector = 0x10300040;
	page(VCPU_BETA)->virq_enabled = BIT(LEVEL_LINE) | BIT(POKE_LINE);
	page(VCPU_BETA)->virq_master = 1;
	vcpus[VCPU_BETA].frame.pc = 0x10300100;
	wake(VCPU_CONSOLE);
	mv_vcpu_wait();
	wake(VCPU_ALPHA);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_ALPHA);
	mv_virq_raise(ALPHA_LEVEL, 1);
	mv_virq_lower(ALPHA_LEVEL, 1);
	mv_vcpu_yield();
	assert_int_equal(running(), VCPU_BETA);
	assert_int_equal(vcpus[VCPU_BETA].frame.pc, 0x10300100);
	mv_vcpu_yield();
	mv_virq_raise(ALPHA_LEVEL, 1);
	mv_vcpu_yield();
	assert_int_equal(vcpus[VCPU_BETA].frame.pc, 0x10300040);
}

TEST(virq_011, "UNI-VIRQ-011", "all 32 lines of a vCPU work, each alone")
{
	become(VCPU_BETA);
	page(VCPU_BETA)->virq_enabled = BIT(31);
	device_edge(IRQ_POKE(VCPU_BETA));
	assert_int_equal(mv_vcpu_wait(), BIT(31));
	assert_result(MV_OK, 1, mv_virq_fetch(BETA_POKE));
	mv_timer_set(BETA_TIMER, 0, 0);
	advance(100);
	page(VCPU_BETA)->virq_enabled = BIT(0);
	assert_int_equal(mv_vcpu_wait(), BIT(0));
	assert_result(MV_OK, 1, mv_virq_fetch(BETA_TIMER_VIRQ));
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
}
