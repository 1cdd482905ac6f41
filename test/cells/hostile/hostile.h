/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The hostile guest: random translation tables, accesses through them, and a
 * look at what they have reached.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "guest.h"

#define NR_WORKERS 2
#define NR_TABLES  4 /* first level */
#define NR_SECOND  12 /* second level */

/* The addresses between the guest's two parts, which its tables cannot translate. */
#define IN_HOLE(va) ((va) >= MV_GUEST_END && (va) < MV_GUEST_HIGH)

/* Most accesses go to this window; some go to other addresses. */
#define WINDOW       0x20000000u
#define WINDOW_MIB   24
#define WINDOW_PAGES 24 /* the first ones of each megabyte */
#define LAST_PAGES   16 /* and the last ones, which the last megabyte has most use for */

/**
 * struct progress - the segment "progress"; seed, count and workers can be put
 *	there before the start
 * @aside: accesses are mostly to the first words of a page, and some tables lead
 *	here.
 * @seed: of all random numbers. @count: operations to do; @workers: vCPUs that
 *	do them.
 * @operations: done so far, and of them: @reads, @writes, @runs that succeeded,
 *	@faults.
 * @foreign: reads or writes that reached memory of others; @va, @value: the first
 *	of them.
 * @lives: how often the guest was started.
 * @looked: successful accesses whose place was found in the guest's memory.
 * @last: successful accesses in the last megabyte.
 */
struct progress {
	uint32_t aside[16];
	uint32_t seed, count, workers;
	volatile uint32_t operations, reads, writes, runs, faults, foreign, va, value, lives,
		looked, last;
};

extern struct progress *progress;
extern uint32_t *tables[NR_TABLES], *second[NR_SECOND];

struct worker {
	uint32_t random;
	uint32_t table; /* in use: of tables[], or NR_TABLES: software, or above: none */
	uint32_t asid;
};

uint32_t random_word(struct worker *w);
/** below - from 0 up to, and not including, @limit */
uint32_t below(struct worker *w, uint32_t limit);

/** tables_make - the guest's memory is marked, its tables are empty */
void tables_make(void);
/** tables_fill - all of them with random descriptors */
void tables_fill(struct worker *w);
/** tables_spoil - change something in some table */
void tables_spoil(struct worker *w);
/** some_page - a page of the guest's, marked or of a table */
uint32_t some_page(struct worker *w);
/** some_address - guest virtual */
uint32_t some_address(struct worker *w);

/** mark - a word that the guest's memory is filled with, and nobody else's; undefined as code */
uint32_t mark(uint32_t n);
bool is_mark(uint32_t word);
/** is_ours - a word stands somewhere in the guest's memory */
bool is_ours(uint32_t word);

#endif
