/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: processes that come and go: fork and exit; fork and
 * execve of this program, which exits at once; fork and execve of a shell that runs this
 * program. Called by main.c.
 */
#include "bench.h"
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL "/bin/sh"

#define EXIT  "--exit" /* this program does nothing then */

static char command[128]; /* for the shell */

static const char *nothing(void)
{
	return NULL;
}

static const char *find_shell(void)
{
	snprintf(command, sizeof(command), "%s " EXIT, bench_self);
	return access(SHELL, X_OK) ? SHELL : NULL;
}

/* A child that runs a program, or none, and its end. */
static void child(const char *path, const char *first, const char *second)
{
	int status = -1, pid = fork();

	if (!pid) {
		if (path)
			execl(path, path, first, second, NULL);
		_exit(path ? 1 : 0);
	}
	bench_failed += waitpid(pid, &status, 0) != pid || status != 0;
}

static void run_fork(unsigned int times)
{
	while (times--)
		child(NULL, NULL, NULL);
}

static void run_exec(unsigned int times)
{
	while (times--)
		child(bench_self, EXIT, NULL);
}

static void run_sh(unsigned int times)
{
	while (times--)
		child(SHELL, "-c", command);
}

const struct operation bench_fork = { .prepare = nothing, .run = run_fork };
const struct operation bench_exec = { .prepare = nothing, .run = run_exec };
const struct operation bench_sh = { .prepare = find_shell, .run = run_sh };
