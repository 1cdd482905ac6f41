/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of flushes: after a flush the present content of the tables holds, in every
 * space that the flush concerns.
 */
#include "guest-judge.h"

#define NR_PAGES 64

static uint32_t *l1, first, second;

/* PLAY and the page after it show these two pages. */
static void begin(uint32_t flags)
{
	l1 = space_begin();
	first = marked_page(1);
	second = marked_page(2);
	space_page(l1, PLAY, SMALL(first, AP_BOTH) | flags);
	space_page(l1, PLAY + PAGE, SMALL(second, AP_BOTH) | flags);
}

static void exchange(uint32_t flags)
{
	space_page(l1, PLAY, SMALL(second, AP_BOTH) | flags);
	space_page(l1, PLAY + PAGE, SMALL(first, AP_BOTH) | flags);
}

static bool one_page(void)
{
	begin(PAGE_NG);
	SAME(user_shows(PLAY), 1);
	SAME(user_shows(PLAY + PAGE), 2);
	exchange(PAGE_NG);
	space_flush(1, PLAY, PAGE);
	SAME(user_shows(PLAY), 2);
	space_flush(1, PLAY + PAGE, PAGE);
	SAME(shows(PLAY + PAGE), 1);
	space_page(l1, PLAY, 0);
	space_flush(1, PLAY, PAGE);
	USER(READ, PLAY, TRANSLATION2);
	return true;
}

static bool fewer_rights(void)
{
	begin(PAGE_NG);
	USER(WRITE, PLAY, 0);
	space_page(l1, PLAY, SMALL(first, AP_USER_READS));
	space_flush(1, PLAY, PAGE);
	USER(WRITE, PLAY, PERMISSION2 | STATUS_WRITE);
	USER(READ, PLAY, 0);
	space_page(l1, PLAY, SMALL(first, AP_KERNEL));
	space_flush(1, PLAY, PAGE);
	USER(READ, PLAY, PERMISSION2);
	KERNEL(WRITE, PLAY, 0);
	USER(READ, PLAY, PERMISSION2);
	return true;
}

static bool whole_asid(void)
{
	begin(PAGE_NG);
	SAME(user_shows(PLAY), 1);
	exchange(PAGE_NG);
	space_flush(1, 0, 0);
	SAME(user_shows(PLAY), 2);
	return true;
}

static bool everything(void)
{
	begin(0);
	SAME(user_shows(PLAY), 1);
	exchange(0);
	space_flush(MV_ASID_ALL, 0, 0);
	SAME(user_shows(PLAY), 2);
	return true;
}

/* Two spaces with a global page: a flush by address in one concerns the other too. */
static bool global_pages(void)
{
	uint32_t *other;

	begin(0);
	other = space_new();
	other[PLAY / MIB] = l1[PLAY / MIB];
	for (uint32_t round = 0; round < 4; round++) {
		note("round %u", round);
		space_use(other, 2);
		SAME(user_shows(PLAY), 1);
		space_use(l1, 1);
		SAME(user_shows(PLAY), 1);
		exchange(0);
		space_flush(1, PLAY, PAGE);
		space_use(other, 2);
		SAME(user_shows(PLAY), 2);
		space_page(l1, PLAY, SMALL(first, AP_BOTH));
		space_flush(2, PLAY, PAGE);
	}
	return true;
}

/* A page that is not global, in another space: flushes of this ASID alone. */
static bool other_asids(void)
{
	uint32_t *other;

	begin(PAGE_NG);
	other = space_new();
	other[PLAY / MIB] = l1[PLAY / MIB];
	SAME(user_shows(PLAY), 1);
	space_use(other, 2);
	SAME(user_shows(PLAY), 1);
	exchange(PAGE_NG);
	/* From here, the one that is not in use. */
	space_flush(1, PLAY, PAGE);
	space_use(l1, 1);
	SAME(user_shows(PLAY), 2);
	space_flush(2, 0, 0);
	space_use(other, 2);
	SAME(user_shows(PLAY), 2);
	return true;
}

