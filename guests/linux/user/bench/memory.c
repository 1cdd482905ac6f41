/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: memory of one process: a fault that becomes a signal, the first touch of
 * fresh pages, mapping a file. Called by main.c.
 */
#include "bench.h"
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE      4096u
#define FILE_NAME BENCH_FOLDER "/bench.map"
#define FILE_SIZE (64 * 1024u)

static char *memory;
static size_t memory_size;
static int fd;
static volatile unsigned int to_catch;

/* The write is tried again after each signal, and fails again, until it may succeed. */
static void on_fault(int number)
{
	(void)number;
	if (!--to_catch)
		bench_check(mprotect(memory, PAGE, PROT_READ | PROT_WRITE));
}

static const char *map_page(void)
{
	struct sigaction action = { .sa_handler = on_fault };

	memory = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return "mmap";
	return sigaction(SIGSEGV, &action, NULL) ? "sigaction" : NULL;
}

static void protect_page(unsigned int times)
{
	to_catch = times;
	bench_check(mprotect(memory, PAGE, PROT_READ));
}

static void run_protection(unsigned int times)
{
	*(volatile char *)memory = 1;
	bench_failed += to_catch != 0 || times == 0;
}

static const char *no_memory(void)
{
	return NULL;
}

static void map_fresh(unsigned int times)
{
	if (memory)
		bench_check(munmap(memory, memory_size));
	memory_size = times * PAGE;
	memory =
		mmap(NULL, memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bench_failed += memory == MAP_FAILED;
}

static void run_touch(unsigned int times)
{
	for (unsigned int i = 0; i < times; i++)
		((volatile char *)memory)[i * PAGE] = 1;
}

static const char *make_file(void)
{
	fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return FILE_NAME;
	for (unsigned int i = 0; i < FILE_SIZE; i += sizeof(fd))
		if (write(fd, &fd, sizeof(fd)) < 0)
			return "write";
	return NULL;
}

static void run_map(unsigned int times)
{
	while (times--) {
		char *map = mmap(NULL, FILE_SIZE, PROT_READ, MAP_SHARED, fd, 0);

		bench_failed += map == MAP_FAILED;
		for (unsigned int i = 0; i < FILE_SIZE; i += PAGE)
			(void)((volatile char *)map)[i];
		bench_check(munmap(map, FILE_SIZE));
	}
}

/* One is the fault with its signal; of the other lmbench's lat_sig subtracts the signal. */
const struct operation bench_prot_signal = { .prepare = map_page,
					     .before = protect_page,
					     .run = run_protection };
const struct operation bench_prot_fault = { .prepare = map_page,
					    .before = protect_page,
					    .run = run_protection };
const struct operation bench_page_fault = { .prepare = no_memory,
					    .before = map_fresh,
					    .run = run_touch };
const struct operation bench_mmap = { .prepare = make_file, .run = run_map };
