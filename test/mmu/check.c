/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The guest's side: accesses until they succeed or fail, and the comparisons.
 */
#include "check.h"

#include "hardware.h"
#include "unit.h"

/* Translation, domain and permission faults, which traps.c takes for misses. */
static bool is_miss(uint32_t status)
{
	return status == 5 || status == 7 || status == 9 || status == 11 || status == 13 ||
	       status == 15;
}

static struct vcpu *current(void)
{
	return percpus[0].current;
}

/* The spaces that the vCPUs asked for. */
static struct {
	uint32_t table, asid;
} asked[NR_VCPUS];

static void check_asked(void)
{
	const struct vspace *s = current()->space;

	if (s && (s->table != asked[current() - vcpus].table ||
		  s->asid != asked[current() - vcpus].asid))
		fail_msg("the vCPU is in the space of table %#x, ASID %u", s->table, s->asid);
}

/* Accesses --------------------------------------------------------------------- */

/* A fault as traps.c handles it: 0: try again. */
static uint32_t handle(uint32_t va, bool user, uint32_t access, uint32_t status)
{
	unsigned int words = machine.words, cleared = machine.cleared;

	if (!is_miss(status) || !current()->space)
		return status;
	machine.user = user;
	status = vtlb_fault(current(), va, access);
	machine.user = false;
	if (machine.words - words > 4 || machine.cleared - cleared > 1)
		fail_msg("one miss wrote %u words and %u tables", machine.words - words,
			 machine.cleared - cleared);
	return status;
}

uint32_t guest_touch(uint32_t va, bool user, uint32_t access, unsigned int *faults)
{
	struct touch touch = { va, access };

	return guest_instruction(&touch, 1, user, faults);
}

uint32_t guest_instruction(const struct touch *touches, unsigned int nr, bool user,
			   unsigned int *faults)
{
	unsigned int count = 0, done = 0;

	check_asked();
	for (unsigned int i = 0; i < nr; i++)
		hw_expect(touches[i].va);
	while (done < nr) {
		const struct touch *t = &touches[done++];
		uint32_t status = hw_access(t->va, user, t->access).status;

		if (!status)
			continue;
		status = handle(t->va, user, t->access, status);
		if (status)
			return status;
		if (++count > MOST_FAULTS)
			fail_msg("an instruction at %#x still misses after %u faults",
				 touches[0].va, count);
		done = 0;
	}
	if (faults)
		*faults = count;
	return 0;
}

void check_access(uint32_t va, bool user, uint32_t access)
{
	struct ref_guest g = machine_guest(current());
	struct ref_answer right = ref_access(&g, va, user, access);
	uint32_t status = guest_touch(va, user, access, NULL);
	struct hw_answer real;

	if (status != right.status)
		fail_msg("%s access %u of %#x ends with %#x and not with %#x",
			 user ? "user" : "kernel", access, va, status, right.status);
	if (status)
		return;
	real = hw_access(va, user, access);
	if (real.pa != right.pa)
		fail_msg("%#x leads to %#x and not to %#x", va, real.pa, right.pa);
	if (real.device != right.device || real.cached != right.cached)
		fail_msg("%#x is of the wrong memory type", va);
}

void check_nothing_more(uint32_t va)
{
	struct ref_guest g = machine_guest(current());

	for (uint32_t kind = 0; kind < 6; kind++) {
		bool user = kind & 1;
		uint32_t access = 1u << kind / 2;
		struct hw_answer real = hw_access(va, user, access);
		struct ref_answer right = ref_access(&g, va, user, access);

		if (!real.status && (right.status || right.pa != real.pa))
			fail_msg("%#x is in place for %s access %u, status %#x is right", va,
				 user ? "user" : "kernel", access, right.status);
	}
}

/* Hypercalls ------------------------------------------------------------------- */

static void check_work(unsigned int before, unsigned int most)
{
	if (machine.words - before > most)
		fail_msg("one call wrote %u words, at most %u", machine.words - before, most);
}

void guest_switch(uint32_t table, uint16_t asid)
{
	unsigned int calls = 0, words;
	uint32_t again;

	do {
		words = machine.words;
		again = vspace_switch(current(), table, asid);
		check_work(words, VTLB_STEP);
		if (++calls > VTLB_WORDS + 1)
			fail_msg("a switch is not done after %u calls", calls);
	} while (again);
	asked[current() - vcpus].table = table;
	asked[current() - vcpus].asid = asid;
	check_asked();
}

static void flush_asid(uint32_t asid)
{
	unsigned int calls = 0, words;
	uint32_t left;

	do {
		words = machine.words;
		left = vspace_flush_asid(current(), asid);
		check_work(words, VTLB_STEP);
		if (++calls > CONFIG_VTLB_SPACES * VTLB_WORDS + 1)
			fail_msg("a flush is not done after %u calls", calls);
	} while (left);
}

