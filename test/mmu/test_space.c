/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of replacement, that is which address spaces and second-level tables stay
 * cached, and of the state after a cell's restart.
 */
#include "check.h"
#include "hardware.h"
#include "unit.h"

#include <stdio.h>

#define VA 0x12345000u

static void map_one(uint32_t table, uint32_t va)
{
	set_first(table, va, second_at(TABLE_2(va >> 20 & 15), 0));
	set_second(TABLE_2(va >> 20 & 15), va, small_page(MAIN, 3, 0x800));
}

static bool in_place(uint32_t va)
{
	return hw_access(va, true, READ).status == 0;
}

/* Spaces -------------------------------------------------------------------------- */

TEST(mmu_60, "MMU60", "a space is known by its table and its ASID, by neither alone")
{
	guest_switch(TABLE(0), 1);
	guest_switch(TABLE(1), 1);
	guest_switch(TABLE(1), 2);
	guest_switch(TABLE(0), 2);
	assert_int_equal(GUEST->stats.spaces_made, 4);
	guest_switch(TABLE(0), 2);
	guest_switch(TABLE(1), 2);
	assert_int_equal(GUEST->stats.spaces_made, 4);
	assert_int_equal(GUEST->stats.switches, 6);
}

TEST(mmu_61, "MMU61", "as many spaces as there are stay cached, and keep their translations")
{
	map_one(TABLE(0), VA);
	for (unsigned int round = 0; round < 3; round++)
		for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++) {
			guest_switch(TABLE(0), asid);
			assert_int_equal(in_place(VA), round > 0);
			check_access(VA, true, READ);
		}
	assert_int_equal(GUEST->stats.spaces_made, CONFIG_VTLB_SPACES);
	assert_int_equal(GUEST->stats.page_misses, CONFIG_VTLB_SPACES);
}

/* Each space with a page of its own, except one. */
static void fill_spaces(uint16_t nr, uint16_t without)
{
	map_one(TABLE(0), VA);
	for (uint16_t asid = 0; asid < nr; asid++) {
		guest_switch(TABLE(0), asid);
		if (asid != without)
			check_access(VA, true, READ);
	}
}

TEST(mmu_62, "MMU62", "a space without translations of its own gives way first")
{
	for (uint16_t empty = 0; empty < CONFIG_VTLB_SPACES - 1; empty++) {
		uint32_t made;

		guest_flush(MV_ASID_ALL, 0, 0);
		fill_spaces(CONFIG_VTLB_SPACES, empty);
		guest_switch(TABLE(0), 100);
		made = GUEST->stats.spaces_made;
		for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++)
			if (asid != empty)
				guest_switch(TABLE(0), asid);
		assert_int_equal(GUEST->stats.spaces_made, made);
		guest_switch(TABLE(0), empty);
	}
}

TEST(mmu_63, "MMU63", "of a ring that is a little larger than the cache most stay")
{
	uint32_t made;

	fill_spaces(CONFIG_VTLB_SPACES + 1, MV_ASID_ALL);
	made = GUEST->stats.spaces_made;
	for (unsigned int round = 0; round < 100; round++)
		fill_spaces(CONFIG_VTLB_SPACES + 1, MV_ASID_ALL);
	/* Half of the switches would be too many; where the oldest gives way all would miss. */
	if (CONFIG_VTLB_SPACES >= 8)
		assert_in_range(GUEST->stats.spaces_made - made, 1, 100 * CONFIG_VTLB_SPACES / 2);
}

TEST(mmu_64, "MMU64", "a space that a vCPU uses never gives way, whether that vCPU runs or not")
{
	if (GUEST_VCPUS == 1)
		return;
	map_one(TABLE(0), VA);
	machine_run(&vcpus[GUEST_1]);
	guest_switch(TABLE(0), 50);
	check_access(VA, true, READ);
	machine_run(GUEST);
	for (uint16_t asid = 0; asid < 3 * CONFIG_VTLB_SPACES; asid++)
		guest_switch(TABLE(1), asid);
	machine_run(&vcpus[GUEST_1]);
	assert_true(in_place(VA));
	assert_int_equal(GUEST->stats.spaces_made, 3 * CONFIG_VTLB_SPACES);
}

