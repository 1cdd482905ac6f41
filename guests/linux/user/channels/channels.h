/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between the files of this program: main.c runs what checks.c promises.
 */
#ifndef CHANNELS_H
#define CHANNELS_H

#include "orders.h"

/** struct check - @run gives NULL, or what is wrong */
struct check {
	const char *id, *sentence;
	const char *(*run)(void);
};

/* The last one has no id. */
extern const struct check checks[];

const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** expect - NULL if a call gave what was wanted, and, if it failed, with this error */
const char *expect(const char *what, long got, long wanted, int error);

int open_channel(const char *name, int flags);

/** tell - have the other cell do something after @delay milliseconds */
void tell(uint32_t what, uint32_t number, uint32_t delay);

long now_ms(void);

/** alarm_in_ms - interrupt what waits */
void alarm_in_ms(int ms);

#endif
