/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Histograms: count how often each instruction is executed between two marks, in all
 * code, privileged or not. QEMU itself increments a counter for each address, which costs
 * no call; the difference between the two moments gives the histogram. The ends of their
 * names tell which marks belong together: "_begin" and "_end" give a histogram from each
 * NAME_begin to its NAME_end. Relies on marks being reported in order. Addresses are
 * virtual, so the instructions of several processes at one address add up.
 */
#include "mvcount.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096 /* QEMU keeps the counters' places, so they never move */

struct cell {
	uint64_t count; /* since the start: QEMU adds here */
	uint64_t before; /* when the present window began */
	uint32_t pc;
};

/* The instructions executed between two marks. */
struct histogram {
	const char *from, *to;
	size_t nr;
	struct cell *cells; /* @count is of the window */
};

static const char *begins, *ends; /* how the marks' names end; NULL: no histograms */
static const char *open_mark; /* that began the present window, or NULL */
static struct histogram *histograms;
static size_t nr_histograms;

static struct cell **chunks;
static size_t nr_cells, room;

/* Which cell an address has: open addressing, 0 is free, else the cell's number + 1. */
static uint32_t *table;
static size_t table_size;

void histogram_window(const char *from, const char *to)
{
	begins = from;
	ends = to;
}

static struct cell *cell(size_t number)
{
	return &chunks[number / CHUNK][number % CHUNK];
}

static void *need(void *memory)
{
	if (!memory) {
		fputs("mvcount: no memory for the histogram\n", stderr);
		abort();
	}
	return memory;
}

/* The place in the table where an address is, or belongs. */
static uint32_t *place(uint32_t pc)
{
	size_t i = (pc >> 1) * 2654435761u & (table_size - 1);

	while (table[i] && cell(table[i] - 1)->pc != pc)
		i = (i + 1) & (table_size - 1);
	return &table[i];
}

static void grow_table(void)
{
	free(table);
	table_size = table_size ? table_size * 2 : 2 * CHUNK;
	table = need(calloc(table_size, sizeof(*table)));
	for (size_t i = 0; i < nr_cells; i++)
		*place(cell(i)->pc) = (uint32_t)i + 1;
}

static struct cell *new_cell(uint32_t pc)
{
	if (nr_cells == room) {
		chunks = need(realloc(chunks, (room / CHUNK + 1) * sizeof(*chunks)));
		chunks[room / CHUNK] = need(calloc(CHUNK, sizeof(struct cell)));
		room += CHUNK;
	}
	cell(nr_cells)->pc = pc;
	return cell(nr_cells++);
}

uint64_t *histogram_counter(uint32_t pc)
{
	uint32_t *at;

	if (!begins)
		return NULL;
	if (nr_cells * 2 >= table_size)
		grow_table();
	at = place(pc);
	if (!*at) {
		new_cell(pc);
		*at = (uint32_t)nr_cells;
	}
	return &cell(*at - 1)->count;
}

static int by_address(const void *a, const void *b)
{
	const struct cell *first = a, *second = b;

	return first->pc < second->pc ? -1 : first->pc > second->pc;
}

static void begin(const char *mark)
{
	for (size_t i = 0; i < nr_cells; i++)
		cell(i)->before = cell(i)->count;
	open_mark = mark;
}

/* Cells made since begin() had counted nothing then, as their @before says. */
static void end(const char *mark)
{
	struct histogram *h;

	histograms = need(realloc(histograms, (nr_histograms + 1) * sizeof(*histograms)));
	h = &histograms[nr_histograms++];
	*h = (struct histogram){ .from = open_mark, .to = mark };
	h->cells = need(malloc((nr_cells + 1) * sizeof(*h->cells)));
	for (size_t i = 0; i < nr_cells; i++) {
		if (cell(i)->count == cell(i)->before)
			continue;
		h->cells[h->nr] = *cell(i);
		h->cells[h->nr++].count -= cell(i)->before;
	}
	h->cells = need(realloc(h->cells, (h->nr + 1) * sizeof(*h->cells)));
	qsort(h->cells, h->nr, sizeof(*h->cells), by_address);
	open_mark = NULL;
}

/* The length of a name without this end; -1: it has another end. */
static long stem(const char *name, const char *tail)
{
	long length = (long)strlen(name) - (long)strlen(tail);

	return length >= 0 && !strcmp(name + length, tail) ? length : -1;
}

void histogram_mark(const char *name)
{
	long length;

	if (!begins)
		return;
	length = stem(name, ends);
	if (open_mark && length >= 0 && length == stem(open_mark, begins) &&
	    !strncmp(name, open_mark, (size_t)length))
		end(name);
	if (stem(name, begins) >= 0)
		begin(name);
}

void histogram_print(FILE *out)
{
	for (struct histogram *h = histograms; h < histograms + nr_histograms; h++) {
		const char *separator = "";

		fprintf(out, "{\"histogram\":[\"%s\",\"%s\"],\"counts\":[", h->from, h->to);
		for (struct cell *c = h->cells; c < h->cells + h->nr; c++, separator = ",")
			fprintf(out, "%s[%u,%llu]", separator, c->pc, (unsigned long long)c->count);
		fputs("]}\n", out);
	}
}
