/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vTLB: the bounded cache of a guest's merged translations (guest virtual to
 * physical), kept as translation tables that the processor walks. Each cell with a
 * vMMU has one. It consists of CONFIG_VTLB_SPACES first-level tables, one for each
 * cached guest address space (vspace.c), and of CONFIG_VTLB_TABLES second-level
 * tables that these share. Faults fill it (vtlb.c); the guest's flushes empty it
 * (vspace.c), at most VTLB_STEP entries in one call. vmmu.h has the part of the
 * interface that core uses.
 */
#ifndef ARCH_VTLB_H
#define ARCH_VTLB_H

#include <arch/cp15.h>
#include <arch/cpu.h>
#include <arch/vmmu.h>
#include <core/tables.h>

struct vcpu;

/*
 * VTLB_SLOTS: number of slots of 1 MiB, from 0 on, that a guest can translate.
 * VTLB_WORDS: number of words with a bit for every slot, since the guest can translate
 * the very last slot, too.
 */
#define VTLB_SLOTS (MV_GUEST_END >> 20)
#define VTLB_WORDS (4096 / 32)

/** struct slot_set - a set of slots; bit n of @summary set if @words[n] is not 0 */
struct slot_set {
	uint32_t summary[4];
	uint32_t words[VTLB_WORDS];
};

/*
 * Bounds the time of one call: it may drop VTLB_STEP entries; finding the next
 * non-empty word of a set counts as VTLB_WORD_COST of them.
 */
#define VTLB_STEP      32
#define VTLB_WORD_COST 2

/**
 * struct vspace - one cached guest address space
 * @hw: the space as the processor needs it.
 * @l1: its first-level table.
 * @table: guest-physical address of the guest's first level, or
 *	MV_VMMU_SOFTWARE.
 * @guest: physical address of that table if refill.c may read it, else 0.
 * @asid: the guest's identifier of the space.
 * @valid: it caches a space of the guest; else @l1 may hold leftovers.
 * @users: number of vCPUs that use it; it is not replaced while there are any.
 * @used: slots of @l1 that are not empty.
 * @local: those of @used with a translation that is not global.
 */
struct vspace {
	struct arch_space hw;
	uint32_t *l1;
	uint32_t guest;
	uint32_t table;
	uint16_t asid;
	uint8_t valid;
	uint8_t users;
	struct slot_set used;
	struct slot_set local;
};

/**
 * struct vtable - the slot that a second-level table serves, while *@entry names the table
 * @taken: value of struct vtlb.takes when it was taken last.
 */
struct vtable {
	const uint32_t *entry;
	uint32_t taken;
	uint16_t slot;
	uint8_t space;
};

/* One instruction can need this many second-level tables: two for code, two for data. */
#define VTLB_RECENT 4

/**
 * struct vtlb
 * @takes: how often a table was taken. The VTLB_RECENT tables taken last are not
 *	replaced, so that an instruction has all that it needs in the end.
 * @by_asid: for each remainder that an ASID can leave, the set of the valid spaces, by number,
 *	whose ASIDs leave it: a space is found without a look at the others.
 * @global: slots in which some space had a global translation. A flush of an address in
 *	one of these looks at all spaces.
 */
struct vtlb {
	struct vspace spaces[CONFIG_VTLB_SPACES];
	struct vtable tables[CONFIG_VTLB_TABLES];
	uint8_t (*l2)[L2_TABLE_BYTES];
	uint32_t random;
	uint32_t takes;
	uint32_t by_asid[CONFIG_VTLB_SPACES];
	struct slot_set global;
};

extern struct vtlb vtlbs[];
extern uint8_t vtlb_l1[][CONFIG_VTLB_SPACES][L1_TABLE_BYTES];
extern uint8_t vtlb_l2[][CONFIG_VTLB_TABLES][L2_TABLE_BYTES];

/** vtlb_translates - is this an address that the guest translates itself? */
static inline bool vtlb_translates(uint32_t va)
{
	return va < MV_GUEST_END || va >= MV_GUEST_HIGH;
}

/**
 * vspace_sound - if refill.c reads the guest's first-level table, may it?
 * refill.c accepts what the guest's tables say about main memory without asking the
 * cell's own tables. So the cell must have all rights there, and the guest's table must
 * lie in main memory.
 */
static inline bool vspace_sound(const struct vspace *s, const struct map_desc *main)
{
	return !s->guest ||
	       (main->attr == (MAP_READ | MAP_WRITE | MAP_EXEC) &&
		s->guest - main->pa == s->table - main->va && main->size >= L1_TABLE_BYTES &&
		s->guest - main->pa <= main->size - L1_TABLE_BYTES);
}

/** vtlb_random - a number below @n, by a generator of Numerical Recipes, 7.1 */
static inline uint32_t vtlb_random(struct vtlb *t, uint32_t n)
{
	t->random = t->random * 1664525u + 1013904223u;
	return (uint64_t)t->random * n >> 32;
}

/** vtlb_create - make empty spaces that contain only the microvisor's part (boot) */
void vtlb_create(struct cell *c);

/**
 * vtlb_fault - a vCPU in a guest address space had an abort
 * @access: MAP_READ, MAP_WRITE or MAP_EXEC.
 *
 * Return: 0 if the translation is in place now, else the fault status for the guest.
 */
uint32_t vtlb_fault(struct vcpu *v, uint32_t va, uint32_t access);

/** vtlb_fill - the same for every kind of miss, not only the common one */
uint32_t vtlb_fill(struct vcpu *v, uint32_t va, uint32_t access);

/**
 * svc_again - the current vCPU, a guest's, makes its hypercall once more in its next turn
 * The hypercall must not have done anything yet. In entry.S; does not return.
 */
_Noreturn void svc_again(void);

/**
 * vtlb_may - may the vCPU's guest kernel access this memory? If so, it is entered now.
 * Only for hypercalls that have done nothing yet: it may end in svc_again().
 */
bool vtlb_may(struct vcpu *v, uint32_t va, uint32_t size, uint32_t access);

/* Set and clear one slot of a space's first level; in vspace.c, for vtlb.c. */
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

/** slot_none - is the set empty? */
static inline bool slot_none(const struct slot_set *set)
{
	return !(set->summary[0] | set->summary[1] | set->summary[2] | set->summary[3]);
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
