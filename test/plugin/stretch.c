/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Privileged stretches. The microvisor runs with interrupts masked, so every unbroken
 * sequence of its instructions, a stretch, holds interrupts up. Waiting for an interrupt
 * ends a stretch and begins the next one, and so does the place where interrupts are
 * polled. An exception: if a stretch began with an interrupt, the first poll takes that
 * very interrupt and ends nothing. A return to a cell ends a stretch, too, even when the
 * cell's next instruction faults: interrupts are open before it, and a pending one is
 * taken then. Instructions from a reset to the first instruction of a cell are boot and
 * are kept apart. Called for every privileged instruction and for every block of a cell's
 * instructions.
 */
#include "mvcount.h"
#include <string.h>

enum kind { /* the first eight are the exception vectors, in their order */
	KIND_VECTORS,
	KIND_IRQ = 6,
	KIND_IDLE = 8,
	KIND_POLL,
	KIND_BOOT,
	KIND_OTHER,
	NR_KINDS
};

static const char *const kind_names[NR_KINDS] = {
	"reset", "undefined", "svc",  "prefetch", "data", "reserved",
	"irq",   "fiq",       "idle", "poll",     "boot", "other",
};

#define NR_BUCKETS 32 /* bucket n: lengths from 2^n up */
#define MAX_BOOTS  64

/** struct statistics - all stretches that began in the same way */
struct statistics {
	uint64_t number, total, longest;
	uint64_t at; /* instructions before the longest began */
	uint32_t next; /* where the cell went on after it */
	uint64_t buckets[NR_BUCKETS];
	struct path path;
};

struct stretch_info last_stretch;

static struct statistics statistics[NR_KINDS];
static uint64_t boots[MAX_BOOTS];
static unsigned int nr_boots;

static uint32_t vectors_address, entry_address;

/* The present stretch. */
static bool is_open;
static enum kind kind;
static bool taking; /* it began with an interrupt, which is still to be taken */
static bool returned; /* its last instruction returned to a cell */
static uint64_t before[NR_COUNTERS];
static struct path path;

/* Since the last reset, until a cell runs. */
static bool booting = true;
static uint64_t boot_start;

void stretch_config(uint32_t vectors, uint32_t entry)
{
	vectors_address = vectors;
	entry_address = entry;
}

static void begin(enum kind how)
{
	is_open = true;
	kind = booting ? KIND_BOOT : how;
	taking = how == KIND_IRQ || how == KIND_IDLE;
	memcpy(before, counters, sizeof(before));
	path_clear(&path);
}

static unsigned int bucket_of(uint64_t length)
{
	unsigned int bucket = 0;

	while (length >>= 1)
		bucket++;
	return bucket;
}

static void account(struct statistics *s, uint64_t length, uint32_t next)
{
	s->number++;
	s->total += length;
	s->buckets[bucket_of(length)]++;
	if (length <= s->longest)
		return;
	s->longest = length;
	s->at = before[COUNT_USER] + before[COUNT_KERNEL];
	s->next = next;
	path_copy(&s->path, &path); /* the last stretch keeps its own */
}

/* An empty one, between two polls in a row, is none. */
static void end(uint32_t next)
{
	uint64_t length = counters[COUNT_KERNEL] - before[COUNT_KERNEL];

	is_open = false;
	if (!length)
		return;
	account(&statistics[kind], length, next);
	last_stretch.entry = kind_names[kind];
	last_stretch.end_user = counters[COUNT_USER];
	for (int i = 0; i < NR_COUNTERS; i++)
		last_stretch.counts[i] = counters[i] - before[i];
	path_swap(&last_stretch.path, &path);
}

static bool is_vector(uint32_t pc)
{
	return pc - vectors_address < VECTORS_SIZE;
}

static enum kind kind_of_entry(uint32_t pc)
{
	if (is_vector(pc))
		return KIND_VECTORS + (pc - vectors_address) % 32 / 4;
	return KIND_OTHER;
}

/* A stretch that leads to a reset holds nobody up any more. */
static void reset(void)
{
	booting = true;
	boot_start = counters[COUNT_KERNEL];
	is_open = false;
}

void stretch_kernel(uint32_t pc, unsigned int at)
{
	if (pc == entry_address)
		reset();
	if (is_open && returned && is_vector(pc))
		end(pc);
	if (is_open && at == AT_POLL && !taking) {
		end(pc);
		begin(KIND_POLL);
	}
	if (at == AT_POLL)
		taking = false;
	if (!is_open)
		begin(kind_of_entry(pc));
	counters[COUNT_KERNEL]++;
	path_add(&path, pc);
	if (at == AT_WAIT) {
		end(pc + 4);
		begin(KIND_IDLE);
	}
	returned = at == AT_RETURN;
}

void stretch_user(uint32_t pc)
{
	if (!is_open)
		return;
	end(pc);
	if (booting && nr_boots < MAX_BOOTS)
		boots[nr_boots++] = counters[COUNT_KERNEL] - boot_start;
	booting = false;
}

static void print_statistics(const struct statistics *s, const char *name, FILE *out)
{
	fprintf(out,
		"{\"stretches\":\"%s\",\"number\":%llu,\"total\":%llu,\"longest\":%llu,"
		"\"at\":%llu,\"next\":%u,\"buckets\":[",
		name, (unsigned long long)s->number, (unsigned long long)s->total,
		(unsigned long long)s->longest, (unsigned long long)s->at, s->next);
	for (int i = 0; i < NR_BUCKETS; i++)
		fprintf(out, "%s%llu", i ? "," : "", (unsigned long long)s->buckets[i]);
	fputs("],\"path\":", out);
	path_print(&s->path, out);
	fputs("}\n", out);
}

void stretch_print(FILE *out)
{
	fputs("{\"boots\":[", out);
	for (unsigned int i = 0; i < nr_boots; i++)
		fprintf(out, "%s%llu", i ? "," : "", (unsigned long long)boots[i]);
	fputs("]}\n", out);
	for (int i = 0; i < NR_KINDS; i++)
		if (statistics[i].number)
			print_statistics(&statistics[i], kind_names[i], out);
}
