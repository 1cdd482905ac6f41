/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What checks need to make faults on purpose and to be pre-empted. Used by all groups of
 * checks.
 */
#define _GNU_SOURCE
#include "check.h"
#include "registers.h"
#include <sched.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DISTURB_NS 200000

static sigjmp_buf before;
static struct fault seen;

static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	seen = (struct fault){ number, info->si_code, (uintptr_t)info->si_addr };
	siglongjmp(before, 1);
}

/* On a stack of its own: the stack may be what is broken. */
struct fault try_body(void (*body)(uintptr_t argument), uintptr_t argument)
{
	static char room[4 * PAGE];
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };

	seen = (struct fault){ 0 };
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	if (!sigsetjmp(before, 1))
		body(argument);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		signal(numbers[i], SIG_DFL);
	return seen;
}

static void read_word(uintptr_t address)
{
	(void)*(volatile uint32_t *)address;
}

static void write_word(uintptr_t address)
{
	*(volatile uint32_t *)address = 0;
}

static void call(uintptr_t address)
{
	((void (*)(void))address)();
}

struct fault try_read(uintptr_t address)
{
	return try_body(read_word, address);
}

struct fault try_write(uintptr_t address)
{
	return try_body(write_word, address);
}

struct fault try_call(uintptr_t address)
{
	return try_body(call, address);
}

void *map_pages(unsigned int pages, int rights)
{
	void *map = mmap(NULL, pages * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return map == MAP_FAILED ? NULL : map;
}

static int disturb(void *argument)
{
	const struct sched_param first = { .sched_priority = 1 };
	const struct timespec while_others_run = { .tv_nsec = DISTURB_NS };
	uint64_t values[NR_DOUBLES], after[NR_DOUBLES];

	memset(values, 0xdd, sizeof(values));
	if (sched_setscheduler(0, SCHED_FIFO, &first) || write(*(int *)argument, "", 1) != 1)
		return 1;
	for (;;) {
		nanosleep(&while_others_run, NULL);
		doubles_hold(values, after, 1);
	}
}

int start_disturber(void)
{
	int ready[2], pid;
	char byte;

	if (pipe(ready))
		return -1;
	pid = start_child(disturb, &ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		puts("check: the process that disturbs others could not start");
		exit(1);
	}
	close(ready[0]);
	return pid;
}

void stop_disturber(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

long times_preempted(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) ? -1 : usage.ru_nivcsw;
}
