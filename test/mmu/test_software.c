/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of software-loaded spaces, and of buffers of hypercalls in any guest
 * address space.
 */
#include "check.h"
#include "hardware.h"
#include "unit.h"

#define VA    0x12345000u /* no memory of the guest */
#define RX    (READ | EXECUTE)
#define RW    (READ | WRITE)
#define RWX   (READ | WRITE | EXECUTE)
#define OTHER 0x40800000u /* shared memory, as the other guest sees it */

static uint32_t pa_of(uint32_t address)
{
	struct ref_guest g = machine_guest(GUEST);
	const struct ref_range *r = ref_memory(&g, address);

	return r->pa + (address - r->address);
}

/* Software-loaded spaces -------------------------------------------------------------- */

TEST(mmu_80, "MMU80",
     "guest kernel mode sees all of the cell's memory where it is, with the cell's rights")
{
	struct ref_guest g = machine_guest(GUEST);

	guest_switch(MAIN, 0);
	assert_false(vspace_software(GUEST->space));
	guest_switch(MV_VMMU_SOFTWARE, 0);
	assert_true(vspace_software(GUEST->space));
	for (unsigned int i = 0; i < g.nr_ranges * 3; i++) {
		const struct ref_range *r = &g.ranges[i / 3];
		uint32_t access = 1u << i % 3, last = r->address + r->size - 4;
		uint32_t refused = ref_whole(&g, last) ? FS_L1_PERMISSION : FS_L2_PERMISSION;
		uint32_t status = guest_touch(last, false, access, NULL);

		assert_int_equal(status, r->rights & access ? 0 : refused);
		if (!status)
			assert_int_equal(hw_access(last, false, access).pa, r->pa + r->size - 4);
		assert_int_equal(hw_access(last, false, access).device, r->device);
		assert_int_equal(guest_touch(last, true, access, NULL), FS_L2_TRANSLATION);
	}
	assert_int_equal(guest_touch(NOTHING, false, READ, NULL), FS_L2_TRANSLATION);
	assert_int_equal(guest_touch(MV_GUEST_END + 0x100000, false, READ, NULL),
			 FS_L1_TRANSLATION);
}

TEST(mmu_81, "MMU81",
     "vmmu_map refuses what is not the cell's, hides its memory or asks for too much")
{
	guest_switch(MV_VMMU_SOFTWARE, 0);
	assert_int_equal(vtlb_map(GUEST, VA, NOTHING, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, VA, MV_VCPU_PAGE_BASE, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, VA, OTHER, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, MV_GUEST_END, MAIN, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, MV_GUEST_HIGH - 0x1000, MAIN, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, MAIN, MAIN + 0x1000, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, DEVICE, MAIN, READ), MV_ERR_ADDRESS);
	assert_int_equal(vtlb_map(GUEST, VA, CODE, RW), MV_ERR_RIGHTS);
	assert_int_equal(vtlb_map(GUEST, VA, CONSTANT, RX), MV_ERR_RIGHTS);
	assert_int_equal(vtlb_map(GUEST, VA, SHARED, RWX | MV_MAP_USER), MV_ERR_RIGHTS);
	assert_int_equal(machine.words, 0);
	assert_int_equal(vtlb_map(GUEST, VA, CODE, RX | MV_MAP_USER), MV_OK);
	assert_int_equal(vtlb_map(GUEST, MV_GUEST_END - 0x1000, MAIN, RWX), MV_OK);
	assert_int_equal(vtlb_map(GUEST, MAIN, MAIN, READ), MV_OK);
}

TEST(mmu_82, "MMU82", "every choice of rights gives each mode exactly that")
{
	guest_switch(MV_VMMU_SOFTWARE, 0);
	for (uint32_t rights = READ; rights < 16; rights += 2)
		for (uint32_t access = READ; access <= EXECUTE; access <<= 1) {
			uint32_t user = rights & MV_MAP_USER ? rights : 0;

			assert_int_equal(vtlb_map(GUEST, VA, MAIN + 0x3000, rights), MV_OK);
			assert_int_equal(guest_touch(VA, false, access, NULL),
					 rights & access ? 0 : FS_L2_TRANSLATION);
			assert_int_equal(guest_touch(VA, true, access, NULL),
					 user & access ? 0 : FS_L2_TRANSLATION);
		}
}