static void flush_range(uint32_t asid, uint32_t start, uint32_t size)
{
	uint32_t left = size, end = start + size, before;
	unsigned int words;

	do {
		words = machine.words;
		before = left;
		left = vspace_flush_range(current(), asid, end - left, left);
		check_work(words, VTLB_STEP + FLUSH_EXCESS);
		if (left >= before)
			fail_msg("a flush does not go on: %#x bytes left of %#x", left, before);
	} while (left);
}

void guest_flush(uint32_t asid, uint32_t start, uint32_t size)
{
	uint32_t last = start + size - 1;

	if (!size)
		flush_asid(asid);
	else if (last >= start && ref_translates(start) && ref_translates(last) &&
		 (start < MV_GUEST_END) == (last < MV_GUEST_END))
		flush_range(asid, start, size);
}

/* Records ------------------------------------------------------------------------ */

/* Which of the vTLB's second-level tables an entry leads to. */
static unsigned int table_of(const struct vtlb *t, uint32_t entry)
{
	uint32_t n = ((entry & ~0x3ffu) - arch_phys(t->l2[0])) / L2_TABLE_BYTES;

	if (n >= CONFIG_VTLB_TABLES)
		fail_msg("entry %#x leads to no table of the vTLB", entry);
	return n;
}

static void check_slot(const struct vtlb *t, unsigned int space, uint32_t slot, uint8_t *owned)
{
	const struct vspace *s = &t->spaces[space];
	uint32_t entry = s->l1[slot];
	unsigned int n;

	if (slot_has(&s->used, slot) != !!entry)
		fail_msg("slot %#x of space %u: used %u, entry %#x", slot, space,
			 slot_has(&s->used, slot), entry);
	if (slot_has(&s->local, slot) && !entry)
		fail_msg("slot %#x of space %u is local and empty", slot, space);
	if ((entry & 3) != 1)
		return;
	n = table_of(t, entry);
	if (owned[n]++)
		fail_msg("table %u serves two slots, one is %#x of space %u", n, slot, space);
	if (t->tables[n].slot != slot || t->tables[n].space != space)
		fail_msg("table %u does not know of slot %#x of space %u", n, slot, space);
}

/* For slots that the guest does not translate, nothing is recorded and nothing changes. */
static void check_fixed(const struct cell *c, const struct vspace *s, uint32_t slot)
{
	const uint32_t *own = (const uint32_t *)l1_tables[cell_index(c)];

	if (slot_has(&s->used, slot) || slot_has(&s->local, slot) ||
	    slot_has(&c->vtlb->global, slot) || s->l1[slot] != own[slot])
		fail_msg("slot %#x was touched, entry %#x", slot, s->l1[slot]);
}

static void check_summary(const struct slot_set *set)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(set->words); i++)
		if ((set->summary[i / 32] >> i % 32 & 1) != !!set->words[i])
			fail_msg("the summary of word %u is wrong", i);
}

static unsigned int users_of(const struct vspace *s)
{
	unsigned int users = 0;

	for (unsigned int i = 0; i < NR_VCPUS; i++)
		users += vcpus[i].space == s;
	return users;
}

void check_records(const struct cell *c)
{
	uint8_t owned[CONFIG_VTLB_TABLES] = { 0 };

	for (unsigned int i = 0; i < CONFIG_VTLB_SPACES; i++) {
		const struct vspace *s = &c->vtlb->spaces[i];

		check_summary(&s->used);
		check_summary(&s->local);
		for (uint32_t slot = 0; slot < L1_TABLE_BYTES / 4; slot++)
			if (!ref_translates(slot << 20))
				check_fixed(c, s, slot);
			else if (s->l1[slot] || slot_has(&s->used, slot) ||
				 slot_has(&s->local, slot))
				check_slot(c->vtlb, i, slot, owned);
		assert_int_equal(s->users, users_of(s));
		assert_true(s->valid || !s->users);
		assert_true(!s->valid || vspace_sound(s, c->main));
	}
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		if (vcpus[i].cell)
			assert_ptr_equal(vcpus[i].hw, vcpus[i].space ? &vcpus[i].space->hw :
								       &vcpus[i].cell->space);
	assert_ptr_equal(machine.space, percpus[0].current->hw);
	assert_true(hw_settled());
}

/* A guest's tables ------------------------------------------------------------------ */

void set_first(uint32_t table, uint32_t va, uint32_t word)
{
	*machine_word(current()->cell, table + (va >> 20) * 4) = word;
}

void set_second(uint32_t table, uint32_t va, uint32_t word)
{
	*machine_word(current()->cell, table + (va >> 12 & 255) * 4) = word;
}

uint32_t section(uint32_t address, uint32_t ap, uint32_t more)
{
	return address | 0xe | (ap & 3) << 10 | ap >> 2 << 15 | more;
}

uint32_t small_page(uint32_t address, uint32_t ap, uint32_t more)
{
	return address | 0xe | (ap & 3) << 4 | ap >> 2 << 9 | more;
}

uint32_t large_page(uint32_t address, uint32_t ap, uint32_t more)
{
	return address | 0xd | (ap & 3) << 4 | ap >> 2 << 9 | more;
}

uint32_t second_at(uint32_t table, uint32_t domain)
{
	return table | domain << 5 | 1;
}
