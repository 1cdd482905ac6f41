/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The user program of the test OS: a process with its own random numbers makes
 * operations and holds what it sees against the kernel's model. All it sees goes
 * into a hash that depends on the seed alone, whoever runs when.
 */
#ifndef TEST_OS_USER_H
#define TEST_OS_USER_H

#include "../calls.h"
#include <stdbool.h>
#include <stddef.h>

#define MAX_CHILDREN 15

/**
 * struct self - a process's own state, on its stack
 * @left: operations to be made. @tokens: processes it may still have made.
 * @children, @given: those it has not waited for, and tokens they were given.
 */
struct self {
	uint32_t random, hash, left, tokens, number, heap, added;
	uint32_t children[MAX_CHILDREN], given[MAX_CHILDREN], nr_children;
};

struct two {
	uint32_t r0, r1;
};

#define CALL_TEXT(n, a, b, c, d)                  \
	register uint32_t r0 __asm__("r0") = (a); \
	register uint32_t r1 __asm__("r1") = (b); \
	register uint32_t r2 __asm__("r2") = (c); \
	register uint32_t r3 __asm__("r3") = (d); \
	register uint32_t r7 __asm__("r7") = (n); \
	__asm__ volatile("svc #0" : "+r"(r0), "+r"(r1) : "r"(r2), "r"(r3), "r"(r7) : "memory")

static inline struct two call2(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	CALL_TEXT(n, a, b, c, d);
	return (struct two){ r0, r1 };
}

static inline uint32_t call4(uint32_t n, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return call2(n, a, b, c, d).r0;
}

#define call0(n)          call4(n, 0, 0, 0, 0)
#define call1(n, a)       call4(n, a, 0, 0, 0)
#define call3(n, a, b, c) call4(n, a, b, c, 0)

static inline uint32_t address_of(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

static inline uint32_t random_word(struct self *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 17;
	s->random ^= s->random << 5;
	return s->random;
}

static inline uint32_t below(struct self *s, uint32_t limit)
{
	return (uint32_t)((uint64_t)random_word(s) * limit >> 32);
}

static inline void mix(struct self *s, uint32_t value)
{
	s->hash = (s->hash ^ value) * 16777619u + (s->hash >> 15);
}

static inline void expect(uint32_t check, uint32_t page, uint32_t expected, uint32_t got)
{
	if (expected != got)
		call4(CALL_FAIL, check, page, expected, got);
}

/* probe.S: each returns 0, or what the fault handler got: FAULT_*. */
uint32_t probe_read(uint32_t address);
uint32_t probe_write(uint32_t address, uint32_t value);
uint32_t probe_execute(uint32_t address);
uint32_t probe_undefined(void);
void probe_handler(void);
/** spin - count, with values in all registers; 0 if they are still there */
uint32_t spin(uint32_t seed, uint32_t rounds);
/** compute - the same with floating point: the sum of all registers, as integers */
uint32_t compute(uint32_t seed, uint32_t rounds);
uint32_t add_shared(uint32_t address, uint32_t number);

/* pages.c */
uint32_t any_page(struct self *s);
void fill_page(struct self *s, uint32_t page);
void read_page(struct self *s, uint32_t page);
void op_fill(struct self *s);
void op_read(struct self *s);
void op_execute(struct self *s);
void op_map(struct self *s);
void op_unmap(struct self *s);
void op_protect(struct self *s);
void op_move(struct self *s);
void op_break(struct self *s);
void op_outside(struct self *s);
void op_flush(struct self *s);
void op_deep(struct self *s);

/* family.c */
void op_fork(struct self *s);
void op_wait(struct self *s);
void op_kill(struct self *s);
void op_echo(struct self *s);
void op_letter(struct self *s);

/* compute.c */
void op_spin(struct self *s);
void op_compute(struct self *s);
void op_shared(struct self *s);
void op_thread(struct self *s);
void op_calls(struct self *s);

/** work - make operations until none is left, and end the process */
_Noreturn void work(struct self *s);

/** measure - each thing so many times, between marks (measure.S) */
void measure(uint32_t repeat);
uint32_t measure_null(void);
uint32_t measure_fork(void);
uint32_t measure_wait(uint32_t process);
void measure_exit(void);
void measure_yield(void);
void measure_map(uint32_t page, uint32_t pages, uint32_t rights);
void measure_unmap(uint32_t page, uint32_t pages, uint32_t flush);
void measure_protect(uint32_t page, uint32_t pages, uint32_t rights, uint32_t flush);
void measure_touch(uint32_t address);
void measure_copy(uint32_t address);

#endif
