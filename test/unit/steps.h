/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random steps of a whole system, each checked against the model: hypercalls of
 * the running vCPU with good and bad arguments, faults, interrupts, time. Used
 * by the random tests and by the fuzzing target.
 */
#ifndef TEST_STEPS_H
#define TEST_STEPS_H

#include <stdint.h>

/** steps_begin - boot; @choose gives a number below @n, from then on */
void steps_begin(uint32_t (*choose)(uint32_t n));

/** steps_one - make one step and compare with the model */
void steps_one(void);

/** struct steps_counts - what happened, to see that all of it did */
struct steps_counts {
	uint32_t calls[64], good[64];
	uint32_t faults, upcalls, idle, boots;
};

extern struct steps_counts steps_counts;

#endif
