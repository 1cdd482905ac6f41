/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Runs the tests with cmocka, in the order of their ids. Words on the command
 * line or in T choose those whose id or sentence contains one of them.
 */
#include "machine.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TESTS 200

char test_note[80];

static struct test *first;
static struct CMUnitTest group[MAX_TESTS];
static char names[MAX_TESTS][160];
static size_t chosen;

void test_add(struct test *test)
{
	struct test **place = &first;

	while (*place && strcmp((*place)->id, test->id) < 0)
		place = &(*place)->next;
	if (*place && strcmp((*place)->id, test->id) == 0) {
		fprintf(stderr, "Two tests have the id %s: renumber one\n", test->id);
		exit(1);
	}
	test->next = *place;
	*place = test;
}

static void body(void **state)
{
	const struct test *test = *state;

	machine_begin();
	test->run();
}

static int after(void **state)
{
	if (*test_note)
		printf("%s\n", test_note);
	*test_note = 0;
	return 0;
}

static bool matches(const struct test *test, char **words)
{
	for (char **word = words; *word; word++)
		if (strcasestr(test->id, *word) || strcasestr(test->sentence, *word))
			return true;
	return !*words;
}

int main(int argc, char **argv)
{
	char *word = getenv("T"), *from_environment[] = { word && *word ? word : NULL, NULL };

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (struct test *test = first; test && chosen < MAX_TESTS; test = test->next) {
		if (!matches(test, argc > 1 ? argv + 1 : from_environment))
			continue;
		snprintf(names[chosen], sizeof(names[0]), "%s %s", test->id, test->sentence);
		group[chosen] = (struct CMUnitTest){ names[chosen], body, NULL, after, test };
		chosen++;
	}
	printf("vTLB of %d spaces and %d tables\n", CONFIG_VTLB_SPACES, CONFIG_VTLB_TABLES);
	return chosen ? _cmocka_run_group_tests(argv[0], group, chosen, NULL, NULL) : 0;
}
