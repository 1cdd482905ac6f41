/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the entries that a miss makes: sections and pages, the two sides of a
 * slot, replaced entries, and the number of misses of one instruction.
 */
#include "check.h"
#include "hardware.h"
#include "unit.h"

#define VA 0x12345000u

static void begin(void)
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
}

static uint32_t first_of(uint32_t va)
{
	return GUEST->space->l1[va >> 20];
}

static uint32_t domain_of_slot(uint32_t va)
{
	return ref_first(first_of(va)).domain;
}

TEST(mmu_20, "MMU20",
     "a section is one entry where the cell's memory is one, else a page at a time")
{
	begin();
	set_first(TABLE(0), VA, section(MAIN, 3, 0));
	check_access(VA, true, READ);
	assert_int_equal(ref_first(first_of(VA)).kind, REF_BLOCK);
	check_nothing_more(VA + 0x10000);
	assert_int_equal(guest_touch(VA + 0x10000, true, WRITE, NULL), 0);
	assert_int_equal(GUEST->stats.section_misses, 1);
	set_first(TABLE(0), 0, section(0, 3, 0));
	check_access(LOW, true, READ);
	assert_int_equal(ref_first(first_of(0)).kind, REF_TABLE);
	assert_int_not_equal(hw_access(LOW + 0x1000, true, READ).status, 0);
	check_access(LOW + 0x1000, true, READ);
	assert_int_equal(GUEST->stats.section_misses, 3);
}

TEST(mmu_21, "MMU21",
     "what guest user mode may touch is open to both modes, the kernel's own is not")
{
	begin();
	set_second(TABLE_2(0), VA, small_page(MAIN, 3, 0));
	check_access(VA, false, READ);
	assert_int_equal(domain_of_slot(VA), DOMAIN_USER);
	check_access(VA, true, WRITE);
	assert_int_equal(GUEST->stats.page_misses, 1);
	set_second(TABLE_2(0), VA + 0x1000, small_page(MAIN, 1, 0));
	check_access(VA + 0x1000, false, WRITE);
	assert_int_equal(domain_of_slot(VA), DOMAIN_CELL);
	assert_int_equal(hw_access(VA + 0x1000, true, READ).status, FS_L2_DOMAIN);
	check_access(VA + 0x1000, true, READ);
}

TEST(mmu_22, "MMU22", "a slot with pages of both kinds changes sides when the other mode needs it")
{
	begin();
	set_second(TABLE_2(0), VA, small_page(MAIN, 3, 0));
	set_second(TABLE_2(0), VA + 0x1000, small_page(MAIN + 0x1000, 1, 0));
	check_access(VA, true, READ);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(GUEST->stats.flips, 2 * i);
		check_access(VA + 0x1000, false, READ);
		check_access(VA, false, WRITE);
		assert_int_equal(GUEST->stats.flips, 2 * i + 1);
		check_nothing_more(VA + 0x1000);
		check_access(VA, true, READ);
		check_nothing_more(VA);
		check_nothing_more(VA + 0x1000);
	}
}

TEST(mmu_23, "MMU23",
     "a page that the user may only read keeps its side until the kernel writes it")
{
	begin();
	set_second(TABLE_2(0), VA, small_page(MAIN, 2, 0));
	check_access(VA, true, READ);
	check_access(VA, false, READ);
	assert_int_equal(GUEST->stats.flips, 0);
	check_access(VA, false, WRITE);
	assert_int_equal(GUEST->stats.flips, 1);
	check_access(VA, true, READ);
	assert_int_equal(guest_touch(VA, true, WRITE, NULL), FS_L2_PERMISSION);
}

TEST(mmu_24, "MMU24",
     "more rights, and another kind of entry, need no flush where nothing was valid")
{
	begin();
	assert_int_equal(guest_touch(VA, true, READ, NULL), FS_L2_TRANSLATION);
	set_second(TABLE_2(0), VA, small_page(MAIN, 3, 0));
	check_access(VA, true, READ);
	set_first(TABLE(0), 0x70000000, 0);
	assert_int_equal(guest_touch(0x70000000, true, READ, NULL), FS_L1_TRANSLATION);
	set_first(TABLE(0), 0x70000000, section(MAIN, 2, 0x10));
	check_access(0x70000000, true, READ);
	assert_int_equal(guest_touch(0x70000000, true, WRITE, NULL), FS_L1_PERMISSION);
	set_first(TABLE(0), 0x70000000, section(MAIN, 3, 0));
	check_access(0x70000000, true, WRITE);
	check_access(0x70000000, false, EXECUTE);
	for (uint32_t ap = 1; ap < 4; ap++) {
		set_second(TABLE_2(0), VA + 0x1000, small_page(MAIN, ap, ap < 3));
		for (uint32_t kind = 0; kind < 6; kind++)
			check_access(VA + 0x1000, kind & 1, 1u << kind / 2);
	}
}

