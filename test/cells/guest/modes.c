/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of the two guest modes: the registers that a system call and a return keep,
 * and the memory that guest user mode cannot reach.
 */
#include "guest-judge.h"

#define FLAGS 0xf8000000u

/* All of a PSR except the masks of FIQ and asynchronous aborts, which are not the guest's. */
#define SEEN (~0x140u)

static void fill(struct regs *r)
{
	for (uint32_t i = 0; i < 13; i++)
		r->r[i] = 0x5a000000 + i * 0x111;
	r->lr = 0xcafe0000;
	r->sp = 0xdeadbeec;
}

static bool kept(const struct regs *r)
{
	for (uint32_t i = 0; i < 13; i++) {
		note("r%u", i);
		SAME(r->r[i], 0x5a000000 + i * 0x111);
	}
	SAME(r->lr, 0xcafe0000);
	SAME(r->sp, 0xdeadbeec);
	return true;
}

/* A system call at @label, with each combination of the flags. */
static bool call_keeps(const char *label, uint32_t state, uint32_t length)
{
	for (uint32_t flags = 0; flags < 32; flags++) {
		struct regs r = user_regs(label);
		uint32_t own;

		fill(&r);
		r.psr = MV_PSR_USER | state | flags << 27;
		SAME(user_run(&r), EVENT_CALL);
		__asm__ volatile("mov %0, sp" : "=r"(own));
		MUST(own < MV_SEGMENT_BASE);
		if (!kept(&r))
			return false;
		note("flags %x", flags);
		SAME(r.pc, user_at(label) + length);
		SAME(r.psr & SEEN, MV_PSR_USER | state | flags << 27);
		SAME(mv_page()->virq_master, 0);
	}
	return true;
}

static bool calls_arm(void)
{
	space_begin();
	return call_keeps(user_read + 4, 0, 4);
}

static bool calls_thumb(void)
{
	space_begin();
	return call_keeps(user_call_thumb, 0x20, 2);
}

/* A vector that looks at r12 before the usual one. */
void vector_call_r12(void);
extern volatile uint32_t call_r12;
volatile uint32_t call_r12;

__asm__("	.text\n"
	"	.arm\n"
	"	.type	vector_call_r12, %function\n"
	"vector_call_r12:\n"
	"	push	{r0}\n"
	"	ldr	r0, =call_r12\n"
	"	str	r12, [r0]\n"
	"	pop	{r0}\n"
	"	b	vector_call\n"
	"	.ltorg\n");

static bool calls_show_sp(void)
{
	uint32_t vector = mv_page()->system_call;
	struct regs r = user_regs(user_read + 4);

	space_begin();
	fill(&r);
	mv_page()->system_call = (uint32_t)vector_call_r12;
	call_r12 = 0;
	SAME(user_run(&r), EVENT_CALL);
	mv_page()->system_call = vector;
	SAME(call_r12, 0xdeadbeec);
	return true;
}

static bool calls_untranslated(void)
{
	struct regs r = user_regs(user_call_thumb);

	/* All of the cell's memory is guest kernel's: there is nothing to run. */
	r.pc = (uint32_t)user_read;
	SAME(user_run(&r), EVENT_FETCH);
	SAME(r.pc, (uint32_t)user_read);
	return true;
}

/* Hypercall numbers in r12, and a thing in r0 that they would act on. */
static bool no_hypercalls(void)
{
	uint32_t cell = mv_env_need("cell", MV_CAP_CELL)->cap;

	space_begin();
	for (uint32_t number = 0; number < MV_NR_CALLS + 4; number++) {
		struct regs r = user_regs(user_read + 4);

		note("call %u", number);
		fill(&r);
		r.r[12] = number;
		r.r[0] = cell;
		SAME(user_run(&r), EVENT_CALL);
		SAME(r.r[12], number);
		SAME(r.r[0], cell);
		SAME(r.r[1], 0x5a000111);
		SAME(r.pc, user_at(user_read) + 8);
	}
	return true;
}

/* What a program could put into its PSR by way of its kernel. */
static bool psr_is_harmless(void)
{
	static const uint32_t modes[] = { 0x10, 0x12, 0x16, 0x1a, 0x1000010, 0xd0, 0x100 };

	space_begin();
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(modes); i++) {
		struct regs r = user_regs(user_read + 4);

		note("psr %x", modes[i]);
		r.psr = modes[i];
		SAME(user_run(&r), EVENT_CALL);
		SAME(r.psr & SEEN, MV_PSR_USER);
	}
	return true;
}

/* vcpu_resume to guest kernel mode: SP stays, the mask is that of the PSR. */
static uint32_t resume_kernel(uint32_t psr, uint32_t *sp_moved)
{
	volatile struct mv_vcpu_page *page = mv_page();
	uint32_t before, after, flags;

	page->saved_psr = psr;
	page->saved_sp = 0x12345678;
	page->saved_r12 = 0x77;
	__asm__ volatile("mov %1, sp\n"
			 "adr r12, 1f\n"
			 "str r12, [%3, %4]\n"
			 "mov r12, %5\n"
			 "svc #0\n"
			 "udf #0\n"
			 "1: mrs %0, cpsr\n"
			 "mov %2, sp"
			 : "=&r"(flags), "=&r"(before), "=&r"(after)
			 : "r"(page), "i"(MV_PAGE_SAVED_PC), "i"(MV_CALL_VCPU_RESUME)
			 : "r12", "memory", "cc");
	*sp_moved = after - before;
	return flags & FLAGS;
}

