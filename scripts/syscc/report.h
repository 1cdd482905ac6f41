/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Errors and warnings of one run: collected, then printed in the order of the
 * sources. One line each: file:line: [rule] what is wrong, and the cure.
 */
#ifndef SYSCC_REPORT_H
#define SYSCC_REPORT_H

#include "tree.h"

struct finding {
	struct loc loc;
	const char *rule;
	const char *text;
	bool warning;
	size_t order;
};

struct report {
	struct finding *findings;
	size_t nr, nr_errors;
};

void report_add(struct report *report, struct loc loc, const char *rule, bool warning,
		const char *text);
/** Sorts by place; prints all if @out, says how many errors there were. */
void report_print(struct report *report, FILE *out);

#endif
