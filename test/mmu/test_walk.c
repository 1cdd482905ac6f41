/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the walk of a guest's tables: formats, rights, domains, statuses,
 * and where tables may lie.
 */
#include "check.h"
#include "unit.h"

#define VA 0x12345000u

/* One table in use, the reference beside it. */
static void begin(void)
{
	guest_switch(TABLE(0), 1);
}

/* All six accesses, after everything was forgotten. */
static void check_all(uint32_t va)
{
	for (uint32_t kind = 0; kind < 6; kind++) {
		guest_flush(MV_ASID_ALL, 0, 0);
		check_access(va, kind & 1, 1u << kind / 2);
		check_nothing_more(va);
	}
}

TEST(mmu_01, "MMU01", "every AP and XN of a section gives each mode what the architecture says")
{
	begin();
	for (uint32_t ap = 0; ap < 8; ap++)
		for (uint32_t xn = 0; xn < 2; xn++) {
			set_first(TABLE(0), VA, section(MAIN, ap, xn << 4));
			check_all(VA);
		}
}

TEST(mmu_02, "MMU02", "every AP and XN of a small and a large page does so as well")
{
	begin();
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
	for (uint32_t ap = 0; ap < 8; ap++)
		for (uint32_t xn = 0; xn < 2; xn++) {
			set_second(TABLE_2(0), VA, small_page(MAIN, ap, xn));
			check_all(VA);
			set_second(TABLE_2(0), VA, large_page(MAIN, ap, xn << 15));
			check_all(VA);
		}
}

TEST(mmu_03, "MMU03", "each of the 16 domains obeys its two bits of the DACR, at both levels")
{
	begin();
	for (uint32_t domain = 0; domain < 16; domain++)
		for (uint32_t bits = 0; bits < 4; bits++) {
			GUEST->page->dacr = ~(3u << 2 * domain) & 0x55555555;
			GUEST->page->dacr |= bits << 2 * domain;
			set_first(TABLE(0), VA, section(MAIN, 2, domain << 5 | 0x10));
			check_all(VA);
			set_first(TABLE(0), VA, second_at(TABLE_2(0), domain));
			set_second(TABLE_2(0), VA, small_page(MAIN, 5, 1));
			check_all(VA);
			set_second(TABLE_2(0), VA, 0);
			check_all(VA);
		}
}

TEST(mmu_04, "MMU04", "faults have the statuses of the architecture, in its order")
{
	static const struct {
		uint32_t first, second, dacr, status;
	} cases[] = {
		{ 0, 0, 1, FS_L1_TRANSLATION },
		{ 3, 0, 1, FS_L1_TRANSLATION },
		{ MAIN | 0x40c0e, 0, 1, FS_L1_TRANSLATION }, /* a supersection */
		{ MAIN | 0x40c0e, 0, 0, FS_L1_TRANSLATION },
		{ MAIN | 0xc0e, 0, 0, FS_L1_DOMAIN },
		{ MAIN | 0xc0e, 0, 2, FS_L1_DOMAIN },
		{ MAIN | 0x00e, 0, 0, FS_L1_DOMAIN }, /* before permission */
		{ MAIN | 0x00e, 0, 1, FS_L1_PERMISSION },
		{ TABLE_2(0) | 1, 0, 1, FS_L2_TRANSLATION },
		{ TABLE_2(0) | 1, 0, 0, FS_L2_TRANSLATION }, /* before domain */
		{ TABLE_2(0) | 1, MAIN | 0x3e, 0, FS_L2_DOMAIN },
		{ TABLE_2(0) | 1, MAIN | 0x0e, 1, FS_L2_PERMISSION },
		{ NOTHING | 1, 0, 1, FS_L2_WALK_EXTERNAL },
		{ NOTHING | 1, 0, 0, FS_L2_WALK_EXTERNAL }, /* before domain */
		{ NOTHING | 0xc0e, 0, 1, FS_EXTERNAL },
		{ NOTHING | 0xc0e, 0, 3, FS_EXTERNAL },
		{ NOTHING | 0x00e, 0, 1, FS_L1_PERMISSION }, /* before external */
		{ TABLE_2(0) | 1, NOTHING | 0x3e, 1, FS_EXTERNAL },
	};

	begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
		set_first(TABLE(0), VA, cases[i].first);
		set_second(TABLE_2(0), VA, cases[i].second);
		GUEST->page->dacr = cases[i].dacr;
		guest_flush(MV_ASID_ALL, 0, 0);
		assert_int_equal(guest_touch(VA, true, WRITE, NULL), cases[i].status);
		check_all(VA);
	}
}

