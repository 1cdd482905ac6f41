/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Interfaces between the parts of the plugin: the counters, runs of instructions, and
 * the calls from one part to another. mvcount.c talks to QEMU, stretch.c follows
 * privileged stretches, latency.c follows interrupts, mark.c logs marks, histogram.c
 * counts by address, decode.c classifies instructions.
 */
#ifndef MVCOUNT_H
#define MVCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Tables for native cells, guest kernels and guest users, one after the other. */
#define VECTORS_SIZE (3 * 32)

/** Privileged code is linked here and above; cells are below. */
#define KERNEL_BASE 0xF0000000u
#define GUEST_HIGH  0xFFF00000u /* from here on it is guests' again */

/* All but COUNT_USER count in privileged code only. */
enum counter {
	COUNT_USER, /* instructions */
	COUNT_KERNEL, /* instructions */
	COUNT_LOADS, /* memory accesses: one for each register of a LDM */
	COUNT_STORES,
	COUNT_TLB, /* maintenance operations */
	COUNT_CACHE,
	COUNT_BARRIER,
	COUNT_DACR, /* writes to system registers */
	COUNT_TTBR,
	COUNT_CONTEXTIDR,
	NR_COUNTERS
};

extern const char *const counter_names[NR_COUNTERS];
extern uint64_t counters[NR_COUNTERS];

/* decode.c */

/** decode_counter - which of COUNT_TLB and later an instruction adds to, or -1 */
int decode_counter(uint32_t instruction);
bool decode_is_wait(uint32_t instruction);
/** decode_is_return - an exception return */
bool decode_is_return(uint32_t instruction);

/* Runs (path.c): consecutive instructions, so that a path stays short. */

struct run {
	uint32_t start;
	uint32_t count;
};

/** struct path - instructions in the order of their execution */
struct path {
	struct run *runs;
	size_t nr, room;
};

void path_clear(struct path *path);
void path_add(struct path *path, uint32_t pc);
void path_copy(struct path *to, const struct path *from);
void path_swap(struct path *a, struct path *b);
/** path_print - as a JSON list of [start, count]; a very long one is cut off */
void path_print(const struct path *path, FILE *out);

/* stretch.c */

/* The meaning of an instruction for stretches, kept in the low bits of its PC. */
#define AT_WAIT   1u /* ends a stretch: wait for interrupt */
#define AT_POLL   2u /* ends a stretch: the place where interrupts are polled */
#define AT_RETURN 3u /* an exception return: a pending interrupt is taken next */
#define AT_BITS   3u

/** struct stretch_info - the last privileged stretch that ended */
struct stretch_info {
	const char *entry; /* how it began: svc, irq, ..., idle, poll, boot */
	uint64_t counts[NR_COUNTERS]; /* in this stretch */
	uint64_t end_user; /* counters[COUNT_USER] when it ended */
	struct path path;
};

extern struct stretch_info last_stretch;

void stretch_config(uint32_t vectors, uint32_t entry);
/** stretch_kernel - a privileged instruction is about to execute */
void stretch_kernel(uint32_t pc, unsigned int at);
/** stretch_user - a cell's instruction is about to execute */
void stretch_user(uint32_t pc);
void stretch_print(FILE *out);

/* latency.c */

void latency_config(uint32_t vectors, uint32_t size, uint32_t entry);
/** latency_kernel - as stretch_kernel() */
void latency_kernel(uint32_t pc, unsigned int at);
/** latency_taken - what only executes when there was an interrupt is about to */
void latency_taken(void);
/** latency_passed - what only executes when no cell is to run is about to */
void latency_passed(void);
/** latency_user - as stretch_user() */
void latency_user(void);
void latency_print(FILE *out);

/* mark.c */

/** mark_config - a mark at @address; false if there is no room for more */
bool mark_config(uint32_t address, const char *name);
/** mark_window - record the path between the @nth @from and the next @to */
void mark_window(const char *from, const char *to, uint64_t nth);
/** mark_find - the mark at an address, or -1 */
int mark_find(uint32_t address);
/** mark_hit - the marked instruction is about to execute */
void mark_hit(int mark);
/** mark_kernel - a privileged instruction is about to execute */
void mark_kernel(uint32_t pc);
void mark_print(FILE *out);

/* histogram.c */

/** histogram_window - count from each mark NAME@from to the next NAME@to */
void histogram_window(const char *from, const char *to);
/** histogram_counter - where the executions of an address add up; NULL if none are wanted */
uint64_t *histogram_counter(uint32_t pc);
/** histogram_mark - a mark is about to execute */
void histogram_mark(const char *name);
/** histogram_print - each as a JSON list of [address, executions] */
void histogram_print(FILE *out);

#endif
