/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The library's state of each vCPU, and calls between the library's files. vCPUs of
 * a cell share nothing in here, so that none ever waits for another.
 */
#ifndef MV_LOCAL_H
#define MV_LOCAL_H

#include <mv.h>

#define MV_NR_LINES 32
#ifndef CONFIG_MAX_VCPUS_PER_CELL
#define CONFIG_MAX_VCPUS_PER_CELL MV_MAX_VCPUS_PER_CELL
#endif

struct mv_line {
	mv_handler handler;
	void *argument;
	uint16_t cap; /* of the vIRQ, to fetch its payload */
	bool counts; /* the vIRQ is a timer's: its payloads add up */
	uint32_t held; /* payload that was fetched, but not yet handled */
};

/** struct mv_lines - the vIRQ lines of one vCPU */
struct mv_lines {
	uint32_t held; /* lines with a held payload */
	struct mv_line line[MV_NR_LINES];
};

/** mv_line_bit - the line of an entry as a bit, 0 if it has none */
uint32_t mv_line_bit(const struct mv_env_entry *entry);

/**
 * mv_wait_only - sleep until one of @lines comes; run no handler
 * Fetched payloads are held for the next mv_wait(). Masks and restores upcalls.
 */
void mv_wait_only(uint32_t lines);

/** mv_timer_alarm - make sure that timer0 expires at @deadline or before; return its line */
uint32_t mv_timer_alarm(uint64_t deadline);

/** mv_console - the console channel, or NULL */
const struct mv_env_entry *mv_console(void);

/* Called by start.S. */
extern char mv_vcpu_entry[];
void mv_virq_upcall(void);
_Noreturn void mv_vcpu_end(void);

#endif
