/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Marks: instructions whose execution is logged with all counters and with the
 * privileged stretch that ended right before it, if one did. Two marks can also
 * enclose a window, whose privileged path is recorded once.
 */
#include "mvcount.h"
#include <stdlib.h>
#include <string.h>

#define MAX_MARKS   1024
#define NAME_LENGTH 48

struct mark {
	uint32_t address;
	char name[NAME_LENGTH];
};

struct record {
	int mark;
	const char *entry; /* of the stretch before it, NULL if none */
	uint64_t counts[NR_COUNTERS];
	uint64_t stretch[NR_COUNTERS];
};

static struct mark marks[MAX_MARKS];
static int nr_marks;

static struct record *records;
static size_t nr_records, room;

static struct {
	const char *from, *to;
	uint64_t nth, seen; /* of @from */
	enum {
		CLOSED,
		OPEN,
		DONE
	} state;
	struct path path;
} window;

bool mark_config(uint32_t address, const char *name)
{
	if (nr_marks == MAX_MARKS)
		return false;
	marks[nr_marks].address = address;
	strncpy(marks[nr_marks].name, name, NAME_LENGTH - 1);
	nr_marks++;
	return true;
}

void mark_window(const char *from, const char *to, uint64_t nth)
{
	window.from = from;
	window.to = to;
	window.nth = nth;
}

int mark_find(uint32_t address)
{
	for (int i = 0; i < nr_marks; i++)
		if (marks[i].address == address)
			return i;
	return -1;
}

static struct record *new_record(void)
{
	if (nr_records == room) {
		room = room ? room * 2 : 4096;
		records = realloc(records, room * sizeof(*records));
		if (!records)
			abort();
	}
	return &records[nr_records++];
}

static bool follows_stretch(void)
{
	return last_stretch.entry && last_stretch.end_user == counters[COUNT_USER];
}

/*
 * The window from "stretch" is the one that ended right before the mark; else
 * the last @from before @to begins it.
 */
static void window_hit(const char *name)
{
	if (!window.to || window.state == DONE)
		return;
	if (!strcmp(name, window.to)) {
		if (window.state == OPEN) {
			window.state = DONE;
		} else if (!strcmp(window.from, "stretch") && ++window.seen == window.nth) {
			path_swap(&window.path, &last_stretch.path);
			window.state = DONE;
		}
	}
	if (window.state != DONE && !strcmp(name, window.from) && ++window.seen >= window.nth) {
		path_clear(&window.path);
		window.state = OPEN;
	}
}

void mark_hit(int mark)
{
	struct record *record = new_record();

	record->mark = mark;
	memcpy(record->counts, counters, sizeof(counters));
	record->entry = NULL;
	if (follows_stretch()) {
		record->entry = last_stretch.entry;
		memcpy(record->stretch, last_stretch.counts, sizeof(record->stretch));
	}
	window_hit(marks[mark].name);
	histogram_mark(marks[mark].name);
}

void mark_kernel(uint32_t pc)
{
	if (window.state == OPEN)
		path_add(&window.path, pc);
}

static void print_counts(const uint64_t *counts, FILE *out)
{
	for (int i = 0; i < NR_COUNTERS; i++)
		fprintf(out, "%c%llu", i ? ',' : '[', (unsigned long long)counts[i]);
	fputc(']', out);
}

static void print_record(const struct record *record, FILE *out)
{
	fprintf(out, "{\"mark\":\"%s\",\"counts\":", marks[record->mark].name);
	print_counts(record->counts, out);
	if (record->entry) {
		fprintf(out, ",\"entry\":\"%s\",\"stretch\":", record->entry);
		print_counts(record->stretch, out);
	}
	fputs("}\n", out);
}

void mark_print(FILE *out)
{
	for (size_t i = 0; i < nr_records; i++)
		print_record(&records[i], out);
	if (window.state == DONE) {
		fprintf(out, "{\"window\":[\"%s\",\"%s\"],\"path\":", window.from, window.to);
		path_print(&window.path, out);
		fputs("}\n", out);
	}
}
