/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of address spaces: switching, more spaces than are cached, global
 * translations, and the statistics of all this.
 */
#include "guest-judge.h"

#define NR_SPACES (CONFIG_VTLB_SPACES + 5)

static uint32_t *spaces[NR_SPACES];

/* Spaces with ASIDs from 1 that map PLAY to a page marked 1000 + number. */
static void make_spaces(uint32_t number, uint32_t flags)
{
	space_begin();
	space_off();
	pool_reset();
	for (uint32_t i = 0; i < number; i++) {
		spaces[i] = space_new();
		space_page(spaces[i], PLAY, SMALL(marked_page(1000 + i), AP_BOTH) | flags);
	}
	space_off();
}

static bool one_after_another(void)
{
	make_spaces(NR_SPACES, PAGE_NG);
	for (uint32_t i = 0; i < 400; i++) {
		uint32_t n = i < 3 * NR_SPACES ? i % NR_SPACES : chance(NR_SPACES);

		space_use(spaces[n], n + 1);
		note("space %u, step %u", n, i);
		SAME(i % 2 ? shows(PLAY) : user_shows(PLAY), 1000 + n);
	}
	return true;
}

/* One table under two ASIDs, two tables under one ASID: all are spaces of their own. */
static bool named_by_both(void)
{
	make_spaces(2, PAGE_NG);
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t table = i % 2, asid = 7 + (i / 2) % 2;

		space_use(spaces[table], asid);
		SAME(shows(PLAY), 1000 + table);
		SAME(user_shows(PLAY), 1000 + table);
	}
	return true;
}

static bool off_and_on(void)
{
	uint32_t page;

	make_spaces(1, PAGE_NG);
	page = marked_page(77);
	for (uint32_t i = 0; i < 20; i++) {
		space_use(spaces[0], 3);
		SAME(user_shows(PLAY), 1000);
		space_off();
		KERNEL(READ, PLAY, TRANSLATION1);
		SAME(shows(page), 77);
	}
	return true;
}

/* Many megabytes that all show the same 256 pages: each wants a table in the vTLB. */
static bool more_slots_than_tables(void)
{
	uint32_t *l1 = space_begin(), *l2 = pool_take(L2_SIZE, L2_SIZE);
	uint32_t slots = 4 * CONFIG_VTLB_TABLES > 1200 ? 1200 : 4 * CONFIG_VTLB_TABLES;

	for (uint32_t i = 0; i < 256; i++)
		l2[i] = SMALL(marked_page(5000 + i), AP_BOTH);
	for (uint32_t i = 0; i < slots; i++)
		l1[PLAY / MIB + i] = TABLE(l2) | IN_DOMAIN(1);
	for (uint32_t i = 0; i < 3 * slots; i++) {
		uint32_t slot = i < slots ? i : i < 2 * slots ? 2 * slots - 1 - i : chance(slots);
		uint32_t page = chance(256), va = PLAY + slot * MIB + page * PAGE;

		note("slot %u", slot);
		SAME(i % 3 ? user_shows(va) : shows(va), 5000 + page);
	}
	return true;
}

static bool bad_arguments(void)
{
	uint32_t vmmu = guest_vmmu(), table;

	space_begin();
	table = (uint32_t)pool_take(L1_SIZE, L1_SIZE);
	SAME(mv_vmmu_switch(vmmu, table, MV_ASID_MAX + 1).error, MV_ERR_ARGUMENT);
	SAME(mv_vmmu_switch(vmmu, table + L1_SIZE / 2, 0).error, MV_ERR_ARGUMENT);
	SAME(mv_vmmu_switch(vmmu, 3, 0).error, MV_ERR_ARGUMENT);
	SAME(mv_vmmu_flush(vmmu, MV_ASID_ALL + 1, 0, 0).error, MV_ERR_ARGUMENT);
	SAME(mv_vmmu_flush(vmmu, 1, PLAY + 4, PAGE).error, MV_ERR_ADDRESS);
	SAME(mv_vmmu_flush(vmmu, 1, PLAY, PAGE + 4).error, MV_ERR_ADDRESS);
	SAME(mv_vmmu_flush(vmmu, 1, MV_GUEST_END, PAGE).error, MV_ERR_ADDRESS);
	SAME(mv_vmmu_flush(vmmu, 1, PLAY, 0xfffff000).error, MV_ERR_ADDRESS);
	SAME(mv_vmmu_map(vmmu, PLAY, table, MV_RIGHT_READ), MV_ERR_STATE);
	SAME(mv_vmmu_switch(mv_env_need("cell", MV_CAP_CELL)->cap, table, 0).error,
	     MV_ERR_CAPABILITY);
	/* None of it has changed the space. */
	USER(READ, USER_STACK, 0);
	return true;
}

