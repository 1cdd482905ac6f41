/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Functions of registers.S, which fill the registers, wait in a loop and tell what the registers hold
 * then.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define NR_DOUBLES 32
#define NR_WORDS   13 /* r0..r2, r4..r12, lr; r3 counts */
#define FLAGS      0xf80f0000u /* N, Z, C, V, Q, GE */

/* All floating-point registers and FPSCR, for so many rounds of the loop. */
void doubles_hold(const uint64_t values[NR_DOUBLES], uint64_t after[NR_DOUBLES], uint32_t rounds);
uint32_t status_hold(uint32_t status, uint32_t rounds);

/* All others, and the flags, which the loop leaves alone; the flags afterwards. */
uint32_t words_hold(const uint32_t values[NR_WORDS], uint32_t after[NR_WORDS], uint32_t rounds,
		    uint32_t flags);

/* The thread register that user mode may read, TPIDRURO. */
uint32_t thread_register(void);

/* a + b with the processor's vectors: four words at once. */
void vector_add(const uint32_t a[4], const uint32_t b[4], uint32_t sum[4]);

#endif