/* The slot's content changes without a flush: old or new, never both at once. */
static void replace(uint32_t first, uint32_t second)
{
	set_first(TABLE(0), VA, first);
	set_second(TABLE_2(0), VA, second);
	for (uint32_t kind = 0; kind < 6; kind++) {
		guest_touch(VA, kind & 1, 1u << kind / 2, NULL);
		guest_touch(VA + 0x1000, kind & 1, 1u << kind / 2, NULL);
	}
}

TEST(mmu_25, "MMU25", "sections and pages replace each other without two entries in the TLB")
{
	uint32_t table = second_at(TABLE_2(0), 0);

	begin();
	set_second(TABLE_2(0), VA + 0x1000, small_page(MAIN + 0x5000, 3, 0));
	for (uint32_t i = 0; i < 9; i++) {
		guest_flush(MV_ASID_ALL, 0, 0);
		replace(section(MAIN, 1 + i % 3, 0x10), 0);
		replace(table, small_page(MAIN + 0x3000, 1 + i / 3, 0));
		replace(section(CONSTANT, 3, 0), 0);
		replace(table, small_page(SHARED, 3, 1));
		check_records(GUEST->cell);
		guest_flush(MV_ASID_ALL, 0, 0);
		replace(section(MAIN, 1 + i % 3, 0x10), 0);
		replace(section(MAIN + 0x100000, 1 + i / 3, 0), 0);
		check_records(GUEST->cell);
	}
	guest_flush(MV_ASID_ALL, 0, 0);
	check_access(VA, true, READ);
}

TEST(mmu_26, "MMU26",
     "an instruction on four pages in four slots goes on after at most eight misses")
{
	static const uint32_t ap[] = { 3, 2, 1 };

	begin();
	for (uint32_t i = 0; i < 81 * 2; i++) {
		struct touch touches[] = { { 0x101ffffe, EXECUTE },
					   { 0x10200000, EXECUTE },
					   { 0x10fffffe, READ },
					   { 0x11000000, READ } };
		unsigned int faults;

		/* The slots of both accesses are the same, or different ones. */
		for (unsigned int k = 0, choice = i; k < 4; k++, choice /= 3) {
			if (i >= 81 && k >= 2)
				touches[k].va = touches[k - 2].va ^ 0x2000;
			set_first(TABLE(0), touches[k].va, second_at(TABLE_2(k), 0));
		}
		for (unsigned int k = 0, choice = i; k < 4; k++, choice /= 3) {
			uint32_t first = i >= 81 ? TABLE_2(2 + k % 2) : TABLE_2(k);

			set_second(first, touches[k].va, small_page(MAIN, ap[choice % 3], 0));
		}
		guest_flush(MV_ASID_ALL, 0, 0);
		/* Slots on the wrong side and old tables make it harder. */
		for (unsigned int k = 0; k < 4; k++)
			guest_touch(touches[k].va, true, READ, NULL);
		assert_int_equal(guest_instruction(touches, 4, false, &faults), 0);
		assert_in_range(faults, 0, MOST_FAULTS);
	}
}

TEST(mmu_27, "MMU27",
     "the vCPU page and the environment are there for guest kernel mode, in every space")
{
	for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES + 2; asid++) {
		guest_switch(asid % 2 ? TABLE(0) : MV_VMMU_SOFTWARE, asid);
		assert_int_equal(hw_access(MV_VCPU_PAGE_BASE, false, WRITE).status, 0);
		assert_int_equal(hw_access(MV_ENV_BASE, false, READ).status, 0);
		assert_int_equal(hw_access(MV_ENV_BASE, false, WRITE).status, FS_L2_PERMISSION);
		assert_int_equal(hw_access(MV_VCPU_PAGE_BASE, true, READ).status, FS_L2_DOMAIN);
		assert_int_equal(guest_touch(MV_VCPU_PAGE_BASE, true, READ, NULL),
				 FS_L1_TRANSLATION);
	}
}

TEST(mmu_28, "MMU28", "misses are counted by the kind of the guest's entry")
{
	begin();
	set_second(TABLE_2(0), VA, small_page(MAIN, 3, 0));
	set_second(TABLE_2(0), VA + 0x1000, large_page(LOW, 3, 0));
	set_first(TABLE(0), 0x70000000, section(MAIN, 3, 0));
	check_access(VA, true, READ);
	check_access(VA + 0x1000, true, READ);
	check_access(0x70000000, true, READ);
	check_access(VA, true, WRITE);
	assert_int_equal(GUEST->stats.page_misses, 1);
	assert_int_equal(GUEST->stats.large_misses, 1);
	assert_int_equal(GUEST->stats.section_misses, 1);
}

