/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the last megabyte, from MV_GUEST_HIGH on, where programs of ARM Linux
 * look for helpers at 0xffff0000. The guest translates it, too; it lies apart from
 * the rest and ends at the end of all addresses.
 */
#include "check.h"
#include "hardware.h"
#include "unit.h"

#define HELPERS 0xffff0000u
#define BELOW   (MV_GUEST_END - 0x1000)
#define NG      0x800u

/* Two pages at the end of all addresses, the first two pages, and one just below the hole. */
static void begin(uint16_t asid, uint32_t more)
{
	static const uint32_t places[] = { HELPERS, 0xfffff000, 0, 0x1000, BELOW };

	guest_switch(TABLE(0), asid);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		uint32_t second = TABLE_2(places[i] == BELOW ? 2 : places[i] >> 31);

		set_first(TABLE(0), places[i], second_at(second, 0));
		set_second(second, places[i], small_page(MAIN + i * 0x1000, 3, more));
		assert_int_equal(guest_touch(places[i], true, READ, NULL), 0);
	}
}

static bool in_place(uint32_t va)
{
	return hw_access(va, true, READ).status == 0;
}

TEST(mmu_30, "MMU30", "every AP and XN of a page and a section of the last megabyte counts")
{
	guest_switch(TABLE(0), 1);
	for (uint32_t i = 0; i < 8 * 2 * 6; i++) {
		uint32_t ap = i / 12, xn = i / 6 % 2, kind = i % 6;

		set_first(TABLE(0), HELPERS, second_at(TABLE_2(0), 0));
		set_second(TABLE_2(0), HELPERS, small_page(MAIN, ap, xn));
		guest_flush(MV_ASID_ALL, 0, 0);
		check_access(HELPERS + 0xfe0, kind & 1, 1u << kind / 2);
		check_nothing_more(HELPERS);
		set_first(TABLE(0), HELPERS, section(MAIN, ap, xn << 4));
		guest_flush(MV_ASID_ALL, 0, 0);
		check_access(0xfffffffc, kind & 1, 1u << kind / 2);
		check_nothing_more(MV_GUEST_HIGH);
		check_records(GUEST->cell);
	}
}

TEST(mmu_31, "MMU31", "in the last megabyte, too, tables reach the cell's own memory only")
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), HELPERS, section(NOTHING, 3, 0));
	assert_int_equal(guest_touch(HELPERS, true, READ, NULL), FS_EXTERNAL);
	set_first(TABLE(0), HELPERS, section(MV_GUEST_HIGH, 3, 0));
	assert_int_equal(guest_touch(HELPERS, true, READ, NULL), FS_EXTERNAL);
	set_first(TABLE(0), HELPERS, MV_GUEST_HIGH | 1);
	assert_int_equal(guest_touch(HELPERS, false, READ, NULL), FS_L2_WALK_EXTERNAL);
	set_first(TABLE(0), HELPERS, 0);
	assert_int_equal(guest_touch(HELPERS, true, READ, NULL), FS_L1_TRANSLATION);
	set_first(TABLE(0), HELPERS, second_at(TABLE_2(0), 0));
	assert_int_equal(guest_touch(HELPERS, true, READ, NULL), FS_L2_TRANSLATION);
	check_records(GUEST->cell);
}

TEST(mmu_32, "MMU32", "a flush of one page there takes that page and leaves its neighbours")
{
	begin(1, NG);
	guest_flush(1, HELPERS, 0x1000);
	assert_false(in_place(HELPERS));
	assert_true(in_place(0xfffff000));
	begin(1, NG);
	guest_flush(1, 0xfffff000, 0x1000);
	assert_false(in_place(0xfffff000));
	assert_true(in_place(HELPERS));
	assert_true(in_place(0));
	assert_true(in_place(0x1000));
	assert_true(in_place(BELOW));
}

TEST(mmu_33, "MMU33", "a range can end at the end of all addresses, and stops there")
{
	static const uint32_t starts[] = { MV_GUEST_HIGH, MV_GUEST_HIGH + 0x1000, 0xfffef000,
					   HELPERS };

	for (unsigned int i = 0; i < ARRAY_SIZE(starts); i++) {
		begin(1, NG);
		guest_flush(1, starts[i], -starts[i]);
		assert_false(in_place(HELPERS));
		assert_false(in_place(0xfffff000));
		assert_true(in_place(0));
		assert_true(in_place(0x1000));
		assert_true(in_place(BELOW));
		assert_int_equal(hw_access(MV_VCPU_PAGE_BASE, false, WRITE).status, 0);
		check_records(GUEST->cell);
	}
	assert_int_equal(GUEST->stats.flushes, ARRAY_SIZE(starts));
}

