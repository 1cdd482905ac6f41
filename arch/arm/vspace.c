/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The guest address spaces that the vTLB caches: switching to one, replacing one
 * by another, and dropping translations. All work is bounded: a call handles at
 * most about VTLB_STEP entries, and the guest calls again for the rest. Called by
 * the vMMU object (core/vmmu.c) and, for slots, by vtlb.c.
 */
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <core/cell.h>
#include <core/percpu.h>
#include <core/vcpu.h>

/* A flush of a part of a slot drops its pages in pieces of this size, each in all spaces at once. */
#define PIECE_SIZE ((CONFIG_VTLB_SPACES > 8 ? 2 : 4) * PAGE_SIZE)

/* Make the processor drop what its TLB and branch predictor hold of this space. */
static void forget(const struct vspace *s)
{
	arch_tlbiasid(s->hw.asid);
	arch_bpiall(0);
	arch_dsb();
	arch_isb();
}

void vspace_set_slot(struct vspace *s, uint32_t slot, uint32_t entry)
{
	vtlb_write(&s->l1[slot], entry);
	slot_add(&s->used, slot);
}

static void drop_slot(struct vspace *s, uint32_t slot)
{
	vtlb_write(&s->l1[slot], 0);
	slot_remove(&s->used, slot);
	slot_remove(&s->local, slot);
}

void vspace_clear_slot(struct vspace *s, uint32_t slot)
{
	if (!s->l1[slot])
		return;
	drop_slot(s, slot);
	forget(s);
}

/* Drop at most @budget of the slots set in @bits; return how many were dropped. */
static uint32_t drop_word(struct vspace *s, uint32_t word, uint32_t bits, uint32_t budget)
{
	uint32_t dropped = 0, left = bits;

	for (; left && dropped < budget; dropped++, left &= left - 1)
		vtlb_write(&s->l1[word * 32 + (uint32_t)__builtin_ctz(left)], 0);
	slot_remove_word(&s->used, word, bits & ~left);
	slot_remove_word(&s->local, word, bits & ~left);
	return dropped;
}

/*
 * Drop slots of @set, one of the space's sets, until @budget is spent; return what was
 * spent. Finding a word costs more than dropping a slot, and a guest could spread its
 * slots so that each word has only one: therefore each word counts, too.
 */
static uint32_t drop_slots(struct vspace *s, const struct slot_set *set, uint32_t budget)
{
	uint32_t dropped = 0, word;

	while (dropped < budget && (word = slot_word(set)) != VTLB_WORDS)
		dropped += VTLB_WORD_COST + drop_word(s, word, set->words[word], budget - dropped);
	if (dropped)
		forget(s);
	return dropped;
}

/* Creation and switching ------------------------------------------------------- */

/* The largest piece of memory that the cell may write: most likely its tables are there. */
static const struct map_desc *main_memory(const struct cell_desc *desc)
{
	static const struct map_desc none;
	const struct map_desc *main = &none;

	for (uint32_t i = 0; i < desc->nr_maps; i++) {
		const struct map_desc *m = &desc->maps[i];

		if ((m->attr & (MAP_DEVICE | MAP_WRITE)) == MAP_WRITE && m->size > main->size)
			main = m;
	}
	return main;
}

void vtlb_create(struct cell *c)
{
	struct vtlb *t = &vtlbs[c->desc->vtlb];
	uint32_t first = L1_INDEX(MV_GUEST_END);
	const uint32_t *own = (const uint32_t *)l1_tables[cell_index(c)];

	c->vtlb = t;
	c->main = main_memory(c->desc);
	t->l2 = vtlb_l2[c->desc->vtlb];
	t->random = cell_index(c) + 1u;
	for (uint32_t i = 0; i < CONFIG_VTLB_SPACES; i++) {
		struct vspace *s = &t->spaces[i];

		s->l1 = (uint32_t *)vtlb_l1[c->desc->vtlb][i];
		s->hw.ttbr0 = arch_phys(s->l1) | TTBR_WALK;
		s->hw.asid = arch_asid(nr_cells + c->desc->vtlb * CONFIG_VTLB_SPACES + i);
		/* The guest's own pages at the top, and the microvisor. */
		arch_copy(s->l1 + first, own + first, L1_TABLE_BYTES - first * 4);
		arch_clean(s->l1, L1_TABLE_BYTES);
	}
	for (uint32_t i = 0; i < CONFIG_VTLB_TABLES; i++)
		t->tables[i].entry = t->spaces[0].l1;
	t->takes = VTLB_RECENT; /* no table counts as recently taken */
}

uint32_t vtlb_bytes(void)
{
	return sizeof(struct vtlb) + CONFIG_VTLB_SPACES * L1_TABLE_BYTES +
	       CONFIG_VTLB_TABLES * L2_TABLE_BYTES;
}

