/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Things that the judge of floating point and its rivals share: images of the
 * registers, the stubs that touch them, and the board. On the board the judge writes
 * orders, and a rival writes what it has seen.
 */
#ifndef TEST_FP_H
#define TEST_FP_H

#include <mv.h>

#define SLICE_NS        (CONFIG_TIME_SLICE_US * MV_US)
#define PRIORITY        100u /* of rivals, and of the judge in a contest */
#define PRIORITY_JUDGE  150u
#define LOOPS_OF_SLICES ((uint32_t)SLICE_NS) /* two instructions each: two slices */

/** struct image - all floating-point registers */
struct image {
	uint32_t fpscr;
	uint32_t unused;
	uint64_t d[32];
};

/** image_fill - any values, other ones for each seed; image_same - bit for bit */
void image_fill(struct image *image, uint32_t seed);
bool image_same(const struct image *a, const struct image *b);
bool image_zero(const struct image *image);

/** struct sums - results of some arithmetic */
struct sums {
	uint64_t number; /* bits of a double */
	uint32_t lanes[4]; /* bits of floats */
};

#define SUM_STEPS 300u

/** sums_by_software - what fp_sums() must give */
void sums_by_software(struct sums *sums, uint32_t steps);

/* stubs.S: fp_hold is fp_put, that many loops, fp_get. */
void fp_put(const struct image *image);
void fp_get(struct image *image);
void fp_hold(const struct image *in, struct image *out, uint32_t loops);
void fp_sums(struct sums *sums, uint32_t steps);
uint32_t fp_first_arm(uint32_t value);
uint32_t fp_first_thumb(uint32_t value);
void fp_read_fpexc(void);
void fp_write_fpexc(void);
void fp_undefined(void);
void fp_use(void);
void write_thread_id(void);
void load_pair(const void *place);
void store_pair(void *place);

static inline uint32_t thread_id(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(value));
	return value;
}

enum operation {
	OP_CONTEST, /* both vCPUs: until @stop, see struct contest */
	OP_DIRTY, /* fill all registers and the thread ID */
	OP_FIRST_ARM, /* fp_first_arm(argument) */
	OP_FIRST_THUMB,
	OP_READ_FPEXC, /* and others that end in a fault */
	OP_WRITE_FPEXC,
	OP_UNDEFINED,
	OP_WRITE_THREAD_ID,
	OP_USE_WHEN_OFF,
	OP_KEEP, /* switch off and on: are the registers as they were? */
};

/** struct contest - of one vCPU: rounds, and those that went wrong */
struct contest {
	uint32_t rounds;
	uint32_t registers;
	uint32_t arithmetic;
	uint32_t thread_ids;
	uint32_t ended;
};

/**
 * struct board - a segment of the judge's and a rival's
 * @sequence: increased by the judge when an order stands here; @done: by the
 *	rival when it is carried out.
 * @lives: how often the rival has started; @first, @first_thread: what was in the
 *	registers when it did so the last time.
 */
struct board {
	uint32_t sequence;
	uint32_t done;
	uint32_t operation;
	uint32_t argument;
	uint32_t result;
	uint32_t stop;
	uint32_t lives;
	uint32_t first_thread;
	struct image first;
	struct contest contest[2];
};

/** contest_round - registers, arithmetic and thread ID, with others in between */
void contest_round(volatile struct contest *c, uint32_t seed);

void judge(void);
void rival(void);

#endif
