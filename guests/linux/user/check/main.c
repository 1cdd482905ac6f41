/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of Linux that a shell cannot make: whether what programs rely on holds, with the same
 * results natively and in a cell. Every check is a process of its own, so that
 * one that dies is one line. guests/linux/rootfs/check.sh runs this program.
 *
 * check [ID...]   runs these checks, or all: a line `ok ID ...` or `not ok ID ...` for each, then
 *                 how many; the exit status is 0 if none failed and at least one passed
 */
#include "check.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIME_LIMIT 60 /* seconds for a check */

static const struct check *const groups[] = {
	memory_checks, shared_checks, socket_checks, register_checks, thread_checks,
	kernel_checks, kuser_checks,  signal_checks, process_checks,  isolation_checks,
};

static char text[200];

const char *wrong(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return text;
}

const char *wrong_call(const char *call)
{
	return wrong("%s: %s", call, strerror(errno));
}

int start_child(int (*body)(void *argument), void *argument)
{
	int pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(body(argument));
}

int end_child(int pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

int in_child(int (*body)(void *argument), void *argument)
{
	return end_child(start_child(body, argument));
}

/* In a child: one line, and whether it is a good one. */
static int run(void *argument)
{
	const struct check *check = argument;
	const char *bad;

	alarm(TIME_LIMIT);
	bad = check->run();
	printf("%s %s %s%s%s\n", bad ? "not ok" : "ok", check->id, check->sentence, bad ? ": " : "",
	       bad ? bad : "");
	fflush(stdout);
	return bad != NULL;
}

static bool is_good(const struct check *check)
{
	int status = in_child(run, (void *)check);

	if (status < 0 || status > 1)
		printf("not ok %s %s: its process ended with %s %d\n", check->id, check->sentence,
		       status > 1000 ? "signal" : "status", status % 1000);
	return !status;
}

static bool is_wanted(const struct check *check, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], check->id))
			return true;
	return argc == 1;
}

int main(int argc, char **argv)
{
	unsigned int good = 0, bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		for (const struct check *check = groups[i]; check->id; check++) {
			if (!is_wanted(check, argc, argv))
				continue;
			if (is_good(check))
				good++;
			else
				bad++;
		}
	}
	printf("check: %u passed, %u failed\n", good, bad);
	return bad || !good;
}
