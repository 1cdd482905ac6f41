/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the parts of the benchmark share: how a row is described, and helpers that
 * the rows' preparations use. Included by the other files here.
 */
#ifndef BENCH_H
#define BENCH_H

/**
 * struct operation - what a row repeats
 * @prepare: once, before the first time: opens, starts partners, tries the operation; returns what
 *           cannot be done, with errno, or NULL
 * @before:  before each round, not measured; may be missing
 * @run:     the operation, so many times; a call that fails adds to bench_failed
 */
struct operation {
	const char *(*prepare)(void);
	void (*before)(unsigned int times);
	void (*run)(unsigned int times);
};

#define ROW(name, operations) extern const struct operation bench_##name;
#include "rows.h"
#undef ROW

#define BENCH_FOLDER "/tmp" /* a file system in memory that can be written */

extern unsigned int bench_failed;
extern const char *bench_self; /* path of this program */

/* A child that runs @body with the rest and dies with its parent; its pid or -1. */
int bench_spawn(void (*body)(int in, int out), int in, int out);

/* A child that echoes each byte from @in to @out, as the partner of a round trip. */
void bench_echo(int in, int out);

/* Add a call's failure to bench_failed. */
static inline void bench_check(long result)
{
	bench_failed += result < 0;
}

#endif