TEST(mmu_34, "MMU34", "a long range there is done in parts that come to an end")
{
	uint32_t left = 0xff000, before;
	unsigned int calls = 0, words;

	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), HELPERS, second_at(TABLE_2(0), 0));
	for (uint32_t page = MV_GUEST_HIGH; page; page += 0x1000) {
		set_second(TABLE_2(0), page, small_page(MAIN, 3, NG));
		assert_int_equal(guest_touch(page, true, READ, NULL), 0);
	}
	while (left) {
		before = left;
		words = machine.words;
		left = vspace_flush_range(GUEST, 1, -left, left);
		assert_true(left < before && left % 0x1000 == 0);
		assert_in_range(machine.words - words, 1, VTLB_STEP + 8);
		assert_int_equal(left == 0, !in_place(0xfffff000));
		calls++;
	}
	assert_in_range(calls, 8, 16);
	assert_true(in_place(MV_GUEST_HIGH));
	assert_false(in_place(MV_GUEST_HIGH + 0x1000));
}

TEST(mmu_35, "MMU35", "a flush of everything below MV_GUEST_END leaves the last megabyte")
{
	begin(1, NG);
	guest_flush(1, 0, MV_GUEST_END);
	assert_true(in_place(HELPERS));
	assert_false(in_place(0));
	assert_false(in_place(BELOW));
}

TEST(mmu_36, "MMU36", "a flush of an ASID takes the last megabyte, but not what is global there")
{
	begin(1, NG);
	guest_flush(2, 0, 0);
	assert_true(in_place(HELPERS));
	guest_flush(1, 0, 0);
	assert_false(in_place(HELPERS));
	assert_false(in_place(0));
	begin(1, 0);
	guest_flush(1, 0, 0);
	assert_true(in_place(HELPERS));
	guest_flush(77, HELPERS, 0x1000);
	assert_false(in_place(HELPERS));
	begin(1, 0);
	guest_flush(MV_ASID_ALL, 0, 0);
	assert_false(in_place(HELPERS));
	check_records(GUEST->cell);
}

TEST(mmu_37, "MMU37", "a global page there is flushed by address in all spaces")
{
	begin(1, 0);
	begin(2, 0);
	guest_flush(1, HELPERS, 0x1000);
	assert_false(in_place(HELPERS));
	guest_switch(TABLE(0), 1);
	assert_false(in_place(HELPERS));
	assert_true(in_place(0));
}

TEST(mmu_38, "MMU38", "a space that gives way has nothing left in the last megabyte")
{
	begin(0, NG);
	for (uint16_t asid = 1; asid <= 2 * CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(1), asid);
		assert_false(in_place(HELPERS));
		check_nothing_more(HELPERS);
	}
}

TEST(mmu_39, "MMU39", "a page can be entered in the last megabyte of a software-loaded space")
{
	static const uint32_t places[] = { MV_GUEST_HIGH, HELPERS, 0xfffff000 };
	uint32_t rights = READ | EXECUTE | MV_MAP_USER;

	guest_switch(MV_VMMU_SOFTWARE, 0);
	assert_int_equal(guest_touch(HELPERS, true, READ, NULL), FS_L2_TRANSLATION);
	assert_int_equal(guest_touch(HELPERS, false, READ, NULL), FS_L2_TRANSLATION);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		uint32_t va = places[i];

		assert_int_equal(vtlb_map(GUEST, va, MAIN, rights), MV_OK);
		assert_int_equal(guest_touch(va, true, EXECUTE, NULL), 0);
		assert_int_equal(guest_touch(va, true, WRITE, NULL), FS_L2_TRANSLATION);
		guest_flush(0, va, 0x1000);
		assert_int_equal(guest_touch(va, true, READ, NULL), FS_L2_TRANSLATION);
	}
	assert_int_equal(vtlb_map(GUEST, MV_GUEST_HIGH - 0x1000, MAIN, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, HELPERS, HELPERS, READ), MV_ERR_ADDRESS);
}

TEST(mmu_29, "MMU29", "a buffer in the last megabyte is refused, whatever is mapped there")
{
	begin(1, NG);
	assert_true(vtlb_may(GUEST, BELOW, 4, WRITE));
	assert_false(vtlb_may(GUEST, HELPERS, 4, READ));
	assert_false(vtlb_may(GUEST, HELPERS, 4, WRITE));
	assert_false(vtlb_may(GUEST, 0xfffff000, 0x1000, READ));
	assert_false(vtlb_may(GUEST, 0xfffffffc, 4, READ));
	assert_false(vtlb_may(GUEST, 0xfffffffc, 8, READ));
	assert_true(vtlb_may(GUEST, HELPERS, 0, READ));
}
