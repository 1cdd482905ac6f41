/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Filling the vTLB, for processors with ASIDs. A guest-physical address becomes
 * a physical one only through walk_cell(). So whatever a guest's tables say, the
 * guest reaches its own memory or nothing.
 *
 * Guest kernel mode and guest user mode share a first-level table and differ by
 * the DACR. Each slot of 1 MiB has one domain, its "side". DOMAIN_USER is open to
 * both modes; it is used while all entries needed in the slot give both modes the
 * same rights. DOMAIN_CELL is closed to guest user mode. A slot with pages of both
 * kinds changes sides when the other mode needs it, and loses its entries: that is
 * correct, but slower. Called by traps.c, cpu.c (buffers of hypercalls) and
 * core/vmmu.c.
 */
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <arch/walk.h>
#include <core/cell.h>
#include <core/irq.h>
#include <core/percpu.h>
#include <core/vcpu.h>

#define RWX (MAP_READ | MAP_WRITE | MAP_EXEC)

/* The search for a free table looks at this many. */
#define TABLE_PROBES 8

/* vtlb_may() goes through the pages of a buffer this many times. */
#define MAY_ROUNDS 4

_Static_assert(TABLE_PROBES > VTLB_RECENT && CONFIG_VTLB_TABLES >= TABLE_PROBES,
	       "one of them can be taken");

/* Second-level tables ------------------------------------------------------------ */

/* Is it one of the VTLB_RECENT tables taken last? Each take has its own number. */
static bool table_recent(const struct vtlb *t, uint32_t n)
{
	return t->takes - t->tables[n].taken < VTLB_RECENT;
}

/* A table is free if the slot that it served no longer names it. */
static bool table_free(const struct vtlb *t, uint32_t n)
{
	return l2_base(*t->tables[n].entry) != arch_phys(t->l2[n]);
}

/*
 * Choose a free table, else one that was not taken recently. The search begins at a
 * random place: so a guest that cycles through slightly more than fits still finds
 * most of it.
 */
static uint32_t table_choose(struct vtlb *t)
{
	uint32_t n = vtlb_random(t, CONFIG_VTLB_TABLES), chosen = MV_NONE;

	for (uint32_t i = 0; i < TABLE_PROBES; i++) {
		if (table_free(t, n))
			return n;
		if (chosen == MV_NONE && !table_recent(t, n))
			chosen = n;
		n = n + 1 == CONFIG_VTLB_TABLES ? 0 : n + 1;
	}
	return chosen;
}

/* Not inlined: it is not needed for a slot that has its table. */
static uint32_t *__attribute__((noinline))
table_take(struct vcpu *v, struct vspace *s, uint32_t slot)
{
	struct vtlb *t = v->cell->vtlb;
	uint32_t n = table_choose(t);
	struct vtable *table = &t->tables[n];

	if (!table_free(t, n)) {
		vspace_clear_slot(&t->spaces[table->space], table->slot);
		v->stats.evictions++;
	}
	table->taken = t->takes++;
	table->entry = &s->l1[slot];
	table->slot = slot;
	table->space = s - t->spaces;
	arch_zero(t->l2[n], L2_TABLE_BYTES);
	arch_clean(t->l2[n], L2_TABLE_BYTES);
	return (uint32_t *)t->l2[n];
}

/* Entering a translation --------------------------------------------------------- */

static bool is_table(uint32_t entry)
{
	return (entry & L1_TYPE) == L1_TABLE;
}

/*
 * Choose the domain that the slot needs for this access; @entry tells the present one.
 * Under DOMAIN_USER the rights of guest user mode are entered, so this domain is
 * possible only if they are enough for guest kernel mode, too.
 */
static uint32_t choose_domain(uint32_t entry, const struct walk *w, bool user, uint32_t access)
{
	bool same = w->kernel == w->user;

	if (user || (!entry && same))
		return DOMAIN_USER;
	if (entry && l1_domain(entry) == DOMAIN_USER && (same || w->user & access))
		return DOMAIN_USER;
	return DOMAIN_CELL;
}

static uint32_t attributes(uint32_t rights, const struct walk *w, const struct place *p)
{
	uint32_t attr = (rights & p->attr) | (p->attr & MAP_DEVICE);

	return w->cached ? attr : attr | MAP_UNCACHED;
}

static void enter_page(struct vcpu *v, uint32_t va, uint32_t page, uint32_t domain)
{
	struct vspace *s = v->space;
	uint32_t slot = L1_INDEX(va), *l2;

	if (is_table(s->l1[slot])) {
		l2 = arch_window(l2_base(s->l1[slot]));
	} else {
		vspace_clear_slot(s, slot);
		l2 = table_take(v, s, slot);
		vspace_set_slot(s, slot, arch_phys(l2) | L1_TABLE | L1_DOMAIN(domain));
	}
	if (l2[L2_INDEX(va)]) {
		vtlb_write(&l2[L2_INDEX(va)], 0);
		arch_tlbimva(page_base(va) | s->hw.asid);
		arch_dsb();
	}
	vtlb_write(&l2[L2_INDEX(va)], page);
}

