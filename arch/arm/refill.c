/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Misses of the vTLB: this file handles the common kind on the shortest way, and leaves
 * the rest to vtlb.c. The common kind is a cached small page of the cell's main memory,
 * in a slot that has its second-level table and the domain that the access needs. Then
 * nothing has to be replaced, and no TLB entry is stale. Called by traps.c and for
 * buffers of hypercalls. vtlb_fill() alone would give the same results.
 */
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <arch/walk.h>
#include <core/cell.h>
#include <core/vcpu.h>

/* Normal write-back memory of one address space. */
#define CACHED (L2_PAGE | PAGE_B | PAGE_C | PAGE_TEX0 | PAGE_NG)

/* Find the guest's entry for a page, in the second-level table that @entry names. */
static const volatile uint32_t *guest_page(const struct vcpu *v, uint32_t entry, uint32_t va)
{
	const struct map_desc *main = v->cell->main;
	uint32_t access = dacr_access(v->page->dacr, l1_domain(entry));
	uint32_t at = (l2_base(entry) | L2_INDEX(va) * 4) - main->va;

	if ((entry & L1_TYPE) != L1_TABLE || access != DACR_CLIENT || at >= main->size)
		return NULL;
	return arch_window(main->pa + at);
}

/* The page's rights for guest user or guest kernel mode, as in walk_guest(). */
static uint32_t page_rights(uint32_t page, bool user)
{
	const struct walk_rights *r = &walk_rights[page_ap(page)];
	uint32_t rights = user ? r->user : r->kernel;

	return rights && !(page & PAGE_XN) ? rights | MAP_EXEC : rights;
}

static uint32_t shadow_page(uint32_t page, uint32_t rights)
{
	return CACHED | PAGE_AP(arch_access(rights)) | (page & PAGE_XN);
}

/* The address of the first word in the group that a word belongs to. */
static uintptr_t group_of(uintptr_t word)
{
	return word & ~(uintptr_t)(CLEAN_GROUP * 4 - 1);
}

/*
 * Enter a page, and its neighbours in the same group that have the same attributes and are
 * not entered yet: most likely they are used soon, and their entries are at hand. Like a
 * processor's TLB, the vTLB may hold what the guest's tables allow before it is used (ARM DDI
 * 0406C, B3.9.1). If two guest entries differ only in their address, their shadow entries
 * differ by the same amount; so one addition makes each shadow.
 */
static void enter_group(const struct map_desc *main, const volatile uint32_t *from, uint32_t *l2,
			uint32_t page, uint32_t rights)
{
	uint32_t va = main->va, size = main->size;
	uint32_t pa = page_base(page) - va + main->pa;
	uint32_t more = (pa | shadow_page(page, rights)) - page;

	*l2 = page + more;
	from = (const volatile uint32_t *)group_of((uintptr_t)from);
	l2 = (uint32_t *)group_of((uintptr_t)l2);
#pragma GCC unroll 8
	for (uint32_t i = 0; i < CLEAN_GROUP; i++) {
		uint32_t next = from[i];

		if (!((next ^ page) << 20) && !l2[i] && next - va < size)
			l2[i] = next + more;
	}
	arch_clean_group(l2);
}

uint32_t vtlb_fault(struct vcpu *v, uint32_t va, uint32_t access)
{
	const struct map_desc *main = v->cell->main;
	struct vspace *s = v->space;
	uint32_t slot = L1_INDEX(va), entry = s->l1[slot], page, rights, *l2;
	bool open = l1_domain(entry) == DOMAIN_USER, user = arch_user_mode();
	const volatile uint32_t *from;
	struct slot_set *set;

	if (!vtlb_translates(va) || !s->guest || (entry & L1_TYPE) != L1_TABLE || (user && !open))
		return vtlb_fill(v, va, access);
	from = guest_page(v, *(const volatile uint32_t *)arch_window(s->guest + slot * 4), va);
	page = from ? *from : 0;
	if (from && !(page & L2_TYPE))
		return FS_L2_TRANSLATION;
	if ((page & (L2_PAGE | PAGE_C)) != (L2_PAGE | PAGE_C))
		return vtlb_fill(v, va, access);
	rights = page_rights(page, open);
	if (!(rights & access))
		return user || !open ? FS_L2_PERMISSION : vtlb_fill(v, va, access);
	l2 = (uint32_t *)arch_window(l2_base(entry)) + L2_INDEX(va);
	if (page_base(page) - main->va >= main->size || *l2)
		return vtlb_fill(v, va, access);
	enter_group(main, from, l2, page, rights);
	v->stats.page_misses++;
	set = page & PAGE_NG ? &s->local : &v->cell->vtlb->global;
	if (!slot_has(set, slot))
		slot_add(set, slot);
	return 0;
}
