/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of the last megabyte of the address space, from MV_GUEST_HIGH on, where
 * programs of ARM Linux look for helpers at 0xffff0000: the guest's own tables
 * are used there, and in the hole before it they are not.
 */
#include "guest-judge.h"

#define HELPERS   0xffff0000u
#define LAST_PAGE 0xfffff000u
#define ENTRY     0xfe0u /* of a helper, in its page */

static uint32_t *l1, page;

/* A page at HELPERS that begins with @mark and has a function at ENTRY. */
static void begin(uint32_t mark, uint32_t flags)
{
	l1 = space_begin();
	page = marked_page(mark);
	*(uint32_t *)(page + ENTRY) = RETURN_INSN;
	*(uint32_t *)(page + PAGE - 4) = RETURN_INSN;
	space_page(l1, HELPERS, SMALL(page, AP_ALL_READ) | flags);
}

/* As Linux maps them: guest user mode reads and executes, nobody writes. */
static bool helpers(void)
{
	begin(31, 0);
	SAME(user_shows(HELPERS), 31);
	USER(EXECUTE, HELPERS + ENTRY, 0);
	USER(EXECUTE, HELPERS + PAGE - 4, 0);
	USER(WRITE, HELPERS, PERMISSION2 | STATUS_WRITE);
	SAME(shows(HELPERS), 31);
	KERNEL(EXECUTE, HELPERS + ENTRY, 0);
	KERNEL(WRITE, HELPERS, PERMISSION2 | STATUS_WRITE);
	USER(READ, HELPERS + PAGE, TRANSLATION2);
	USER(READ, HELPERS - PAGE, TRANSLATION2);
	/* Written by another way, and seen here. */
	*(volatile uint32_t *)page = 32;
	SAME(user_shows(HELPERS), 32);
	return true;
}

static bool every_right(void)
{
	static const struct {
		uint32_t ap, kernel_writes, user_reads, user_writes;
	} rights[] = { { AP_KERNEL, 1, 0, 0 },
		       { AP_USER_READS, 1, 1, 0 },
		       { AP_BOTH, 1, 1, 1 },
		       { AP_KERNEL_READS, 0, 0, 0 },
		       { AP_ALL_READ, 0, 1, 0 } };

	begin(33, 0);
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(rights); i++) {
		uint32_t refused = PERMISSION2 | STATUS_WRITE;

		note("AP %u", rights[i].ap);
		space_page(l1, LAST_PAGE, SMALL(page, rights[i].ap));
		space_flush(1, LAST_PAGE, PAGE);
		USER(READ, LAST_PAGE, rights[i].user_reads ? 0 : PERMISSION2);
		USER(EXECUTE, LAST_PAGE + PAGE - 4, rights[i].user_reads ? 0 : PERMISSION2);
		KERNEL(EXECUTE, LAST_PAGE + ENTRY, 0);
		USER(WRITE, LAST_PAGE, rights[i].user_writes ? 0 : refused);
		KERNEL(WRITE, LAST_PAGE, rights[i].kernel_writes ? 0 : refused);
		space_page(l1, LAST_PAGE, SMALL(page, rights[i].ap) | SMALL_XN);
		space_flush(1, LAST_PAGE, PAGE);
		USER(EXECUTE, LAST_PAGE + ENTRY, PERMISSION2);
		KERNEL(EXECUTE, LAST_PAGE + ENTRY, PERMISSION2);
	}
	return true;
}

static bool sections(void)
{
	uint32_t block;

	l1 = space_begin();
	block = (uint32_t)pool_take(MIB, MIB);
	*(uint32_t *)block = 34;
	*(uint32_t *)(block + MIB - PAGE) = 35;
	l1[MV_GUEST_HIGH / MIB] = SECTION(block, AP_BOTH);
	SAME(user_shows(MV_GUEST_HIGH), 34);
	SAME(user_shows(LAST_PAGE), 35);
	USER(WRITE, LAST_PAGE + PAGE - 4, 0);
	SAME(*(volatile uint32_t *)(block + MIB - 4), RETURN_INSN);
	l1[MV_GUEST_HIGH / MIB] = 0;
	space_flush(1, MV_GUEST_HIGH, MIB);
	USER(READ, LAST_PAGE, TRANSLATION1);
	l1[MV_GUEST_HIGH / MIB] = SECTION(MV_GUEST_HIGH, AP_BOTH);
	USER(READ, LAST_PAGE, EXTERNAL);
	KERNEL(READ, LAST_PAGE, EXTERNAL);
	return true;
}

/* Ranges of all sizes that have it; the last of them end where addresses do. */
static bool flushed(void)
{
	static const struct {
		uint32_t start, size;
	} ranges[] = { { HELPERS, PAGE },
		       { HELPERS, 2 * PAGE },
		       { HELPERS - 5 * PAGE, 7 * PAGE },
		       { HELPERS, -HELPERS },
		       { MV_GUEST_HIGH, MIB },
		       { MV_GUEST_HIGH + PAGE, MIB - PAGE },
		       { 0, 0 } };
	uint32_t other;

	begin(40, PAGE_NG);
	other = marked_page(41);
	space_page(l1, PLAY, SMALL(page, AP_BOTH) | PAGE_NG);
	for (uint32_t i = 0; i < 2 * MV_ARRAY_SIZE(ranges); i++) {
		uint32_t now = i % 2 ? page : other;

		note("range %u", i / 2);
		SAME(user_shows(HELPERS), i % 2 ? 41 : 40);
		space_page(l1, HELPERS, SMALL(now, AP_ALL_READ) | PAGE_NG);
		space_flush(1, ranges[i / 2].start, ranges[i / 2].size);
		SAME(user_shows(HELPERS), i % 2 ? 40 : 41);
		SAME(user_shows(PLAY), 40);
	}
	space_page(l1, HELPERS, 0);
	space_flush(1, HELPERS, PAGE);
	USER(READ, HELPERS, TRANSLATION2);
	return true;
}

