/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The choices of random steps, and the guest that obeys the rules: after a change of a
 * valid entry, and before its next access, it flushes that address, or more, in every
 * space that uses the table.
 */
#include "steps.h"

#include "hardware.h"
#include "unit.h"

#define NR_TABLES   3
#define NR_SECONDS  12
#define PICK(array) (array)[choose(ARRAY_SIZE(array))]

uint32_t (*choose)(uint32_t n);

static const uint32_t slots[] = { 0x000, 0x001, 0x002, 0x0ff, 0x100, 0x101, 0x123, 0x400, 0x401,
				  0x502, 0x7ff, 0x800, 0xb00, 0xefd, 0xefe, 0xf00, 0xffe, 0xfff };
static const uint8_t indices[] = { 0, 1, 2, 7, 8, 15, 16, 17, 0x7f, 0x80, 0xef, 0xf0, 0xfe, 0xff };
static const uint16_t asids[] = { 0, 1, 7, 255 };

/* What is chosen ---------------------------------------------------------------- */

/*
 * A sequence is mostly about a few of them, so that steps meet each other.
 */
#define FEW 5
static uint8_t few[FEW], few_indices[FEW];

void some_places(void)
{
	for (unsigned int i = 0; i < FEW; i++) {
		few[i] = choose(ARRAY_SIZE(slots));
		few_indices[i] = choose(ARRAY_SIZE(indices));
	}
}

static uint32_t some_slot(void)
{
	return choose(8) ? slots[PICK(few)] : PICK(slots);
}

uint32_t some_va(void)
{
	static const uint32_t offsets[] = { 0, 4, 0xffc };
	uint32_t index = choose(8) ? indices[PICK(few_indices)] : PICK(indices);

	return some_slot() << 20 | index << 12 | PICK(offsets);
}

/* nG, C and B come and go; bits that must not matter as well. */
static uint32_t more_bits(uint32_t xn, uint32_t ng, uint32_t rest)
{
	uint32_t bits = choose(3) ? 0 : xn;

	bits |= choose(2) ? ng : 0;
	return choose(4) ? bits : bits | (rest & choose(0x10000) << 2);
}

static uint32_t some_domain(void)
{
	static const uint32_t domains[] = { 0, 0, 0, 1, 2, 15 };

	return PICK(domains);
}

/* Mostly something that can be used. */
static uint32_t some_ap(void)
{
	static const uint8_t usual[] = { 3, 3, 2, 1, 7, 5 };

	return choose(6) ? PICK(usual) : choose(8);
}

uint32_t some_first(void)
{
	static const uint32_t places[] = { 0,        MAIN,       MAIN + 0x100000, 0x40000000,
					   CONSTANT, 0x40200000, 0x50000000,      0x50100000,
					   DEVICE,   NOTHING,    0xef000000 };

	switch (choose(32)) {
	case 0:
	case 1:
		return 0;
	case 2:
		return choose(0x10000) << 2 | 3;
	case 3:
		return choose(2) ? NOTHING | 1 : MAIN | 0x40c0e;
	case 4 ... 13:
		return section(PICK(places), some_ap(),
			       some_domain() << 5 | more_bits(0x10, 0x20000, 0x1720c)) ^
		       (choose(4) ? 0 : 8);
	default:
		return second_at(TABLE_2(choose(NR_SECONDS)), some_domain());
	}
}

uint32_t some_second(void)
{
	static const uint32_t places[] = { LOW,    TABLE(0),         TABLE_2(0),
					   MAIN,   MAIN + 0xff000,   MAIN + 0x123000,
					   CODE,   CONSTANT,         SHARED,
					   UNEVEN, UNEVEN + 0x80000, UNEVEN + 0x17f000,
					   DEVICE, NOTHING,          0xef00f000 };
	uint32_t kind = choose(8), place = PICK(places);

	if (kind == 0)
		return choose(2) ? 0 : choose(0x10000) << 2;
	if (kind < 3)
		return large_page(place & 0xffff0000, some_ap(), more_bits(0x8000, 0x800, 0x7dcc));
	return small_page(place, some_ap(), more_bits(1, 0x800, 0xdcc)) ^ (choose(4) ? 0 : 8);
}

