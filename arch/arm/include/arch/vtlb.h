/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vTLB: the bounded cache of a guest's merged translations (guest virtual to
 * physical), kept as translation tables that the processor walks. One for each
 * cell with a vMMU: CONFIG_VTLB_SPACES first-level tables, one for each guest
 * address space that is cached (vspace.c), and CONFIG_VTLB_TABLES second-level
 * tables that they share. It is filled on faults (vtlb.c) and emptied by the
 * guest's flushes (vspace.c), at most VTLB_STEP entries in one call. What core asks
 * of it is in vmmu.h.
 */
#ifndef ARCH_VTLB_H
#define ARCH_VTLB_H

#include <arch/cp15.h>
#include <arch/cpu.h>
#include <arch/vmmu.h>
#include <core/tables.h>

struct vcpu;

/*
 * Slots of 1 MiB from 0 on that a guest can translate, and words with a bit for
 * each slot that there is: the last one is the guest's again.
 */
#define VTLB_SLOTS (MV_GUEST_END >> 20)
#define VTLB_WORDS (4096 / 32)

/** struct slot_set - a set of slots; bit n of @summary set if @words[n] is not 0 */
struct slot_set {
	uint32_t summary[4];
	uint32_t words[VTLB_WORDS];
};

/*
 * Entries that one call may forget, and how many of them finding a word of a set
 * is worth: what bounds its time.
 */
#define VTLB_STEP      32
#define VTLB_WORD_COST 2

/**
 * struct vspace - one cached guest address space
 * @hw: what the processor is told.
 * @l1: its first-level table.
 * @table: guest-physical address of the guest's first level, or
 *	MV_VMMU_SOFTWARE.
 * @guest: its physical address if refill.c may look into it, else 0.
 * @asid: the guest's identifier of it.
 * @valid: it is one of the guest's; else @l1 may hold leftovers.
 * @users: vCPUs that have it in use; it is not replaced while there are any.
 * @stamp: when it was last switched to, for replacement.
 * @used: slots of @l1 that are not empty.
 * @local: those of them with a translation that is not global.
 */
struct vspace {
	struct arch_space hw;
	uint32_t *l1;
	uint32_t guest;
	uint32_t table;
	uint16_t asid;
	uint8_t valid;
	uint8_t users;
	uint32_t stamp;
	struct slot_set used;
	struct slot_set local;
};

/**
 * struct vtable - which slot a second-level table serves, as long as its @entry agrees
 * @taken: when it was taken last, by struct vtlb.takes.
 */
struct vtable {
	const uint32_t *entry;
	uint32_t taken;
	uint16_t slot;
	uint8_t space;
};

/* Instructions can need this many second-level tables: two of code, two of data. */
#define VTLB_RECENT 4

/**
 * struct vtlb
 * @takes: how often a table was taken. The VTLB_RECENT taken last are not replaced,
 *	so that an instruction finds all that it needs in the end.
 * @global: slots in which some space had a global translation: a flush by
 *	address then looks at all spaces.
 */
struct vtlb {
	struct vspace spaces[CONFIG_VTLB_SPACES];
	struct vtable tables[CONFIG_VTLB_TABLES];
	uint8_t (*l2)[L2_TABLE_BYTES];
	uint32_t random;
	uint32_t clock;
	uint32_t takes;
	struct slot_set global;
};

extern struct vtlb vtlbs[];
extern uint8_t vtlb_l1[][CONFIG_VTLB_SPACES][L1_TABLE_BYTES];
extern uint8_t vtlb_l2[][CONFIG_VTLB_TABLES][L2_TABLE_BYTES];

/** vtlb_translates - is this an address that the guest's own translations are for? */
static inline bool vtlb_translates(uint32_t va)
{
	return va < MV_GUEST_END || va >= MV_GUEST_HIGH;
}

/**
 * vspace_sound - may refill.c look into the guest's first level, if it does?
 * It takes what the guest's tables say of main memory for right without asking the
 * cell's own, so the cell must be allowed all there, and the table lie in it.
 */
static inline bool vspace_sound(const struct vspace *s, const struct map_desc *main)
{
	return !s->guest ||
	       (main->attr == (MAP_READ | MAP_WRITE | MAP_EXEC) &&
		s->guest - main->pa == s->table - main->va && main->size >= L1_TABLE_BYTES &&
		s->guest - main->pa <= main->size - L1_TABLE_BYTES);
}

/** vtlb_create - empty spaces with the microvisor's part in place (boot) */
void vtlb_create(struct cell *c);

/**
 * vtlb_fault - a vCPU in a guest address space met an abort
 * @access: MAP_READ, MAP_WRITE or MAP_EXEC.
 *
 * Return: 0 if the translation is in place now, or the fault status that the
 * guest is to see.
 */
uint32_t vtlb_fault(struct vcpu *v, uint32_t va, uint32_t access);

/** vtlb_fill - the same for what is not of the common kind */
uint32_t vtlb_fill(struct vcpu *v, uint32_t va, uint32_t access);

/**
 * svc_again - the current vCPU, a guest's, makes its hypercall once more in its next turn
 * It must not have done anything yet. In entry.S; does not return.
 */
_Noreturn void svc_again(void);

/**
 * vtlb_may - may the vCPU's guest kernel access this memory? It is in place then.
 * Called for hypercalls that have done nothing yet: may end in svc_again().
 */
bool vtlb_may(struct vcpu *v, uint32_t va, uint32_t size, uint32_t access);

/* Between vspace.c and vtlb.c: one slot of a space's first level. */
void vspace_set_slot(struct vspace *s, uint32_t slot, uint32_t entry);
void vspace_clear_slot(struct vspace *s, uint32_t slot);

static inline void vtlb_write(uint32_t *entry, uint32_t value)
{
	*entry = value;
	arch_clean_word(entry);
}

static inline void slot_add(struct slot_set *set, uint32_t slot)
{
	set->words[slot / 32] |= 1u << (slot % 32);
	set->summary[slot / 1024] |= 1u << (slot / 32 % 32);
}

static inline void slot_remove_word(struct slot_set *set, uint32_t word, uint32_t bits)
{
	set->words[word] &= ~bits;
	if (!set->words[word])
		set->summary[word / 32] &= ~(1u << (word % 32));
}

static inline void slot_remove(struct slot_set *set, uint32_t slot)
{
	slot_remove_word(set, slot / 32, 1u << (slot % 32));
}

static inline bool slot_has(const struct slot_set *set, uint32_t slot)
{
	return set->words[slot / 32] >> (slot % 32) & 1;
}

/** slot_word - index of the first word with slots of the set, or VTLB_WORDS if it is empty */
static inline uint32_t slot_word(const struct slot_set *set)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(set->summary); i++)
		if (set->summary[i])
			return i * 32 + (uint32_t)__builtin_ctz(set->summary[i]);
	return VTLB_WORDS;
}

#endif
