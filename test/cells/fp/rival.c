/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A rival: reports the values of its registers at its start, then carries out the
 * orders that the judge writes on its board.
 */
#include "fp.h"

#define PERIOD_NS (100 * MV_US)

static volatile struct board *board;
static uint32_t stack[512] __attribute__((aligned(8)));

static void contest(void *vcpu)
{
	uint32_t n = (uint32_t)(uintptr_t)vcpu, seed = mv_page()->cell * 1000 + n * 500;

	while (!board->stop)
		contest_round(&board->contest[n], ++seed);
	board->contest[n].ended = true;
}

static void contest_both(void)
{
	/* Its last one has ended; it may be about to stop itself. */
	while (mv_vcpu_run(1, contest, (void *)1, stack, sizeof(stack)) == MV_ERR_STATE)
		mv_sleep(PERIOD_NS);
	contest(NULL);
	while (!board->contest[1].ended)
		mv_sleep(PERIOD_NS);
}

static bool keeps(uint32_t seed)
{
	struct image in, out;

	image_fill(&in, seed);
	fp_put(&in);
	if (mv_vcpu_set(MV_VCPU_FP, 0))
		return false;
	mv_sleep(PERIOD_NS);
	if (mv_vcpu_set(MV_VCPU_FP, 1))
		return false;
	fp_get(&out);
	return image_same(&in, &out);
}

static void dirty(uint32_t seed)
{
	struct image image;

	image_fill(&image, seed);
	fp_put(&image);
	mv_vcpu_set(MV_VCPU_THREAD_ID, seed);
}

static void obey(uint32_t operation, uint32_t argument)
{
	static void (*const faults[])(void) = {
		[OP_READ_FPEXC] = fp_read_fpexc, [OP_WRITE_FPEXC] = fp_write_fpexc,
		[OP_UNDEFINED] = fp_undefined,   [OP_WRITE_THREAD_ID] = write_thread_id,
		[OP_USE_WHEN_OFF] = fp_use,
	};

	if (operation == OP_CONTEST)
		contest_both();
	else if (operation == OP_DIRTY)
		dirty(argument);
	else if (operation == OP_FIRST_ARM)
		board->result = fp_first_arm(argument);
	else if (operation == OP_FIRST_THUMB)
		board->result = fp_first_thumb(argument);
	else if (operation == OP_KEEP)
		board->result = keeps(argument);
	if (operation == OP_USE_WHEN_OFF)
		mv_vcpu_set(MV_VCPU_FP, 0);
	if (operation < MV_ARRAY_SIZE(faults) && faults[operation])
		faults[operation]();
}

void rival(void)
{
	static struct image first;

	fp_get(&first);
	board = (volatile struct board *)(uintptr_t)mv_env_next(NULL, MV_ENV_SEGMENT)->address;
	board->first = first;
	board->first_thread = thread_id();
	board->done = board->sequence;
	board->lives++;
	for (;;) {
		mv_sleep(PERIOD_NS);
		if (board->done == board->sequence)
			continue;
		obey(board->operation, board->argument);
		board->done++;
	}
}
