/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Inside the fuzzing cell: random numbers for each vCPU, and arguments made
 * from the declarations of the hypercalls.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "matrix.h"

#define NR_WORKERS  3
#define STACK_WORDS 508 /* upcall.S knows it */

/** struct worker - a vCPU of the cell, fuzzing on its own; known to upcall.S */
struct worker {
	uint32_t stack[STACK_WORDS];
	uint32_t state[4]; /* of the random numbers */
};

extern struct worker workers[NR_WORKERS];
extern struct matrix caps;

/* Memory for buffers. */
#define ARENA_WORDS 2048
extern uint32_t arena[ARENA_WORDS];

/** random_seed - begin a sequence that depends on all three */
void random_seed(struct worker *w, uint32_t seed, uint32_t stream, uint32_t life);
uint32_t random_word(struct worker *w);
/** below - a number from 0 up to, and not including, @limit */
uint32_t below(struct worker *w, uint32_t limit);
/** one_in - true once in @n times */
bool one_in(struct worker *w, uint32_t n);

/** arguments_make - random words for a call: mostly valid, or some of them not */
void arguments_make(struct worker *w, const struct mv_fuzz_call *call, uint32_t words[6]);

/** work - what each vCPU does, for ever */
void work(void);

/* As a guest, that is with a vMMU (spaces.c); without one these do nothing. */

/** spaces_make - address spaces in which the cell sees itself (once) */
void spaces_make(void);
/** spaces_begin - the calling vCPU's vectors and domains */
void spaces_begin(void);
/** is_guest - has the cell a vMMU? */
bool is_guest(void);
/** space_word, page_word - valid words for calls to the vMMU */
uint32_t space_word(struct worker *w);
uint32_t page_word(struct worker *w);
/** user_visit - to guest user mode, which comes back at once if it exists there */
void user_visit(struct worker *w);

/** fuzz_entry - where a vCPU starts: takes its own stack, then work() (upcall.S) */
void fuzz_entry(void);

/** fuzz_upcall - vector (upcall.S); upcall_serve - called by it */
void fuzz_upcall(void);
void upcall_serve(void);

/** resume_raw - the hypercall vcpu_resume, coming back at resume_landed (upcall.S) */
uint32_t resume_raw(void);
void resume_landed(void);

#endif