TEST(mmu_83, "MMU83", "what is entered over an older page replaces it at once")
{
	guest_switch(MV_VMMU_SOFTWARE, 0);
	for (uint32_t i = 0; i < 20; i++) {
		uint32_t to = MAIN + i * 0x12000;

		assert_int_equal(
			vtlb_map(GUEST, VA, to, i % 2 ? RWX | MV_MAP_USER : RX | MV_MAP_USER), 0);
		assert_int_equal(guest_touch(VA, true, READ, NULL), 0);
		assert_int_equal(hw_access(VA, true, READ).pa, pa_of(to));
		assert_int_equal(guest_touch(VA, true, WRITE, NULL), i % 2 ? 0 : FS_L2_TRANSLATION);
	}
}

TEST(mmu_84, "MMU84",
     "what is entered over the cell's own memory changes nothing for guest kernel mode")
{
	guest_switch(MV_VMMU_SOFTWARE, 0);
	for (uint32_t rights = READ; rights < 16; rights += 2) {
		assert_int_equal(vtlb_map(GUEST, MAIN, MAIN, rights), MV_OK);
		for (uint32_t access = READ; access <= EXECUTE; access <<= 1)
			assert_int_equal(guest_touch(MAIN + 4, false, access, NULL), 0);
		assert_int_equal(guest_touch(MAIN + 0x1000, false, WRITE, NULL), 0);
		assert_int_equal(guest_touch(MAIN + 0x1000, true, READ, NULL), FS_L2_TRANSLATION);
	}
}

TEST(mmu_85, "MMU85", "a page that was taken away by a flush is a miss, in its space only")
{
	for (uint16_t asid = 0; asid < 2; asid++) {
		guest_switch(MV_VMMU_SOFTWARE, asid);
		assert_int_equal(vtlb_map(GUEST, VA, MAIN, RW | MV_MAP_USER), MV_OK);
		assert_int_equal(guest_touch(VA, true, WRITE, NULL), 0);
	}
	guest_flush(1, VA, 0x1000);
	assert_int_equal(guest_touch(VA, true, READ, NULL), FS_L2_TRANSLATION);
	guest_switch(MV_VMMU_SOFTWARE, 0);
	assert_int_equal(guest_touch(VA, true, READ, NULL), 0);
	guest_flush(0, 0, 0);
	assert_int_equal(guest_touch(VA, true, READ, NULL), FS_L2_TRANSLATION);
}

/* Buffers of hypercalls ------------------------------------------------------------------ */

static bool may(uint32_t va, uint32_t size, uint32_t access)
{
	return vtlb_may(GUEST, va, size, access);
}

TEST(mmu_86, "MMU86", "the kernel's rights count for a buffer, and a device or nothing is none")
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), VA, second_at(TABLE_2(0), 0));
	for (uint32_t ap = 0; ap < 8; ap++) {
		struct ref_entry e = ref_second(small_page(MAIN, ap, 0), 0);
		uint32_t rights = ref_rights(&e, true);

		set_second(TABLE_2(0), VA, small_page(MAIN, ap, 0));
		guest_flush(MV_ASID_ALL, 0, 0);
		assert_int_equal(may(VA + 0xffc, 4, READ), !!(rights & READ));
		assert_int_equal(may(VA + 0xffc, 4, WRITE), !!(rights & WRITE));
	}
	assert_false(may(VA + 0xffc, 5, READ));
	assert_true(may(VA + 0xffc, 0, WRITE));
	set_second(TABLE_2(0), VA + 0x1000, small_page(DEVICE, 3, 0));
	assert_int_equal(guest_touch(VA + 0x1000, false, WRITE, NULL), 0);
	assert_false(may(VA + 0x1000, 4, READ));
	set_second(TABLE_2(0), VA + 0x2000, small_page(SHARED, 3, 0) & ~8u);
	assert_true(may(VA + 0x2000, 4, WRITE));
	set_second(TABLE_2(0), VA + 0x3000, small_page(CODE, 3, 0));
	assert_true(may(VA + 0x3000, 4, READ));
	assert_false(may(VA + 0x3000, 4, WRITE));
}

TEST(mmu_87, "MMU87", "a buffer ends before MV_GUEST_END and does not go round")
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), MV_GUEST_END - 4, section(MAIN, 3, 0));
	set_first(TABLE(0), 0, section(MAIN, 3, 0));
	assert_true(may(MV_GUEST_END - 16, 16, WRITE));
	assert_false(may(MV_GUEST_END - 16, 17, READ));
	assert_false(may(MV_GUEST_END, 4, READ));
	assert_false(may(MV_VCPU_PAGE_BASE, 4, READ));
	assert_false(may(0xfffffffc, 8, READ));
	assert_false(may(MV_GUEST_END - 16, 0xffffffff, READ));
	assert_false(may(0, 0xffffffff, READ));
}

/*
 * Three pages: one open to the user, one the kernel's, in one slot, and one in
 * the next. @random decides which table the third page's takes.
 */
