/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: registers of all kinds survive when other processes run in between, and floating
 * point gives the same in several processes as in one. Run by main.c.
 */
#include "check.h"
#include "registers.h"
#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS        2000000 /* of a loop: some milliseconds */
#define ENOUGH        5 /* times that a process must have lost the processor, to have shown anything */
#define MOST_LOOPS    200
#define NR_PROCESSES  4
#define ROUND_TO_ZERO 0x00c00000u /* in FPSCR */

static void fill(uint64_t *values, uint64_t seed)
{
	for (unsigned int i = 0; i < NR_DOUBLES; i++)
		values[i] = (seed + i) * 0x9e3779b97f4a7c15ull;
}

/* Number of doubles that changed while others ran. */
static int hold_doubles(void *argument)
{
	uint64_t values[NR_DOUBLES], after[NR_DOUBLES];
	int changed = 0;

	for (int loop = 0; loop < MOST_LOOPS && times_preempted() < ENOUGH; loop++) {
		fill(values, *(unsigned int *)argument + (unsigned int)loop * 100);
		doubles_hold(values, after, ROUNDS);
		for (unsigned int i = 0; i < NR_DOUBLES; i++)
			changed += values[i] != after[i];
	}
	return times_preempted() < ENOUGH ? 101 : changed > 100 ? 100 : changed;
}

static const char *after_holding(int status)
{
	if (status == 101)
		return "it was not pre-empted, so nothing was shown";
	return status ? wrong("%d registers changed", status) : NULL;
}

static const char *check_doubles(void)
{
	unsigned int seed = 1;
	int disturber = start_disturber(), status = in_child(hold_doubles, &seed);

	stop_disturber(disturber);
	return after_holding(status);
}

static const char *check_doubles_of_several(void)
{
	unsigned int seeds[NR_PROCESSES];
	int pids[NR_PROCESSES], disturber = start_disturber();
	const char *bad = NULL;

	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		seeds[i] = 1000 * i;
		pids[i] = start_child(hold_doubles, &seeds[i]);
	}
	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		const char *one = after_holding(end_child(pids[i]));

		bad = one ? one : bad;
	}
	stop_disturber(disturber);
	return bad;
}

static int hold_words(void *argument)
{
	uint32_t values[NR_WORDS], after[NR_WORDS], flags, changed = 0;

	(void)argument;
	for (uint32_t loop = 0; loop < MOST_LOOPS && times_preempted() < ENOUGH; loop++) {
		for (uint32_t i = 0; i < NR_WORDS; i++)
			values[i] = (loop * NR_WORDS + i + 1) * 0x9e3779b9u;
		flags = (loop + 1) * 0x2b2d1234u & FLAGS;
		changed += (words_hold(values, after, ROUNDS, flags) & FLAGS) != flags;
		for (uint32_t i = 0; i < NR_WORDS; i++)
			changed += values[i] != after[i];
	}
	return times_preempted() < ENOUGH ? 101 : changed > 100 ? 100 : (int)changed;
}

static const char *check_words(void)
{
	int disturber = start_disturber(), status = in_child(hold_words, NULL);

	stop_disturber(disturber);
	return after_holding(status);
}

static int hold_status(void *argument)
{
	int changed = 0;

	(void)argument;
	for (int loop = 0; loop < MOST_LOOPS && times_preempted() < ENOUGH; loop++)
		changed += status_hold(ROUND_TO_ZERO, ROUNDS) != ROUND_TO_ZERO;
	return times_preempted() < ENOUGH ? 101 : changed;
}

static const char *check_status(void)
{
	int disturber = start_disturber(), status = in_child(hold_status, NULL);

	stop_disturber(disturber);
	return after_holding(status);
}

/* Digits of a sum that is sensitive to every step, so that one lost register shows. */
static uint64_t series(unsigned int seed)
{
	double x = 0.1 * (seed + 1), sum = 0;
	uint64_t bits;

	for (int i = 0; i < 400000; i++) {
		x = 3.99 * x * (1 - x); /* chaotic: an error doubles every few steps */
		if (x <= 0 || x >= 1)
			x = 0.5 + 0.01 * seed;
		sum += sqrt(x) / (i + 1);
	}
	memcpy(&bits, &sum, sizeof(bits));
	return bits;
}

struct series {
	unsigned int seed;
	uint64_t expected;
};

