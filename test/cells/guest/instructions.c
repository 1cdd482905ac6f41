/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of instructions that mean something else in a processor's privileged
 * modes: both guest modes are its user mode. docs/guests.md, section 1, tells of
 * each. And of IT blocks, whose state is in the PSR.
 */
#include "guest-judge.h"

#define THUMB      0x20u
#define BIG_ENDIAN 0x200u
#define IT         0x0600fc00u
#define ZERO_FLAG  0x40000000u

#define MODE(psr)  ((psr) & (MV_PSR_MODE | MV_PSR_MASKED))

static uint32_t *l1, *code;

/* A page of code at PLAY that both modes execute: these instructions, and back. */
static void begin(uint32_t first, uint32_t second)
{
	l1 = space_begin();
	code = pool_take(PAGE, PAGE);
	code[0] = first;
	code[1] = second;
	code[2] = RETURN_INSN;
	space_page(l1, PLAY, SMALL((uint32_t)code, AP_ALL_READ));
}

/* Registers of guest user mode that begin there; back is a system call. */
static struct regs at_play(void)
{
	struct regs r = user_regs(user_read);

	r.pc = PLAY;
	r.lr = user_at(user_read + 4);
	return r;
}

/* A trap of guest kernel mode that is meant: count it, go on behind it. */
static uint32_t skipped;

static bool skip(uint32_t event, struct trap *t)
{
	(void)event;
	skipped++;
	t->pc += 4;
	return true;
}

/* Accesses as a user ------------------------------------------------------------- */

#define LOAD(insn, value, at)  __asm__ volatile(insn " %0, [%1]" : "=&r"(value) : "r"(at) : "memory")
#define STORE(insn, value, at) __asm__ volatile(insn " %0, [%1]" : : "r"(value), "r"(at) : "memory")

static bool loads_as_user(void)
{
	uint32_t value;

	begin(0xe4b12000, 0); /* ldrt r2, [r1] */
	space_page(l1, OTHER, SMALL(marked_page(0x80c1e2f3), AP_KERNEL));
	LOAD("ldrt", value, OTHER);
	SAME(value, 0x80c1e2f3);
	LOAD("ldrbt", value, OTHER);
	SAME(value, 0xf3);
	LOAD("ldrht", value, OTHER);
	SAME(value, 0xe2f3);
	LOAD("ldrsbt", value, OTHER);
	SAME(value, 0xfffffff3);
	LOAD("ldrsht", value, OTHER);
	SAME(value, 0xffffe2f3);
	SAME(seen()->traps, 0);
	/* What does ask for a user's rights. */
	USER(READ, OTHER, PERMISSION2);
	return true;
}

static bool stores_as_user(void)
{
	uint32_t page = marked_page(0);

	begin(0, 0);
	space_page(l1, OTHER, SMALL(page, AP_USER_READS));
	STORE("strt", 0x11223344, OTHER);
	SAME(shows(OTHER), 0x11223344);
	STORE("strbt", 0x55, OTHER);
	SAME(shows(OTHER), 0x11223355);
	STORE("strht", 0x6677, OTHER);
	SAME(shows(OTHER), 0x11226677);
	SAME(seen()->traps, 0);
	USER(WRITE, OTHER, PERMISSION2 | STATUS_WRITE);
	return true;
}

/* Nothing there is an abort like any other's, and a user's LDRT is a user's. */
static bool aborts_as_user(void)
{
	struct regs r = at_play();
	uint32_t value;

	begin(0xe4b12000, 0); /* ldrt r2, [r1] */
	seen()->on_trap = skip;
	LOAD("ldrt", value, OTHER);
	SAME(seen()->traps, 1);
	SAME(seen()->event, EVENT_DATA);
	SAME(seen()->status, TRANSLATION1);
	SAME(seen()->address, OTHER);
	space_page(l1, OTHER, SMALL(marked_page(7), AP_KERNEL));
	r.r[1] = OTHER;
	SAME(user_run(&r), EVENT_DATA);
	SAME(r.pc, PLAY);
	SAME(mv_page()->status, PERMISSION2);
	return true;
}

