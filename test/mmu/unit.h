/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A test is an id, a sentence and a function. It begins with a fresh machine
 * (machine_begin()) whose guests have just been created.
 */
#ifndef TEST_MMU_UNIT_H
#define TEST_MMU_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct test {
	const char *id, *sentence;
	void (*run)(void);
	struct test *next;
};

void test_add(struct test *test);

/* Printed if the test fails. */
extern char test_note[80];

#define TEST(function, id, sentence)                                           \
	static void function(void);                                            \
	static struct test function##_test = { id, sentence, function, NULL }; \
	static void __attribute__((constructor)) function##_add(void)          \
	{                                                                      \
		test_add(&function##_test);                                    \
	}                                                                      \
	static void function(void)

#endif