/* The same page in two spaces; then a global one, as Linux has it. */
static bool two_spaces(void)
{
	uint32_t *first, other;

	begin(50, PAGE_NG);
	first = l1;
	other = marked_page(51);
	l1 = space_new();
	space_page(l1, HELPERS, SMALL(other, AP_ALL_READ) | PAGE_NG);
	SAME(user_shows(HELPERS), 50);
	space_use(l1, 2);
	SAME(user_shows(HELPERS), 51);
	space_use(first, 1);
	SAME(user_shows(HELPERS), 50);
	l1[HELPERS / MIB] = first[HELPERS / MIB];
	space_page(first, HELPERS, SMALL(page, AP_ALL_READ));
	space_flush(MV_ASID_ALL, HELPERS, PAGE);
	SAME(user_shows(HELPERS), 50);
	space_use(l1, 2);
	SAME(user_shows(HELPERS), 50);
	space_page(first, HELPERS, SMALL(other, AP_ALL_READ));
	space_flush(1, HELPERS, PAGE);
	SAME(user_shows(HELPERS), 51);
	space_use(first, 1);
	SAME(user_shows(HELPERS), 51);
	return true;
}

/* What a guest's tables say of all that lies between. */
static bool hole(void)
{
	uint32_t block;

	l1 = space_begin();
	block = (uint32_t)pool_take(MIB, MIB);
	for (uint32_t slot = MV_GUEST_END / MIB; slot < MV_GUEST_HIGH / MIB; slot++)
		l1[slot] = SECTION(block, AP_BOTH);
	for (uint32_t va = MV_GUEST_END + MIB / 2; va < MV_GUEST_HIGH; va += MIB)
		for (uint32_t access = READ; access < NR_ACCESSES; access++) {
			uint32_t wanted = TRANSLATION1 | (access == WRITE ? STATUS_WRITE : 0);

			note("access %u to %x", access, va);
			USER(access, va, wanted);
			KERNEL(access, va, wanted);
		}
	USER(READ, MV_GUEST_END, TRANSLATION1);
	USER(READ, MV_ENV_BASE, TRANSLATION1);
	USER(WRITE, MV_VCPU_PAGE_BASE, TRANSLATION1 | STATUS_WRITE);
	USER(READ, MV_GUEST_HIGH - 4, TRANSLATION1);
	KERNEL(READ, MV_GUEST_HIGH - 4, TRANSLATION1);
	SAME(*(const uint32_t *)MV_ENV_BASE, MV_ENV_MAGIC);
	return true;
}

static uint32_t flush(uint32_t start, uint32_t size)
{
	return mv_vmmu_flush(guest_vmmu(), 1, start, size).error;
}

static bool refusals(void)
{
	begin(60, PAGE_NG);
	SAME(user_shows(HELPERS), 60);
	SAME(flush(MV_GUEST_HIGH - PAGE, PAGE), MV_ERR_ADDRESS);
	SAME(flush(MV_GUEST_HIGH - PAGE, MIB + PAGE), MV_ERR_ADDRESS);
	SAME(flush(MV_GUEST_END - PAGE, 2 * PAGE), MV_ERR_ADDRESS);
	SAME(flush(MV_GUEST_END - PAGE, PAGE - MV_GUEST_END), MV_ERR_ADDRESS);
	SAME(flush(HELPERS, PAGE - HELPERS), MV_ERR_ADDRESS);
	SAME(flush(LAST_PAGE, 2 * PAGE), MV_ERR_ADDRESS);
	SAME(flush(HELPERS + 4, PAGE), MV_ERR_ADDRESS);
	SAME(flush(LAST_PAGE, PAGE), MV_OK);
	SAME(user_shows(HELPERS), 60);
	return true;
}

/* Even what guest kernel mode may read and write there. */
static bool no_buffers(void)
{
	begin(70, 0);
	space_page(l1, HELPERS, SMALL(page, AP_BOTH));
	KERNEL(WRITE, HELPERS, 0);
	SAME(mv_vmmu_stats(guest_vmmu(), 0, (void *)HELPERS, sizeof(struct mv_vmmu_stats)).error,
	     MV_ERR_ADDRESS);
	SAME(shows(HELPERS), RETURN_INSN);
	return true;
}

static const struct check last[] = {
	{ "GST100", "A page at 0xffff0000 is read and executed by guest user mode, not written",
	  helpers },
	{ "GST101", "In the last page of all, each choice of rights gives each mode exactly that",
	  every_right },
	{ "GST102", "The last megabyte can be a section, of the cell's own memory only", sections },
	{ "GST103", "After a flush in the last megabyte its new translations hold", flushed },
	{ "GST104", "The last megabyte is a space's own, and global pages are everybody's",
	  two_spaces },
	{ "GST105", "Between MV_GUEST_END and MV_GUEST_HIGH a guest's tables are not used", hole },
	{ "GST106", "Ranges that are not all the guest's are refused, at the end too", refusals },
	{ "GST107", "No hypercall takes a buffer in the last megabyte", no_buffers },
};
CHECK_SET(last);