/* What is left out --------------------------------------------------------------- */

struct instruction {
	const char *name;
	uint32_t word;
	uint32_t thumb; /* 1: and all of it is Thumb code */
};

static const struct instruction ignored[] = {
	{ "cpsid i", 0xf10c0080, 0 },           { "cpsid aif", 0xf10c01c0, 0 },
	{ "cpsie i", 0xf1080080, 0 },           { "cpsid i, #19", 0xf10e0093, 0 },
	{ "cps #31", 0xf102001f, 0 },           { "msr cpsr_c, #0xd3", 0xe321f0d3, 0 },
	{ "msr cpsr_c, #0x1f", 0xe321f01f, 0 }, { "cpsid i; bx lr", 0x4770b672, 1 },
	{ "cpsie i; bx lr", 0x4770b662, 1 },
};

static uint32_t cpsr(void)
{
	uint32_t psr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(psr));
	return psr;
}

static bool ignored_by_kernel(const struct instruction *i, uint32_t master)
{
	mv_page()->virq_master = master;
	SAME(status_of(kernel_try, EXECUTE, PLAY | i->thumb), 0);
	SAME(mv_page()->virq_master, master);
	/* Not guest kernel mode: the processor's own, whatever is masked. */
	SAME(MODE(cpsr()), MV_PSR_USER);
	mv_page()->virq_master = 0;
	SAME(seen()->traps, 0);
	return true;
}

static bool ignored_by_user(const struct instruction *i)
{
	struct regs r = at_play();

	r.psr |= i->thumb * THUMB;
	SAME(user_run(&r), EVENT_CALL);
	SAME(r.pc, user_at(user_read) + 8);
	SAME(MODE(r.psr), MV_PSR_USER);
	return true;
}

static bool all_ignored(const struct instruction *all, uint32_t nr)
{
	for (const struct instruction *i = all; i < all + nr; i++) {
		note("%s", i->name);
		begin(i->word, RETURN_INSN);
		if (!ignored_by_kernel(i, 0) || !ignored_by_kernel(i, 1) || !ignored_by_user(i))
			return false;
	}
	return true;
}

static bool masks_ignored(void)
{
	return all_ignored(ignored, MV_ARRAY_SIZE(ignored));
}

/* What of CP15 is not privileged. */
static bool not_privileged(void)
{
	static const struct instruction some[] = {
		{ "mrc p15, 0, r2, c13, c0, 2", 0xee1d2f50, 0 }, /* TPIDRURW */
		{ "mrc p15, 0, r2, c13, c0, 3", 0xee1d2f70, 0 }, /* TPIDRURO */
		{ "mcr p15, 0, r2, c7, c5, 4", 0xee072f95, 0 }, /* CP15ISB */
		{ "mcr p15, 0, r2, c7, c10, 4", 0xee072f9a, 0 }, /* CP15DSB */
		{ "mcr p15, 0, r2, c7, c10, 5", 0xee072fba, 0 }, /* CP15DMB */
	};

	return all_ignored(some, MV_ARRAY_SIZE(some));
}

static void fetch(struct trap *t)
{
	(void)t;
	mv_virq_fetch(mv_env_need("timer0", MV_CAP_TIMER)->virq);
}

/* Until one is pending, or was taken. */
static void expire(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	volatile struct mv_vcpu_page *page = mv_page();

	mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, 0);
	while (!(page->virq_pending & 1u << timer->line) && !seen()->virqs)
		continue;
}

/* To guest kernel mode CPSID does not mask vIRQs, and CPSIE does not unmask them. */
static bool virqs_go_on(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	volatile struct mv_vcpu_page *page = mv_page();

	space_begin();
	mv_virq_fetch(timer->virq);
	seen()->on_virq = fetch;
	page->virq_enabled = 1u << timer->line;
	expire();
	__asm__ volatile("cpsie i" : : : "memory");
	mv_virq_sync();
	SAME(seen()->virqs, 0);
	mv_virq_fetch(timer->virq);
	page->virq_master = 1;
	__asm__ volatile("cpsid i" : : : "memory");
	expire();
	mv_virq_sync();
	page->virq_master = 0;
	SAME(seen()->virqs, 1);
	return true;
}