TEST(mmu_65, "MMU65",
     "a space with every slot in use is emptied in bounded calls; meanwhile it is nobody's")
{
	uint32_t again = 1;
	unsigned int calls = 0, words;

	/* Others have a page of their own: the full one, of global sections, gives way first. */
	map_one(TABLE(1), VA);
	for (uint16_t asid = 1; asid < CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(1), asid);
		check_access(VA, true, READ);
	}
	guest_switch(TABLE(0), 0);
	for (uint32_t i = 0; i < NR_SLOTS; i++) {
		set_first(TABLE(0), SLOT(i) << 20, section(MAIN, 3, 0));
		guest_touch(SLOT(i) << 20, true, READ, NULL);
	}
	for (uint16_t asid = 1; asid < CONFIG_VTLB_SPACES; asid++)
		guest_switch(TABLE(1), asid);
	while (again) {
		const struct vspace *before = GUEST->space;

		words = machine.words;
		again = vspace_switch(GUEST, TABLE(0), 99);
		assert_in_range(machine.words - words, 0, VTLB_STEP);
		if (again)
			assert_ptr_equal(GUEST->space, before);
		calls++;
		check_records(GUEST->cell);
		if (calls != 2)
			continue;
		/* It is not found half empty, and not half full. */
		guest_switch(TABLE(0), 0);
		check_nothing_more(0);
		guest_switch(TABLE(1), 1);
	}
	assert_in_range(calls, 3, SLOT_WORDS + 1);
	assert_int_equal(GUEST->space->asid, 99);
	assert_false(in_place(0));
	assert_false(in_place((VTLB_SLOTS - 1) << 20));
	assert_false(in_place(LAST_SLOT << 20));
}

TEST(mmu_66, "MMU66",
     "with translation off a vCPU has its cell's own addresses, and its space no user")
{
	guest_switch(TABLE(0), 1);
	assert_int_equal(GUEST->space->users, 1);
	vspace_leave(GUEST);
	check_records(GUEST->cell);
	assert_ptr_equal(machine.space, &GUEST->cell->space);
	assert_int_equal(hw_access(MAIN, false, WRITE).status, 0);
	vspace_leave(GUEST);
	check_records(GUEST->cell);
	guest_switch(TABLE(0), 1);
	assert_int_equal(GUEST->stats.spaces_made, 1);
}

TEST(mmu_67, "MMU67", "what a vCPU does not run does not change the address space in use")
{
	const struct vspace *s;

	if (GUEST_VCPUS == 1)
		return;
	machine_run(&vcpus[GUEST_1]);
	guest_switch(TABLE(1), 2);
	machine_run(GUEST);
	guest_switch(TABLE(0), 1);
	s = GUEST->space;
	vspace_leave(&vcpus[GUEST_1]);
	assert_ptr_equal(machine.space, &s->hw);
	check_records(GUEST->cell);
}

TEST(mmu_68, "MMU68",
     "after a reset of the cell nothing of before is found, and leftovers are no harm")
{
	map_one(TABLE(0), VA);
	for (uint16_t asid = 0; asid < CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(0), asid);
		check_access(VA, true, READ);
	}
	machine_reset_cell(GUEST->cell);
	check_records(GUEST->cell);
	set_second(TABLE_2(VA >> 20 & 15), VA, 0);
	for (uint16_t asid = 0; asid < 2 * CONFIG_VTLB_SPACES; asid++) {
		guest_switch(TABLE(0), asid);
		check_nothing_more(VA);
		check_access(VA, true, READ);
	}
}

TEST(mmu_69, "MMU69", "two guests with the same tables and ASIDs do not meet")
{
	map_one(TABLE(0), VA);
	guest_switch(TABLE(0), 1);
	check_access(VA, true, WRITE);
	machine_run(&vcpus[OTHER_0]);
	map_one(TABLE(0), VA);
	guest_switch(TABLE(0), 1);
	assert_false(in_place(VA));
	check_access(VA, true, WRITE);
	guest_flush(MV_ASID_ALL, 0, 0);
	machine_run(GUEST);
	assert_true(in_place(VA));
	check_access(VA, true, WRITE);
}

/* Second-level tables ----------------------------------------------------------------- */

TEST(mmu_70, "MMU70", "the four tables taken last are never taken away")
{
	guest_switch(TABLE(0), 1);
	for (uint32_t slot = 0; slot < 3 * CONFIG_VTLB_TABLES; slot++)
		map_one(TABLE(0), slot << 20);
	for (uint32_t slot = 0; slot < 3 * CONFIG_VTLB_TABLES; slot++) {
		check_access(slot << 20, true, READ);
		for (uint32_t i = 0; i < MIN(slot + 1, VTLB_RECENT); i++)
			assert_int_equal(in_place((slot - i) << 20), 1);
	}
	check_records(GUEST->cell);
}

