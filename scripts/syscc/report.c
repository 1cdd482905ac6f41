/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Collects the findings of the rules and prints them sorted by file and line,
 * each finding once.
 */
#include "report.h"

#include <stdlib.h>

void report_add(struct report *report, struct loc loc, const char *rule, enum severity severity,
		const char *text)
{
	struct finding *finding = APPEND(report->findings, report->nr);

	finding->loc = loc;
	finding->rule = rule;
	finding->text = text;
	finding->severity = severity;
	finding->order = report->nr;
	report->nr_errors += severity == SEVERITY_ERROR;
	report->nr_hints += severity == SEVERITY_HINT;
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int files = strcmp(x->loc.file, y->loc.file);

	if (files)
		return files;
	if (x->loc.line != y->loc.line)
		return x->loc.line < y->loc.line ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Names come from the input unchanged, so keep unprintable characters off the terminal. */
static void print_text(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
}

bool report_failed(const struct report *report)
{
	return report->nr_errors || (report->hints_fatal && report->nr_hints);
}

static void print_finding(const struct finding *finding, FILE *out)
{
	static const char *const words[] = {
		[SEVERITY_ERROR] = "",
		[SEVERITY_WARNING] = "warning: ",
		[SEVERITY_HINT] = "hint: ",
	};

	print_text(finding->loc.file, out);
	if (finding->loc.line)
		fprintf(out, ":%d", finding->loc.line);
	fprintf(out, ": %s[%s] ", words[finding->severity], finding->rule);
	print_text(finding->text, out);
	fputc('\n', out);
}

void report_print(struct report *report, FILE *out)
{
	if (!report->nr)
		return;
	qsort(report->findings, report->nr, sizeof(*report->findings), compare);
	for (size_t i = 0; i < report->nr; i++)
		print_finding(&report->findings[i], out);
	if (report->nr_errors)
		fprintf(out, "%zu error%s in the system description; nothing was written\n",
			report->nr_errors, report->nr_errors == 1 ? "" : "s");
	else if (report->nr_hints)
		fprintf(out,
			"%zu hint%s: %s. To accept one as it is, write `accept-hints = "
			"\"HINT-...\";` in its node\n",
			report->nr_hints, report->nr_hints == 1 ? "" : "s",
			report->hints_fatal ? "nothing was written, because HINTS=1" :
					      "this may not be what is meant");
}