/* What is undefined -------------------------------------------------------------- */

static const struct instruction undefined[] = {
	{ "mrc p15, 0, r2, c1, c0, 0", 0xee112f10, 0 }, /* SCTLR */
	{ "mcr p15, 0, r2, c1, c0, 2", 0xee012f50, 0 }, /* CPACR */
	{ "mcr p15, 0, r2, c2, c0, 0", 0xee022f10, 0 }, /* TTBR0 */
	{ "mcr p15, 0, r2, c3, c0, 0", 0xee032f10, 0 }, /* DACR */
	{ "mrc p15, 0, r2, c5, c0, 0", 0xee152f10, 0 }, /* DFSR */
	{ "mcr p15, 0, r2, c7, c5, 0", 0xee072f15, 0 }, /* ICIALLU */
	{ "mcr p15, 0, r2, c8, c7, 0", 0xee082f17, 0 }, /* TLBIALL */
	{ "mcr p15, 0, r2, c13, c0, 3", 0xee0d2f70, 0 }, /* TPIDRURO */
	{ "smc #0", 0xe1600070, 0 },
	/* UNPREDICTABLE in user mode; so it is on these boards. */
	{ "mrs r2, spsr", 0xe14f2000, 0 },
	{ "msr spsr_cxsf, r2", 0xe16ff002, 0 },
	{ "rfeia r1", 0xf8910a00, 0 },
	{ "srsdb sp!, #19", 0xf96d0513, 0 },
	{ "ldmia r1, {r2, r3}^", 0xe8d1000c, 0 },
	{ "stmia r1, {r2, r3}^", 0xe8c1000c, 0 },
	{ "ldmia r1, {r2, pc}^", 0xe8d18004, 0 },
	{ "movs pc, lr", 0xe1b0f00e, 0 },
};

static bool undefined_in_both(void)
{
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(undefined); i++) {
		struct regs r = at_play();
		uint32_t word = 0;

		note("%s", undefined[i].name);
		begin(undefined[i].word, RETURN_INSN);
		*seen() = (struct seen){ .on_trap = skip };
		kernel_try(EXECUTE, PLAY, &word);
		SAME(seen()->traps, 1);
		SAME(seen()->event, EVENT_UNDEFINED);
		SAME(seen()->pc, PLAY);
		r.r[1] = USER_STACK;
		SAME(user_run(&r), EVENT_UNDEFINED);
		SAME(r.pc, PLAY);
		SAME(r.sp, USER_STACK + PAGE);
	}
	return true;
}

/* What works --------------------------------------------------------------------- */

static bool big_endian_user(void)
{
	struct regs r = at_play();

	begin(0xf1010200, 0xe5912000); /* setend be; ldr r2, [r1] */
	*(uint32_t *)(code + 8) = 0x11223344;
	r.r[1] = PLAY + 32;
	SAME(user_run(&r), EVENT_CALL);
	SAME(r.r[2], 0x44332211);
	SAME(r.psr & BIG_ENDIAN, BIG_ENDIAN);
	/* Kept by vcpu_resume; the guest kernel in between was little-endian. */
	r.pc = PLAY + 4;
	r.r[2] = 0;
	SAME(user_run(&r), EVENT_CALL);
	SAME(r.r[2], 0x44332211);
	r.pc = PLAY + 4;
	r.psr &= ~BIG_ENDIAN;
	SAME(user_run(&r), EVENT_CALL);
	SAME(r.r[2], 0x11223344);
	return true;
}

static bool big_endian_kernel(void)
{
	uint32_t page = marked_page(0x11223344), value;

	space_begin();
	seen()->on_trap = skip;
	skipped = 0;
	__asm__ volatile("setend be\n"
			 "udf #0\n"
			 "ldr %0, [%1]\n"
			 "setend le"
			 : "=&r"(value)
			 : "r"(page)
			 : "memory");
	SAME(skipped, 1);
	SAME(seen()->psr & BIG_ENDIAN, BIG_ENDIAN);
	SAME(value, 0x44332211);
	SAME(*(volatile uint32_t *)page, 0x11223344);
	/* MSR has a bit that is not privileged. */
	__asm__ volatile("msr cpsr_x, #0x200\n"
			 "ldr %0, [%1]\n"
			 "setend le"
			 : "=&r"(value)
			 : "r"(page)
			 : "memory");
	SAME(value, 0x44332211);
	return true;
}

