/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random numbers: xoshiro128, one sequence for each vCPU and life of the cell.
 */
#include "fuzz.h"

static uint32_t rotate(uint32_t value, unsigned int by)
{
	return value << by | value >> (32 - by);
}

uint32_t random_word(struct worker *w)
{
	uint32_t *s = w->state, result = rotate(s[0] + s[3], 7) + s[0], t = s[1] << 9;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 11);
	return result;
}

void random_seed(struct worker *w, uint32_t seed, uint32_t stream, uint32_t life)
{
	w->state[0] = seed * 0x9e3779b9u + 1;
	w->state[1] = stream * 0x85ebca6bu + 2;
	w->state[2] = life * 0xc2b2ae35u + 3;
	w->state[3] = seed ^ 0x27d4eb2fu;
	for (int i = 0; i < 16; i++)
		random_word(w);
}

uint32_t below(struct worker *w, uint32_t limit)
{
	return (uint32_t)((uint64_t)random_word(w) * limit >> 32);
}

bool one_in(struct worker *w, uint32_t n)
{
	return below(w, n) == 0;
}