TEST(mmu_05, "MMU05", "each of the low 20 bits of a section descriptor does what it must alone")
{
	begin();
	for (uint32_t bit = 0; bit < 20; bit++)
		for (uint32_t ap = 0; ap < 4; ap++) {
			set_first(TABLE(0), VA, section(MAIN, ap, 0) ^ 1u << bit);
			check_all(VA);
		}
}

TEST(mmu_06, "MMU06", "each of the low 16 bits of a page descriptor does what it must alone")
{
	begin();
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 3));
	for (uint32_t bit = 0; bit < 16; bit++)
		for (uint32_t ap = 0; ap < 4; ap++) {
			set_second(TABLE_2(0), VA, small_page(MAIN, ap, 0) ^ 1u << bit);
			check_all(VA);
			set_second(TABLE_2(0), VA, large_page(MAIN, ap, 0) ^ 1u << bit);
			check_all(VA);
		}
}

TEST(mmu_07, "MMU07", "a large page is 64 KiB, whichever of its 16 entries is used")
{
	begin();
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
	for (uint32_t i = 0; i < 16; i++)
		set_second(TABLE_2(0), (VA & 0xffff0000) + i * 0x1000, large_page(LOW, 3, 0));
	for (uint32_t i = 0; i < 16; i++) {
		check_access((VA & 0xffff0000) + i * 0x1000 + 0x123, true, READ);
		assert_int_equal(GUEST->stats.large_misses, i + 1);
	}
}

TEST(mmu_08, "MMU08", "the low 14 bits of the table's address are not looked at")
{
	struct walk w;

	set_first(TABLE(1), VA, section(MAIN, 3, 0));
	assert_int_equal(walk_guest(GUEST->cell, TABLE(1) | 0x3fff, 1, VA, &w), 0);
	assert_int_equal(w.address, MAIN);
}

TEST(mmu_09, "MMU09", "tables are only read from memory that the cell may write")
{
	static const uint32_t wrong[] = { CODE,       CONSTANT,          DEVICE,      NOTHING,   0,
					  0xef000000, MV_VCPU_PAGE_BASE, MV_ENV_BASE, 0xfffffc00 };

	begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct walk w;

		assert_int_equal(walk_guest(GUEST->cell, wrong[i], 1, 0, &w), FS_L1_WALK_EXTERNAL);
		set_first(TABLE(0), VA, wrong[i] | 1);
		check_all(VA);
		assert_int_equal(guest_touch(VA, false, READ, NULL), FS_L2_WALK_EXTERNAL);
	}
}

TEST(mmu_10, "MMU10", "what the cell may not do, its own tables cannot allow")
{
	static const uint32_t places[] = { LOW, MAIN, CODE, CONSTANT, SHARED, UNEVEN, DEVICE };

	begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		set_first(TABLE(0), VA, section(places[i] & 0xfff00000, 3, 0));
		check_all((VA & 0xfff00000) | places[i] % 0x100000);
		set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
		set_second(TABLE_2(0), VA, small_page(places[i], 3, 0));
		check_all(VA);
		set_second(TABLE_2(0), VA, large_page(places[i] & 0xffff0000, 3, 0));
		check_all(VA);
	}
}

