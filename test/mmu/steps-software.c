/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A guest without tables: its page tables are the list of the pages entered last.
 * Guest kernel mode always sees the cell's memory untranslated. The microvisor may drop
 * an entered page; the guest then enters it again.
 */
#include "steps.h"

#include "hardware.h"
#include "unit.h"

#include <string.h>

#define NR_ASIDS 3
#define NR_PAGES 64

/* The pages that the guest entered in one space; the manual promises no more than these. */
struct page {
	uint32_t va, address, rights;
};

static struct page pages[NR_ASIDS][NR_PAGES];
static unsigned int nr_pages[NR_ASIDS];

static struct vcpu *vcpu(void)
{
	return percpus[0].current;
}

static struct page *find(uint32_t va)
{
	uint32_t asid = vcpu()->space->asid;

	for (unsigned int i = 0; i < nr_pages[asid]; i++)
		if (pages[asid][i].va == (va & ~0xfffu))
			return &pages[asid][i];
	return NULL;
}

static uint32_t near_memory(void)
{
	static const uint32_t places[] = {
		LOW,    LOW + 0xef000,     MAIN,   MAIN + 0x2ff000, CODE,      CONSTANT, SHARED,
		UNEVEN, UNEVEN + 0x17f000, DEVICE, NOTHING,         0xefe00000
	};

	return places[choose(ARRAY_SIZE(places))] + (choose(4) ? 0 : 0x1000 * (choose(3) - 1));
}

static uint32_t some_page(void)
{
	return choose(3) ? some_va() & ~0xfffu : near_memory();
}

/* The answer that the manual gives. */
static uint32_t expected(const struct ref_guest *g, const struct page *p)
{
	const struct ref_range *to = ref_memory(g, p->address);

	if (!ref_translates(p->va) || !to || (p->va != p->address && ref_memory(g, p->va)))
		return MV_ERR_ADDRESS;
	return p->rights & 7 & ~to->rights ? MV_ERR_RIGHTS : MV_OK;
}

static void enter(const struct page *p)
{
	struct ref_guest g = machine_guest(vcpu());

	assert_int_equal(vtlb_map(vcpu(), p->va, p->address, p->rights), expected(&g, p));
}

static void map(void)
{
	struct page new = { some_page(), near_memory(), READ | choose(16) }, *p;
	struct ref_guest g = machine_guest(vcpu());
	uint32_t asid = vcpu()->space->asid;

	if (choose(3) == 0)
		new.va = new.address;
	p = find(new.va);
	enter(&new);
	if (expected(&g, &new) != MV_OK)
		return;
	if (!p && nr_pages[asid] == NR_PAGES) {
		guest_flush(asid, pages[asid][0].va, 0x1000);
		p = &pages[asid][0];
	}
	if (!p)
		p = &pages[asid][nr_pages[asid]++];
	*p = new;
}

static void unmap(void)
{
	uint32_t asid = choose(NR_ASIDS);

	if (choose(4) == 0 || !nr_pages[asid]) {
		guest_flush(choose(2) ? asid : MV_ASID_ALL, 0, 0);
		nr_pages[asid] = 0;
		return;
	}
	guest_flush(asid, pages[asid][--nr_pages[asid]].va, 0x1000);
}

/* Kernel mode, own memory: as if there were no vMMU. */
static void own(uint32_t va, uint32_t access, const struct ref_range *r)
{
	struct ref_guest g = machine_guest(vcpu());
	uint32_t status = guest_touch(va, false, access, NULL);

	if (!(r->rights & access)) {
		assert_int_equal(status, ref_whole(&g, va) ? FS_L1_PERMISSION : FS_L2_PERMISSION);
		return;
	}
	assert_int_equal(status, 0);
	assert_int_equal(hw_access(va, false, access).pa, r->pa + (va - r->address));
}

static void entered(uint32_t va, bool user, uint32_t access)
{
	struct ref_guest g = machine_guest(vcpu());
	const struct page *p = find(va);
	bool allowed = p && p->rights & access && (!user || p->rights & MV_MAP_USER);
	uint32_t status = guest_touch(va, user, access, NULL), again = 0;

	if (!allowed) {
		assert_int_equal(status,
				 ref_translates(va) ? FS_L2_TRANSLATION : FS_L1_TRANSLATION);
		return;
	}
	while (status) {
		assert_int_equal(status, FS_L2_TRANSLATION);
		assert_true(again++ == 0);
		enter(p);
		status = guest_touch(va, user, access, NULL);
	}
	assert_int_equal(hw_access(va, user, access).pa,
			 ref_memory(&g, p->address)->pa +
				 (p->address - ref_memory(&g, p->address)->address) + va % 0x1000);
}

static void use(void)
{
	uint32_t va = some_page() + choose(0x400) * 4, access = 1u << choose(3);
	struct ref_guest g = machine_guest(vcpu());
	const struct ref_range *r = va < MV_GUEST_END ? ref_memory(&g, va) : NULL;
	bool user = choose(2);

	if (nr_pages[vcpu()->space->asid] && choose(2))
		va = pages[vcpu()->space->asid][choose(nr_pages[vcpu()->space->asid])].va;
	r = va < MV_GUEST_END ? ref_memory(&g, va) : NULL;
	if (r && !user)
		own(va, access, r);
	else
		entered(va, user, access);
}

/* Nothing is in place that was not entered, or is not the kernel's own memory. */
static void look(void)
{
	struct ref_guest g = machine_guest(vcpu());
	uint32_t va = some_page();
	const struct ref_range *r = va < MV_GUEST_END ? ref_memory(&g, va) : NULL;
	const struct page *p = find(va);

	for (uint32_t access = READ; access <= EXECUTE; access <<= 1) {
		bool user = p && p->rights & access && p->rights & MV_MAP_USER;
		bool kernel = (p && p->rights & access) || (r && r->rights & access);

		assert_true(user || hw_access(va, true, access).status);
		assert_true(kernel || !ref_translates(va) || hw_access(va, false, access).status);
	}
}

static void software_step(void)
{
	uint32_t what = choose(32);

	if (what < 12)
		map();
	else if (what < 24)
		use();
	else if (what < 27)
		look();
	else if (what < 29)
		unmap();
	else if (what < 31)
		guest_switch(MV_VMMU_SOFTWARE, choose(NR_ASIDS));
	else
		guest_switch(TABLE(0), choose(NR_ASIDS)), guest_switch(MV_VMMU_SOFTWARE, 0);
}

static void software_begin(void)
{
	some_places();
	memset(nr_pages, 0, sizeof(nr_pages));
	guest_switch(MV_VMMU_SOFTWARE, 0);
}

const struct steps software = { software_begin, software_step };
