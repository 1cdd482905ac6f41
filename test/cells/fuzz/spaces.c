/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The fuzzing cell as a guest: address spaces in which it sees itself where it
 * is, so that calls come from guest spaces as well, and visits to guest user
 * mode. What they map beside that is random and may be anything.
 */
#include "fuzz.h"
#include "guest.h"

#define NR_TABLES 3
#define PLAY      0x20000000u
#define PLAY_MIB  8
#define HELPERS   0xffff0000u /* in the last megabyte, which is the guest's as well */

static uint32_t *tables[NR_TABLES];

bool is_guest(void)
{
	return tables[0];
}

static bool has_vmmu(void)
{
	const struct mv_env_entry *vmmu = mv_env_find("vmmu", MV_CAP_VMMU);

	return vmmu && vmmu->rights & MV_RIGHT_VMMU_CONTROL;
}

static uint32_t arena_page(uint32_t n)
{
	return (uint32_t)arena + n % 2 * PAGE;
}

void spaces_make(void)
{
	if (!has_vmmu())
		return;
	pool_reset();
	for (uint32_t i = 0; i < NR_TABLES; i++)
		tables[i] = space_new();
	for (uint32_t i = 0; i < NR_TABLES; i++) {
		for (uint32_t slot = 0; slot < PLAY_MIB; slot++)
			space_page(tables[i], PLAY + slot * MIB + slot * PAGE,
				   SMALL(arena_page(slot), slot));
		space_page(tables[i], HELPERS, SMALL(arena_page(i), AP_ALL_READ));
	}
}

/* Faults of the cell's own are its end, as without vectors. */
static bool end_here(uint32_t event, struct trap *t)
{
	guest_panic("event %u at %x", event, t->pc);
}

void spaces_begin(void)
{
	if (!is_guest())
		return;
	guest_begin();
	seen()->on_trap = end_here;
	mv_page()->vector = (uint32_t)(uintptr_t)fuzz_upcall;
	mv_page()->dacr = 0x55555555;
}

uint32_t space_word(struct worker *w)
{
	uint32_t n = below(w, NR_TABLES + 3);

	if (!is_guest())
		return random_word(w) & ~(MV_VMMU_TABLE_SIZE - 1);
	if (n < NR_TABLES)
		return (uint32_t)tables[n];
	return n == NR_TABLES ? MV_VMMU_OFF : MV_VMMU_SOFTWARE;
}

uint32_t page_word(struct worker *w)
{
	if (one_in(w, 8))
		return one_in(w, 4) ? MV_GUEST_HIGH - PAGE : HELPERS + below(w, 16) * PAGE;
	return PLAY + (random_word(w) & (PLAY_MIB * MIB - 1) & ~(PAGE - 1));
}

/* To the cell it is only what it uses as buffers, so that it does not destroy itself. */
static uint32_t random_page(struct worker *w)
{
	uint32_t noise = random_word(w) & 0xfff, n = below(w, 4);

	return (n < 2 ? arena_page(n) : (random_word(w) | 0x10000000) & ~(PAGE - 1)) | noise;
}

/* A table entry changes as well, in what is played with. */
void user_visit(struct worker *w)
{
	struct regs r = user_regs(one_in(w, 2) ? user_undefined : user_read);
	uint32_t *l1 = tables[below(w, NR_TABLES)], slot = PLAY / MIB + below(w, PLAY_MIB + 1);
	uint32_t *l2;

	if (slot == PLAY / MIB + PLAY_MIB)
		slot = HELPERS / MIB;
	l2 = (uint32_t *)(l1[slot] & ~(L2_SIZE - 1));
	l2[below(w, 256)] = random_page(w);
	mv_page()->virq_enabled = 0;
	r.r[1] = page_word(w);
	user_run(&r);
}
