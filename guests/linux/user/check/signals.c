/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: signals, time, and a debugger's means. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t caught, nested_first;
static volatile int words[4];

static void on_signal(int number)
{
	(void)number;
	caught++;
}

static void handle(int number, void (*handler)(int number), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigaction(number, &action, NULL);
}

static const char *check_mask(void)
{
	sigset_t set, pending;

	handle(SIGUSR1, on_signal, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	sigpending(&pending);
	if (caught || !sigismember(&pending, SIGUSR1))
		return "it came although it was blocked, or is not pending";
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return caught == 1 ? NULL : wrong("it came %d times when it was unblocked", (int)caught);
}

static void inner(int number)
{
	(void)number;
	nested_first = caught++ == 0;
}

static void outer(int number)
{
	(void)number;
	raise(SIGUSR2);
	caught++;
}

static const char *check_nested(void)
{
	handle(SIGUSR1, outer, 0);
	handle(SIGUSR2, inner, 0);
	raise(SIGUSR1);
	return caught == 2 && nested_first ? NULL :
					     "the inner handler did not run inside the outer";
}

/* The handler changes what the interrupted code goes on with. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)number;
	((ucontext_t *)context)->uc_mcontext.arm_r0 = (uintptr_t)&words[2];
	words[0] = info->si_code;
}

static const char *check_context(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	register uintptr_t at __asm__("r0") = 0x10;

	sigaction(SIGSEGV, &action, NULL);
	words[2] = 4711;
	__asm__ volatile("ldr r0, [r0]" : "+r"(at) : : "memory");
	return at == 4711 && words[0] == SEGV_MAPERR ? NULL : wrong("the load gives %d", (int)at);
}

static int signal_and_write(void *argument)
{
	const int *end = argument;

	usleep(20000);
	kill(getppid(), SIGUSR1);
	usleep(20000);
	return write(*end, "x", 1) != 1;
}

static const char *check_restart(void)
{
	char byte = 0;
	int ends[2], pid;

	if (pipe(ends))
		return wrong_call("pipe");
	handle(SIGUSR1, on_signal, SA_RESTART);
	pid = start_child(signal_and_write, &ends[1]);
	if (read(ends[0], &byte, 1) != 1 || end_child(pid) || caught != 1)
		return "a read was not restarted";
	handle(SIGUSR1, on_signal, 0);
	pid = start_child(signal_and_write, &ends[1]);
	if (read(ends[0], &byte, 1) != -1 || errno != EINTR)
		return "a read was not interrupted";
	return end_child(pid) ? "the other process failed" : NULL;
}

static uint32_t endless(uint32_t depth)
{
	volatile char room[4000];

	room[depth % sizeof(room)] = 1;
	return depth == UINT32_MAX ? 0 : endless(depth + 1) + (uint32_t)room[0];
}

static void overflow(uintptr_t argument)
{
	words[0] = (int)endless(argument);
}

static const char *check_overflow(void)
{
	struct fault fault = try_body(overflow, 0);

	return fault.number == SIGSEGV ? NULL : wrong("signal %d", fault.number);
}

static const char *check_interval(void)
{
	struct itimerval period = { .it_value.tv_usec = 10000, .it_interval.tv_usec = 10000 };
	volatile uint32_t loops = 0;

	handle(SIGALRM, on_signal, 0);
	alarm(0); /* it is the same timer */
	setitimer(ITIMER_REAL, &period, NULL);
	while (caught < 10 && loops < 400000000)
		loops++;
	return caught >= 10 ? NULL : "it did not come while the process was busy";
}

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static const char *check_clock(void)
{
	uint64_t last = now(CLOCK_MONOTONIC), start = last;

	for (int i = 0; i < 50000; i++) {
		uint64_t next = now(CLOCK_MONOTONIC);

		if (next < last)
			return wrong("it goes back by %u ns", (unsigned int)(last - next));
		last = next;
	}
	return last > start ? NULL : "it stands still";
}