void some_flush(void)
{
	uint32_t asid = choose(4) ? PICK(asids) : MV_ASID_ALL;
	uint32_t start = some_va() & ~0xfffu, size = 0;

	if (choose(3))
		size = (1 + choose(choose(3) ? 20 : 1000)) << 12;
	guest_flush(asid, start, MIN(size, start < MV_GUEST_END ? MV_GUEST_END - start : -start));
}

/* Changes of the tables ----------------------------------------------------------- */

/* Flush what TLBs may still hold of a descriptor that goes away. */
struct past {
	bool valid, global, local;
};

static struct past past_of(const struct ref_entry *e)
{
	bool valid = e->kind == REF_BLOCK;

	return (struct past){ valid, valid && !e->ng, valid && e->ng };
}

static struct past past_of_first(uint32_t word)
{
	struct ref_entry e = ref_first(word);
	struct past all = past_of(&e);

	if (e.kind != REF_TABLE || e.base >= NOTHING)
		return all;
	all.valid = true;
	for (uint32_t i = 0; i < 256; i++) {
		struct ref_entry page =
			ref_second(*machine_word(GUEST->cell, e.base + i * 4), e.domain);
		struct past one = past_of(&page);

		all.global |= one.global;
		all.local |= one.local;
	}
	return all;
}

static void flush_everywhere(uint32_t start, uint32_t size)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(asids); i++)
		guest_flush(asids[i], start, size);
}

/* As little as is right, or something that does as well. */
static void forget(struct past past, uint32_t va, uint32_t size)
{
	uint32_t way = choose(8);

	va &= -size;
	if (!past.valid && way)
		return;
	if (way == 1)
		guest_flush(MV_ASID_ALL, 0, 0);
	else if (way == 2)
		guest_flush(MV_ASID_ALL, va, size);
	else if (way < 5 && !past.global)
		flush_everywhere(0, 0);
	else if (past.global && !past.local)
		guest_flush(99, va, size);
	else
		flush_everywhere(va, size);
}

static bool global_section(uint32_t word)
{
	struct ref_entry e = ref_first(word);

	return e.kind == REF_BLOCK && !e.ng;
}

/* One table's; a global section, as the architecture demands, that of all tables. */
static void change_first(void)
{
	uint32_t table = choose(NR_TABLES), va = some_slot() << 20, now = some_first();
	uint32_t offset = (va >> 20) * 4;
	bool all = global_section(now) ||
		   global_section(*machine_word(GUEST->cell, TABLE(table) + offset));
	struct past past = { 0 };

	for (uint32_t t = 0; t < NR_TABLES; t++) {
		uint32_t *word = machine_word(GUEST->cell, TABLE(t) + offset);
		struct past one = past_of_first(*word);

		if (!all && t != table)
			continue;
		past.valid |= one.valid;
		past.global |= one.global;
		past.local |= one.local;
		*word = now;
	}
	forget(past, va, 0x100000);
}

static void change_second(void)
{
	uint32_t table = TABLE_2(choose(NR_SECONDS)), va = some_va();
	uint32_t *word = machine_word(GUEST->cell, table + (va >> 12 & 255) * 4);
	struct ref_entry old = ref_second(*word, 0);
	struct past past = past_of(&old);

	*word = some_second();
	for (unsigned int t = 0; t < NR_TABLES; t++)
		for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
			uint32_t *first = machine_word(GUEST->cell, TABLE(t) + slots[i] * 4);

			if ((*first & ~0x3ffu) == table && (*first & 3) == 1)
				forget(past, slots[i] << 20 | (va & 0xff000), 0x1000);
		}
}

static bool gives_more(uint32_t now, uint32_t old)
{
	struct ref_entry a = ref_second(now, 0), b = ref_second(old, 0);

	return !(ref_rights(&b, true) & ~ref_rights(&a, true)) &&
	       !(ref_rights(&b, false) & ~ref_rights(&a, false));
}