static int same_series(void *argument)
{
	const struct series *wanted = argument;
	int same = 1;

	for (int i = 0; i < 3; i++)
		same &= series(wanted->seed) == wanted->expected;
	return !same ? 1 : times_preempted() ? 0 : 101;
}

/* What each process computes among others, it computed alone before. */
static const char *check_series(void)
{
	struct series wanted[NR_PROCESSES];
	int pids[NR_PROCESSES], disturber;
	const char *bad = NULL;

	for (unsigned int i = 0; i < NR_PROCESSES; i++)
		wanted[i] = (struct series){ i, series(i) };
	disturber = start_disturber();
	for (unsigned int i = 0; i < NR_PROCESSES; i++)
		pids[i] = start_child(same_series, &wanted[i]);
	for (unsigned int i = 0; i < NR_PROCESSES; i++) {
		int status = end_child(pids[i]);

		if (status)
			bad = status == 101 ? after_holding(status) :
					      wrong("process %u computed something else", i);
	}
	stop_disturber(disturber);
	return bad;
}

/* Sums whose exact results integers know. */
static const char *check_arithmetic(void)
{
	volatile double third = 1.0, number = 0;
	uint64_t whole = 0;

	for (uint32_t i = 1; i <= 100000; i++) {
		whole += (uint64_t)i * i;
		number += (double)i * i;
	}
	if ((uint64_t)number != whole)
		return wrong("a sum of squares is %llu, not %llu", (unsigned long long)number,
			     (unsigned long long)whole);
	third /= 3;
	for (uint32_t i = 0; i < 1000; i++)
		if (sqrt((double)i * i) != i || (uint32_t)(i / 8.0 * 8.0) != i)
			return wrong("a root or a quotient of %u is wrong", i);
	return third * 3 == 1.0 && third == 0x1.5555555555555p-2 ? NULL : "1/3 is wrong";
}

static const char *check_vectors(void)
{
	uint32_t a[4] = { 1, 0xffffffff, 3, 4 }, b[4] = { 10, 1, 0x80000000, 40 }, sum[4];

	vector_add(a, b, sum);
	for (int i = 0; i < 4; i++)
		if (sum[i] != a[i] + b[i])
			return wrong("element %d is 0x%x", i, sum[i]);
	return NULL;
}

/* fork() in between: both must have what the parent had. */
static const char *check_fork(void)
{
	register double kept __asm__("d8") = 1234.5;
	int status, pid;

	__asm__ volatile("" : "+w"(kept));
	pid = fork();
	__asm__ volatile("" : "+w"(kept));
	if (!pid)
		_exit(kept != 1234.5);
	if (waitpid(pid, &status, 0) != pid || status)
		return "the child has another value";
	return kept == 1234.5 ? NULL : "the parent has another value";
}

static void on_signal(int number)
{
	uint64_t values[NR_DOUBLES], after[NR_DOUBLES];

	(void)number;
	fill(values, 4711);
	doubles_hold(values, after, 1);
	status_hold(ROUND_TO_ZERO, 1);
}

/* The disturber here is a handler of the same process. */
static const char *check_handler(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	uint64_t values[NR_DOUBLES], after[NR_DOUBLES];
	int pid, parent = getpid();

	sigaction(SIGUSR1, &action, NULL);
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 100 && !kill(parent, SIGUSR1); i++)
			usleep(500);
		_exit(0);
	}
	for (uint64_t loop = 0; waitpid(pid, NULL, WNOHANG) != pid; loop++) {
		fill(values, loop);
		doubles_hold(values, after, ROUNDS / 10);
		if (memcmp(values, after, sizeof(values)))
			return wrong("registers changed in loop %u", (unsigned int)loop);
	}
	return NULL;
}

const struct check register_checks[] = {
	{ "LNX70", "Integer registers and flags survive pre-emption", check_words },
	{ "LNX71", "All 32 floating-point registers survive pre-emption", check_doubles },
	{ "LNX72", "Several processes keep floating-point registers apart",
	  check_doubles_of_several },
	{ "LNX73", "The rounding mode survives pre-emption", check_status },
	{ "LNX74", "A chaotic series is the same among other processes as alone", check_series },
	{ "LNX75", "Floating point agrees with integers where it is exact", check_arithmetic },
	{ "LNX76", "Vectors of integers are added", check_vectors },
	{ "LNX77", "fork keeps floating-point registers, in parent and child", check_fork },
	{ "LNX78", "A signal's handler may use all floating-point registers", check_handler },
	{ 0 }
};