void vtlb_reset(struct vtlb *t)
{
	for (uint32_t i = 0; i < CONFIG_VTLB_SPACES; i++) {
		t->spaces[i].valid = false;
		t->spaces[i].users = 0;
	}
	arch_zero(t->by_asid, sizeof(t->by_asid));
	arch_zero(&t->global, sizeof(t->global));
}

bool vspace_software(const struct vspace *s)
{
	return s->table == MV_VMMU_SOFTWARE;
}

/* The set, by number, of the valid spaces among which those with this ASID are. */
static uint32_t *set_of(struct vtlb *t, uint32_t asid)
{
	return &t->by_asid[asid % CONFIG_VTLB_SPACES];
}

static struct vspace *find(struct vtlb *t, uint32_t table, uint16_t asid)
{
	for (uint32_t set = *set_of(t, asid); set; set &= set - 1) {
		struct vspace *s = &t->spaces[__builtin_ctz(set)];

		if (s->asid == asid && s->table == table)
			return s;
	}
	return NULL;
}

/*
 * The number of a space that holds nothing valid, else of one without translations of its own
 * (the guest leaves one when a process has ended), else of any: one is always without users.
 * The search begins at random, because processes take turns: the least recently used space is
 * the next wanted.
 */
static uint32_t victim(struct vtlb *t)
{
	uint32_t n = vtlb_random(t, CONFIG_VTLB_SPACES), chosen = CONFIG_VTLB_SPACES;

	for (uint32_t i = 0; i < CONFIG_VTLB_SPACES; i++) {
		const struct vspace *s = &t->spaces[n];

		if (!s->users) {
			if (!s->valid)
				return n;
			if (chosen == CONFIG_VTLB_SPACES || slot_none(&s->local))
				chosen = n;
		}
		n = n + 1 == CONFIG_VTLB_SPACES ? 0 : n + 1;
	}
	return chosen;
}

static void use(struct vcpu *v, struct vspace *s)
{
	if (v->space)
		v->space->users--;
	v->space = s;
	if (s)
		s->users++;
	v->hw = s ? &s->hw : &v->cell->space;
	if (v == v->cpu->current)
		arch_space_switch(v->hw);
}

void vspace_leave(struct vcpu *v)
{
	use(v, NULL);
}

/* Copy the global sections of a word; look at @budget slots at most, return at how many. */
static uint32_t share_word(const struct vtlb *t, const struct vspace *from, struct vspace *to,
			   uint32_t word, uint32_t budget)
{
	uint32_t bits = t->global.words[word] & from->used.words[word] & ~from->local.words[word];
	uint32_t seen = 0;

	for (; bits && seen < budget; seen++, bits &= bits - 1) {
		uint32_t slot = word * 32 + (uint32_t)__builtin_ctz(bits), entry = from->l1[slot];

		if ((entry & L1_TYPE) == L1_SECTION)
			vspace_set_slot(to, slot, entry);
	}
	return seen;
}

/*
 * A new space begins with the global sections of the one in use. A processor's TLB
 * would hold them for all ASIDs, too (ARM DDI 0406C, B3.9.1), and a guest kernel needs
 * most of its own sections in every space. The lowest come first: its code is there.
 */
static void share_global(const struct vtlb *t, const struct vspace *from, struct vspace *to)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(t->global.summary); i++) {
		uint32_t words = t->global.summary[i];

		for (; words && seen < VTLB_STEP; words &= words - 1)
			seen += VTLB_WORD_COST + share_word(t, from, to,
							    i * 32 + (uint32_t)__builtin_ctz(words),
							    VTLB_STEP - seen);
	}
}

/*
 * Physical address of the guest's first-level table, if all of it lies in main memory and
 * the cell has all rights there; else 0.
 */
static uint32_t guest_table(const struct cell *c, uint32_t table)
{
	const struct map_desc *main = c->main;
	uint32_t at = table - main->va;

	if (table == MV_VMMU_SOFTWARE || main->attr != (MAP_READ | MAP_WRITE | MAP_EXEC) ||
	    at >= main->size || main->size - at < L1_TABLE_BYTES)
		return 0;
	return main->pa + at;
}

/* Make a space that has nothing yet; NULL: call again, what is in the way is not all dropped. */
static struct vspace *make(struct vcpu *v, uint32_t table, uint16_t asid)
{
	struct vtlb *t = v->cell->vtlb;
	uint32_t n = victim(t);
	struct vspace *s = &t->spaces[n];

