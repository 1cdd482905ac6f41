/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of aborts as guests see them: status and address, in both modes, and
 * exceptions inside of handlers.
 */
#include "guest-judge.h"

struct places {
	uint32_t *l1;
	uint32_t code; /* physical: a page that holds a function */
};

static struct places begin(void)
{
	struct places p;

	p.l1 = space_begin();
	p.code = marked_page(RETURN_INSN);
	return p;
}

/* Every access of either mode to @va is refused with that status. */
static bool all_refused(uint32_t va, uint32_t status)
{
	for (uint32_t access = READ; access < NR_ACCESSES; access++) {
		uint32_t wanted = status | (access == WRITE ? STATUS_WRITE : 0);

		note("access %u to %x", access, va);
		USER(access, va, wanted);
		KERNEL(access, va, wanted);
	}
	return true;
}

static bool translation(void)
{
	struct places p = begin();

	space_page(p.l1, PLAY, SMALL(p.code, AP_BOTH));
	return all_refused(PLAY + PAGE, TRANSLATION2) && all_refused(OTHER, TRANSLATION1) &&
	       all_refused(MV_GUEST_END - MIB, TRANSLATION1);
}

static bool domains(void)
{
	struct places p = begin();

	space_page(p.l1, PLAY, SMALL(p.code, AP_BOTH));
	p.l1[OTHER / MIB] = SECTION(p.code & ~(MIB - 1), AP_BOTH) | IN_DOMAIN(1);
	for (uint32_t access = 0; access < 4; access += 2) {
		mv_page()->dacr = 1 | access << 2;
		space_flush(1, 0, 0);
		if (!all_refused(PLAY, DOMAIN2) || !all_refused(OTHER, DOMAIN1))
			return false;
	}
	return true;
}

static bool permissions(void)
{
	struct places p = begin();

	space_page(p.l1, PLAY, SMALL(p.code, AP_NONE));
	p.l1[OTHER / MIB] = SECTION(p.code & ~(MIB - 1), AP_NONE) | IN_DOMAIN(1);
	return all_refused(PLAY, PERMISSION2) && all_refused(OTHER, PERMISSION1);
}

/* Tables that name memory which the cell does not have, or not with these rights. */
static bool not_the_cells(void)
{
	struct places p = begin();
	const uint32_t outside[] = { 0x60000000, 0x70000000, 0x10000000,  MV_KERNEL_BASE,
				     0xfff00000, 0x90000000, MV_GUEST_END };

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(outside); i++) {
		p.l1[PLAY / MIB] = SECTION(outside[i], AP_BOTH);
		p.l1[OTHER / MIB] = outside[i] | 1;
		space_flush(MV_ASID_ALL, 0, 0);
		if (!all_refused(PLAY, EXTERNAL) || !all_refused(OTHER, WALK2))
			return false;
	}
	/* Its own text: not for writing, and no place for tables. */
	p.l1[PLAY / MIB] = 0;
	space_page(p.l1, PLAY, SMALL((uint32_t)user_page, AP_BOTH));
	p.l1[OTHER / MIB] = (uint32_t)user_page | 1;
	space_flush(MV_ASID_ALL, 0, 0);
	USER(READ, PLAY, 0);
	USER(WRITE, PLAY, EXTERNAL | STATUS_WRITE);
	KERNEL(WRITE, PLAY, EXTERNAL | STATUS_WRITE);
	return all_refused(OTHER, WALK2);
}

/* Devices are memory that is never executed. */
static bool devices(void)
{
	struct places p = begin();
	uint32_t uart = mv_env_need("uart0", MV_ENV_DEVICE)->address;

	space_page(p.l1, PLAY, SMALL(uart, AP_BOTH));
	p.l1[OTHER / MIB] = uart | 1;
	USER(READ, PLAY + UART_FLAGS * 4, 0);
	USER(EXECUTE, PLAY, EXTERNAL);
	KERNEL(EXECUTE, PLAY, EXTERNAL);
	return all_refused(OTHER, WALK2);
}

