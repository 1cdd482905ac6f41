/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of the judge of floating point: an id, a sentence, a function. Each
 * file has a table of them; test/system reads the same tables.
 */
#ifndef TEST_FP_JUDGE_H
#define TEST_FP_JUDGE_H

#include "fp.h"
#include "uart.h"

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

extern const struct check_set modes_set, caches_set;

/* In a check: end it, with a line that tells why, unless ... */
#define SAME(value, wanted)                                                              \
	do {                                                                             \
		if (!judge_same((uint32_t)(value), (uint32_t)(wanted), #value, __FILE__, \
				__LINE__))                                               \
			return false;                                                    \
	} while (0)
#define MUST(condition) SAME(!!(condition), true)

bool judge_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line);

/** rivals_compete - some cells use floating point at the judge's priority, from now on */
bool rivals_compete(void);
/** rivals_end - no longer; true if each did its rounds, and none went wrong */
bool rivals_end(void);

#endif
