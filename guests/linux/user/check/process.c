/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: many processes, their ends, and programs that replace them. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR_RING 300 /* more than a processor has names for address spaces (ASIDs) */
#define LAPS    3

static uint32_t own; /* at one address in all processes, with another value in each */

struct place {
	int in, out;
	uint32_t number;
};

static int pass_on(void *argument)
{
	const struct place *place = argument;
	uint32_t token;

	own = place->number * 0x9e3779b9u;
	for (int lap = 0; lap < LAPS; lap++) {
		if (read(place->in, &token, sizeof(token)) != sizeof(token))
			return 1;
		if (own != place->number * 0x9e3779b9u || token != place->number)
			return 2;
		token++;
		if (write(place->out, &token, sizeof(token)) != sizeof(token))
			return 3;
	}
	return 0;
}

/* Make all members, each between two pipes; the ends that stay are the first and the last. */
static int make_ring(int *pids, int *first, int *last)
{
	int in[2], out[2];

	if (pipe(in))
		return -1;
	*first = in[1];
	for (uint32_t i = 0; i < NR_RING; i++) {
		struct place place = { in[0], -1, i };

		if (pipe(out))
			return -1;
		place.out = out[1];
		pids[i] = start_child(pass_on, &place);
		if (pids[i] < 0)
			return -1;
		close(in[0]);
		close(out[1]);
		in[0] = out[0];
	}
	*last = in[0];
	return 0;
}

static const char *check_ring(void)
{
	int pids[NR_RING], first, last, bad = 0;
	uint32_t token;

	if (make_ring(pids, &first, &last))
		return wrong_call("fork");
	for (int lap = 0; lap < LAPS; lap++) {
		token = 0;
		if (write(first, &token, sizeof(token)) != sizeof(token) ||
		    read(last, &token, sizeof(token)) != sizeof(token) || token != NR_RING)
			return wrong("lap %d ends with %u", lap, token);
	}
	for (int i = 0; i < NR_RING; i++)
		bad += end_child(pids[i]) != 0;
	return bad ? wrong("%d processes have another one's memory", bad) : NULL;
}

static int leaf_count(void *argument)
{
	int depth = *(int *)argument, left, right;

	if (!depth)
		return 1;
	depth--;
	left = start_child(leaf_count, &depth);
	right = start_child(leaf_count, &depth);
	return end_child(left) + end_child(right);
}

static const char *check_tree(void)
{
	int depth = 6, leaves = in_child(leaf_count, &depth);

	return leaves == 64 ? NULL : wrong("it has %d leaves", leaves);
}

static int count_up(void *argument)
{
	volatile uint32_t *counter = argument;

	for (uint32_t i = 0; i < 100; i++)
		++*counter;
	return *counter != 100;
}

/* One after the other: numbers and memory of processes that ended are used again. */
static const char *check_many(void)
{
	uint32_t counter = 0;

	for (int i = 0; i < 1000; i++)
		if (in_child(count_up, &counter))
			return wrong("process %d counted wrong", i);
	return counter ? "a child has changed its parent" : NULL;
}

static int end_with(void *argument)
{
	return *(int *)argument;
}

static int die_of(void *argument)
{
	kill(getpid(), *(int *)argument);
	return 0;
}

static const char *check_ends(void)
{
	int status = 77, number = SIGTERM, got = in_child(end_with, &status);

	if (got != 77)
		return wrong("status 77 became %d", got);
	got = in_child(die_of, &number);
	if (got != 1000 + SIGTERM)
		return wrong("SIGTERM became %d", got);
	return waitpid(-1, NULL, 0) == -1 && errno == ECHILD ? NULL : "there is still a child";
}

static const char *check_vfork(void)
{
	volatile int shared = 1;
	int pid = vfork();

	if (!pid) {
		shared = 2;
		_exit(3);
	}
	return end_child(pid) == 3 && shared == 2 ? NULL : "it is no vfork";
}

/* Arguments and environment, of many sizes, through a shell and back. */
static int run_shell(void *argument)
{
	char big[5000], *const arguments[] = {
		"sh", "-c", "test ${#1} = 4999 && test \"$WORD\" = word && exit 42", "sh", big, NULL
	};
	char *const environment[] = { "WORD=word", NULL };

	(void)argument;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	execve("/bin/sh", arguments, environment);
	return 1;
}

static const char *check_exec(void)
{
	int status = in_child(run_shell, NULL);

	return status == 42 ? NULL : wrong("the shell ends with %d", status);
}

static int run_nothing(void *argument)
{
	char *const arguments[] = { argument, NULL };

	execve(argument, arguments, NULL);
	return errno;
}

static const char *check_no_exec(void)
{
	FILE *file = fopen("/tmp/check.program", "w");

	if (!file)
		return wrong_call("/tmp/check.program");
	fputs("\x7f"
	      "ELF is not all",
	      file);
	fclose(file);
	if (in_child(run_nothing, "/tmp/none") != ENOENT)
		return "a missing program is not ENOENT";
	if (in_child(run_nothing, "/tmp/check.program") != EACCES)
		return "a file that is not executable is not EACCES";
	return NULL;
}

const struct check process_checks[] = {
	{ "LNX130", "300 processes pass a token and keep their memory", check_ring },
	{ "LNX131", "A tree of processes has all its leaves", check_tree },
	{ "LNX132", "A thousand processes, one after the other", check_many },
	{ "LNX133", "Statuses and signals reach the parent", check_ends },
	{ "LNX134", "A child of vfork runs in its parent's memory", check_vfork },
	{ "LNX135", "execve passes arguments and environment", check_exec },
	{ "LNX136", "execve refuses what is no program", check_no_exec },
	{ 0 }
};
