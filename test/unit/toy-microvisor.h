/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A toy microvisor in place of the hypercalls, for tests of guests/lib on the
 * build machine: one vCPU, a clock that moves only while it waits, one timer,
 * one channel whose peer is the test; and an environment to go with it.
 */
#ifndef TOY_MICROVISOR_H
#define TOY_MICROVISOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "../../guests/lib/local.h"

#define DEPTH   4
#define MESSAGE 32
#define TIMER   2 /* lines, and capabilities of their vIRQs are line + 10 */
#define CHANNEL 3
#define OTHER   5

struct fifo {
	char text[DEPTH][MESSAGE];
	uint32_t length[DEPTH], count;
};

struct toy {
	struct mv_vcpu_page page;
	uint32_t payload[32];
	uint64_t now, deadline;
	struct fifo out, in;
	uint64_t reader_wakes; /* when the peer empties `out`, NEVER: never */
	char received[2000]; /* what the peer has taken */
	bool lowered; /* virq_sync was called */
};

extern struct toy toy;

struct low {
	char args[100];
	struct {
		uint32_t magic, count, end, entries[6];
		char names[40];
	} symbols;
	struct mv_env env;
	struct mv_env_entry entries[12];
};

extern struct low *low; /* below 4 GiB, because entries hold 32-bit addresses */

/* mv_panic() comes back here, with its text. */
extern jmp_buf panicked;
extern char panic_text[200];

int toy_set_up(void **state);
void raise_line(unsigned int line, uint32_t payload);
void drain_out(void);
void type(const char *text);

#endif
