/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The ARM translation rules (ARM DDI 0406C, B3.5 and B3.7: short descriptors,
 * access flag and TEX remap off, no supersections), as tables of formats and
 * rights and not as the microvisor has them. Both the guest's tables and the
 * vTLB's are read by them.
 */
#ifndef TEST_MMU_REFERENCE_H
#define TEST_MMU_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

/* Kinds of access; the values of MAP_READ, MAP_WRITE, MAP_EXEC. */
#define READ    1u
#define WRITE   2u
#define EXECUTE 4u

enum ref_kind {
	REF_FAULT,
	REF_TABLE,
	REF_BLOCK,
};

/**
 * struct ref_entry - a descriptor, taken apart
 * @level: 1 or 2. @status: of a REF_FAULT.
 * @base: of the block or of the second-level table.
 * @size: of the block.
 * @texcb: TEX, C and B, five bits.
 */
struct ref_entry {
	enum ref_kind kind;
	uint32_t level, status, base, size;
	uint8_t domain, ap, texcb;
	bool xn, ng;
};

/** ref_first, ref_second - decode a word of a table */
struct ref_entry ref_first(uint32_t word);
struct ref_entry ref_second(uint32_t word, uint8_t domain);

/** ref_rights - what the access permissions of a block allow a client */
uint32_t ref_rights(const struct ref_entry *e, bool privileged);

/** ref_check - 0 or the fault status of one access through this block */
uint32_t ref_check(const struct ref_entry *e, uint32_t dacr, bool privileged, uint32_t access);

/** struct ref_range - memory of a cell; rights are READ, WRITE, EXECUTE */
struct ref_range {
	uint32_t address, pa, size, rights;
	bool device;
};

/**
 * struct ref_guest - all that decides about an access of a guest
 * @read: a word of guest-physical memory; false: the address has none.
 */
struct ref_guest {
	const struct ref_range *ranges;
	unsigned int nr_ranges;
	uint32_t table, dacr;
	bool (*read)(const struct ref_guest *g, uint32_t address, uint32_t *word);
};

/** struct ref_answer - @status 0: the access reaches @pa */
struct ref_answer {
	uint32_t status, pa;
	bool device, cached;
	struct ref_entry entry;
};

/** ref_memory - the range that an address of the cell lies in, or NULL */
const struct ref_range *ref_memory(const struct ref_guest *g, uint32_t address);

/** ref_whole - is all of the megabyte around the address mapped as one section? */
bool ref_whole(const struct ref_guest *g, uint32_t address);

/** ref_translates - is this an address that a guest's tables are asked about? */
bool ref_translates(uint32_t va);

/** ref_find - the descriptor that an address is translated with */
struct ref_entry ref_find(const struct ref_guest *g, uint32_t va);

/** ref_access - what an access must lead to */
struct ref_answer ref_access(const struct ref_guest *g, uint32_t va, bool user, uint32_t access);

#endif
