/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of vIRQs in both guest modes, with a timer that expires at ever other
 * instructions.
 */
#include "guest-judge.h"

#define ROUNDS 3000

/* ns: longer than the way into guest user mode; until a vIRQ is surely there. */
#ifdef CONFIG_DEBUG_CHECKS
#define BETWEEN 80000u
#define LIMIT   2000000u
#else
#define BETWEEN 1000u
#define LIMIT   200000u
#endif

static const struct mv_env_entry *timer;

static void fetch(struct trap *t)
{
	(void)t;
	mv_virq_fetch(timer->virq);
}

static void begin(void)
{
	space_begin();
	timer = mv_env_need("timer0", MV_CAP_TIMER);
	mv_virq_fetch(timer->virq);
	seen()->on_virq = fetch;
	mv_page()->virq_enabled = 1u << timer->line;
}

static void make_pending(void)
{
	mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, 0);
	while (!(mv_page()->virq_pending & 1u << timer->line))
		continue;
}

static bool in_user_mode(void)
{
	uint32_t counted = 0;

	begin();
	for (uint32_t i = 0; i < 200; i++) {
		struct regs r = user_regs(user_count);
		uint32_t count;

		r.r[1] = USER_STACK;
		mv_timer_set(timer->cap, 0, BETWEEN + chance(3000));
		SAME(user_run(&r), EVENT_VIRQ);
		SAME(r.psr & (MV_PSR_MODE | MV_PSR_MASKED), MV_PSR_USER);
		SAME(mv_page()->virq_master, 0);
		mv_virq_fetch(timer->virq);
		count = user_shows(USER_STACK);
		note("pc %x, count %u", r.pc - user_at(user_count), r.r[0]);
		SAME(r.r[0] - count, r.pc == user_at(user_count) + 4);
		counted += r.r[0] > 1;
	}
	note("counted in %u", counted);
	MUST(counted > 100);
	return true;
}

/* It waits before guest user mode is entered: no instruction of it may run. */
static bool pending_at_return(void)
{
	begin();
	for (uint32_t i = 0; i < 50; i++) {
		struct regs r = user_regs(user_count);

		make_pending();
		r.r[1] = USER_STACK;
		SAME(user_run(&r), EVENT_VIRQ);
		SAME(r.pc, user_at(user_count));
		SAME(r.r[0], 0);
		SAME(r.sp, USER_STACK + PAGE);
		mv_virq_fetch(timer->virq);
	}
	return true;
}

static bool in_kernel_mode(void)
{
	begin();
	mv_page()->virq_master = 1;
	for (uint32_t i = 1; i <= 200; i++) {
		uint64_t start = mv_time_now();

		mv_timer_set(timer->cap, 0, BETWEEN + chance(3000));
		while (seen()->virqs < i && mv_time_now() - start < LIMIT)
			continue;
		SAME(seen()->virqs, i);
		SAME(seen()->psr & (MV_PSR_MODE | MV_PSR_MASKED), MV_PSR_KERNEL);
		SAME(mv_page()->virq_master, 1);
	}
	return true;
}

static bool masked(void)
{
	begin();
	make_pending();
	mv_virq_sync();
	SAME(seen()->virqs, 0);
	mv_page()->virq_master = 1;
	mv_virq_sync();
	SAME(seen()->virqs, 1);
	return true;
}

/* Unmasking as struct mv_vcpu_page says, at every moment before and after the timer. */
static bool none_is_lost(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	begin();
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		uint64_t start = mv_time_now();

		mv_timer_set(timer->cap, 0, 500 + chance(2500));
		for (volatile uint32_t spin = chance(120); spin; spin--)
			continue;
		page->virq_master = 1;
		if (page->virq_pending & page->virq_enabled)
			mv_virq_sync();
		while (seen()->virqs < i && mv_time_now() - start < LIMIT)
			continue;
		page->virq_master = 0;
		note("round %u", i);
		SAME(seen()->virqs, i);
	}
	return true;
}

/* The same for the return to guest user mode. */
static bool none_is_lost_at_return(void)
{
	begin();
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		struct regs r = user_regs(user_count);

		r.r[1] = USER_STACK;
		mv_timer_set(timer->cap, 0, 500 + chance(2500));
		for (volatile uint32_t spin = chance(120); spin; spin--)
			continue;
		note("round %u", i);
		SAME(user_run(&r), EVENT_VIRQ);
		MUST(mv_page()->virq_pending & 1u << timer->line);
		SAME(mv_virq_fetch(timer->virq).value, 1);
	}
	return true;
}

/* vcpu_wait in guest kernel mode gives the processor away and comes back. */
static bool waits(void)
{
	begin();
	for (uint32_t i = 0; i < 20; i++) {
		uint64_t start = mv_time_now();

		mv_timer_set(timer->cap, 0, 20000);
		SAME(mv_vcpu_wait(), 1u << timer->line);
		MUST(mv_time_now() - start >= 20000);
		SAME(seen()->virqs, 0);
		SAME(mv_virq_fetch(timer->virq).value, 1);
		USER(READ, USER_STACK, 0);
	}
	return true;
}

static const struct check virqs[] = {
	{ "GST20", "A vIRQ interrupts guest user mode between two instructions", in_user_mode },
	{ "GST21", "A vIRQ that is pending comes before guest user mode runs an instruction",
	  pending_at_return },
	{ "GST22", "A vIRQ interrupts guest kernel mode, which then goes on unmasked",
	  in_kernel_mode },
	{ "GST23", "A masked vIRQ waits until guest kernel mode is ready for it", masked },
	{ "GST24", "No vIRQ is lost between unmasking and the test for pending ones",
	  none_is_lost },
	{ "GST25", "No vIRQ is lost at the return to guest user mode", none_is_lost_at_return },
	{ "GST26", "A guest that waits comes back in its address space", waits },
};
CHECK_SET(virqs);