/* The victim's vMMU: its keeper may only read statistics. */
static bool rights_on_others(void)
{
	const struct mv_env_entry *victim = mv_env_need("victim.vmmu", MV_CAP_VMMU);
	struct mv_vmmu_stats stats;

	SAME(victim->rights, MV_RIGHT_VMMU_STATS);
	SAME(mv_vmmu_switch(victim->cap, MV_VMMU_OFF, 0).error, MV_ERR_RIGHTS);
	SAME(mv_vmmu_flush(victim->cap, MV_ASID_ALL, 0, 0).error, MV_ERR_RIGHTS);
	SAME(mv_vmmu_map(victim->cap, PLAY, 0x10000, MV_RIGHT_READ), MV_ERR_RIGHTS);
	SAME(mv_vmmu_stats(victim->cap, 0, &stats, sizeof(stats)).error, MV_OK);
	SAME(mv_vmmu_stats(victim->cap, 1, &stats, sizeof(stats)).error, MV_ERR_ARGUMENT);
	return true;
}

static struct mv_vmmu_stats stats_now(void)
{
	struct mv_vmmu_stats stats = { 0 };

	mv_vmmu_stats(guest_vmmu(), 0, &stats, sizeof(stats));
	return stats;
}

/* Each count goes up by what was done, and by nothing else. */
static bool statistics(void)
{
	uint32_t *l1, *l2, block;
	struct mv_vmmu_stats before, after;

	l1 = space_begin();
	l2 = space_l2(l1, PLAY);
	block = (uint32_t)pool_take(MIB, MIB);
	l2[0] = SMALL(block, AP_BOTH);
	l2[1] = SMALL(block + PAGE, AP_KERNEL);
	l2[16] = LARGE(block, AP_BOTH);
	l1[OTHER / MIB] = SECTION(block, AP_BOTH);
	USER(READ, USER_STACK, 0);
	before = stats_now();
	USER(READ, PLAY, 0);
	USER(READ, PLAY, 0);
	USER(READ, PLAY + 16 * PAGE, 0);
	USER(READ, OTHER, 0);
	USER(READ, OTHER + PAGE, 0);
	KERNEL(READ, PLAY + PAGE, 0);
	after = stats_now();
	SAME(after.page_misses - before.page_misses, 2);
	SAME(after.large_misses - before.large_misses, 1);
	SAME(after.section_misses - before.section_misses, 1);
	SAME(after.flips - before.flips, 1);
	SAME(after.flushes - before.flushes, 0);
	SAME(after.switches - before.switches, 0);
	space_flush(1, PLAY, PAGE);
	space_use(l1, 1);
	space_use(l1, 200);
	before = after;
	after = stats_now();
	SAME(after.flushes - before.flushes, 1);
	SAME(after.switches - before.switches, 2);
	SAME(after.spaces_made - before.spaces_made, 1);
	return true;
}

static const struct check spaces_table[] = {
	{ "GST50", "More address spaces than are cached keep their contents apart",
	  one_after_another },
	{ "GST51", "A space is named by its table and its ASID together", named_by_both },
	{ "GST52", "Translation can be switched off and on again", off_and_on },
	{ "GST53", "More megabytes than there are tables are all reachable",
	  more_slots_than_tables },
	{ "GST54", "Wrong arguments are refused and change nothing", bad_arguments },
	{ "GST55", "A guest's keeper reads its statistics and can do no more", rights_on_others },
	{ "GST56", "The statistics count what was done", statistics },
};
const struct check_set spaces_set = { spaces_table, MV_ARRAY_SIZE(spaces_table) };
