/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Runs the tests with cmocka, each in a child process. What a child prints is
 * shown when it fails; lines that start with "# " always are. Words on the
 * command line or in T choose tests whose id or sentence contains one of them.
 * With ERRORS in the environment a line `! ID NUMBER ERROR` tells of each error
 * of each hypercall that a test has provoked; run.py asks for that.
 */
#include "unit.h"

#include "software.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TESTS    1000
#define TIME_LIMIT_S 120

static struct test *first;
static struct CMUnitTest group[MAX_TESTS];
static char names[MAX_TESTS][160];
static size_t chosen;
static const char *test_id;

/* Children are counted by the parent, and nothing needs to be freed. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

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

/* Once for each error of each hypercall. */
static void tell_error(uint32_t number, uint32_t r0)
{
	static bool told[MV_NR_CALLS][32];

	if (r0 < 32 && !told[number][r0])
		printf("! %s %u %u\n", test_id, number, r0);
	told[number][r0 % 32] = true;
}

static void body(void **state)
{
	const struct test *test = *state;

	if (test->booted)
		boot_and_settle();
	test->run();
	if (test->booted && machine.end == END_NOT)
		check_machine();
}

static int child(struct test *test, FILE *output)
{
	struct CMUnitTest one[] = { { test->id, body, NULL, NULL, test } };

	test_id = test->id;
	hypercall_result = getenv("ERRORS") ? tell_error : NULL;
	dup2(fileno(output), STDOUT_FILENO);
	dup2(fileno(output), STDERR_FILENO);
	alarm(TIME_LIMIT_S);
	return _cmocka_run_group_tests(test->id, one, 1, NULL, NULL);
}

/* Lines that cmocka would print for any test; they would be counted twice. */
static bool is_frame(const char *line)
{
	static const char *const starts[] = { "[=====",    "[ RUN", "[       OK", "[  PASSED",
					      "[  FAILED", "\n",    " 1 FAILED",  "ERROR: " };

	for (unsigned int i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(line, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static void show(FILE *output, bool failed)
{
	char line[400];

	rewind(output);
	while (fgets(line, sizeof(line), output))
		if (line[0] == '#' || line[0] == '!')
			fputs(line, stdout);
		else if (failed && !is_frame(line))
			printf("    %s", line);
	fclose(output);
}

static void in_child(void **state)
{
	FILE *output = tmpfile();
	int status = 0;
	pid_t pid;

	assert_non_null(output);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(child(*state, output));
	waitpid(pid, &status, 0);
	show(output, status != 0);
	if (WIFSIGNALED(status))
		fail_msg("ended by signal %d%s", WTERMSIG(status),
			 WTERMSIG(status) == SIGALRM ? " (it takes too long)" : "");
	if (status)
		fail_msg("failed");
}

static bool matches(const struct test *test, const char *const *words)
{
	if (!*words)
		return true;
	for (; *words; words++)
		if (strcasestr(test->id, *words) || strcasestr(test->sentence, *words))
			return true;
	return false;
}

static void choose(const char *const *words)
{
	for (struct test *test = first; test && chosen < MAX_TESTS; test = test->next) {
		if (!matches(test, words))
			continue;
		snprintf(names[chosen], sizeof(names[0]), "%s %s", test->id, test->sentence);
		group[chosen] = (struct CMUnitTest){ names[chosen], in_child, NULL, NULL, test };
		chosen++;
	}
}

int main(int argc, char **argv)
{
	const char *word = getenv("T");
	const char *from_environment[] = { word, NULL };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1)
		choose((const char *const *)argv + 1);
	else if (word && *word)
		choose(from_environment);
	else
		choose((const char *[]){ NULL });
	if (!chosen) {
		printf("No test matches; ids look like UNI-SCHED-001\n");
		return 0;
	}
	return _cmocka_run_group_tests(argv[0], group, chosen, NULL, NULL);
}
