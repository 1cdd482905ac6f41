/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random steps, in sequences that begin afresh. SEED chooses the first of them,
 * COUNT how many steps a test makes in all; a failure names the sequence.
 */
#include "steps.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#define SEQUENCE      1000
#define DEFAULT_COUNT 30000

static uint64_t state;

static uint32_t random_number(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

static uint32_t setting(const char *name, uint32_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoul(text, NULL, 0) : otherwise;
}

static void play(const struct steps *steps)
{
	uint32_t seed = setting("SEED", 1), count = setting("COUNT", DEFAULT_COUNT);

	choose = random_number;
	for (uint32_t done = 0; done < count; done += SEQUENCE, seed++) {
		snprintf(test_note, sizeof(test_note), "again: SEED=%u COUNT=%u", seed, SEQUENCE);
		state = seed;
		machine_begin();
		steps->begin();
		for (uint32_t i = 0; i < SEQUENCE; i++) {
			steps->step();
			if (i % 8 == 0)
				check_records(GUEST->cell);
		}
		check_records(&cells[CELL_OTHER]);
	}
	test_note[0] = 0;
}

TEST(mmu_90, "MMU90", "a guest that flushes what it changes gets what its tables say")
{
	play(&obedient);
}

TEST(mmu_91, "MMU91", "a guest that breaks all rules stays within its own memory")
{
	play(&hostile);
}

TEST(mmu_92, "MMU92", "a guest without tables gets what it entered, and its kernel all its memory")
{
	play(&software);
}
