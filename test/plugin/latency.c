/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Measures how long interrupts can take to reach a handler. The microvisor looks for
 * them in three kinds of places: at the exception vector, that is, whenever it has
 * returned to a cell, whose next instruction may already fault; where it waits for an
 * interrupt; and where it polls. For each place two maxima are kept:
 *   wait      from a look to the next one, which is in this place: an interrupt
 *             asserted just after a look waits that long to be taken
 *   handling  of an interrupt that was really taken there, from that look until
 *             a cell goes on, whatever runs in between
 * Their sum bounds the time from an interrupt's assertion to the handler in the
 * most urgent cell, since that cell is the next to run then. Two kinds of handling
 * do not end so and do not count: where the scheduler lets the steps of a cell go
 * on, or waits, the interrupt was for nobody more urgent. A cell goes on with its next
 * instruction, or with an exception in place of it: a fault is its own matter, and
 * another interrupt that was pending has a handling of its own, which comes
 * on top for as many as there are. Called as stretch.c is.
 */
#include "mvcount.h"

#define MAX_SITES   16
#define VECTOR_SIZE 32
#define VECTOR_IRQ  0x18

/** struct interval - instructions in a row */
struct interval {
	uint64_t length;
	struct path path;
};

/** struct site - a place where the microvisor looks for interrupts */
struct site {
	const char *kind;
	uint32_t caller; /* of a poll: the instruction before it */
	uint64_t taken;
	struct interval wait, handling; /* the longest */
};

static struct site sites[MAX_SITES] = { { .kind = "vector" }, { .kind = "idle" } };
static struct site *const vector = &sites[0], *const idle = &sites[1];
static unsigned int nr_sites = 2;

static uint32_t vectors_address, vectors_size, entry_address, previous;
static bool booting = true;

/* Since the last look, and since that at which an interrupt may be, or was, taken. */
static struct interval waiting, handling;
static struct site *site; /* where that was; NULL: a cell has run since */
static bool polled, taken;
static bool returned; /* the previous instruction returned to a cell */

void latency_config(uint32_t vectors, uint32_t size, uint32_t entry)
{
	vectors_address = vectors;
	vectors_size = size;
	entry_address = entry;
}

static void clear(struct interval *i)
{
	i->length = 0;
	path_clear(&i->path);
}

static void add(struct interval *i, uint32_t pc)
{
	i->length++;
	path_add(&i->path, pc);
}

static void keep_longest(struct interval *longest, const struct interval *i)
{
	if (i->length <= longest->length)
		return;
	longest->length = i->length;
	path_copy(&longest->path, &i->path);
}

/* The site of a poll; those that find no room share the last one. */
static struct site *site_of(uint32_t caller)
{
	for (unsigned int i = 2; i < nr_sites; i++)
		if (sites[i].caller == caller)
			return &sites[i];
	if (nr_sites == MAX_SITES)
		return &sites[MAX_SITES - 1];
	sites[nr_sites] = (struct site){ .kind = "poll", .caller = caller };
	return &sites[nr_sites++];
}

/* What was taken before and has not reached a cell yet goes on being handled. */
static void look(struct site *here, bool is_poll)
{
	keep_longest(&here->wait, &waiting);
	clear(&waiting);
	if (taken)
		return;
	clear(&handling);
	site = here;
	polled = is_poll;
}

static void handled(bool counts)
{
	if (taken && counts) {
		keep_longest(&site->handling, &handling);
		site->taken++;
	}
	taken = false;
	site = NULL;
}

static void reset(void)
{
	booting = true;
	clear(&waiting);
	handled(false);
}

/* The cell that was chosen runs, or would if the next exception did not stand before it. */
static void cell_goes_on(void)
{
	keep_longest(&vector->wait, &waiting);
	clear(&waiting);
	handled(true);
}

static void vector_entry(uint32_t pc)
{
	if (returned)
		cell_goes_on();
	if ((pc - vectors_address) % VECTOR_SIZE == VECTOR_IRQ)
		look(vector, false);
}

/* The vector and the end of waiting are looks already: the poll that follows belongs to them. */
static void poll(void)
{
	if (site && !polled && !taken)
		polled = true;
	else
		look(site_of(previous), true);
}

void latency_kernel(uint32_t pc, unsigned int at)
{
	if (pc == entry_address)
		reset();
	if (booting)
		return;
	if (pc - vectors_address < vectors_size)
		vector_entry(pc);
	if (at == AT_POLL)
		poll();
	add(&waiting, pc);
	if (site)
		add(&handling, pc);
	previous = pc;
	returned = at == AT_RETURN;
	if (at == AT_WAIT) {
		handled(false);
		look(idle, false);
	}
}

void latency_taken(void)
{
	taken = site != NULL;
}

void latency_passed(void)
{
	handled(false);
}

void latency_user(void)
{
	booting = false;
	if (waiting.length)
		cell_goes_on();
}

static void print_site(const struct site *s, FILE *out)
{
	fprintf(out,
		"{\"latency\":\"%s\",\"caller\":%u,\"taken\":%llu,\"wait\":%llu,\"handling\":%llu,"
		"\"wait_path\":",
		s->kind, s->caller, (unsigned long long)s->taken,
		(unsigned long long)s->wait.length, (unsigned long long)s->handling.length);
	path_print(&s->wait.path, out);
	fputs(",\"handling_path\":", out);
	path_print(&s->handling.path, out);
	fputs("}\n", out);
}

void latency_print(FILE *out)
{
	for (unsigned int i = 0; i < nr_sites; i++)
		if (sites[i].wait.length || sites[i].taken)
			print_site(&sites[i], out);
}
