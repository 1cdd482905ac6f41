/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The guest of the benchmark: does each thing that a guest kernel has the
 * microvisor do REPEAT times. With the argument "partner" it is a native cell of
 * higher priority, which uses floating point in between or only runs. Ends by
 * restarting the machine.
 */
#include "guest-driver.h"

#define REPEAT     20
#define DELAY_NS   (50 * MV_US)
#define PLAY       0x20000000u
#define LARGE_AT   (PLAY + MIB)
#define SMALL_AT   (PLAY + 2 * MIB)
#define EMPTY_AT   0x60000000u
#define EMPTY_SIZE 0x20000000u
#define CACHED     16 /* entries that a flush of an ASID or of all finds, beside those of the code */
#define NR_OTHER   (CONFIG_VTLB_SPACES + 2)

static uint32_t vmmu, timer, timer_virq, partner;

/* A benchmark that goes wrong faults; the script then misses marks. */
static void expect(bool good)
{
	if (!good)
		guest_panic("guest-driver has failed");
}

static bool fails(uint64_t result)
{
	return (uint32_t)result != 0;
}

static uint32_t user(const char *label, uint32_t va)
{
	struct regs r = { .sp = USER_STACK + PAGE, .psr = MV_PSR_USER };

	r.pc = BENCH_CODE + (uint32_t)(label - bench_page);
	r.r[1] = va;
	return user_run(&r);
}

/* A space with a section, a megabyte of large pages, and one of small ones. */
static uint32_t *make_space(void)
{
	uint32_t *l1 = space_new();
	uint32_t pages = 2 * MIB;

	space_page(l1, BENCH_CODE, SMALL((uint32_t)bench_page, AP_ALL_READ) | PAGE_NG);
	l1[PLAY / MIB] = SECTION(pages, AP_BOTH) | IN_DOMAIN(1) | SECTION_NG;
	for (uint32_t i = 0; i < 128; i++) {
		uint32_t at = pages + (i & ~15u) * PAGE;

		space_page(l1, LARGE_AT + i * PAGE, LARGE(at, AP_BOTH) | PAGE_NG);
		space_page(l1, SMALL_AT + i * PAGE, SMALL(pages + i * PAGE, AP_BOTH) | PAGE_NG);
	}
	return l1;
}

static void measure_calls(void)
{
	static uint8_t buffer[PAGE] __attribute__((aligned(4096)));

	for (int i = 0; i < REPEAT; i++) {
		expect(user(bench_null, 0) == EVENT_CALL);
		expect(!fails(bench_vcpu_set(MV_VCPU_THREAD_ID, 1)));
		expect(!fails(bench_cache_range(MV_CACHE_CLEAN, buffer, PAGE)));
	}
}

static void touch(const char *label, uint32_t va)
{
	expect(user(label, va) == EVENT_CALL);
}

static void measure_refills(void)
{
	for (int i = 0; i < REPEAT; i++) {
		space_flush(1, PLAY, 3 * MIB);
		expect(user(bench_fault, SMALL_AT + 200 * PAGE) == EVENT_DATA);
		touch(bench_section, PLAY + 4);
		touch(bench_large_first, LARGE_AT);
		touch(bench_large_warm, LARGE_AT + 16 * PAGE);
		touch(bench_small_first, SMALL_AT);
		touch(bench_small_warm, SMALL_AT + PAGE);
	}
}

static void fill_pages(void)
{
	for (uint32_t i = 0; i < CACHED; i++)
		touch(bench_fill, SMALL_AT + i * PAGE);
}

static void measure_flushes(void)
{
	for (int i = 0; i < REPEAT; i++) {
		fill_pages();
		expect(!fails(bench_flush_page(vmmu, 1, SMALL_AT, PAGE)));
		fill_pages();
		expect(!bench_flush_asid(vmmu, 1, 0, 0));
		fill_pages();
		expect(!bench_flush_all(vmmu, MV_ASID_ALL, 0, 0));
	}
}