/* They come back with the processor's next interrupt, if not before. */
static bool waits_of_the_processor(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	volatile struct mv_vcpu_page *page = mv_page();

	begin(0xe320f003, 0xe320f002); /* wfi; wfe */
	page->virq_enabled = 1u << timer->line;
	for (uint32_t i = 0; i < 20; i++) {
		struct regs r = at_play();

		mv_virq_fetch(timer->virq);
		mv_timer_set(timer->cap, 0, 20000);
		while (!(page->virq_pending & page->virq_enabled))
			SAME(status_of(kernel_try, EXECUTE, PLAY), 0);
		mv_virq_fetch(timer->virq);
		mv_timer_set(timer->cap, 0, 20000);
		while (user_run(&r) == EVENT_CALL)
			r.pc = PLAY;
		MUST(page->virq_pending & page->virq_enabled);
		SAME(seen()->virqs, 0);
	}
	mv_virq_fetch(timer->virq);
	return true;
}

/* IT blocks ---------------------------------------------------------------------- */

/* Guest kernel mode by vcpu_resume with that PSR; which one the trap right there shows. */
static uint32_t resumed_with(uint32_t psr)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->saved_psr = psr;
	__asm__ volatile("adr r12, 1f\n"
			 "str r12, [%0, %1]\n"
			 "mov r12, %2\n"
			 "svc #0\n"
			 "1: udf #0"
			 :
			 : "r"(page), "i"(MV_PAGE_SAVED_PC), "i"(MV_CALL_VCPU_RESUME)
			 : "r12", "memory", "cc");
	return seen()->psr;
}

static bool it_dropped(uint32_t it)
{
	struct regs r = user_regs(user_read + 4);

	note("IT %x, pending %x", it, mv_page()->virq_pending);
	r.psr = MV_PSR_USER | it;
	SAME(user_run(&r), EVENT_CALL);
	SAME(r.pc, user_at(user_read) + 8);
	SAME(r.psr & (IT | THUMB | MV_PSR_MODE), MV_PSR_USER);
	SAME(resumed_with(MV_PSR_KERNEL | MV_PSR_MASKED | it) & (IT | THUMB), 0);
	return true;
}

/* Each bit of it alone, and all, with a PSR of ARM code. */
static bool it_all_dropped(void)
{
	for (uint32_t bits = IT; bits; bits &= bits - 1)
		if (!it_dropped(bits & -bits))
			return false;
	return it_dropped(IT);
}

/* By both ways of vcpu_resume: with a line pending, though not enabled, it is the long one. */
static bool it_of_arm_code(void)
{
	space_begin();
	seen()->on_trap = skip;
	mv_virq_fetch(mv_env_need("timer0", MV_CAP_TIMER)->virq);
	SAME(mv_page()->virq_pending, 0);
	if (!it_all_dropped())
		return false;
	expire();
	if (!it_all_dropped())
		return false;
	mv_virq_fetch(mv_env_need("timer0", MV_CAP_TIMER)->virq);
	return true;
}

void it_block(void);
extern const char it_block_end[];

__asm__("	.text\n"
	"	.syntax	unified\n"
	"	.thumb\n"
	"	.balign	4\n"
	"	.type	it_block, %function\n"
	"it_block:\n"
	"	cmp	r0, #0\n"
	"	ittet	eq\n"
	"	ldreq	r2, [r5]\n"
	"	ldreq	r3, [r6]\n"
	"	ldrne	r4, [r7]\n"
	"	addeq	r1, #1\n"
	"	svc	#0\n"
	"it_block_end:\n"
	"	.balign	4\n"
	"	.arm\n");

