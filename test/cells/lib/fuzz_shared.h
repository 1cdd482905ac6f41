/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What fuzzing cells and their keeper share: the segment "plan", which only the
 * keeper writes, and the segments "progress-CELL", which hold counts.
 */
#ifndef TEST_FUZZ_SHARED_H
#define TEST_FUZZ_SHARED_H

#include <mullion/hypercalls.h>

/**
 * struct plan - what is to be fuzzed
 * @seed: of all random numbers; may be put here by QEMU before the start.
 * @count: hypercalls that the cells are to make together, likewise.
 * @awake: not 0: they make no call after which one may sleep for ever, so that
 *	one that sleeps has been forgotten.
 */
struct plan {
	uint32_t seed;
	uint32_t count;
	uint32_t awake;
};

/**
 * struct progress - of one cell
 * @calls: made so far. @hash: of the numbers and arguments of all of them.
 * @wrong: results that no declaration allows; the first of those: @number,
 *	@args, @r0, and what was wrong in words: @what.
 * @upcalls: made to the cell.
 * @results: how often each call gave each error.
 */
struct progress {
	uint32_t calls;
	uint32_t hash;
	uint32_t wrong, number, args[6], r0;
	char what[32];
	uint32_t upcalls;
	uint32_t results[MV_NR_CALLS][MV_NR_ERRORS];
};

#endif
