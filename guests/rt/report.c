/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Prints the figures: the histogram, without the empty lines at its ends, and a last
 * line that programs can read. Called by main.c.
 */
#include "rt.h"

#define BAR    40 /* characters of the longest */
#define ENOUGH 100 /* releases that say something */

static uint32_t longest(const struct figures *f)
{
	uint32_t most = 1;

	for (uint32_t i = 0; i < NR_BUCKETS; i++)
		if (f->histogram[i] > most)
			most = f->histogram[i];
	return most;
}

/* Length of a bar: at least one character if the count is not 0. */
static uint32_t bar(uint32_t count, uint32_t most)
{
	return count ? 1 + (uint32_t)((uint64_t)count * (BAR - 1) / most) : 0;
}

static void print_histogram(const struct figures *f)
{
	static const char bars[] = "########################################";
	uint32_t first = 0, last = NR_BUCKETS - 1, most = longest(f);

	while (first < last && !f->histogram[first])
		first++;
	while (last > first && !f->histogram[last])
		last--;
	for (uint32_t i = first; i <= last; i++)
		mv_printf("  %s%10u ns %8u %.*s\n", i == NR_BUCKETS - 1 ? "from " : "below",
			  1u << (FIRST_BITS + i - (i == NR_BUCKETS - 1)), f->histogram[i],
			  (int)bar(f->histogram[i], most), bars);
}

void report_print(const struct figures *f, uint64_t period)
{
	uint32_t mean = f->releases ? (uint32_t)(f->sum / f->releases) : 0;

	mv_printf("%u releases, one every %u us, were so late:\n", f->releases,
		  (uint32_t)(period / MV_US));
	if (f->releases < ENOUGH)
		mv_printf("  (few so far, they say little: wait %u s, then `report` again)\n",
			  (uint32_t)((ENOUGH - f->releases) * period / MV_S) + 1);
	if (f->releases)
		print_histogram(f);
	mv_printf("late ns: minimum %u mean %u maximum %u; response maximum %u; missed %u of %u\n",
		  f->releases ? (uint32_t)f->least : 0, mean, (uint32_t)f->most,
		  (uint32_t)f->response, f->missed, f->releases + f->missed);
}
