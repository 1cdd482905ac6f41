/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The search for the known name that is nearest to an unknown one, for "did you mean".
 */
#ifndef SYSCC_NEAREST_H
#define SYSCC_NEAREST_H

#include "mem.h"

/** struct nearest - a search: the unknown name, and the nearest one up to now */
struct nearest {
	const char *name;
	const char *best; /* NULL: none is near */
	unsigned int distance; /* of the best */
};

/** More than the distance of any two names that are compared. */
#define NEAREST_FAR 65u

#define NEAREST(name)                      \
	{                                  \
		(name), NULL, NEAREST_FAR, \
	}

/** Letters to insert, delete or replace to turn one name into the other. */
unsigned int nearest_distance(const char *a, const char *b);

/** Keeps the candidate if it is nearer than the best one. */
void nearest_consider(struct nearest *nearest, const char *candidate);

#endif
