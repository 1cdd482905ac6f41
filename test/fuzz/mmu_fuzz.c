/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fuzzes the page-table walk and the vTLB on this machine: the first bytes of
 * the input say how the guest behaves and which tables it begins with, the rest
 * chooses its steps (test/mmu/steps.c), compared with the reference one by one.
 */
#include "steps.h"
#include "unit.h"

#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

char test_note[80];

static const uint8_t *input;
static size_t left;
static uint64_t state;

/* As many bytes as the range needs; 0 once the input is used up. */
static uint32_t choose_input(uint32_t n)
{
	uint32_t value = 0;

	for (uint32_t range = n - 1; range && left; range >>= 8, left--)
		value = value << 8 | *input++;
	return value % n;
}

/* The tables at the beginning: too much for an input to say. */
static uint32_t choose_random(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

void test_add(struct test *test)
{
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* A failed assertion is a finding. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct steps *const all[] = { &obedient, &hostile, &software };
	const struct steps *steps;

	input = bytes;
	left = size;
	steps = all[choose_input(ARRAY_SIZE(all))];
	state = choose_input(0x10000);
	machine_begin();
	choose = choose_random;
	steps->begin();
	choose = choose_input;
	for (unsigned int i = 1; left; i++) {
		steps->step();
		if (i % 16 == 0)
			check_records(GUEST->cell);
	}
	check_records(GUEST->cell);
	return 0;
}
