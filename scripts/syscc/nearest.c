/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Compares names by their edit distance, for schema.c, the rules and needs.c.
 */
#include "nearest.h"

/* Levenshtein's distance, row by row; long names are far. */
unsigned int nearest_distance(const char *a, const char *b)
{
	unsigned int row[64];
	size_t columns = strlen(b);

	if (columns + 1 > ARRAY_SIZE(row) || strlen(a) > ARRAY_SIZE(row))
		return NEAREST_FAR;
	for (unsigned int j = 0; j <= columns; j++)
		row[j] = j;
	for (unsigned int i = 1; a[i - 1]; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (unsigned int j = 1; j <= columns; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[columns];
}

static size_t common_prefix(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	return length;
}

/* Of equally near names the one with the longer common beginning; far ones are no help. */
void nearest_consider(struct nearest *nearest, const char *candidate)
{
	unsigned int distance = nearest_distance(nearest->name, candidate);

	if (distance > 1 + strlen(candidate) / 2 || distance > nearest->distance)
		return;
	if (nearest->best && distance == nearest->distance &&
	    common_prefix(nearest->name, candidate) <= common_prefix(nearest->name, nearest->best))
		return;
	nearest->distance = distance;
	nearest->best = candidate;
}
