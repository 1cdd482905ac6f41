/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One handler for thousands of faults: what signal an access ends with, for programs that
 * touch all of an address space. Used by physical.c and check/isolation.c.
 */
#ifndef PROBE_H
#define PROBE_H

#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PROBE_READ = 1,
	PROBE_WRITE = 2,
	PROBE_RUN = 4
};

static sigjmp_buf probe_begun;

static void probe_failed(int number)
{
	siglongjmp(probe_begun, number);
}

/* To be called once, before the first probe(). */
static inline void probe_begin(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], probe_failed);
}

/* The signal of an access, or 0. A write leaves what was there. */
static inline int probe(uintptr_t address, int how)
{
	volatile int number = sigsetjmp(probe_begun, 1);

	if (number)
		return number;
	if (how == PROBE_READ)
		(void)*(volatile uint32_t *)address;
	else if (how == PROBE_WRITE)
		__atomic_fetch_or((uint32_t *)address, 0, __ATOMIC_SEQ_CST);
	else
		((void (*)(void))address)();
	return 0;
}

#endif
