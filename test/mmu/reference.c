/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The rules themselves: two tables of formats, one of rights, the order of the
 * faults (B3.13.2). Only the encodings are shared with arch/arm.
 */
#include "reference.h"

#include <stddef.h>

/* A guest's translation ends at SPACE_END, below its fixed pages, and goes on from SPACE_HIGH. */
#define SPACE_END  0xef000000u
#define SPACE_HIGH 0xfff00000u

/* Fault status, table B3-23; the second level's is this plus 2. */
#define TRANSLATION   5u
#define WALK_EXTERNAL 12u
#define DOMAIN_FAULT  9u
#define PERMISSION    13u
#define EXTERNAL      8u

/* A word is of the first format whose bits under @mask are @value. */
struct format {
	uint32_t mask, value;
	enum ref_kind kind;
	uint8_t size, xn, ap, apx, ng, tex; /* log2 of the size; places of bits */
};

static const struct format first_level[] = {
	{ 0x3, 0x0, REF_FAULT, 0, 0, 0, 0, 0, 0 },
	{ 0x3, 0x1, REF_TABLE, 10, 0, 0, 0, 0, 0 },
	{ 0x40003, 0x2, REF_BLOCK, 20, 4, 10, 15, 17, 12 }, /* section */
	{ 0x40003, 0x40002, REF_FAULT, 0, 0, 0, 0, 0, 0 }, /* supersection: not there */
	{ 0x3, 0x3, REF_FAULT, 0, 0, 0, 0, 0, 0 }, /* reserved */
};

static const struct format second_level[] = {
	{ 0x3, 0x0, REF_FAULT, 0, 0, 0, 0, 0, 0 },
	{ 0x3, 0x1, REF_BLOCK, 16, 15, 4, 9, 11, 12 }, /* large page */
	{ 0x2, 0x2, REF_BLOCK, 12, 0, 4, 9, 11, 6 }, /* small page */
};

/* AP[2:0]: privileged and unprivileged accesses, table B3-8. */
static const char *const permissions[8] = {
	"-- --", "rw --", "rw r-", "rw rw", "-- --", "r- --", "r- r-", "r- r-",
};

static struct ref_entry decode(const struct format *f, uint32_t word)
{
	struct ref_entry e = { .kind = REF_FAULT };

	while ((word & f->mask) != f->value)
		f++;
	e.kind = f->kind;
	e.base = word & -(1u << f->size);
	e.size = 1u << f->size;
	e.ap = (word >> f->ap & 3) + (word >> f->apx & 1) * 4;
	e.xn = word >> f->xn & 1;
	e.ng = word >> f->ng & 1;
	e.texcb = (word >> f->tex & 7) * 4 + (word >> 2 & 3);
	return e;
}

struct ref_entry ref_first(uint32_t word)
{
	struct ref_entry e = decode(first_level, word);

	e.level = 1;
	e.status = TRANSLATION;
	e.domain = word >> 5 & 15;
	return e;
}

struct ref_entry ref_second(uint32_t word, uint8_t domain)
{
	struct ref_entry e = decode(second_level, word);

	e.level = 2;
	e.status = TRANSLATION + 2;
	e.domain = domain;
	return e;
}

uint32_t ref_rights(const struct ref_entry *e, bool privileged)
{
	const char *p = permissions[e->ap] + (privileged ? 0 : 3);
	uint32_t rights = (p[0] == 'r' ? READ : 0) | (p[1] == 'w' ? WRITE : 0);

	return rights & READ && !e->xn ? rights | EXECUTE : rights;
}

uint32_t ref_check(const struct ref_entry *e, uint32_t dacr, bool privileged, uint32_t access)
{
	uint32_t second = e->level == 2 ? 2 : 0;

	switch (dacr >> 2 * e->domain & 3) {
	case 1: /* client */
		return ref_rights(e, privileged) & access ? 0 : PERMISSION + second;
	case 3: /* manager: permissions are not looked at, execute-never neither */
		return 0;
	default:
		return DOMAIN_FAULT + second;
	}
}

const struct ref_range *ref_memory(const struct ref_guest *g, uint32_t address)
{
	for (unsigned int i = 0; i < g->nr_ranges; i++)
		if (address - g->ranges[i].address < g->ranges[i].size)
			return &g->ranges[i];
	return NULL;
}

bool ref_whole(const struct ref_guest *g, uint32_t address)
{
	const struct ref_range *r = ref_memory(g, address);
	uint32_t start = address & 0xfff00000;

	return r && start >= r->address && r->size - (start - r->address) >= 0x100000 &&
	       (r->address - r->pa) % 0x100000 == 0;
}

struct ref_entry ref_find(const struct ref_guest *g, uint32_t va)
{
	struct ref_entry fault = { .kind = REF_FAULT, .status = WALK_EXTERNAL, .level = 1 };
	struct ref_entry e;
	uint32_t word;

	if (!g->read(g, (g->table & 0xffffc000) + (va >> 20) * 4, &word))
		return fault;
	e = ref_first(word);
	if (e.kind != REF_TABLE)
		return e;
	fault.status += 2;
	fault.level = 2;
	if (!g->read(g, e.base + (va >> 12 & 255) * 4, &word))
		return fault;
	return ref_second(word, e.domain);
}

bool ref_translates(uint32_t va)
{
	return va < SPACE_END || va >= SPACE_HIGH;
}

struct ref_answer ref_access(const struct ref_guest *g, uint32_t va, bool user, uint32_t access)
{
	struct ref_answer answer = { .status = TRANSLATION };
	const struct ref_range *memory;
	uint32_t address;

	if (!ref_translates(va))
		return answer;
	answer.entry = ref_find(g, va);
	answer.status = answer.entry.status;
	if (answer.entry.kind == REF_FAULT)
		return answer;
	answer.status = ref_check(&answer.entry, g->dacr, !user, access);
	if (answer.status)
		return answer;
	address = answer.entry.base + va % answer.entry.size;
	memory = address < SPACE_END ? ref_memory(g, address) : NULL;
	if (!memory || !(memory->rights & access)) {
		answer.status = EXTERNAL;
		return answer;
	}
	answer.pa = memory->pa + (address - memory->address);
	answer.device = memory->device;
	answer.cached = !memory->device && answer.entry.texcb & 2;
	return answer;
}