/* Is that table looked into if the main memory is this? */
static bool looked_into(uint32_t table, const struct map_desc *main)
{
	const struct map_desc *own = GUEST->cell->main;
	static uint16_t asid = 1;
	bool found;

	GUEST->cell->main = main;
	guest_switch(table, ++asid);
	assert_true(vspace_sound(GUEST->space, main));
	found = GUEST->space->guest;
	GUEST->cell->main = own;
	return found;
}

TEST(mmu_77, "MMU77",
     "a miss looks into a first level only if it lies in main memory where all is allowed")
{
	const struct map_desc *main = GUEST->cell->main;
	const uint32_t other[] = { LOW + 0x10000, CODE, MAIN + 0x300000, MV_VMMU_SOFTWARE };
	struct map_desc less = *main;

	for (uint32_t at = 0; at < 0x300000; at += L1_TABLE_BYTES) {
		guest_switch(MAIN + at, 1);
		assert_int_equal(GUEST->space->guest, main->pa + at);
		check_records(GUEST->cell);
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(other); i++) {
		guest_switch(other[i], 1);
		assert_int_equal(GUEST->space->guest, 0);
	}
	for (uint32_t rights = 0; rights < 8; rights++) {
		less.attr = rights;
		assert_int_equal(looked_into(MAIN + 0x2fc000, &less),
				 rights == (READ | WRITE | EXECUTE));
	}
	less.size -= 0x1000;
	assert_true(looked_into(MAIN + 0x2f8000, &less));
	assert_false(looked_into(MAIN + 0x2fc000, &less));
}

TEST(mmu_79, "MMU79", "the fact sheet tells all memory of a vTLB")
{
	assert_int_equal(vtlb_bytes(), sizeof(vtlbs[0]) + sizeof(vtlb_l1[0]) + sizeof(vtlb_l2[0]));
}

TEST(mmu_78, "MMU78", "the invariant of that finds each way in which it can be broken")
{
	struct map_desc main = *GUEST->cell->main;
	struct vspace s;

	guest_switch(MAIN + 0x2fc000, 1);
	s = *GUEST->space;
	assert_true(vspace_sound(&s, &main));
	for (uint32_t rights = 0; rights < 8; rights++) {
		main.attr = rights;
		assert_int_equal(vspace_sound(&s, &main), rights == (READ | WRITE | EXECUTE));
	}
	main.attr |= MAP_DEVICE;
	assert_false(vspace_sound(&s, &main));
	main = *GUEST->cell->main;
	main.size -= 0x1000;
	assert_false(vspace_sound(&s, &main));
	main.size = 0;
	assert_false(vspace_sound(&s, &main));
	main = *GUEST->cell->main;
	s.guest -= L1_TABLE_BYTES;
	assert_false(vspace_sound(&s, &main));
	s.table -= L1_TABLE_BYTES;
	assert_true(vspace_sound(&s, &main));
	main.pa += 0x100000;
	assert_false(vspace_sound(&s, &main));
	s.guest = 0;
	assert_true(vspace_sound(&s, &main));
}

/* Where the guest's tables lie elsewhere, each page has a miss of its own. */
TEST(mmu_76, "MMU76",
     "a miss enters the pages around it that differ in their place only, and no others")
{
	const uint32_t base = VA & ~0xffffu, last = 2 * CLEAN_GROUP;
	const uint32_t odd[] = { small_page(MAIN, 2, 0), 0, small_page(NOTHING, 3, 0),
				 small_page(CONSTANT, 3, 0), small_page(MAIN, 3, 1) };

	begin();
	for (uint32_t i = 0; i <= last; i++)
		set_second(TABLE_2(0), base + i * 0x1000, small_page(MAIN + i * 0x1000, 3, 0));
	for (uint32_t i = 0; i < ARRAY_SIZE(odd); i++)
		set_second(TABLE_2(0), base + (CLEAN_GROUP + 1 + i) * 0x1000, odd[i]);
	check_access(base, true, READ); /* makes the table, and enters one page */
	check_access(base + CLEAN_GROUP * 0x1000, true, READ);
	assert_int_equal(GUEST->stats.page_misses, 2);
	for (uint32_t i = 0; i <= last; i++) {
		bool around = i > CLEAN_GROUP + ARRAY_SIZE(odd) && i < last && TABLES_IN_MAIN;

		assert_int_equal(!hw_access(base + i * 0x1000, true, READ).status,
				 !i || i == CLEAN_GROUP || around);
		check_nothing_more(base + i * 0x1000);
	}
	guest_flush(1, base + 14 * 0x1000, 0x1000);
	assert_int_not_equal(hw_access(base + 14 * 0x1000, true, READ).status, 0);
	assert_int_equal(!hw_access(base + 15 * 0x1000, true, WRITE).status, TABLES_IN_MAIN);
	check_records(GUEST->cell);
}
