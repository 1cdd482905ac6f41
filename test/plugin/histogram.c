/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A histogram: how often each instruction is executed between two marks, of all code,
 * privileged or not. QEMU adds to a counter of each address itself, which costs no
 * call; only what lies between the marks is told, as the difference of two moments.
 * Relies on marks being reported in order. Addresses are virtual: what several processes execute
 * at one address adds up.
 */
#include "mvcount.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096 /* QEMU keeps the counters' places, so they never move */

struct cell {
	uint64_t count; /* since the start: QEMU adds here */
	uint64_t before; /* when the present window began */
	uint64_t inside; /* in all windows so far */
	uint32_t pc;
};

static struct {
	const char *from, *to;
	uint64_t first, times; /* windows to add up */
	uint64_t seen, done;
	bool is_open;
} window;

static struct cell **chunks;
static size_t nr_cells, room;

/* Which cell an address has: open addressing, 0 is free, else the cell's number + 1. */
static uint32_t *table;
static size_t table_size;

void histogram_window(const char *from, const char *to, uint64_t first, uint64_t times)
{
	window.from = from;
	window.to = to;
	window.first = first;
	window.times = times;
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

	if (!window.from)
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

static void begin(void)
{
	for (size_t i = 0; i < nr_cells; i++)
		cell(i)->before = cell(i)->count;
	window.is_open = true;
}

/* Cells made since begin() had counted nothing then, as their @before says. */
static void end(void)
{
	for (size_t i = 0; i < nr_cells; i++)
		cell(i)->inside += cell(i)->count - cell(i)->before;
	window.is_open = false;
	window.done++;
}

void histogram_mark(const char *name)
{
	if (!window.from || window.done == window.times)
		return;
	if (window.is_open && !strcmp(name, window.to))
		end();
	if (window.done < window.times && !strcmp(name, window.from) &&
	    ++window.seen >= window.first)
		begin();
}

static int by_address(const void *a, const void *b)
{
	const struct cell *first = cell(*(const size_t *)a), *second = cell(*(const size_t *)b);

	return first->pc < second->pc ? -1 : first->pc > second->pc;
}

static void print_cells(FILE *out)
{
	size_t *order = need(malloc((nr_cells + 1) * sizeof(*order)));
	const char *separator = "";

	for (size_t i = 0; i < nr_cells; i++)
		order[i] = i;
	qsort(order, nr_cells, sizeof(*order), by_address);
	for (size_t i = 0; i < nr_cells; i++) {
		if (!cell(order[i])->inside)
			continue;
		fprintf(out, "%s[%u,%llu]", separator, cell(order[i])->pc,
			(unsigned long long)cell(order[i])->inside);
		separator = ",";
	}
	free(order);
}

void histogram_print(FILE *out)
{
	if (!window.from)
		return;
	fprintf(out, "{\"histogram\":[\"%s\",\"%s\"],\"windows\":%llu,\"counts\":[", window.from,
		window.to, (unsigned long long)window.done);
	print_cells(out);
	fputs("]}\n", out);
}
