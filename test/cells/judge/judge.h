/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The judge's checks and the functions that they share. A check is an id, a sentence
 * and a function. Each file has a table of checks; main.c runs all tables in order and
 * prints one line for each check. test/system reads the same tables.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "call.h"
#include "order.h"
#include "pulse.h"
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

extern const struct check_set calls_set, buffers_set, channels_set, virqs_set, upcalls_set,
	vcpus_set, sched_set, timers_set, memory_set, instructions_set, faults_set, devices_set;

/* In a check: end it, with a line that tells why, unless ... */
#define MUST(condition)                                                       \
	do {                                                                  \
		if (!judge_must((condition), #condition, __FILE__, __LINE__)) \
			return false;                                         \
	} while (0)
#define SAME(value, wanted)                                                              \
	do {                                                                             \
		if (!judge_same((uint32_t)(value), (uint32_t)(wanted), #value, __FILE__, \
				__LINE__))                                               \
			return false;                                                    \
	} while (0)

bool judge_must(bool condition, const char *text, const char *file, int line);
bool judge_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line);
/** note - something to print if the check fails, such as where in a table it was */
void note(const char *format, ...) MV_PRINTF(1, 2);

/** how much later than it should a thing may happen, ns */
#ifdef CONFIG_DEBUG_CHECKS
#define TOLERANCE_NS 400000u
#else
#define TOLERANCE_NS 25000u
#endif

extern const volatile struct pulse *pulse;

/** lines_of - the line of an environment entry, as a bit */
static inline uint32_t line_of(const struct mv_env_entry *entry)
{
	return 1u << entry->line;
}

/** cap_named - what the judge has, by name */
uint32_t cap_named(const char *name, uint32_t kind);

/**
 * wait_lines - wait until one of the lines is pending, at most @limit ns
 * Return: those pending, 0 if the time is over. Nothing is fetched.
 */
uint32_t wait_lines(uint32_t lines, uint64_t limit);

/** pause - let others run for that long */
void pause(uint64_t ns);

/* Puppets (puppets.c) ------------------------------------------------------ */

enum outcome {
	DONE,
	FAULTED,
	TIMED_OUT,
};

struct puppet {
	const char *name;
	uint32_t index; /* of the cell */
	uint32_t cell, go; /* capabilities */
	const struct mv_env_entry *done;
	volatile struct order *order;
	uint32_t nr_faults; /* records read so far */
	uint32_t seen; /* of them, by order_wait() */
	struct mv_fault_record fault; /* the last one */
};

extern struct puppet puppet, phoenix, mortal, fragile, low, sleeper;

void puppets_find(void);

/** read_faults - take all records out of the fault log; returns how many */
uint32_t read_faults(void);

/** order_give - let a puppet begin; order_wait - until it is done or has faulted */
void order_give(struct puppet *p, uint32_t operation, uint32_t a, uint32_t b);
enum outcome order_wait(struct puppet *p, uint64_t limit);

/** order - both */
enum outcome order(struct puppet *p, uint32_t operation, uint32_t a, uint32_t b);

/** order_call - let a puppet make a hypercall; its error, ~0 if it did not come back */
uint32_t order_call(struct puppet *p, uint32_t number, uint32_t a, uint32_t b, uint32_t c,
		    uint32_t d);

/** revive - restart a puppet and wait until it obeys */
bool revive(struct puppet *p);

/** state_of - MV_CELL_*; restarts_of - so far */
uint32_t state_of(const struct puppet *p);
uint32_t restarts_of(const struct puppet *p);

/** faults_with - the order ends in a fault of that cause; then revive the puppet */
bool faults_with(struct puppet *p, uint32_t cause, uint32_t operation, uint32_t a, uint32_t b);

/** faults_at - the same, and the fault's address is @a */
bool faults_at(struct puppet *p, uint32_t cause, uint32_t operation, uint32_t a, uint32_t b);

/** puppets_ready - bring back those that a failed check has left in a bad state */
void puppets_ready(void);

/** obeys - the puppet does a harmless order */
bool obeys(struct puppet *p);

/* Stubs in assembly (stubs.S) ------------------------------------------------ */

/** struct registers - r0..r12, lr and flags before and after a hypercall */
struct registers {
	uint32_t r[13];
	uint32_t lr;
	uint32_t flags;
};

void call_with_registers(struct registers *r);
void call_with_registers_thumb(struct registers *r);

/** stack words of a helper vCPU */
#define HELPER_STACK 256
extern uint32_t helper_stack[3][HELPER_STACK];

/** helper_run - let vCPU 1 or 2 run a function at a priority */
bool helper_run(uint32_t vcpu, void (*fn)(void *argument), void *argument, uint32_t priority);
/** helpers_stop - both, as they were at the beginning */
void helpers_stop(void);
/** pipe_drain - take all messages out of the channel "pipe", both ways (channels.c) */
void pipe_drain(void);
/** vcpu_cap - of vCPU n of the judge */
uint32_t vcpu_cap(uint32_t n);

#define JUDGE_PRIORITY 200
#define JUDGE_FLOOR    20
#define JUDGE_CEILING  210

#endif