static bool resumes_kernel(void)
{
	uint32_t moved;

	space_begin();
	for (uint32_t flags = 0; flags < 32; flags++) {
		note("flags %x", flags);
		SAME(resume_kernel(MV_PSR_KERNEL | flags << 27, &moved), flags << 27);
		SAME(moved, 0);
		SAME(mv_page()->virq_master, 1);
		SAME(resume_kernel(MV_PSR_KERNEL | MV_PSR_MASKED | flags << 27, &moved),
		     flags << 27);
		SAME(moved, 0);
		SAME(mv_page()->virq_master, 0);
	}
	return true;
}

static bool undefined_arm(void)
{
	struct regs r = user_regs(user_undefined);

	space_begin();
	fill(&r);
	SAME(user_run(&r), EVENT_UNDEFINED);
	SAME(r.pc, user_at(user_undefined));
	SAME(r.psr & SEEN, MV_PSR_USER);
	return kept(&r);
}

static bool undefined_thumb(void)
{
	struct regs r = user_regs(user_undefined_thumb);

	space_begin();
	fill(&r);
	r.psr |= 0x20 | 0xau << 28;
	SAME(user_run(&r), EVENT_UNDEFINED);
	SAME(r.pc, user_at(user_undefined_thumb));
	SAME(r.psr & SEEN, MV_PSR_USER | 0x20 | 0xau << 28);
	return kept(&r);
}

/* Guest kernel memory, the cell's fixed pages, the microvisor. */
static bool user_is_shut_in(void)
{
	uint32_t l1 = (uint32_t)space_begin();
	const uint32_t places[] = {
		MV_IMAGE_BASE,
		(uint32_t)&seen_by,
		l1,
		(uint32_t)__builtin_frame_address(0),
		MV_DEVICE_BASE,
		mv_env_need("pulse", MV_ENV_SEGMENT)->address,
	};
	const uint32_t fixed[] = { MV_ENV_BASE,        MV_VCPU_PAGE_BASE, MV_VCPU_PAGE_BASE + PAGE,
				   MV_KERNEL_BASE,     0xf0010000,        0xfe000000,
				   MV_KERNEL_BASE - 4, 0xfffffffc };

	for (uint32_t access = READ; access < NR_ACCESSES; access++) {
		uint32_t write = access == WRITE ? STATUS_WRITE : 0;

		for (uint32_t i = 0; i < MV_ARRAY_SIZE(places); i++) {
			note("access %u to %x", access, places[i]);
			USER(access, places[i], PERMISSION1 | write);
		}
		for (uint32_t i = 0; i < MV_ARRAY_SIZE(fixed); i++) {
			note("access %u to %x", access, fixed[i]);
			USER(access, fixed[i], TRANSLATION1 | write);
		}
	}
	return true;
}

static bool kernel_keeps_fixed_pages(void)
{
	space_begin();
	SAME(shows(MV_ENV_BASE), MV_ENV_MAGIC);
	KERNEL(WRITE, MV_ENV_BASE, TRANSLATION1 | STATUS_WRITE);
	SAME(shows(MV_VCPU_PAGE_BASE + MV_PAGE_VCPU), 0);
	KERNEL(READ, MV_KERNEL_BASE, TRANSLATION1);
	KERNEL(WRITE, MV_KERNEL_BASE + 0x10000, TRANSLATION1 | STATUS_WRITE);
	KERNEL(EXECUTE, MV_KERNEL_BASE + 0x10000, TRANSLATION1);
	return true;
}

static const struct check modes[] = {
	{ "GST01", "A system call in ARM code keeps all registers and flags", calls_arm },
	{ "GST02", "A system call in Thumb code keeps all registers and flags", calls_thumb },
	{ "GST03", "Without translation guest user mode has no memory", calls_untranslated },
	{ "GST04", "Guest user mode makes no hypercall: each is a system call", no_hypercalls },
	{ "GST05", "A return to guest user mode takes no more of a PSR than a user may have",
	  psr_is_harmless },
	{ "GST06", "A return to guest kernel mode keeps SP and flags and masks as the PSR says",
	  resumes_kernel },
	{ "GST07", "An undefined instruction in ARM code is reflected with all registers",
	  undefined_arm },
	{ "GST08", "An undefined instruction in Thumb code is reflected with all registers",
	  undefined_thumb },
	{ "GST09", "Guest user mode reaches neither guest kernel memory nor the fixed pages",
	  user_is_shut_in },
	{ "GST10", "Guest kernel mode keeps the fixed pages and gets nothing of the microvisor",
	  kernel_keeps_fixed_pages },
	{ "GST108", "A system call enters the guest kernel with the saved SP in r12",
	  calls_show_sp },
};
CHECK_SET(modes);
