/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Images of the registers, and arithmetic by software: the compiler's, for C
 * is compiled without floating point.
 */
#include "fp.h"

/* Flags, QC, AHP, DN, FZ, rounding mode, exceptions that were seen. */
#define FPSCR_ANY 0xffc0009fu

_Static_assert(offsetof(struct image, d) == 8, "known to stubs.S and user.S");

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void image_fill(struct image *image, uint32_t seed)
{
	uint32_t state = seed * 2654435761u + 1;

	image->unused = 0;
	image->fpscr = next(&state) & FPSCR_ANY;
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(image->d); i++)
		image->d[i] = (uint64_t)next(&state) << 32 | next(&state);
}

bool image_same(const struct image *a, const struct image *b)
{
	return a->fpscr == b->fpscr && !memcmp(a->d, b->d, sizeof(a->d));
}

bool image_zero(const struct image *image)
{
	static const struct image zero;

	return image_same(image, &zero);
}

/* The same steps as in stubs.S. */
void sums_by_software(struct sums *sums, uint32_t steps)
{
	double number = 0, reciprocal;
	float lane, x;

	for (uint32_t k = 1; k <= steps; k++) {
		reciprocal = 1.0 / ((double)k * (double)k);
		number += reciprocal;
	}
	memcpy(&sums->number, &number, sizeof(number));
	for (uint32_t i = 0; i < 4; i++) {
		lane = 0;
		x = 0.1f * (float)(i + 1);
		for (uint32_t k = 1; k <= steps; k++) {
			lane += x * x;
			x = lane * 0.3f;
			x += 0.7f;
			x *= 0.01f;
		}
		memcpy(&sums->lanes[i], &lane, sizeof(lane));
	}
}

void contest_round(volatile struct contest *c, uint32_t seed)
{
	static struct sums wanted;
	struct image in, out;
	struct sums sums;

	if (!wanted.number)
		sums_by_software(&wanted, SUM_STEPS);
	image_fill(&in, seed);
	mv_vcpu_set(MV_VCPU_THREAD_ID, ~seed);
	fp_hold(&in, &out, LOOPS_OF_SLICES);
	c->registers += !image_same(&in, &out);
	fp_sums(&sums, SUM_STEPS);
	c->arithmetic += memcmp(&sums, &wanted, sizeof(sums)) != 0;
	c->thread_ids += thread_id() != ~seed;
	c->rounds++;
}
