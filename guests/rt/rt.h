/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The figures that the periodic task (main.c) measures and the reports (report.c) show.
 */
#ifndef RT_H
#define RT_H

#include <mv.h>

/* Buckets of the histogram: the first is for less than 128 ns, each next one for twice as much. */
#define FIRST_BITS 7
#define NR_BUCKETS 24

/**
 * struct figures - measurements since the last `reset`
 * @releases: of the task. @missed: those that were due before the work was done.
 * @least, @most, @sum: how late a release was, in nanoseconds.
 * @response: the longest time from the due time of a release to the end of its work.
 * @histogram: number of releases by lateness.
 */
struct figures {
	uint32_t releases;
	uint32_t missed;
	uint64_t least;
	uint64_t most;
	uint64_t sum;
	uint64_t response;
	uint32_t histogram[NR_BUCKETS];
};

/**
 * report_print - the histogram, and all figures in one last line
 * @period: between two releases, in nanoseconds.
 */
void report_print(const struct figures *f, uint64_t period);

#endif
