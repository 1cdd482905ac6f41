/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random steps of guests, chosen by a random generator or by a fuzzer's input.
 * After each step the guest is compared with the reference.
 */
#ifndef TEST_MMU_STEPS_H
#define TEST_MMU_STEPS_H

#include "check.h"

/** choose - a number below n; the program that runs the steps sets it */
extern uint32_t (*choose)(uint32_t n);

/**
 * struct steps - a way for guests to behave
 * @begin: prepare a machine that has just begun. @step: do something.
 */
struct steps {
	void (*begin)(void);
	void (*step)(void);
};

/*
 * Obedient: flushes what it changed, and gets exactly what its tables say.
 * Hostile: does not, writes garbage; stays within its memory.
 * Software: enters pages itself, in software-loaded spaces.
 */
extern const struct steps obedient, hostile, software;

/** some_places - choose the few places that a sequence is mostly about */
void some_places(void);

/** some_va - an address out of few, with neighbours on both sides of borders */
uint32_t some_va(void);

/** some_first, some_second - descriptors that are mostly sensible */
uint32_t some_first(void);
uint32_t some_second(void);

/** some_flush - of anything, needed or not */
void some_flush(void);

#endif
