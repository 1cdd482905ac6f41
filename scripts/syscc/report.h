/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Errors, warnings and hints of one run: collected, then printed in the order of the
 * sources. One line each: file:line: [rule] what is wrong, and the cure.
 */
#ifndef SYSCC_REPORT_H
#define SYSCC_REPORT_H

#include "tree.h"

enum severity {
	SEVERITY_ERROR, /* nothing is written */
	SEVERITY_WARNING,
	SEVERITY_HINT, /* legal, but hardly meant so; can be accepted */
};

struct finding {
	struct loc loc;
	const char *rule;
	const char *text;
	enum severity severity;
	size_t order;
};

struct report {
	struct finding *findings;
	size_t nr, nr_errors, nr_hints;
	bool hints_fatal; /* after a hint nothing is written either */
};

void report_add(struct report *report, struct loc loc, const char *rule, enum severity severity,
		const char *text);
/** Whether there are findings because of which nothing is written. */
bool report_failed(const struct report *report);
/** Sorts by place and prints all, then the number of errors or hints. */
void report_print(struct report *report, FILE *out);

#endif