/* The next access of an IT block misses its page: what of it is left then, and the page. */
static bool it_misses(struct regs *r, uint32_t va, uint32_t offset, uint32_t it)
{
	SAME(user_run(r), EVENT_DATA);
	SAME(mv_page()->address, va);
	SAME(r->pc, PLAY + offset);
	SAME(r->psr & (IT | THUMB), it | THUMB);
	space_page(l1, va, SMALL(marked_page(va), AP_BOTH));
	return true;
}

static bool it_ends(struct regs *r, bool equal)
{
	SAME(user_run(r), EVENT_CALL);
	SAME(r->psr & (IT | THUMB), THUMB);
	SAME(r->r[1], equal);
	SAME(r->r[2], equal ? OTHER : 0);
	SAME(r->r[3], equal ? OTHER + PAGE : 0);
	SAME(r->r[4], equal ? 0 : OTHER + 2 * PAGE);
	return true;
}

static bool it_blocks_go_on(void)
{
	for (uint32_t equal = 0; equal < 2; equal++) {
		struct regs r = at_play();

		note("equal %u", equal);
		begin(0, 0);
		memcpy(code, (const char *)((uint32_t)it_block & ~1u),
		       (uint32_t)it_block_end - ((uint32_t)it_block & ~1u));
		r.psr |= THUMB;
		r.r[0] = !equal;
		r.r[5] = OTHER;
		r.r[6] = OTHER + PAGE;
		r.r[7] = OTHER + 2 * PAGE;
		if (equal && (!it_misses(&r, OTHER, 4, 0x02000400) ||
			      !it_misses(&r, OTHER + PAGE, 6, 0x04000800)))
			return false;
		if (!equal && !it_misses(&r, OTHER + 2 * PAGE, 8, 0x1400))
			return false;
		if (!it_ends(&r, equal))
			return false;
	}
	return true;
}

/* A guest kernel may also begin in the middle of one, as when it lets a signal return. */
static bool it_blocks_begin(void)
{
	for (uint32_t zero = 0; zero < 2; zero++) {
		struct regs r = at_play();

		note("Z %u", zero);
		begin(0x1c491c49, 0xdf00df00); /* adds r1, r1, #1, twice; svc, twice */
		r.psr |= THUMB | 0x0c00 | zero * ZERO_FLAG; /* two instructions: EQ, NE */
		SAME(user_run(&r), EVENT_CALL);
		SAME(r.pc, PLAY + 6);
		SAME(r.r[1], 1);
		SAME(r.psr & (IT | ZERO_FLAG), zero * ZERO_FLAG);
	}
	return true;
}

static const struct check instructions[] = {
	{ "GST111", "In guest kernel mode LDRT and its kin read what users may not",
	  loads_as_user },
	{ "GST112", "In guest kernel mode STRT and its kin write what users may not",
	  stores_as_user },
	{ "GST113", "LDRT of nothing is an abort, and in guest user mode it has a user's rights",
	  aborts_as_user },
	{ "GST114", "CPS and MSR change no mode and no mask, and do not trap", masks_ignored },
	{ "GST115", "CPSID does not keep vIRQs from guest kernel mode, CPSIE does not let them in",
	  virqs_go_on },
	{ "GST116", "CP15, SMC, the SPSR, RFE, SRS and LDM with ^ are undefined in both modes",
	  undefined_in_both },
	{ "GST123", "Thread registers and the barriers of CP15 are there in both modes",
	  not_privileged },
	{ "GST117", "Guest user mode may be big-endian; the guest kernel is entered little-endian",
	  big_endian_user },
	{ "GST118", "Guest kernel mode may be big-endian, and is so again after a trap of its own",
	  big_endian_kernel },
	{ "GST119", "WFI and WFE come back with the next interrupt, in both modes",
	  waits_of_the_processor },
	{ "GST120", "IT bits with a PSR of ARM code get into neither mode", it_of_arm_code },
	{ "GST121", "An IT block goes on where page faults interrupted it", it_blocks_go_on },
	{ "GST122", "vcpu_resume can lead into an IT block", it_blocks_begin },
};
CHECK_SET(instructions);
