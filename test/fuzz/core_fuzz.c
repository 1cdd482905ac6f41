/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fuzzes the portable core on this machine: the input chooses the random steps
 * of test/unit/steps.c (hypercalls with their arguments, faults, interrupts,
 * time), which are compared with the model after each one.
 */
#include "model.h"
#include "steps.h"

#include <core/fault.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const uint8_t *input;
static size_t left;

/* As many bytes as the range needs; 0 once the input is used up. */
static uint32_t choose(uint32_t n)
{
	uint32_t value = 0;

	for (uint32_t range = n - 1; range && left; range >>= 8, left--)
		value = value << 8 | *input++;
	return value % n;
}

/* The log is what outlives a boot: every input shall begin with an empty one. */
static void empty_log(void)
{
	boot_and_settle();
	become(VCPU_MONITOR);
	while (fault_log_count())
		mv_fault_read(MONITOR_LOG, data(CELL_MONITOR, 0), 4096);
	model.logged = 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	/* A failed assertion of a test function is a finding. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	input = bytes;
	left = size;
	steps_begin(choose);
	while (left)
		steps_one();
	empty_log();
	return 0;
}