TEST(mmu_71, "MMU71", "no table is taken away while many are free")
{
	guest_switch(TABLE(0), 1);
	for (uint32_t slot = 0; slot < CONFIG_VTLB_TABLES / 4; slot++) {
		map_one(TABLE(0), slot << 20);
		check_access(slot << 20, true, READ);
	}
	assert_in_range(GUEST->stats.evictions, 0, CONFIG_VTLB_TABLES / 64);
}

/* Percent of accesses that hit, once it has settled. */
static unsigned int hit_rate(uint32_t nr_slots)
{
	unsigned int misses = 0, rounds = 20;

	guest_flush(MV_ASID_ALL, 0, 0);
	for (unsigned int round = 0; round < 2 * rounds; round++)
		for (uint32_t slot = 0; slot < nr_slots; slot++) {
			unsigned int faults;

			guest_touch(slot << 20, true, READ, &faults);
			misses += round < rounds ? 0 : faults;
		}
	return 100 - 100 * misses / (rounds * nr_slots);
}

TEST(mmu_72, "MMU72", "a working set that goes round does not thrash when it is a little too large")
{
	static const struct {
		unsigned int percent, small, usual; /* least hits, with fewer than 64 tables */
	} sets[] = {
		{ 75, 99, 99 }, { 100, 95, 95 }, { 110, 60, 75 }, { 150, 12, 30 }, { 200, 2, 12 }
	};

	guest_switch(TABLE(0), 1);
	for (uint32_t slot = 0; slot < 3 * CONFIG_VTLB_TABLES; slot++)
		map_one(TABLE(0), slot << 20);
	for (unsigned int i = 0; i < ARRAY_SIZE(sets); i++) {
		unsigned int rate = hit_rate((CONFIG_VTLB_TABLES * sets[i].percent + 50) / 100);
		unsigned int least = CONFIG_VTLB_TABLES < 64 ? sets[i].small : sets[i].usual;

		printf("# working set of %u %%: %u %% hits\n", sets[i].percent, rate);
		assert_in_range(rate, least, 100);
	}
}

/* Global sections ------------------------------------------------------------------ */

/* Number of slots from @from to @to, mapped in both tables, that a second space begins with. */
static unsigned int shared(uint32_t from, uint32_t to, uint32_t more)
{
	unsigned int found = 0;

	for (uint32_t slot = from; slot < to; slot++) {
		set_first(TABLE(0), slot << 20, section(MAIN, 1, more));
		set_first(TABLE(1), slot << 20, section(MAIN, 1, more));
	}
	guest_switch(TABLE(0), 1);
	for (uint32_t slot = from; slot < to; slot++)
		check_access(slot << 20, false, READ);
	guest_switch(TABLE(1), 2);
	for (uint32_t slot = from; slot < to; slot++)
		found += hw_access(slot << 20, false, READ).status == 0;
	for (uint32_t slot = from; slot < to; slot++)
		check_access(slot << 20, false, READ);
	return found;
}

TEST(mmu_73, "MMU73",
     "a new space begins with the global sections of the one in use, and no others")
{
	assert_int_equal(shared(0xc00, 0xc08, 0), TABLES_IN_MAIN ? 8 : 0);
	assert_int_equal(shared(0xd00, 0xd08, 0x20000), 0);
}

TEST(mmu_74, "MMU74", "of many global sections the lowest are there at once, in bounded time")
{
	unsigned int words, found = shared(0xc00, 0xc60, 0);
	uint32_t again;

	if (TABLES_IN_MAIN)
		assert_in_range(found, 1, VTLB_STEP);
	do {
		words = machine.words;
		again = vspace_switch(GUEST, TABLE(1), 3);
		assert_in_range(machine.words - words, 0, VTLB_STEP);
	} while (again);
	if (TABLES_IN_MAIN)
		assert_int_equal(hw_access(0xc0000000, false, READ).status, 0);
}

TEST(mmu_75, "MMU75", "a global section that was shared is flushed from all spaces at once")
{
	shared(0xc00, 0xc04, 0);
	set_first(TABLE(0), 0xc0100000, 0);
	set_first(TABLE(1), 0xc0100000, 0);
	guest_flush(99, 0xc0100000, 0x1000);
	assert_int_not_equal(hw_access(0xc0100000, false, READ).status, 0);
	guest_switch(TABLE(0), 1);
	assert_int_not_equal(hw_access(0xc0100000, false, READ).status, 0);
	assert_int_equal(hw_access(0xc0000000, false, READ).status, 0);
}