/* A page gets more rights, for which no flush is needed. */
static void raise_rights(void)
{
	uint32_t va = some_va(), now, *word;

	word = machine_word(GUEST->cell, TABLE_2(choose(NR_SECONDS)) + (va >> 12 & 255) * 4);
	now = (*word & ~0x231u) | (small_page(0, some_ap(), 0) & 0x230) |
	      (choose(2) ? *word & 1 : 0);
	if (*word & 2 && gives_more(now, *word))
		*word = now;
}

static void change_domains(void)
{
	static const uint32_t values[] = { 0x55555555, 0x55555555, 0x40000015,
					   0xffffffff, 0x00000001, 0xc0000035 };
	uint32_t dacr = PICK(values);

	vcpus[GUEST_0].page->dacr = vcpus[GUEST_1].page->dacr = dacr;
	guest_flush(MV_ASID_ALL, 0, 0);
}

/* Use ------------------------------------------------------------------------------ */

static void change_space(void)
{
	uint32_t what = choose(8);

	if (what == 0)
		machine_run(&vcpus[choose(GUEST_VCPUS)]);
	else if (what == 1)
		vspace_leave(&vcpus[choose(GUEST_VCPUS)]);
	else
		guest_switch(TABLE(choose(NR_TABLES)), PICK(asids));
}

/* Two pages of code and two of data, possibly. */
static void instruction(bool user)
{
	uint32_t access = choose(2) ? READ : WRITE, code = some_va(), data = some_va();
	struct touch touches[] = {
		{ code, EXECUTE }, { code + 4, EXECUTE }, { data, access }, { data + 4, access }
	};
	struct ref_guest g = machine_guest(percpus[0].current);
	uint32_t status = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(touches) && !status; i++)
		status = ref_access(&g, touches[i].va, user, touches[i].access).status;
	assert_int_equal(guest_instruction(touches, ARRAY_SIZE(touches), user, NULL), status);
}

static void buffer(void)
{
	uint32_t va = some_va(), size = 1 + choose(3) * 0xfff, access = choose(2) ? READ : WRITE;
	struct ref_guest g = machine_guest(percpus[0].current);
	bool right = size <= MV_GUEST_END && va <= MV_GUEST_END - size, got;
	uint32_t last = (va + size - 1) & ~0xfffu;

	for (uint32_t page = va & ~0xfffu; right && page <= last; page += 0x1000) {
		struct ref_answer answer = ref_access(&g, page, false, access);

		right = !answer.status && !answer.device;
	}
	got = vtlb_may(percpus[0].current, va, size, access);
	if (got != right)
		fail_msg("buffer at %#x of %u bytes, access %u: %u", va, size, access, got);
	for (uint32_t page = va & ~0xfffu; got && page <= last; page += 0x1000)
		assert_true(hw_kernel_access(page, access));
}

static void use(void)
{
	uint32_t va = some_va(), what = choose(16);

	if (!percpus[0].current->space)
		guest_switch(TABLE(choose(NR_TABLES)), PICK(asids));
	if (what < 9)
		check_access(va, choose(2), 1u << choose(3));
	else if (what < 12)
		check_nothing_more(va);
	else if (what < 14)
		instruction(choose(2));
	else
		buffer();
}

static void obedient_step(void)
{
	uint32_t what = choose(64);

	if (what < 48)
		use();
	else if (what < 51)
		change_first();
	else if (what < 56)
		change_second();
	else if (what < 57)
		raise_rights();
	else if (what < 62)
		change_space();
	else if (what == 62)
		some_flush();
	else if (choose(4) == 0)
		change_domains();
	else if (choose(16) == 0)
		machine_reset_cell(GUEST->cell);
}

static void obedient_begin(void)
{
	some_places();
	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
		uint32_t all = some_first();

		for (uint32_t t = 0; t < NR_TABLES; t++) {
			uint32_t one = some_first();
			bool same = global_section(all) || global_section(one);

			set_first(TABLE(t), slots[i] << 20, same ? all : one);
		}
	}
	for (uint32_t t = 0; t < NR_SECONDS; t++)
		for (uint32_t i = 0; i < 40; i++)
			set_second(TABLE_2(t), some_va(), some_second());
}

const struct steps obedient = { obedient_begin, obedient_step };