	s->valid = false;
	*set_of(t, s->asid) &= ~(1u << n);
	if (drop_slots(s, &s->used, VTLB_STEP))
		return NULL;
	s->table = table;
	s->guest = guest_table(v->cell, table);
	s->asid = asid;
	s->valid = true;
	*set_of(t, asid) |= 1u << n;
	if (s->guest && v->space && v->space->guest)
		share_global(t, v->space, s);
	v->stats.spaces_made++;
	return s;
}

uint32_t vspace_switch(struct vcpu *v, uint32_t table, uint16_t asid)
{
	struct vspace *s = find(v->cell->vtlb, table, asid);

	if (!s)
		s = make(v, table, asid);
	if (!s)
		return 1;
	v->stats.switches++;
	use(v, s);
	return 0;
}

/* Flushes ------------------------------------------------------------------------- */

static bool concerns(const struct vspace *s, uint32_t asid)
{
	return (s->asid == asid || asid == MV_ASID_ALL) && s->valid;
}

uint32_t vspace_flush_asid(struct vcpu *v, uint32_t asid)
{
	struct vtlb *t = v->cell->vtlb;
	uint32_t done = 0;

	for (uint32_t i = 0; i < CONFIG_VTLB_SPACES; i++) {
		struct vspace *s = &t->spaces[i];

		if (concerns(s, asid))
			done += drop_slots(s, asid == MV_ASID_ALL ? &s->used : &s->local,
					   VTLB_STEP - done);
		if (done >= VTLB_STEP)
			return 1;
	}
	v->stats.flushes++;
	return 0;
}

/* Flush a piece of one slot in one space; return the cost in entries, without the look. */
static uint32_t flush_piece(struct vspace *s, uint32_t start, uint32_t size)
{
	uint32_t slot = L1_INDEX(start), entry = s->l1[slot], *l2;

	if (!entry)
		return 0;
	if (size == SECTION_SIZE || (entry & L1_TYPE) != L1_TABLE) {
		vspace_clear_slot(s, slot);
		return 2;
	}
	l2 = arch_window(l2_base(entry));
	for (uint32_t va = start; va - start < size; va += PAGE_SIZE) {
		vtlb_write(&l2[L2_INDEX(va)], 0);
		arch_tlbimva(va | s->hw.asid);
	}
	arch_bpiall(0);
	arch_dsb();
	arch_isb();
	return size / PAGE_SIZE;
}

/* Size of the next piece: a whole slot if possible, else a few pages of one. */
static uint32_t piece_at(uint32_t start, uint32_t end)
{
	uint32_t size = PIECE_SIZE - start % PIECE_SIZE;

	if (start % SECTION_SIZE == 0 && end - start >= SECTION_SIZE)
		return SECTION_SIZE;
	return MIN(size, end - start);
}

static void flush_page(struct vtlb *t, uint32_t asid, uint32_t va)
{
	for (uint32_t set = *set_of(t, asid); set; set &= set - 1) {
		struct vspace *s = &t->spaces[__builtin_ctz(set)];

		if (s->asid == asid)
			flush_piece(s, va, PAGE_SIZE);
	}
}

/** struct concerned - the valid spaces, @all of them; the first @nr have the ASID in question */
struct concerned {
	struct vspace *spaces[CONFIG_VTLB_SPACES];
	uint32_t nr, all;
};

static void find_concerned(struct concerned *c, struct vtlb *t, uint32_t asid)
{
	c->nr = 0;
	for (struct vspace *s = t->spaces; s < t->spaces + CONFIG_VTLB_SPACES; s++)
		if (concerns(s, asid))
			c->spaces[c->nr++] = s;
	c->all = c->nr;
	for (struct vspace *s = t->spaces; s < t->spaces + CONFIG_VTLB_SPACES; s++)
		if (s->valid && !concerns(s, asid))
			c->spaces[c->all++] = s;
}

/* Looking at a piece counts as one entry, and as one more for each space. */
uint32_t vspace_flush_range(struct vcpu *v, uint32_t asid, uint32_t start, uint32_t size)
{
	struct vtlb *t = v->cell->vtlb;
	uint32_t end = start + size, done = 0;
	struct concerned found;

	/* The most frequent call: one page of one ASID. */
	if (size == PAGE_SIZE && asid != MV_ASID_ALL && !slot_has(&t->global, L1_INDEX(start))) {
		flush_page(t, asid, start);
		v->stats.flushes++;
		return 0;
	}
	find_concerned(&found, t, asid);
	while (start != end && done < VTLB_STEP) {
		uint32_t piece = piece_at(start, end);
		uint32_t nr = slot_has(&t->global, L1_INDEX(start)) ? found.all : found.nr;

		for (uint32_t i = 0; i < nr; i++)
			done += 1 + flush_piece(found.spaces[i], start, piece);
		start += piece;
		done++;
	}
	if (start == end)
		v->stats.flushes++;
	return end - start;
}
