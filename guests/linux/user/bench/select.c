/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: select on descriptors of which none is ready, with no time to
 * wait. All descriptors stand for one pipe, or for one end of a TCP connection. Called by
 * main.c.
 */
#include "bench.h"
#include "net.h"
#include <stdint.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

static fd_set watched;
static int highest;

/* Watch @number descriptors for what @fd stands for. */
static const char *watch(int fd, int number)
{
	FD_ZERO(&watched);
	for (int i = 0; i < number; i++) {
		highest = dup(fd);
		if (highest < 0 || highest >= FD_SETSIZE)
			return "dup";
		FD_SET(highest, &watched);
	}
	return NULL;
}

static const char *watch_pipe(int number)
{
	int ends[2];

	return pipe(ends) ? "pipe" : watch(ends[0], number);
}

static const char *watch_tcp(int number)
{
	int ends[2];
	const char *missing = bench_tcp_pair(ends);

	return missing ? missing : watch(ends[0], number);
}

static const char *pipes_10(void)
{
	return watch_pipe(10);
}

static const char *pipes_100(void)
{
	return watch_pipe(100);
}

static const char *tcp_10(void)
{
	return watch_tcp(10);
}

static const char *tcp_100(void)
{
	return watch_tcp(100);
}

/* The kernel's old struct timeval: the library's may be longer. */
static void run(unsigned int times)
{
	fd_set ready;

	while (times--) {
		int32_t no_time[2] = { 0, 0 };

		ready = watched;
		bench_failed +=
			syscall(__NR__newselect, highest + 1, &ready, NULL, NULL, no_time) != 0;
	}
}

const struct operation bench_select_10 = { .prepare = pipes_10, .run = run };
const struct operation bench_select_100 = { .prepare = pipes_100, .run = run };
const struct operation bench_select_tcp_10 = { .prepare = tcp_10, .run = run };
const struct operation bench_select_tcp_100 = { .prepare = tcp_100, .run = run };