TEST(mmu_11, "MMU11", "both edges of each piece of the cell's memory are exact")
{
	struct ref_guest g = machine_guest(GUEST);

	for (unsigned int i = 0; i < g.nr_ranges; i++) {
		const struct ref_range *r = &g.ranges[i];
		struct place p;

		assert_true(walk_cell(GUEST->cell, r->address, &p));
		assert_int_equal(p.pa, r->pa);
		assert_int_equal(p.attr, r->rights | (r->device ? MAP_DEVICE : 0));
		assert_int_equal(walk_cell_section(GUEST->cell, r->address),
				 ref_whole(&g, r->address));
		assert_true(walk_cell(GUEST->cell, r->address + r->size - 1, &p));
		assert_int_equal(p.pa, r->pa + r->size - 1);
		for (int side = 0; side < 2; side++) {
			uint32_t out = side ? r->address - 1 : r->address + r->size;

			assert_int_equal(walk_cell(GUEST->cell, out, &p), !!ref_memory(&g, out));
		}
	}
}

TEST(mmu_12, "MMU12",
     "the cell's environment, its vCPU pages and what lies above are no guest memory")
{
	struct place p;

	assert_false(walk_cell(GUEST->cell, MV_ENV_BASE, &p));
	assert_false(walk_cell(GUEST->cell, MV_VCPU_PAGE_BASE, &p));
	assert_false(walk_cell(GUEST->cell, MV_KERNEL_BASE, &p));
	assert_false(walk_cell(GUEST->cell, 0xffffffff, &p));
	begin();
	set_first(TABLE(0), VA, section(MV_GUEST_END, 3, 0));
	check_all(VA | 0xffff0);
	assert_int_equal(guest_touch(VA, false, READ, NULL), FS_EXTERNAL);
}

TEST(mmu_13, "MMU13",
     "addresses from MV_GUEST_END to MV_GUEST_HIGH are not the guest's to translate")
{
	begin();
	for (uint32_t slot = MV_GUEST_END >> 20; slot < LAST_SLOT; slot++)
		set_first(TABLE(0), slot << 20, section(MAIN, 3, 0));
	machine.reads = 0;
	for (uint32_t slot = MV_GUEST_END >> 20; slot < LAST_SLOT; slot++)
		for (uint32_t user = 0; user < 2; user++)
			assert_int_equal(guest_touch((slot << 20) + 0xf8000, user, READ, NULL),
					 FS_L1_TRANSLATION);
	assert_int_equal(machine.reads, 0);
	assert_int_equal(machine.words, 0);
	check_records(GUEST->cell);
	set_first(TABLE(0), MV_GUEST_END - 1, section(MAIN, 3, 0));
	check_all(MV_GUEST_END - 4);
}

/* Another vCPU replaces what the walk has just read. */
static void change_word(uint32_t *word)
{
	machine.on_window = NULL;
	*word = section(MAIN, 3, 0);
}

TEST(mmu_14, "MMU14", "a walk reads each word once, whoever changes it meanwhile")
{
	begin();
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
	set_second(TABLE_2(0), VA, small_page(MAIN, 3, 0));
	machine.reads = 0;
	assert_int_equal(guest_touch(VA, true, WRITE, NULL), 0);
	assert_int_equal(machine.reads, 2);
	guest_flush(MV_ASID_ALL, 0, 0);
	machine.on_window = change_word;
	machine.reads = 0;
	assert_int_equal(guest_touch(VA, true, WRITE, NULL), 0);
	assert_int_equal(machine.reads, 1);
}

TEST(mmu_15, "MMU15", "a table may map itself and its second level, as memory like any other")
{
	begin();
	set_first(TABLE(0), VA, TABLE(0) | 1);
	check_all(VA & 0xfff00000);
	set_first(TABLE(0), VA, second_at(TABLE_2(1), 0));
	set_second(TABLE_2(1), VA, small_page(TABLE(0), 3, 0));
	check_all(VA);
}
