/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Operations in which pre-emption is to be noticed, if anything is lost by it:
 * registers, floating point, thread IDs, shared counters; and small calls.
 */
#include "user.h"

#define FP_VALUES 31 /* see compute() */

void op_spin(struct self *s)
{
	uint32_t seed = random_word(s);

	expect(CHECK_SWITCH, 0, 0, spin(seed, 1000 + below(s, 50000)));
}

void op_compute(struct self *s)
{
	uint32_t seed = below(s, 100000), rounds = 1 + below(s, 1500);
	uint32_t sum = FP_VALUES * (seed + rounds) + FP_VALUES * (FP_VALUES - 1) / 2;
	uint32_t got = compute(seed, rounds);

	expect(CHECK_FP, rounds, sum, got);
	mix(s, got);
}

void op_shared(struct self *s)
{
	uint32_t word = below(s, SHARED_WORDS), number = below(s, 1000);

	for (uint32_t i = 0; i < 10; i++)
		add_shared(USER_SHARED + word * 2 * PAGE_SIZE, number);
	s->added += number * 10;
}

static uint32_t read_word(void)
{
	uint32_t word;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(word));
	return word;
}

static uint32_t read_id(void)
{
	uint32_t word;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(word));
	return word;
}

void op_thread(struct self *s)
{
	uint32_t word = random_word(s), id = random_word(s);

	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2" : : "r"(word));
	call1(CALL_THREAD, id);
	call0(CALL_YIELD);
	if (below(s, 2) == 0)
		call1(CALL_SLEEP, 1);
	spin(word, 20000);
	expect(CHECK_SWITCH, 1, word, read_word());
	expect(CHECK_SWITCH, 2, id, read_id());
}

void op_calls(struct self *s)
{
	uint32_t number = NR_CALLS + below(s, 1000);

	expect(CHECK_CALLS, 0, 7, call1(CALL_NULL, 7));
	expect(CHECK_CALLS, 1, s->number, call0(CALL_SELF));
	expect(CHECK_CALLS, number, ~0u, call0(number));
	expect(CHECK_CALLS, 2, 0, call3(CALL_MAP, NR_PAGES, 1, 0));
	expect(CHECK_CALLS, 3, 0, call3(CALL_UNMAP, 0, NR_PAGES + 1, 0));
}
