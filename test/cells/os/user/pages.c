/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Operations on pages. The kernel's model tells the expected result; this file sees
 * what the MMU really does.
 */
#include "user.h"

#define PAGE_WORDS (PAGE_SIZE / 4)

static const uint32_t some_rights[] = { 0,
					RIGHT_READ,
					RIGHT_READ,
					RIGHT_READ | RIGHT_WRITE,
					RIGHT_READ | RIGHT_WRITE,
					RIGHT_READ | RIGHT_WRITE,
					RIGHT_READ | RIGHT_WRITE,
					RIGHT_READ | RIGHT_EXEC };

static uint32_t random_rights(struct self *s)
{
	return some_rights[below(s, sizeof(some_rights) / 4)];
}

static struct two model(uint32_t page)
{
	return call2(CALL_MODEL, page, 0, 0, 0);
}

uint32_t any_page(struct self *s)
{
	return below(s, FIRST_STACK);
}

static volatile uint32_t *words_of(uint32_t page)
{
	return (volatile uint32_t *)(uintptr_t)page_address(page);
}

void fill_page(struct self *s, uint32_t page)
{
	uint32_t version = random_word(s) | 1;
	volatile uint32_t *words = words_of(page);

	/* The kernel may look at any moment, but not between these calls. */
	for (uint32_t i = 0; i < PAGE_WORDS; i++)
		words[i] = page_word(version, i);
	call3(CALL_NOTE, page, version, 0);
	mix(s, version);
}

void read_page(struct self *s, uint32_t page)
{
	struct two m = model(page);
	volatile uint32_t *words = words_of(page);
	uint32_t sum = 0;

	if (!(m.r0 & RIGHT_READ)) {
		expect(CHECK_RIGHTS, page, FAULT_DATA, probe_read(page_address(page)));
		mix(s, m.r0);
		return;
	}
	for (uint32_t i = 0; i < PAGE_WORDS; i++) {
		uint32_t word = words[i];

		if (word != page_word(m.r1, i)) {
			expect(CHECK_CONTENT, page, page_word(m.r1, i), word);
			break;
		}
		sum += word;
	}
	mix(s, sum);
}

void op_fill(struct self *s)
{
	uint32_t page = any_page(s);

	if (model(page).r0 & RIGHT_WRITE)
		fill_page(s, page);
	else
		expect(CHECK_RIGHTS, page, FAULT_DATA, probe_write(page_address(page), 0));
}

void op_read(struct self *s)
{
	read_page(s, any_page(s));
}

void op_execute(struct self *s)
{
	uint32_t page = any_page(s);
	struct two m = model(page);

	/* A page that was never written has no code to come back with. */
	if (m.r0 & RIGHT_EXEC && !m.r1)
		return;
	expect(CHECK_RIGHTS, page, m.r0 & RIGHT_EXEC ? 0 : FAULT_FETCH,
	       probe_execute(page_address(page)));
}

static uint32_t how_many(struct self *s, uint32_t page)
{
	uint32_t count = 1 + below(s, 8);

	return count < FIRST_STACK - page ? count : FIRST_STACK - page;
}

/* How many of them are mapped. */
static uint32_t mapped(uint32_t page, uint32_t count)
{
	uint32_t found = 0;

	for (uint32_t i = page; i < page + count; i++)
		found += model(i).r0 != 0;
	return found;
}

static uint32_t area_page(struct self *s)
{
	return FIRST_AREA + below(s, AREA_PAGES);
}

void op_map(struct self *s)
{
	uint32_t page = area_page(s), count = how_many(s, page), there = mapped(page, count);

	expect(CHECK_CALLS, page, !there, call3(CALL_MAP, page, count, random_rights(s)));
	mix(s, there);
}

void op_unmap(struct self *s)
{
	uint32_t page = area_page(s), count = how_many(s, page);

	expect(CHECK_CALLS, page, 1, call3(CALL_UNMAP, page, count, below(s, NR_FLUSHES)));
	expect(CHECK_RIGHTS, page, FAULT_DATA, probe_read(page_address(page)));
}

void op_protect(struct self *s)
{
	uint32_t page = area_page(s), count = how_many(s, page), there = mapped(page, count);
	uint32_t rights = random_rights(s);

	expect(CHECK_CALLS, page, there == count,
	       call4(CALL_PROTECT, page, count, rights, below(s, NR_FLUSHES)));
	for (uint32_t i = page; i < page + count; i++)
		read_page(s, i);
}

void op_move(struct self *s)
{
	uint32_t from = area_page(s), to = area_page(s);
	bool fits = model(from).r0 && !model(to).r0;

	expect(CHECK_CALLS, from, fits, call3(CALL_MOVE, from, to, below(s, NR_FLUSHES)));
	read_page(s, from);
	read_page(s, to);
}

void op_break(struct self *s)
{
	uint32_t pages = below(s, HEAP_PAGES + 1);

	/* Heap pages always have the same rights. */
	expect(CHECK_CALLS, pages, 1, call1(CALL_BREAK, pages));
	expect(CHECK_CALLS, pages, 0, call1(CALL_BREAK, HEAP_PAGES + 1));
	for (uint32_t page = s->heap; page < pages; page++)
		read_page(s, page);
	s->heap = pages;
}

/* What a process must never reach, and what it may only read. */
void op_outside(struct self *s)
{
	static const uint32_t forbidden[] = { 0,          0x10000,    0xc0010000, 0xef000000,
					      0xef010000, 0xf0000000, 0xfffffffc, KERNEL_PAGE,
					      0x60010000, 0x70010000, USER_STACK, 0x1e001000,
					      0x10009000, 0x40000000 };
	uint32_t address = forbidden[below(s, sizeof(forbidden) / 4)], n = below(s, 256);
	uint32_t big = USER_BIG + n * PAGE_SIZE;

	expect(CHECK_RIGHTS, address, FAULT_DATA, probe_read(address));
	expect(CHECK_RIGHTS, address, FAULT_DATA, probe_write(address, 0));
	expect(CHECK_RIGHTS, address, FAULT_FETCH, probe_execute(address));
	expect(CHECK_CONTENT, big, BIG_PATTERN + n, *(volatile uint32_t *)(uintptr_t)big);
	expect(CHECK_RIGHTS, big, FAULT_DATA, probe_write(big, 0));
	expect(CHECK_RIGHTS, big, FAULT_FETCH, probe_execute(big));
	expect(CHECK_RIGHTS, USER_TEXT, FAULT_DATA, probe_write(USER_TEXT, 0));
	expect(CHECK_RIGHTS, USER_SHARED, FAULT_FETCH, probe_execute(USER_SHARED));
	expect(CHECK_RIGHTS, 0, FAULT_UNDEFINED, probe_undefined());
}

void op_flush(struct self *s)
{
	uint32_t page = any_page(s);

	call3(CALL_FLUSH, page, below(s, NR_FLUSHES), 0);
	read_page(s, page);
	if (below(s, 4) == 0)
		call0(CALL_CHECK);
}

/* A stack that grows into pages that were not used before. */
void op_deep(struct self *s)
{
	volatile uint32_t words[2 * PAGE_WORDS];
	uint32_t first = random_word(s);

	for (uint32_t i = 0; i < 2 * PAGE_WORDS; i += 64)
		words[i] = first + i;
	call0(CALL_YIELD);
	for (uint32_t i = 0; i < 2 * PAGE_WORDS; i += 64)
		expect(CHECK_CONTENT, FIRST_STACK, first + i, words[i]);
}
