/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random tables: descriptors of all forms, reserved ones included, for memory of
 * the guest's and of everybody else's, and for the tables themselves.
 */
#include "hostile.h"

#define ARENA_PAGES 256

/* Addresses beside the window: the borders of what is the guest's, and the last page. */
static const uint32_t borders[] = {
	MV_GUEST_END - PAGE,  MV_GUEST_END,  MV_GUEST_END + PAGE, MV_KERNEL_BASE,
	MV_GUEST_HIGH - PAGE, MV_GUEST_HIGH, 0xffff0000,          0xfffff000,
};

uint32_t *tables[NR_TABLES], *second[NR_SECOND];
static uint32_t *arena;

uint32_t random_word(struct worker *w)
{
	uint32_t x = w->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	w->random = x;
	return x * 0x9e3779b1;
}

uint32_t below(struct worker *w, uint32_t limit)
{
	return (uint32_t)((uint64_t)random_word(w) * limit >> 32);
}

/* 16 bits of @n in an instruction that is undefined for good (udf). */
uint32_t mark(uint32_t n)
{
	return 0xe7f000f0u | (n & 0xfff) << 8 | (n >> 12 & 0xf);
}

bool is_mark(uint32_t word)
{
	return (word & 0xfff000f0u) == 0xe7f000f0u;
}

static bool holds(const uint32_t *start, const uint32_t *end, uint32_t word)
{
	for (const uint32_t *at = start; at < end; at++)
		if (*(const volatile uint32_t *)at == word)
			return true;
	return false;
}

/* Translation is off, so these are the guest's own addresses. */
bool is_ours(uint32_t word)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);
	const struct mv_env_entry *segment = NULL;

	if (is_mark(word) ||
	    holds((uint32_t *)heap->address, (uint32_t *)(heap->address + heap->size), word) ||
	    holds((uint32_t *)MV_IMAGE_BASE, (uint32_t *)heap->address, word) ||
	    holds((uint32_t *)MV_ENV_BASE, (uint32_t *)(MV_ENV_BASE + PAGE), word))
		return true;
	while ((segment = mv_env_next(segment, MV_ENV_SEGMENT)))
		if (holds((uint32_t *)segment->address,
			  (uint32_t *)(segment->address + segment->size), word))
			return true;
	return false;
}

void tables_make(void)
{
	for (uint32_t i = 0; i < NR_TABLES; i++)
		tables[i] = space_new();
	for (uint32_t i = 0; i < NR_SECOND; i++)
		second[i] = pool_take(L2_SIZE, L2_SIZE);
	arena = pool_take(ARENA_PAGES * PAGE, MIB);
	for (uint32_t i = 0; i < ARENA_PAGES * PAGE / 4; i++)
		arena[i] = mark(i);
}

uint32_t some_page(struct worker *w)
{
	if (below(w, 8) == 0)
		return (uint32_t)tables[below(w, NR_TABLES)] + below(w, 4) * PAGE;
	if (below(w, 8) == 0)
		return (uint32_t)second[below(w, NR_SECOND)] & ~(PAGE - 1);
	return (uint32_t)arena + below(w, ARENA_PAGES) * PAGE;
}

/* The guest's own, its text, or anything: the microvisor, devices, other cells. */
static uint32_t some_memory(struct worker *w)
{
	static const uint32_t foreign[] = {
		0x00f00000, 0x10000000, 0x10009000, 0x1000f000, 0x1e000000, 0x40000000,
		0x60000000, 0x60010000, 0x60100000, 0x70010000, 0x80000000, 0xef010000,
		0xef000000, 0xf0000000, 0xf0010000, 0xfe000000, 0xfffff000, 0xef100000,
	};

	switch (below(w, 8)) {
	case 0:
		return random_word(w);
	case 1:
		return foreign[below(w, MV_ARRAY_SIZE(foreign))] + below(w, 64) * PAGE;
	case 2:
		return MV_IMAGE_BASE + below(w, 4) * PAGE;
	}
	return some_page(w);
}

/* Not the megabyte with the guest kernel's variables: it would soon be dead. */
static uint32_t some_section(struct worker *w)
{
	uint32_t section = some_memory(w) & ~(MIB - 1);

	return section ? section : MIB;
}

static uint32_t first_level(struct worker *w)
{
	uint32_t noise = random_word(w), domain = IN_DOMAIN(below(w, 16));

	switch (below(w, 8)) {
	case 0:
		return noise; /* reserved encodings among them */
	case 1:
		return some_section(w) | 2 | 1u << 18 | (noise & 0x3fffc);
	case 2:
		return (some_memory(w) & ~(L2_SIZE - 1)) | 1 | domain;
	case 3:
	case 4:
		return some_section(w) | 2 | (noise & 0x3fe1c) | domain;
	}
	return TABLE(second[below(w, NR_SECOND)]) | IN_DOMAIN(1);
}

static uint32_t second_level(struct worker *w)
{
	uint32_t noise = random_word(w);

	if (below(w, 8) == 0)
		return noise;
	if (below(w, 4) == 0)
		return (some_memory(w) & ~(16 * PAGE - 1)) | 1 | (noise & 0xfffc);
	return (some_memory(w) & ~(PAGE - 1)) | 2 | (noise & 0xffd);
}

void tables_fill(struct worker *w)
{
	for (uint32_t i = 0; i < NR_TABLES; i++) {
		for (uint32_t slot = 0; slot < WINDOW_MIB; slot++)
			tables[i][WINDOW / MIB + slot] = first_level(w);
		for (uint32_t n = 0; n < MV_ARRAY_SIZE(borders); n++)
			tables[i][borders[n] / MIB] = first_level(w);
	}
	for (uint32_t i = 0; i < NR_SECOND; i++)
		for (uint32_t n = 0; n < WINDOW_PAGES + LAST_PAGES; n++)
			second[i][n < WINDOW_PAGES ? n : 256 + WINDOW_PAGES - 1 - n] =
				second_level(w);
}

/* The slots that the guest kernel needs stay as they are. */
void tables_spoil(struct worker *w)
{
	uint32_t slot = WINDOW / MIB + below(w, WINDOW_MIB), page = below(w, WINDOW_PAGES);

	if (below(w, 8) == 0)
		page = 255 - below(w, LAST_PAGES);
	if (below(w, 16) == 0)
		slot = below(w, 2) ? borders[below(w, MV_ARRAY_SIZE(borders))] / MIB :
				     0x300 + below(w, 0x1000 - 0x300);
	if (below(w, 6) == 0)
		*(volatile uint32_t *)&tables[below(w, NR_TABLES)][slot] = first_level(w);
	else
		*(volatile uint32_t *)&second[below(w, NR_SECOND)][page] = second_level(w);
}

/* Pages of the last megabyte that tables_fill() has filled. */
static uint32_t last_megabyte(struct worker *w)
{
	uint32_t page = below(w, 2) ? below(w, WINDOW_PAGES) : 255 - below(w, LAST_PAGES);

	return MV_GUEST_HIGH + page * PAGE + below(w, 4) * 4;
}

uint32_t some_address(struct worker *w)
{
	uint32_t kind = below(w, 32);

	if (kind == 0)
		return random_word(w) & ~3u;
	if (kind < 4)
		return last_megabyte(w);
	if (kind < 6)
		return borders[below(w, MV_ARRAY_SIZE(borders))] + below(w, 4) * 4;
	return WINDOW + below(w, WINDOW_MIB) * MIB + below(w, WINDOW_PAGES) * PAGE +
	       below(w, 4) * 4;
}