static const char *check_sleep(void)
{
	uint64_t start = now(CLOCK_MONOTONIC), real = now(CLOCK_REALTIME), passed;

	usleep(100000);
	passed = (now(CLOCK_MONOTONIC) - start) / 1000;
	if (passed < 100000 || passed > 130000)
		return wrong("100000 us of sleep took %u us", (unsigned int)passed);
	passed = (now(CLOCK_REALTIME) - real) / 1000;
	return passed >= 100000 && passed <= 130000 ?
		       NULL :
		       wrong("the clock of the day says %u us", (unsigned int)passed);
}

/* Time on the processor is not time that passes. */
static const char *check_processor_time(void)
{
	uint64_t start = now(CLOCK_PROCESS_CPUTIME_ID);
	uint64_t busy;

	usleep(50000);
	busy = now(CLOCK_PROCESS_CPUTIME_ID) - start;
	if (busy > 20000000)
		return wrong("sleep took %u us", (unsigned int)(busy / 1000));
	for (volatile uint32_t loops = 0; loops < 20000000; loops++)
		continue;
	busy = now(CLOCK_PROCESS_CPUTIME_ID) - start;
	return busy > 20000000 ? NULL : wrong("work took %u us", (unsigned int)(busy / 1000));
}

/* What a debugger does: stop, read, plant a breakpoint, take it away, go on. */
static int __attribute__((noinline, aligned(64))) traced_function(int value)
{
	__asm__ volatile("" : "+r"(value));
	return value + 1;
}

static int traced(void *argument)
{
	(void)argument;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	words[1] = 12345;
	raise(SIGSTOP);
	return traced_function(41);
}

#ifdef __thumb__
#define BREAKPOINT      0xde01
#define BREAKPOINT_MASK 0xffffL
#else
#define BREAKPOINT      0xe7f001f0
#define BREAKPOINT_MASK 0xffffffffL
#endif

static const char *at_breakpoint(int pid, uintptr_t code, long before)
{
	struct user_regs regs;
	int status;

	ptrace(PTRACE_CONT, pid, NULL, NULL);
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
		return wrong("no breakpoint: status 0x%x", status);
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	if (regs.uregs[15] != code || regs.uregs[0] != 41)
		return wrong("pc 0x%lx, r0 %lu", regs.uregs[15], regs.uregs[0]);
	regs.uregs[0] = 99;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	ptrace(PTRACE_POKETEXT, pid, (void *)code, (void *)before);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	status = end_child(pid);
	return status == 100 ? NULL : wrong("it ended with status %d", status);
}

static const char *check_trace(void)
{
	uintptr_t code = (uintptr_t)traced_function & ~1u;
	int pid = start_child(traced, NULL), status;
	long before;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return "it did not stop";
	if (ptrace(PTRACE_PEEKDATA, pid, (void *)&words[1], NULL) != 12345)
		return "its memory has another content";
	before = ptrace(PTRACE_PEEKTEXT, pid, (void *)code, NULL);
	if (ptrace(PTRACE_POKETEXT, pid, (void *)code,
		   (void *)((before & ~BREAKPOINT_MASK) | BREAKPOINT)))
		return wrong_call("PTRACE_POKETEXT");
	return at_breakpoint(pid, code, before);
}

const struct check signal_checks[] = {
	{ "LNX120", "A blocked signal waits", check_mask },
	{ "LNX121", "Handlers nest", check_nested },
	{ "LNX122", "A handler can repair a fault", check_context },
	{ "LNX123", "A signal restarts a system call, or interrupts it", check_restart },
	{ "LNX124", "A stack that overflows is SIGSEGV, handled on another stack", check_overflow },
	{ "LNX125", "A timer's signals come while the process is busy", check_interval },
	{ "LNX126", "The clock never goes back", check_clock },
	{ "LNX127", "Sleep takes as long as it should", check_sleep },
	{ "LNX128", "Processor time passes at work only", check_processor_time },
	{ "LNX129", "A debugger reads, plants a breakpoint and changes registers", check_trace },
	{ 0 }
};
