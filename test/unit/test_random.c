/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random tests of the whole core against the model. SEED=N replays a run,
 * STEPS=N makes it longer or shorter.
 */
#include "software.h"
#include "steps.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_STEPS 80000

static uint64_t random_state;

/* splitmix64 */
static uint32_t choose(uint32_t n)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) % n;
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void run(uint64_t seed)
{
	uint64_t steps = setting("STEPS", DEFAULT_STEPS), done;

	seed = setting("SEED", seed);
	random_state = seed;
	printf("# seed %llu, %llu steps: SEED=%llu replays it\n", (unsigned long long)seed,
	       (unsigned long long)steps, (unsigned long long)seed);
	fflush(stdout);
	steps_begin(choose);
	for (done = 0; done < steps; done++)
		steps_one();
	printf("# %u faults, %u boots, %u idle steps\n", steps_counts.faults, steps_counts.boots,
	       steps_counts.idle);
	if (steps < DEFAULT_STEPS)
		return;
	for (unsigned int n = 0; n < MV_NR_CALLS; n++) {
		if (steps_counts.good[n] == 0)
			printf("# call %u: never good, of %u\n", n, steps_counts.calls[n]);
		if (n != MV_CALL_VCPU_RESUME && n != MV_CALL_SYSTEM_RESET &&
		    (n < MV_CALL_VMMU_SWITCH || n > MV_CALL_VMMU_STATS)) /* nobody is a guest */
			assert_in_range(steps_counts.good[n], 1, steps_counts.calls[n]);
	}
}

TEST_UNBOOTED(random_001, "UNI-RANDOM-001",
	      "random hypercalls, faults and interrupts do as the model says")
{
	run(1);
}

TEST_UNBOOTED(random_002, "UNI-RANDOM-002", "the same, from another seed")
{
	run(2);
}

TEST_UNBOOTED(random_003, "UNI-RANDOM-003", "the same, from a third seed")
{
	run(3);
}

TEST_UNBOOTED(random_004, "UNI-RANDOM-004", "the same, from a fourth seed")
{
	run(4);
}
