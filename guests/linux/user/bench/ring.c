/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: context switches. Processes stand in a ring and pass a
 * token over pipes; each adds up its own data when it has the token. The rows
 * NAME_alone pass the token through the same pipes within one process: what
 * remains of NAME without them is the switch. Called by main.c.
 */
#include "bench.h"
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define MOST       128
#define KIB(words) ((words)*256)

static int pipes[MOST][2];
static unsigned int nr_members, nr_words;
static volatile uint32_t data[KIB(16)];

static void add_up(void)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < nr_words; i++)
		sum += data[i];
	data[0] = sum;
}

static void pass(int in, int out)
{
	char token = 0;

	bench_failed += read(in, &token, 1) != 1;
	add_up();
	bench_check(write(out, &token, 1));
}

static void member(int in, int out)
{
	while (!bench_failed)
		pass(in, out);
}

static const char *make_pipes(unsigned int members, unsigned int kib)
{
	nr_members = members;
	nr_words = KIB(kib);
	for (unsigned int i = 0; i < KIB(16); i++)
		data[i] = i;
	for (unsigned int i = 0; i < members; i++)
		if (pipe(pipes[i]))
			return "pipe";
	return NULL;
}

/* Member 0 is this process. The token starts in front of it. */
static const char *make_ring(unsigned int members, unsigned int kib)
{
	const char *missing = make_pipes(members, kib);

	for (unsigned int i = 1; i < members && !missing; i++)
		if (bench_spawn(member, pipes[i - 1][0], pipes[i][1]) < 0)
			missing = "fork";
	if (!missing && write(pipes[members - 1][1], "", 1) != 1)
		missing = "write";
	return missing;
}

/* A round of the ring is a switch for each member. */
static void run_ring(unsigned int times)
{
	for (unsigned int i = 0; i < times; i += nr_members)
		pass(pipes[nr_members - 1][0], pipes[0][1]);
}

static void run_alone(unsigned int times)
{
	char token = 0;

	for (unsigned int i = 0; i < times; i++) {
		int *way = pipes[i % nr_members];

		bench_check(write(way[1], &token, 1));
		bench_failed += read(way[0], &token, 1) != 1;
		add_up();
	}
}

/* A row of so many processes with so many KiB each, and what one process does of it. */
#define RING(members, kib)                                               \
	static const char *ring_##members##p_##kib##k(void)              \
	{                                                                \
		return make_ring(members, kib);                          \
	}                                                                \
	static const char *alone_##members##p_##kib##k(void)             \
	{                                                                \
		return make_pipes(members, kib);                         \
	}                                                                \
	const struct operation bench_ctx_##members##p_##kib##k = {       \
		.prepare = ring_##members##p_##kib##k, .run = run_ring   \
	};                                                               \
	const struct operation bench_ctx_##members##p_##kib##k_alone = { \
		.prepare = alone_##members##p_##kib##k, .run = run_alone \
	};

RING(2, 0)
RING(8, 0)
RING(2, 16)
RING(16, 0)
RING(32, 0)
RING(64, 0)
RING(128, 0)
