/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A benchmark of Linux in the manner of lmbench, for counting instructions instead of
 * time: each row repeats one operation between two marks, which QEMU's plugin logs
 * (test/plugin); scripts/bench/bench_linux.py computes the rows. Nothing is measured in
 * here. Every row runs in a fresh process, started by execve, so that no row
 * depends on the rows before it.
 *
 * bench [ROW...]   runs these rows, or all; says how often each operation is repeated
 *                  in one round, or why a row cannot run here; ends with "bench: done"
 */
#define _GNU_SOURCE
#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WARM_UPS          3 /* unmeasured; after three, the windows of TCP have grown */
#define ROUNDS            5
#define TIME_LIMIT        20 /* seconds for a row, until it counts as stuck */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

enum status {
	STATUS_DONE,
	STATUS_FAILED,
	STATUS_SKIPPED
};

struct row {
	const char *name;
	unsigned int times;
	const struct operation *operation;
	void (*begin)(void), (*end)(void);
};

#define ROW(name, operations) void bench_mark_##name##_begin(void), bench_mark_##name##_end(void);
#include "rows.h"
#undef ROW

static const struct row rows[] = {
#define ROW(name, operations) \
	{ #name, operations, &bench_##name, bench_mark_##name##_begin, bench_mark_##name##_end },
#include "rows.h"
#undef ROW
};

unsigned int bench_failed;
const char *bench_self;

int bench_spawn(void (*body)(int in, int out), int in, int out)
{
	int pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	body(in, out);
	_exit(0);
}

void bench_echo(int in, int out)
{
	char byte;

	while (read(in, &byte, 1) == 1)
		bench_check(write(out, &byte, 1));
}

static void nothing(void)
{
}

static void one_round(const struct row *row, void (*begin)(void), void (*end)(void))
{
	if (row->operation->before)
		row->operation->before(row->times);
	begin();
	row->operation->run(row->times);
	end();
}

/*
 * A process that is woken waits until the one that runs sleeps. Otherwise the fair scheduler
 * lets it preempt or not, depending on nanoseconds: one and the same row would then take
 * two different numbers of instructions within a run.
 */
static const char *no_preemption(void)
{
	struct sched_param none = { 0 };

	return sched_setscheduler(0, SCHED_BATCH, &none) ? "SCHED_BATCH" : NULL;
}

/* In a process of its own. */
static enum status run_row(const struct row *row)
{
	const char *missing = no_preemption();

	if (!missing)
		missing = row->operation->prepare();
	if (missing) {
		printf("bench: %s skipped: %s: %s\n", row->name, missing, strerror(errno));
		return STATUS_SKIPPED;
	}
	alarm(TIME_LIMIT);
	for (int i = 0; i < WARM_UPS; i++)
		one_round(row, nothing, nothing);
	for (int i = 0; i < ROUNDS; i++)
		one_round(row, row->begin, row->end);
	if (bench_failed) {
		printf("bench: %s failed: %u of its calls did not succeed\n", row->name,
		       bench_failed);
		return STATUS_FAILED;
	}
	printf("bench: %s: %u operations, %d rounds\n", row->name, row->times, ROUNDS);
	return STATUS_DONE;
}

static const struct row *find_row(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

/* Start this program again for one row. What ends it early is told here. */
static void start_row(const char *name)
{
	int status, pid = fork();

	if (!pid) {
		execl(bench_self, bench_self, "--row", name, NULL);
		perror(bench_self);
		_exit(STATUS_FAILED);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		perror("bench: starting a row");
	else if (WIFSIGNALED(status))
		printf("bench: %s failed: ended by signal %d%s\n", name, WTERMSIG(status),
		       WTERMSIG(status) == SIGALRM ? ", it was stuck" : "");
}

/*
 * Let the kernel's random numbers be ready. Until they are, every execve that asks for
 * some (all do) computes several hashes for them, and when that ends depends on interrupts.
 */
static void seed_random_numbers(void)
{
	struct {
		struct rand_pool_info head;
		char bytes[64];
	} seed = { .head = { .entropy_count = 512, .buf_size = 64 } };
	int fd = open("/dev/random", O_WRONLY);

	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed))
		perror("bench: /dev/random, so that exec may count too much");
	close(fd);
}

int main(int argc, char **argv)
{
	const struct row *row;

	if (argc == 2 && !strcmp(argv[1], "--exit"))
		_exit(0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	bench_self = (const char *)getauxval(AT_EXECFN);
	if (argc == 3 && !strcmp(argv[1], "--row")) {
		row = find_row(argv[2]);
		return row ? (int)run_row(row) : STATUS_FAILED;
	}
	seed_random_numbers();
	personality(
		ADDR_NO_RANDOMIZE); /* of the rows: what execve does shall not be a matter of luck */
	for (int i = 1; i < argc; i++)
		if (find_row(argv[i]))
			start_row(argv[i]);
		else
			printf("bench: there is no row '%s'\n", argv[i]);
	for (size_t i = 0; argc == 1 && i < ARRAY_SIZE(rows); i++)
		start_row(rows[i].name);
	puts("bench: done");
	return 0;
}
