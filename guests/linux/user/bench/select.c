/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: select on descriptors, with no time to wait. As in lmbench all stand
 * for one file, and are always ready, or for one end of a TCP connection, and are never. Called
 * by main.c.
 */
#include "bench.h"
#include "net.h"
#include <fcntl.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_NAME BENCH_FOLDER "/bench.file"

static fd_set watched;
static int highest, nr_ready;

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

static const char *watch_file(int number)
{
	int fd = open(FILE_NAME, O_RDONLY | O_CREAT, 0600);

	nr_ready = number;
	return fd < 0 ? FILE_NAME : watch(fd, number);
}

static const char *watch_tcp(int number)
{
	int ends[2];
	const char *missing = bench_tcp_pair(ends);

	return missing ? missing : watch(ends[0], number);
}

static const char *files_10(void)
{
	return watch_file(10);
}

static const char *files_100(void)
{
	return watch_file(100);
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
		bench_failed += syscall(__NR__newselect, highest + 1, &ready, NULL, NULL,
					no_time) != nr_ready;
	}
}

const struct operation bench_select_10 = { .prepare = files_10, .run = run };
const struct operation bench_select_100 = { .prepare = files_100, .run = run };
const struct operation bench_select_tcp_10 = { .prepare = tcp_10, .run = run };
const struct operation bench_select_tcp_100 = { .prepare = tcp_100, .run = run };
