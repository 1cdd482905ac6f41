/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks with a second vCPU of the guest, which takes turns with the first.
 */
#include "guest-judge.h"

#define STACK_SIZE 4096

/* struct job - what the second vCPU does for ever: read a word in guest user mode */
static struct job {
	const uint32_t *l1;
	uint32_t asid, va;
	bool again; /* switch to the space each time */
	volatile uint32_t wanted, reads, wrong, faults;
} job;

static uint8_t stack[STACK_SIZE] __attribute__((aligned(8)));

static void helper(void *argument)
{
	struct job *j = argument;

	guest_begin();
	space_use(j->l1, j->asid);
	for (;;) {
		uint32_t wanted = j->wanted, word = 0;

		if (j->again)
			space_use(j->l1, j->asid);
		if (user_try(READ, j->va, &word))
			j->faults++;
		else if (word != wanted && word != j->wanted)
			j->wrong++;
		j->reads++;
	}
}

static void helper_stop(void)
{
	mv_vcpu_stop(mv_env_need("vcpu1", MV_CAP_VCPU)->cap);
}

static bool helper_start(const uint32_t *l1, uint32_t asid, uint32_t wanted, bool again)
{
	helper_stop();
	job = (struct job){ .l1 = l1, .asid = asid, .va = PLAY, .again = again, .wanted = wanted };
	SAME(mv_vcpu_run(1, helper, &job, stack, sizeof(stack)), MV_OK);
	return true;
}

/* Read for some time slices here too. */
static bool both_read(uint32_t wanted)
{
	uint32_t begun = job.reads;

	for (uint32_t i = 0; i < 4000 || job.reads - begun < 500; i++) {
		uint32_t word = user_shows(PLAY);

		note("read %u", i);
		if (word != wanted)
			helper_stop();
		SAME(word, wanted);
		MUST(i < 100000);
	}
	helper_stop();
	SAME(job.wrong, 0);
	SAME(job.faults, 0);
	return true;
}

static bool different_spaces(void)
{
	uint32_t *l1 = space_begin(), *other = space_new();

	space_page(l1, PLAY, SMALL(marked_page(11), AP_BOTH));
	space_page(other, PLAY, SMALL(marked_page(12), AP_BOTH));
	return helper_start(other, 2, 12, false) && both_read(11) &&
	       helper_start(other, 2, 12, true) && both_read(11);
}

static bool same_space(void)
{
	uint32_t *l1 = space_begin();

	space_page(l1, PLAY, SMALL(marked_page(13), AP_BOTH));
	return helper_start(l1, 1, 13, false) && both_read(13);
}

/* One writes what the other may only read, in a megabyte with pages of both modes. */
static bool mixed_slot(void)
{
	uint32_t *l1 = space_begin();

	space_page(l1, PLAY, SMALL(marked_page(14), AP_USER_READS));
	space_page(l1, PLAY + PAGE, SMALL(marked_page(15), AP_KERNEL));
	if (!helper_start(l1, 1, 14, false))
		return false;
	for (uint32_t i = 0; i < 2000; i++) {
		SAME(shows(PLAY + PAGE), 15);
		KERNEL(WRITE, PLAY + PAGE + 4, 0);
		USER(WRITE, PLAY, PERMISSION2 | STATUS_WRITE);
	}
	return both_read(14);
}

/* A flush here holds for the other vCPU as soon as the call is back. */
static bool flushes_reach(void)
{
	uint32_t *l1 = space_begin(), pages[2] = { marked_page(40), marked_page(41) };

	space_page(l1, PLAY, SMALL(pages[0], AP_BOTH));
	if (!helper_start(l1, 1, 40, false))
		return false;
	for (uint32_t i = 1; i < 200; i++) {
		uint32_t reads = job.reads;

		space_page(l1, PLAY, SMALL(pages[i % 2], AP_BOTH));
		space_flush(1, PLAY, PAGE);
		job.wanted = 40 + i % 2;
		/* Two more, begun after the flush. */
		while (job.reads - reads < 2)
			mv_vcpu_yield();
		job.wrong = 0;
		reads = job.reads;
		while (job.reads - reads < 2)
			mv_vcpu_yield();
		note("round %u", i);
		SAME(job.wrong, 0);
	}
	helper_stop();
	SAME(job.faults, 0);
	return true;
}

/* Registers and stacks of guest user mode are each vCPU's own. */
static bool counts_apart(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	uint32_t *l1 = space_begin();

	space_page(l1, PLAY, SMALL(marked_page(16), AP_BOTH));
	if (!helper_start(l1, 1, 16, false))
		return false;
	mv_page()->virq_enabled = 1u << timer->line;
	for (uint32_t i = 0; i < 20; i++) {
		struct regs r = user_regs(user_count);

		r.r[1] = USER_STACK;
		r.lr = i;
		mv_timer_set(timer->cap, 0, 300000);
		SAME(user_run(&r), EVENT_VIRQ);
		mv_virq_fetch(timer->virq);
		SAME(r.lr, i);
		SAME(r.sp, USER_STACK + PAGE);
		SAME(r.r[1], USER_STACK);
		SAME(r.r[0] - user_shows(USER_STACK), r.pc == user_at(user_count) + 4);
	}
	return both_read(16);
}

static const struct check vcpus[] = {
	{ "GST90", "Two vCPUs use different address spaces", different_spaces },
	{ "GST91", "Two vCPUs use the same address space", same_space },
	{ "GST92", "Two vCPUs share a megabyte with pages of both modes", mixed_slot },
	{ "GST93", "A flush by one vCPU holds for the other", flushes_reach },
	{ "GST94", "Guest user mode's registers are each vCPU's own", counts_apart },
};
CHECK_SET(vcpus);