static bool sections(void)
{
	uint32_t block, next;

	l1 = space_begin();
	block = (uint32_t)pool_take(MIB, MIB);
	next = (uint32_t)pool_take(PAGE, PAGE);
	*(uint32_t *)block = 3;
	*(uint32_t *)next = 4;
	l1[PLAY / MIB] = SECTION(block, AP_BOTH);
	SAME(user_shows(PLAY), 3);
	l1[PLAY / MIB] = 0;
	space_page(l1, PLAY, SMALL(next, AP_BOTH));
	space_flush(1, PLAY + 5 * PAGE, PAGE);
	SAME(user_shows(PLAY), 4);
	l1[PLAY / MIB] = SECTION(block, AP_BOTH);
	space_flush(1, PLAY, MIB);
	SAME(user_shows(PLAY), 3);
	l1[PLAY / MIB] = 0;
	space_flush(1, PLAY, MIB);
	USER(READ, PLAY, TRANSLATION1);
	return true;
}

/*
 * Map and use pages over eight megabytes, then map all of them anew and flush a range.
 * Inside the range the new translations must hold; outside either may.
 */
static bool ranges(void)
{
	static uint32_t pages[NR_PAGES];
	uint32_t *l2[8];

	l1 = space_begin();
	for (uint32_t slot = 0; slot < 8; slot++)
		l2[slot] = space_l2(l1, PLAY + slot * MIB);
	for (uint32_t i = 0; i < NR_PAGES; i++)
		pages[i] = marked_page(100 + i);
	for (uint32_t round = 0; round < 24; round++) {
		uint32_t start = chance(8 * 256), size = chance(8 * 256 - start) + 1;

		for (uint32_t i = 0; i < 8 * 256; i++)
			l2[i / 256][i % 256] = SMALL(pages[(i + round) % NR_PAGES], AP_BOTH) |
					       PAGE_NG;
		note("round %u: pages %u, %u of them", round, start, size);
		space_flush(1, PLAY + start * PAGE, size * PAGE);
		for (uint32_t i = 0; i < 60; i++) {
			uint32_t page = start + (i ? i == 1 ? size - 1 : chance(size) : 0);

			SAME(user_shows(PLAY + page * PAGE), 100 + (page + round) % NR_PAGES);
		}
		space_flush(1, 0, MV_GUEST_END);
		for (uint32_t i = 0; i < 60; i++) {
			uint32_t page = chance(8 * 256);

			SAME(user_shows(PLAY + page * PAGE), 100 + (page + round) % NR_PAGES);
		}
	}
	return true;
}

/* A call does a bounded part and returns what is left; repeated calls come to an end. */
static bool parts(void)
{
	uint32_t *l2, calls = 0, left = MV_GUEST_END;

	l1 = space_begin();
	l2 = pool_take(L2_SIZE, L2_SIZE);
	l2[0] = SMALL(marked_page(9), AP_BOTH) | PAGE_NG;
	for (uint32_t slot = 0; slot < 1000; slot++)
		l1[PLAY / MIB + slot] = TABLE(l2) | IN_DOMAIN(1);
	for (uint32_t slot = 0; slot < 1000; slot++)
		SAME(shows(PLAY + slot * MIB), 9);
	while (left) {
		struct mv_result r = mv_vmmu_flush(guest_vmmu(), 1, MV_GUEST_END - left, left);

		SAME(r.error, MV_OK);
		MUST(r.value < left);
		left = r.value;
		calls++;
	}
	note("%u calls", calls);
	MUST(calls > 3 && calls < 4000);
	return true;
}

static const struct check flushes[] = {
	{ "GST60", "After a flush of one page its new translation holds", one_page },
	{ "GST61", "After a flush fewer rights hold", fewer_rights },
	{ "GST62", "After a flush of an ASID its new translations hold", whole_asid },
	{ "GST63", "After a flush of everything new translations hold, global ones too",
	  everything },
	{ "GST64", "A flush by address concerns global translations in all spaces", global_pages },
	{ "GST65", "A space that is not in use can be flushed", other_asids },
	{ "GST66", "Sections and tables can take each other's place", sections },
	{ "GST67", "A flush of a range concerns all of it, over many megabytes", ranges },
	{ "GST68", "Long flushes are done in parts and come to an end", parts },
};
CHECK_SET(flushes);