static void mixed_buffer(uint32_t random)
{
	uint32_t start = 0x121fe000;

	guest_flush(MV_ASID_ALL, 0, 0);
	for (uint32_t slot = 0; slot < CONFIG_VTLB_TABLES - 1; slot++) {
		if (slot == CONFIG_VTLB_TABLES / 4)
			for (uint32_t i = 0; i < 2; i++)
				guest_touch(start + i * 0x1000, false, WRITE, NULL);
		guest_touch((0x300 + slot) << 20, false, READ, NULL);
	}
	GUEST->cell->vtlb->random = random;
	assert_true(may(start + 0xffc, 0x1008, WRITE));
	for (uint32_t i = 0; i < 3; i++)
		assert_true(hw_kernel_access(start + i * 0x1000, WRITE));
}

TEST(mmu_88, "MMU88",
     "a buffer is found to be there even if its pages take each other's place first")
{
	uint32_t start = 0x121fe000;

	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), start, second_at(TABLE_2(0), 0));
	set_first(TABLE(0), start + 0x2000, second_at(TABLE_2(0), 0));
	set_second(TABLE_2(0), start, small_page(MAIN, 3, 0));
	set_second(TABLE_2(0), start + 0x1000, small_page(MAIN, 1, 0));
	set_second(TABLE_2(0), start + 0x2000, small_page(MAIN, 1, 0));
	set_second(TABLE_2(1), 0, small_page(MAIN, 3, 0));
	for (uint32_t slot = 0; slot < CONFIG_VTLB_TABLES; slot++)
		set_first(TABLE(0), (0x300 + slot) << 20, second_at(TABLE_2(1), 0));
	for (uint32_t i = 0; i < 400; i++)
		mixed_buffer(i * 10737418u);
	assert_true(CONFIG_VTLB_TABLES > 64 || GUEST->stats.evictions > 20);
}

/* Pages entered before somebody more urgent came; the call is made once more then. */
static unsigned int entered_until(unsigned int poll, uint32_t start, uint32_t pages)
{
	volatile unsigned int polls = 0;

	guest_flush(MV_ASID_ALL, 0, 0);
	machine.polls = 0;
	machine.urgent_at = poll;
	if (setjmp(machine.again))
		polls = machine.polls;
	assert_true(may(start, pages * 0x1000, WRITE));
	return polls;
}

TEST(mmu_93, "MMU93",
     "a buffer's pages are entered one after the other; whoever becomes more urgent waits for one")
{
	uint32_t start = 0x121fe000;

	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), start, second_at(TABLE_2(0), 0));
	set_first(TABLE(0), start + 0x2000, second_at(TABLE_2(0), 0));
	for (uint32_t i = 0; i < 4; i++)
		set_second(TABLE_2(0), start + i * 0x1000, small_page(MAIN + i * 0x4000, 3, 0));
	assert_int_equal(entered_until(0, start, 4), 0);
	for (unsigned int poll = 1; poll <= 4; poll++)
		assert_int_equal(entered_until(poll, start, 4), poll);
}

/* The state of the block has gone on, so the call could not be made once more. */
TEST(mmu_94, "MMU94", "in the middle of an IT block there is no buffer, in place or not")
{
	guest_switch(TABLE(0), 1);
	set_first(TABLE(0), VA, section(MAIN, 3, 0));
	for (int in_place = 0; in_place < 2; in_place++) {
		GUEST->frame.psr |= PSR_THUMB | 0x0600f400;
		assert_false(may(VA, 4, READ));
		assert_true(may(VA, 0, READ));
		GUEST->frame.psr &= ~(PSR_IT | PSR_THUMB);
		assert_true(may(VA, 4, READ));
	}
}

/* Why user pages and the handler of misses must not share a megabyte (docs/guests.md). */
TEST(mmu_89, "MMU89",
     "the kernel's use of its memory puts out a user page entered in the same megabyte")
{
	uint32_t rights = READ | MV_MAP_USER;

	guest_switch(MV_VMMU_SOFTWARE, 0);
	assert_int_equal(vtlb_map(GUEST, MAIN, MAIN, rights), MV_OK);
	assert_int_equal(vtlb_map(GUEST, VA, MAIN, rights), MV_OK);
	assert_int_equal(guest_touch(MAIN, true, READ, NULL), 0);
	assert_int_equal(guest_touch(MAIN + 0x5000, false, EXECUTE, NULL), 0);
	assert_int_equal(guest_touch(MAIN, true, READ, NULL), FS_L2_TRANSLATION);
	assert_int_equal(guest_touch(VA, true, READ, NULL), 0);
}