static void enter(struct vcpu *v, uint32_t va, const struct walk *w, const struct place *p,
		  bool user, uint32_t access)
{
	struct vspace *s = v->space;
	uint32_t slot = L1_INDEX(va), entry = s->l1[slot];
	uint32_t domain = choose_domain(entry, w, user, access);
	uint32_t attr = attributes(domain == DOMAIN_USER ? w->user : w->kernel, w, p);

	if (entry && l1_domain(entry) != domain) {
		vspace_clear_slot(s, slot);
		v->stats.flips++;
	}
	if (w->size == SECTION_SIZE && walk_cell_section(v->cell, w->address) &&
	    !is_table(s->l1[slot])) {
		vspace_clear_slot(s, slot);
		vspace_set_slot(s, slot,
				section_base(p->pa) |
					arch_section_bits(attr & ~MAP_KERNEL, domain));
	} else {
		enter_page(v, va, page_base(p->pa) | arch_page_bits(attr & ~MAP_KERNEL), domain);
	}
	slot_add(w->global ? &v->cell->vtlb->global : &s->local, slot);
}

static void count_miss(struct vcpu *v, const struct walk *w)
{
	if (w->size == SECTION_SIZE)
		v->stats.section_misses++;
	else if (w->size == LARGE_PAGE_SIZE)
		v->stats.large_misses++;
	else
		v->stats.page_misses++;
}

/*
 * In a software-loaded space guest kernel mode sees the cell's memory untranslated,
 * so that the guest's own handler of misses never misses. Guest user mode sees the
 * pages that the guest has entered.
 */
static uint32_t walk_software(struct vcpu *v, uint32_t va, struct walk *w)
{
	struct place p;

	if (arch_user_mode() || !walk_cell(v->cell, va, &p))
		return FS_L2_TRANSLATION;
	w->size = walk_cell_section(v->cell, va) ? SECTION_SIZE : PAGE_SIZE;
	w->address = va & ~(w->size - 1);
	w->kernel = p.attr & RWX;
	w->user = 0;
	w->cached = true;
	w->global = false;
	return 0;
}

uint32_t vtlb_fill(struct vcpu *v, uint32_t va, uint32_t access)
{
	bool user = arch_user_mode();
	struct walk w;
	struct place p;
	uint32_t status;

	if (!vtlb_translates(va))
		return FS_L1_TRANSLATION;
	if (v->space->table == MV_VMMU_SOFTWARE)
		status = walk_software(v, va, &w);
	else
		status = walk_guest(v->cell, v->space->table, v->page->dacr, va, &w);
	if (status)
		return status;
	if (!((user ? w.user : w.kernel) & access))
		return w.size == SECTION_SIZE ? FS_L1_PERMISSION : FS_L2_PERMISSION;
	if (!walk_cell(v->cell, w.address | (va & (w.size - 1)), &p) || !(p.attr & access))
		return FS_EXTERNAL;
	count_miss(v, &w);
	enter(v, va, &w, &p, user, access);
	return 0;
}

uint32_t vtlb_map(struct vcpu *v, uint32_t va, uint32_t address, uint32_t rights)
{
	bool user = rights & MV_MAP_USER;
	struct walk w = { .address = address, .size = PAGE_SIZE, .cached = true };
	struct place p, hidden;

	rights &= RWX;
	w.kernel = rights;
	w.user = user ? rights : 0;
	if (!vtlb_translates(va) || !walk_cell(v->cell, address, &p))
		return MV_ERR_ADDRESS;
	/* Guest kernel mode sees the cell's memory at this address: no entry may hide it. */
	if (va != address && walk_cell(v->cell, va, &hidden))
		return MV_ERR_ADDRESS;
	if (rights & ~p.attr)
		return MV_ERR_RIGHTS;
	enter(v, va, &w, &p, user, rights);
	return MV_OK;
}

/* Buffers of hypercalls ------------------------------------------------------------ */

/* Does the entry for this address give guest kernel mode @access, and to memory? */
static bool in_place(const struct vspace *s, uint32_t va, uint32_t access)
{
	uint32_t entry = s->l1[L1_INDEX(va)], ap, memory;

	if (is_table(entry)) {
		const uint32_t *l2 = arch_window(l2_base(entry));

		entry = l2[L2_INDEX(va)];
		ap = page_ap10(entry);
		memory = entry & (PAGE_C | PAGE_TEX0);
	} else {
		ap = section_ap10(entry);
		memory = entry & (SECTION_C | SECTION_TEX0);
	}
	return entry && memory && ap >= (access == MAP_WRITE ? AP_USER_RW : AP_USER_RO);
}

/*
 * Let interrupts in. If another vCPU is to run then, give up the hypercall, which has
 * done nothing yet; it is made again in the caller's next turn. Else an urgent vCPU would
 * wait for all pages of the buffer.
 */
static void give_way(const struct vcpu *v)
{
	irq_dispatch();
	if (unlikely(v->cpu->resched))
		svc_again();
}

/*
 * Entering one page can displace another, so the pages are gone through again. At worst
 * a slot loses its table in the first round, changes sides in the second, is complete
 * after the third, and passes the fourth. In an IT block the answer is no: the block's
 * state has advanced, so the call could not be repeated. Not inlined: native cells do
 * not need it.
 */
bool __attribute__((noinline)) vtlb_may(struct vcpu *v, uint32_t va, uint32_t size, uint32_t access)
{
	uint32_t first = page_base(va), missing = 1;

	if (!size)
		return true;
	if (size > MV_GUEST_END || va > MV_GUEST_END - size || v->frame.psr & PSR_IT)
		return false;
	for (int round = 0; missing && round < MAY_ROUNDS; round++) {
		missing = 0;
		for (uint32_t page = first; page < va + size; page += PAGE_SIZE) {
			if (in_place(v->space, page, access))
				continue;
			if (vtlb_fault(v, page, access) || !in_place(v->space, page, access))
				return false;
			missing++;
			give_way(v);
		}
	}
	arch_isb();
	return !missing;
}
