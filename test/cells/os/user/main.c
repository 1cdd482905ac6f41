/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The first process: what is measured, and then the root of the family of
 * processes that make random operations.
 */
#include "user.h"

_Noreturn void user_main(uint32_t seed, uint32_t count, uint32_t repeat);

/* Forks, page faults, copies and unmapping, in an order that never changes. */
static void measure_pages(uint32_t repeat)
{
	for (uint32_t i = 0; i < repeat; i++) {
		uint32_t page = FIRST_AREA, child;

		measure_map(page, 1, RIGHT_READ | RIGHT_WRITE);
		measure_touch(page_address(page));
		measure_protect(page, 1, RIGHT_READ, FLUSH_PAGES);
		measure_protect(page, 1, RIGHT_READ | RIGHT_WRITE, FLUSH_PAGES);
		child = measure_fork();
		if (!child)
			measure_exit();
		measure_copy(page_address(page));
		measure_wait(child);
		measure_unmap(page, 1, FLUSH_PAGES);
	}
}

/* Two processes that yield to one another: from one mark to the next, a switch. */
static void measure_switches(uint32_t repeat)
{
	uint32_t child = call0(CALL_FORK);

	for (uint32_t i = 0; i < repeat; i++)
		measure_yield();
	if (!child)
		call1(CALL_EXIT, 0);
	call1(CALL_WAIT, child);
}

void measure(uint32_t repeat)
{
	for (uint32_t i = 0; i < repeat; i++)
		measure_null();
	measure_pages(repeat);
	measure_switches(repeat);
}

void user_main(uint32_t seed, uint32_t count, uint32_t repeat)
{
	struct self s = { .random = seed * 2654435761u | 1, .left = count, .tokens = MAX_CHILDREN };

	s.number = call0(CALL_SELF);
	measure(repeat);
	call1(CALL_HANDLER, address_of((const void *)(uintptr_t)probe_handler));
	work(&s);
}
