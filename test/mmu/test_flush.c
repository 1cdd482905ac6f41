/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of flushes: the entries that they must drop and should leave, the number of
 * calls, and the work of each call.
 */
#include "check.h"
#include "hardware.h"
#include "unit.h"

#define VA   0x12340000u
#define LAST (MV_GUEST_END - 0x1000)

/* Pages one after the other, of user memory, from @va on. */
static void map_pages(uint32_t table, uint32_t va, unsigned int nr, uint32_t more)
{
	for (unsigned int i = 0; i < nr; i++, va += 0x1000) {
		set_first(table, va, second_at(TABLE_2(va >> 20 & 15), 0));
		set_second(TABLE_2(va >> 20 & 15), va,
			   small_page(MAIN + (i << 12) % 0x300000, 3, more));
	}
}

static bool in_place(uint32_t va)
{
	return hw_access(va, true, READ).status == 0;
}

static void touch_pages(uint32_t va, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		assert_int_equal(guest_touch(va + (i << 12), true, READ, NULL), 0);
}

TEST(mmu_40, "MMU40", "a flush of one page takes that page and leaves its neighbours")
{
	guest_switch(TABLE(0), 1);
	map_pages(TABLE(0), VA, 16, 0x800);
	touch_pages(VA, 16);
	guest_flush(1, VA + 0x7000, 0x1000);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(in_place(VA + (i << 12)), i != 7);
	assert_int_equal(GUEST->stats.flushes, 1);
}

TEST(mmu_41, "MMU41", "a range takes all of its pages and no other, wherever it begins and ends")
{
	static const uint32_t first[] = { 0, 1, 7, 8, 9, 0x3f, 0x40 };
	static const uint32_t count[] = { 1, 2, 7, 8, 9, 16, 17, 0x41, 0x90 };
	uint32_t base = 0x122c0000;

	guest_switch(TABLE(0), 1);
	map_pages(TABLE(0), base, 0x110, 0x800);
	for (unsigned int i = 0; i < ARRAY_SIZE(first) * ARRAY_SIZE(count); i++) {
		uint32_t from = first[i / ARRAY_SIZE(count)];
		uint32_t to = from + count[i % ARRAY_SIZE(count)];

		touch_pages(base, 0x110);
		guest_flush(1, base + (from << 12), (to - from) << 12);
		for (uint32_t k = 0; k < 0x110; k++)
			assert_int_equal(in_place(base + (k << 12)), k < from || k >= to);
	}
}

TEST(mmu_42, "MMU42", "a range can end at MV_GUEST_END, and be all that lies below")
{
	guest_switch(TABLE(0), 1);
	map_pages(TABLE(0), LAST, 1, 0x800);
	map_pages(TABLE(0), 0, 1, 0x800);
	touch_pages(LAST, 1);
	touch_pages(0, 1);
	guest_flush(1, LAST, 0x1000);
	assert_false(in_place(LAST));
	assert_true(in_place(0));
	touch_pages(LAST, 1);
	guest_flush(1, 0, MV_GUEST_END);
	assert_false(in_place(LAST));
	assert_false(in_place(0));
	assert_int_equal(hw_access(MV_VCPU_PAGE_BASE, false, WRITE).status, 0);
}

TEST(mmu_43, "MMU43", "a range with one page of a section takes all of the section")
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), VA, section(MAIN, 3, 0x20000));
	touch_pages(VA, 2);
	guest_flush(1, VA + 0x1000, 0x1000);
	assert_false(in_place(VA));
}

/* The same page in the spaces of ASID 1 and 2, both of table 0. */
static void two_spaces(uint32_t more)
{
	map_pages(TABLE(0), VA, 1, more);
	for (uint16_t asid = 1; asid <= 2; asid++) {
		guest_switch(TABLE(0), asid);
		touch_pages(VA, 1);
	}
}

static bool in_place_of(uint16_t asid)
{
	guest_switch(TABLE(0), asid);
	return in_place(VA);
}

TEST(mmu_44, "MMU44",
     "a flush by address is for its ASID, for all, or for all if the page is global")
{
	two_spaces(0x800);
	guest_flush(1, VA, 0x1000);
	assert_false(in_place_of(1));
	assert_true(in_place_of(2));
	two_spaces(0x800);
	guest_flush(MV_ASID_ALL, VA, 0x1000);
	assert_false(in_place_of(1));
	assert_false(in_place_of(2));
	two_spaces(0);
	guest_flush(77, VA, 0x1000);
	assert_false(in_place_of(1));
	assert_false(in_place_of(2));
}

TEST(mmu_45, "MMU45", "a flush of an ASID leaves others and global pages; of all, nothing")
{
	two_spaces(0x800);
	guest_flush(1, 0, 0);
	assert_false(in_place_of(1));
	assert_true(in_place_of(2));
	guest_flush(MV_ASID_ALL, 0, 0);
	assert_false(in_place_of(2));
	two_spaces(0);
	guest_flush(1, 0, 0);
	assert_true(in_place_of(1));
	assert_true(in_place_of(2));
	guest_flush(MV_ASID_ALL, 0, 0);
	assert_false(in_place_of(1));
	assert_false(in_place_of(2));
}

TEST(mmu_46, "MMU46", "a flush of an ASID takes a page that lies in a slot with global ones")
{
	guest_switch(TABLE(0), 1);
	map_pages(TABLE(0), VA, 2, 0);
	touch_pages(VA, 1);
	set_second(TABLE_2(VA >> 20 & 15), VA + 0x1000, small_page(MAIN, 3, 0x800));
	touch_pages(VA, 2);
	guest_flush(1, 0, 0);
	assert_false(in_place(VA + 0x1000));
}