static bool others(void)
{
	struct regs r = user_regs(user_unaligned);

	space_begin();
	r.r[1] = USER_STACK + 2;
	SAME(user_run(&r), EVENT_DATA);
	SAME(r.pc, user_at(user_unaligned));
	SAME(mv_page()->status & STATUS_CAUSE, 1);
	SAME(mv_page()->address, USER_STACK + 2);
	r = user_regs(user_breakpoint);
	SAME(user_run(&r), EVENT_FETCH);
	SAME(r.pc, user_at(user_breakpoint));
	SAME(mv_page()->status & STATUS_CAUSE, 2);
	return true;
}

/* A write that needs more than the read before it was given. */
static bool upgrades(void)
{
	struct places p = begin();

	space_page(p.l1, PLAY, SMALL(p.code, AP_USER_READS));
	USER(READ, PLAY, 0);
	USER(WRITE, PLAY, PERMISSION2 | STATUS_WRITE);
	KERNEL(WRITE, PLAY, 0);
	USER(READ, PLAY, 0);
	USER(WRITE, PLAY, PERMISSION2 | STATUS_WRITE);
	/* More rights need no flush when what was there gave a fault. */
	space_page(p.l1, PLAY, SMALL(p.code, AP_BOTH));
	USER(WRITE, PLAY, 0);
	return true;
}

/* The handler of a trap traps itself, and so does the handler of that. */
static uint32_t depth;
static bool nested_right;

static bool trap_again(uint32_t event, struct trap *t)
{
	uint32_t level = ++depth, before = t->pc, psr = t->psr, word = 0;

	(void)event;
	if (seen()->address != OTHER + (level - 1) * MIB)
		nested_right = false;
	if (level < 6)
		nested_right &= kernel_try(READ, OTHER + level * MIB, &word) != 0;
	nested_right &= t->pc == before && t->psr == psr;
	return false;
}

static bool nested(void)
{
	uint32_t word = 0;

	space_begin();
	depth = 0;
	nested_right = true;
	seen()->on_trap = trap_again;
	kernel_try(READ, OTHER, &word);
	SAME(depth, 6);
	MUST(nested_right);
	SAME(seen()->traps, 6);
	return true;
}

/* Aborts of guest kernel mode tell whether vIRQs were masked, and keep it. */
static bool masks(void)
{
	space_begin();
	KERNEL(READ, OTHER, TRANSLATION1);
	SAME(seen()->psr & (MV_PSR_MODE | MV_PSR_MASKED), MV_PSR_KERNEL | MV_PSR_MASKED);
	SAME(mv_page()->virq_master, 0);
	mv_page()->virq_master = 1;
	KERNEL(READ, OTHER, TRANSLATION1);
	SAME(seen()->psr & (MV_PSR_MODE | MV_PSR_MASKED), MV_PSR_KERNEL);
	SAME(mv_page()->virq_master, 1);
	return true;
}

static bool untranslated(void)
{
	uint32_t word = 0;

	SAME(kernel_try(READ, 0, &word) & STATUS_CAUSE, TRANSLATION2);
	SAME(kernel_try(WRITE, OTHER, &word) & (STATUS_CAUSE | STATUS_WRITE),
	     TRANSLATION1 | STATUS_WRITE);
	SAME(kernel_try(EXECUTE, OTHER, &word) & STATUS_CAUSE, TRANSLATION1);
	word = kernel_try(WRITE, MV_KERNEL_BASE + 0x10000, &word) & STATUS_CAUSE;
	MUST(word == PERMISSION1 || word == PERMISSION2 || word == TRANSLATION2);
	return true;
}

static const struct check faults[] = {
	{ "GST30", "What is not mapped gives translation faults of its level", translation },
	{ "GST31", "A closed or reserved domain gives domain faults of its level", domains },
	{ "GST32", "A missing right gives permission faults of its level", permissions },
	{ "GST33", "Tables that name memory of others give external aborts", not_the_cells },
	{ "GST34", "A guest's devices are not executed and hold no tables", devices },
	{ "GST35", "Misalignment and breakpoints are told as such", others },
	{ "GST36", "A write is refused after a read, until the tables allow it", upgrades },
	{ "GST37", "Traps nest in guest kernel mode", nested },
	{ "GST38", "A trap of guest kernel mode keeps whether vIRQs were masked", masks },
	{ "GST39", "Without translation, guest kernel mode's own faults are its own matter",
	  untranslated },
};
CHECK_SET(faults);
