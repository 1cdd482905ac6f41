/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: system calls that end without waiting. Where a C library
 * may choose between system calls, the system call is named here, so that the
 * row means the same with every library. Called by main.c.
 */
#include "bench.h"
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_NAME BENCH_FOLDER "/bench.file"

static int fd;
static char byte;
static uint64_t room[32]; /* for the kernel's struct stat64 */

static const char *nothing(void)
{
	return NULL;
}

static void run_null(unsigned int times)
{
	while (times--)
		bench_check(syscall(__NR_getppid));
}

static const char *open_zero(void)
{
	fd = open("/dev/zero", O_RDONLY);
	return fd < 0 ? "/dev/zero" : NULL;
}

static void run_read(unsigned int times)
{
	while (times--)
		bench_check(read(fd, &byte, 1));
}

static const char *open_null(void)
{
	fd = open("/dev/null", O_WRONLY);
	return fd < 0 ? "/dev/null" : NULL;
}

static void run_write(unsigned int times)
{
	while (times--)
		bench_check(write(fd, &byte, 1));
}

static const char *make_file(void)
{
	fd = open(FILE_NAME, O_RDWR | O_CREAT, 0600);
	return fd < 0 ? FILE_NAME : NULL;
}

static void run_stat(unsigned int times)
{
	while (times--)
		bench_check(syscall(__NR_stat64, FILE_NAME, room));
}

static void run_fstat(unsigned int times)
{
	while (times--)
		bench_check(syscall(__NR_fstat64, fd, room));
}

static void run_open_close(unsigned int times)
{
	while (times--)
		bench_check(close((int)syscall(__NR_open, FILE_NAME, O_RDONLY)));
}

static void on_signal(int number)
{
	(void)number;
}

static void run_install(unsigned int times)
{
	struct sigaction action = { .sa_handler = on_signal };

	while (times--)
		bench_check(sigaction(SIGUSR1, &action, NULL));
}

static volatile unsigned int caught;

static void on_caught(int number)
{
	(void)number;
	caught++;
}

static const char *install(void)
{
	struct sigaction action = { .sa_handler = on_caught };

	return sigaction(SIGUSR1, &action, NULL) ? "sigaction" : NULL;
}

static void run_handler(unsigned int times)
{
	int self = getpid();

	caught = 0;
	for (unsigned int i = 0; i < times; i++)
		bench_check(kill(self, SIGUSR1));
	bench_failed += caught != times;
}

/* Sending without a signal: what of `run_handler` is not the handler. */
static void run_send(unsigned int times)
{
	int self = getpid();

	while (times--)
		bench_check(kill(self, 0));
}

const struct operation bench_null = { .prepare = nothing, .run = run_null };
const struct operation bench_read = { .prepare = open_zero, .run = run_read };
const struct operation bench_write = { .prepare = open_null, .run = run_write };
const struct operation bench_stat = { .prepare = make_file, .run = run_stat };
const struct operation bench_fstat = { .prepare = make_file, .run = run_fstat };
const struct operation bench_open_close = { .prepare = make_file, .run = run_open_close };
const struct operation bench_sig_install = { .prepare = nothing, .run = run_install };
const struct operation bench_sig_handler = { .prepare = install, .run = run_handler };
const struct operation bench_prot_fault_alone = { .prepare = install, .run = run_handler };
const struct operation bench_prot_fault_alone_alone = { .prepare = nothing, .run = run_send };