/* As many sections as there can be, in this space. */
static void fill_sections(uint16_t asid, unsigned int nr)
{
	guest_switch(TABLE(1), asid);
	for (uint32_t i = 0; i < nr; i++) {
		set_first(TABLE(1), SLOT(i) << 20, section(MAIN, 3, 0x20000));
		assert_int_equal(guest_touch(SLOT(i) << 20, true, READ, NULL), 0);
	}
}

TEST(mmu_47, "MMU47",
     "a flush of an ASID with every slot in use forgets up to VTLB_STEP of them in a call")
{
	unsigned int calls = 1, words = 0;

	fill_sections(1, NR_SLOTS);
	machine.words = 0;
	while (vspace_flush_asid(GUEST, 1)) {
		assert_in_range(machine.words - words, VTLB_STEP / 2, VTLB_STEP);
		words = machine.words;
		assert_int_equal(GUEST->stats.flushes, 0);
		calls++;
	}
	assert_int_equal(machine.words, NR_SLOTS);
	assert_in_range(calls, SLOT_WORDS - 1, SLOT_WORDS + 1);
	assert_int_equal(GUEST->stats.flushes, 1);
	check_records(GUEST->cell);
}

TEST(mmu_53, "MMU53", "slots that are spread count for more, because finding them takes time")
{
	unsigned int words = 0, calls = 1;

	guest_switch(TABLE(1), 1);
	for (uint32_t i = 0; i < SLOT_WORDS; i++) {
		set_first(TABLE(1), SLOT(i * 32) << 20, section(MAIN, 3, 0x20000));
		assert_int_equal(guest_touch(SLOT(i * 32) << 20, true, READ, NULL), 0);
	}
	machine.words = 0;
	while (vspace_flush_asid(GUEST, 1)) {
		assert_in_range(machine.words - words, 1, VTLB_STEP / (1 + VTLB_WORD_COST) + 1);
		words = machine.words;
		calls++;
	}
	assert_int_equal(machine.words, SLOT_WORDS);
	assert_in_range(calls, 3, SLOT_WORDS);
}

TEST(mmu_48, "MMU48", "a flush of everything keeps to VTLB_STEP over all spaces together")
{
	unsigned int calls = 0, words;
	uint32_t left;

	for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++)
		fill_sections(asid, 50);
	do {
		words = machine.words;
		left = vspace_flush_asid(GUEST, MV_ASID_ALL);
		assert_in_range(machine.words - words, 0, VTLB_STEP);
	} while (left && ++calls < 100);
	assert_int_equal(left, 0);
	for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(1), asid);
		assert_false(in_place(0));
		assert_false(in_place(49 << 20));
	}
}

TEST(mmu_49, "MMU49", "a range call does a bounded amount and says exactly what is left")
{
	uint32_t base = 0x12300000, left = 0x200000, before;

	guest_switch(TABLE(0), 1);
	map_pages(TABLE(0), base - 0x1000, 0x202, 0x800);
	touch_pages(base - 0x1000, 0x202);
	/* Not a multiple of what is forgotten as a whole. */
	base += 0x3000;
	left -= 0x6000;
	while (left) {
		unsigned int words = machine.words;

		before = left;
		left = vspace_flush_range(GUEST, 1, base + 0x1fa000 - left, left);
		assert_true(left < before && left % 0x1000 == 0);
		assert_in_range(machine.words - words, 1, VTLB_STEP + 8);
		if (left)
			assert_true(in_place(base + 0x1fa000 - 0x1000));
	}
	assert_true(in_place(base - 0x1000));
	assert_true(in_place(base + 0x1fa000));
	assert_false(in_place(base));
	assert_false(in_place(base + 0x1fa000 - 0x1000));
	assert_int_equal(GUEST->stats.flushes, 1);
}

TEST(mmu_50, "MMU50", "even a range of nothing but empty slots is done in bounded calls")
{
	for (uint16_t spaces = 1; spaces <= CONFIG_VTLB_SPACES; spaces++) {
		/* Each slot is looked at once, and once more in each space. */
		unsigned int slots = (VTLB_STEP + spaces) / (spaces + 1u), calls = 0;
		uint32_t left = MV_GUEST_END;

		guest_switch(TABLE(0), spaces);
		machine.words = 0;
		while (left) {
			left = vspace_flush_range(GUEST, MV_ASID_ALL, MV_GUEST_END - left, left);
			calls++;
		}
		assert_int_equal(calls, (VTLB_SLOTS + slots - 1) / slots);
		assert_int_equal(machine.words, 0);
	}
}

TEST(mmu_51, "MMU51", "pages of many spaces at once cost a call at most one more piece")
{
	unsigned int words;

	map_pages(TABLE(0), VA, 8, 0);
	for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(0), asid);
		touch_pages(VA, 8);
	}
	words = machine.words;
	vspace_flush_range(GUEST, MV_ASID_ALL, VA, 8 << 12);
	assert_in_range(machine.words - words, 8, FLUSH_EXCESS);
}

TEST(mmu_52, "MMU52", "a flush from another vCPU reaches the space in use on this one")
{
	if (GUEST_VCPUS == 1)
		return;
	map_pages(TABLE(0), VA, 1, 0x800);
	guest_switch(TABLE(0), 1);
	touch_pages(VA, 1);
	machine_run(&vcpus[GUEST_1]);
	guest_flush(1, VA, 0x1000);
	machine_run(GUEST);
	assert_false(in_place(VA));
}
