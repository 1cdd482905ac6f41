/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of software-loaded address spaces.
 */
#include "guest-judge.h"

#define RWX (MV_RIGHT_READ | MV_RIGHT_WRITE | MV_RIGHT_EXEC)

static uint32_t page;

static uint32_t map(uint32_t va, uint32_t address, uint32_t rights)
{
	return mv_vmmu_map(guest_vmmu(), va, address, rights);
}

static void user_pages(void)
{
	map(USER_CODE, (uint32_t)user_page, MV_RIGHT_READ | MV_RIGHT_EXEC | MV_MAP_USER);
	map(USER_STACK, page + PAGE, MV_RIGHT_READ | MV_RIGHT_WRITE | MV_MAP_USER);
}

/* What was entered may be forgotten: a miss enters it again. */
static void begin(void)
{
	space_off();
	pool_reset();
	page = (uint32_t)pool_take(4 * PAGE, PAGE);
	*(uint32_t *)page = 21;
	space_use((uint32_t *)MV_VMMU_SOFTWARE, 9);
	space_flush(9, 0, 0);
	user_pages();
}

static bool misses(void)
{
	uint32_t word = 0;

	begin();
	SAME(user_try(READ, PLAY, &word) & STATUS_CAUSE, TRANSLATION2);
	SAME(user_try(WRITE, PLAY, &word) & (STATUS_CAUSE | STATUS_WRITE),
	     TRANSLATION2 | STATUS_WRITE);
	SAME(user_try(EXECUTE, PLAY, &word) & STATUS_CAUSE, TRANSLATION2);
	SAME(map(PLAY, page, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	SAME(user_shows(PLAY), 21);
	USER(WRITE, PLAY, TRANSLATION2 | STATUS_WRITE);
	return true;
}

static bool identity(void)
{
	begin();
	SAME(shows(page), 21);
	SAME(*(const uint32_t *)MV_ENV_BASE, MV_ENV_MAGIC);
	USER(READ, page, TRANSLATION2);
	USER(READ, MV_IMAGE_BASE, TRANSLATION2);
	KERNEL(READ, PLAY, TRANSLATION2);
	KERNEL(READ, MV_KERNEL_BASE, TRANSLATION1);
	USER(READ, MV_VCPU_PAGE_BASE, TRANSLATION1);
	/* Again: guest kernel mode has taken nothing from guest user mode. */
	SAME(map(PLAY, page, RWX | MV_MAP_USER), MV_OK);
	USER(WRITE, PLAY, 0);
	SAME(shows(page), RETURN_INSN);
	USER(EXECUTE, PLAY, 0);
	return true;
}

/* Each of the rights, with and without the user's. */
static bool rights(void)
{
	begin();
	for (uint32_t r = 0; r < 16; r++) {
		uint32_t error = map(PLAY, page, r), user = r & MV_MAP_USER;

		note("rights %x", r);
		if (!(r & MV_RIGHT_READ)) {
			SAME(error, MV_ERR_ARGUMENT);
			continue;
		}
		SAME(error, MV_OK);
		*(uint32_t *)page = RETURN_INSN;
		USER(READ, PLAY, user ? 0 : TRANSLATION2);
		map(PLAY, page, r);
		USER(WRITE, PLAY, user && r & MV_RIGHT_WRITE ? 0 : TRANSLATION2 | STATUS_WRITE);
		map(PLAY, page, r);
		USER(EXECUTE, PLAY, user && r & MV_RIGHT_EXEC ? 0 : TRANSLATION2);
		map(PLAY, page, r);
		KERNEL(READ, PLAY, 0);
		KERNEL(WRITE, PLAY, r & MV_RIGHT_WRITE ? 0 : TRANSLATION2 | STATUS_WRITE);
		space_flush(9, PLAY, PAGE);
	}
	return true;
}

static bool refusals(void)
{
	uint32_t text = (uint32_t)user_page, r = MV_RIGHT_READ | MV_MAP_USER;

	begin();
	SAME(map(PLAY, 0x60000000, r), MV_ERR_ADDRESS);
	SAME(map(PLAY, 0x10000000, r), MV_ERR_ADDRESS);
	SAME(map(PLAY, MV_VCPU_PAGE_BASE, r), MV_ERR_ADDRESS);
	SAME(map(PLAY, MV_KERNEL_BASE, r), MV_ERR_ADDRESS);
	SAME(map(PLAY, page + 4, r), MV_ERR_ADDRESS);
	SAME(map(PLAY + 4, page, r), MV_ERR_ADDRESS);
	SAME(map(MV_GUEST_END, page, r), MV_ERR_ADDRESS);
	SAME(map(MV_KERNEL_BASE, page, r), MV_ERR_ADDRESS);
	SAME(map(MV_GUEST_HIGH - PAGE, page, r), MV_ERR_ADDRESS);
	/* Another place in what guest kernel mode sees. */
	SAME(map(page + PAGE, page, r), MV_ERR_ADDRESS);
	SAME(map(PLAY, text, r | MV_RIGHT_WRITE), MV_ERR_RIGHTS);
	SAME(map(PLAY, page, 0x10 | r), MV_ERR_ARGUMENT);
	SAME(map(PLAY, page, ~0u), MV_ERR_ARGUMENT);
	USER(READ, PLAY, TRANSLATION2);
	return true;
}

/*
 * A page of the guest kernel's own memory, where it is, for both modes; not in a
 * megabyte that guest kernel mode needs on its way back.
 */
static bool in_place(void)
{
	begin();
	page = (uint32_t)pool_take(2 * MIB, MIB) + MIB;
	*(uint32_t *)page = 21;
	SAME(map(page, page, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	SAME(user_shows(page), 21);
	*(volatile uint32_t *)page = 22; /* guest kernel mode keeps its own rights */
	user_pages();
	SAME(map(page, page, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	SAME(user_shows(page), 22);
	USER(READ, page + PAGE, TRANSLATION2);
	return true;
}

/* Random pages with a handler of misses, over more megabytes than tables. */
static bool demand(void)
{
	static uint32_t place[256];
	uint32_t faults = 0;

	begin();
	for (uint32_t i = 0; i < 256; i++)
		place[i] = marked_page(3000 + i);
	for (uint32_t i = 0; i < 3000; i++) {
		uint32_t n = chance(256), va = PLAY + n * 17 * PAGE * 16, word = 0, tries = 0;

		while (user_try(READ, va, &word)) {
			user_pages();
			SAME(map(va, place[n], MV_RIGHT_READ | MV_MAP_USER), MV_OK);
			faults++;
			note("page %u", n);
			MUST(++tries < 10);
		}
		SAME(word, 3000 + n);
	}
	note("%u faults", faults);
	MUST(faults >= 256);
	return true;
}

static bool flushed(void)
{
	begin();
	SAME(map(PLAY, page, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	SAME(user_shows(PLAY), 21);
	space_flush(9, PLAY, PAGE);
	USER(READ, PLAY, TRANSLATION2);
	SAME(map(PLAY, page, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	space_flush(9, 0, 0);
	user_pages();
	USER(READ, PLAY, TRANSLATION2);
	return true;
}

/* Entered, used and flushed where addresses end. */
static bool last_megabyte(void)
{
	static const uint32_t places[] = { MV_GUEST_HIGH, 0xffff0000, 0xfffff000 };

	begin();
	*(uint32_t *)(page + 0xfe0) = RETURN_INSN;
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(places); i++) {
		uint32_t va = places[i];

		note("at %x", va);
		USER(READ, va, TRANSLATION2);
		KERNEL(READ, va, TRANSLATION2);
		SAME(map(va, page, MV_RIGHT_READ | MV_RIGHT_EXEC | MV_MAP_USER), MV_OK);
		SAME(user_shows(va), 21);
		USER(EXECUTE, va + 0xfe0, 0);
		USER(WRITE, va, TRANSLATION2 | STATUS_WRITE);
		space_flush(9, va, PAGE);
		USER(READ, va, TRANSLATION2);
	}
	return true;
}

static const struct check software[] = {
	{ "GST70", "What was not entered is an abort upcall, what was entered is there", misses },
	{ "GST71", "Guest kernel mode sees the cell's memory where it is, and its user does not",
	  identity },
	{ "GST72", "Entered pages have the rights they were entered with", rights },
	{ "GST73", "Memory of others and rights that the cell lacks are not entered", refusals },
	{ "GST74", "Guest user mode can share a page with its kernel in place", in_place },
	{ "GST75", "More pages than fit are entered on demand", demand },
	{ "GST76", "What was flushed is gone", flushed },
	{ "GST77", "Pages are entered in the last megabyte like anywhere else", last_megabyte },
};
CHECK_SET(software);
