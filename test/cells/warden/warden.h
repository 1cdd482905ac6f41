/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The warden's checks and what they share. As in test/cells/judge: a file has a table
 * of checks, main.c runs them and prints a line for each, test/system reads the
 * same tables. The rows of table.c are only printed: what must hold in each says
 * test/system/test_lifecycle.py.
 */
#ifndef WARDEN_H
#define WARDEN_H

#include "stage.h"
#include "uart.h"
#include <mv.h>

struct check {
	const char *id;
	const char *sentence;
	bool (*holds)(void);
};

struct check_set {
	const struct check *checks;
	unsigned int nr;
};

#define CHECK_SET(name) const struct check_set name##_set = { name, MV_ARRAY_SIZE(name) }

extern const struct check_set checks_set, ends_set;

/* In a check: end it, with a line that tells why, unless ... */
#define MUST(condition)                                                        \
	do {                                                                   \
		if (!warden_must((condition), #condition, __FILE__, __LINE__)) \
			return false;                                          \
	} while (0)
#define SAME(value, wanted)                                                               \
	do {                                                                              \
		if (!warden_same((uint32_t)(value), (uint32_t)(wanted), #value, __FILE__, \
				 __LINE__))                                               \
			return false;                                                     \
	} while (0)

bool warden_must(bool condition, const char *text, const char *file, int line);
bool warden_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line);
/** note - a number to print if the check fails */
void note(uint32_t number);

/** prioritise - the warden's own priority from now on */
void prioritise(uint32_t priority);

#define MOST_URGENT 255

/* Wards (wards.c) -------------------------------------------------------------------- */

extern volatile struct stage *stage;

/** struct charge - what the warden has of a ward; 0 and NULL: nothing of that kind */
struct charge {
	uint32_t cell, act, bell;
	const struct mv_env_entry *mail;
	volatile struct ward *seen;
};

extern struct charge charges[NR_PLACES];

void wards_find(void);

/** status_of - as cell_status gives it; state_of - MV_CELL_* */
uint32_t status_of(uint32_t place);
uint32_t state_of(uint32_t place);

/** tell - a ward what to do: ACT_* */
void tell(uint32_t place, uint32_t what);

/** ring - raise its bell and send it a message, with that number in both */
void ring(uint32_t place, uint32_t number);

/** told_of_reset - whether its channel has told that it went, since the last time */
bool told_of_reset(uint32_t place);

/** fresh - stop and start it: it waits, and nothing is pending */
bool fresh(uint32_t place);

/** monitor_told - whether the monitor was told of its fault, in the monitor's present life */
bool monitor_told(uint32_t place);

/** table_run - print a row for every order, state and action */
void table_run(void);

#endif
