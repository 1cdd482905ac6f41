/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A unit test is an id, a sentence and a function. It runs in a process of its own
 * (runner.c), so that it starts with a microvisor fresh from boot and may end it in any
 * way.
 */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** struct test - @booted: cells are started and asleep when it begins */
struct test {
	const char *id, *sentence;
	void (*run)(void);
	bool booted;
	struct test *next;
};

void test_add(struct test *test);

#define TEST_ENTRY(function, id, sentence, booted)                                     \
	static void function(void);                                                    \
	static struct test function##_test = { id, sentence, function, booted, NULL }; \
	static void __attribute__((constructor)) function##_add(void)                  \
	{                                                                              \
		test_add(&function##_test);                                            \
	}                                                                              \
	static void function(void)

#define TEST(function, id, sentence)          TEST_ENTRY(function, id, sentence, true)
#define TEST_UNBOOTED(function, id, sentence) TEST_ENTRY(function, id, sentence, false)

#endif