static void measure_switches(uint32_t *const *spaces)
{
	uint64_t again;

	space_use(spaces[1], 2);
	for (uint32_t i = 0; i < REPEAT; i++) {
		space_use(spaces[i % 2], i % 2 + 1);
		expect(!bench_switch_cached(vmmu, spaces[1 - i % 2], 2 - i % 2));
	}
	for (uint32_t i = 0; i < REPEAT + NR_OTHER; i++) {
		uint32_t n = i % NR_OTHER;

		if (i < NR_OTHER)
			space_use(spaces[n], n + 1);
		else
			do
				again = bench_switch_other(vmmu, spaces[n], n + 1);
			while (again >> 32);
		fill_pages();
	}
	/* A range without entries, in all spaces: the rest is left to further calls. */
	for (uint32_t i = 0; i < REPEAT; i++)
		expect(bench_flush_empty(vmmu, MV_ASID_ALL, EMPTY_AT, EMPTY_SIZE) >> 32);
	space_use(spaces[0], 1);
}

static void fetch(struct trap *t)
{
	(void)t;
	expect(!mv_virq_fetch(timer_virq).error);
}

/* The library's timer is not used: its upcalls would be in the way. */
static void measure_virqs(void)
{
	volatile struct mv_vcpu_page *page = mv_page();
	struct regs r = user_regs(user_loop);

	page->virq_enabled = 1u << mv_env_need("timer0", MV_CAP_TIMER)->line;
	for (int i = 0; i < REPEAT; i++)
		expect(!bench_mask(page));
	page->virq_master = 0;
	page->vector = (uint32_t)bench_user_virq_upcall;
	for (int i = 0; i < REPEAT; i++) {
		expect(!mv_timer_set(timer, 0, DELAY_NS));
		expect(user_run(&r) == EVENT_VIRQ);
		expect(!mv_virq_fetch(timer_virq).error);
	}
	page->vector = (uint32_t)bench_held_upcall;
	seen()->on_virq = fetch;
	for (uint32_t i = 0; i < REPEAT; i++) {
		uint32_t before = seen()->virqs;

		expect(!mv_timer_set(timer, 0, DELAY_NS));
		while (!(page->virq_pending & page->virq_enabled))
			continue;
		page->virq_master = 1;
		bench_sync();
		page->virq_master = 0;
		expect(seen()->virqs == before + 1);
	}
	page->virq_enabled = 0;
}

static void measure_floating_point(void)
{
	for (uint32_t i = 0; i < REPEAT; i++) {
		expect(!mv_virq_raise(partner, 1));
		bench_fp_first(i);
		expect(!mv_virq_raise(partner, 2));
		bench_fp_kept(i);
	}
}

/* Takes each signal at once, having the higher priority; 1: use floating point. */
static _Noreturn void partner_main(void)
{
	const struct mv_env_entry *signal = mv_env_need("signal", MV_CAP_VIRQ);

	mv_page()->virq_enabled = 1u << signal->line;
	for (;;) {
		mv_vcpu_wait();
		if (mv_virq_fetch(signal->virq).value == 1)
			__asm__ volatile(".fpu vfpv3\n\tvmov d0, r0, r0");
	}
}

int mv_main(void)
{
	static uint32_t *spaces[NR_OTHER];
	uint32_t length;

	if (mv_arg("partner", &length))
		partner_main();
	vmmu = guest_vmmu();
	timer = mv_env_need("timer0", MV_CAP_TIMER)->cap;
	timer_virq = mv_env_need("timer0", MV_CAP_TIMER)->virq;
	partner = mv_env_need("signal", MV_CAP_SOURCE)->cap;
	guest_begin();
	mv_page()->system_call = (uint32_t)bench_call;
	mv_page()->data_abort = (uint32_t)bench_fault_upcall;
	pool_reset();
	for (uint32_t i = 0; i < NR_OTHER; i++)
		spaces[i] = make_space();
	space_use(spaces[0], 1);
	measure_calls();
	measure_refills();
	measure_flushes();
	measure_switches(spaces);
	measure_virqs();
	measure_floating_point();
	bench_done();
	mv_system_reset(mv_env_need("system", MV_CAP_SYSTEM)->cap, MV_SYSTEM_RESTART);
	return 0;
}
