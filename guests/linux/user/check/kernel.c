/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: what lies above user memory is out of reach, of programs and of the kernel on their
 * behalf; and what a program may not execute is a signal. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/*
 * The kernel's memory and, in a cell, what the microvisor shows its guest's kernel
 * (from 0xef000000) and the microvisor itself (0xf0000000).
 */
static const uintptr_t above[] = {
	0xbf000000, 0xc0000000, 0xc0004000, 0xc0008000, 0xc0100000, 0xc0800000,
	0xc3fff000, 0xd0000000, 0xe0000000, 0xef000000, 0xef010000, 0xefff0000,
	0xf0000000, 0xf0008000, 0xf0010000, 0xf0100000, 0xf8000000, 0xfe000000,
	0xffc00000, 0xffff1000, 0xfffff000, 0xfffffffc,
};

static const char *check_reads(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(above); i++) {
		struct fault fault = try_read(above[i]);

		if (fault.number != SIGSEGV || fault.address != above[i])
			return wrong("0x%08lx: signal %d at 0x%08lx", (unsigned long)above[i],
				     fault.number, (unsigned long)fault.address);
	}
	return NULL;
}

static const char *check_writes(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(above); i++)
		if (try_write(above[i]).number != SIGSEGV)
			return wrong("0x%08lx", (unsigned long)above[i]);
	return NULL;
}

static const char *check_calls(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(above); i++)
		if (try_call(above[i]).number != SIGSEGV)
			return wrong("0x%08lx", (unsigned long)above[i]);
	return NULL;
}

/* Right after a system call that used kernel memory: nothing may have stayed open. */
static const char *check_after_call(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(above); i++) {
		for (int n = 0; n < 50; n++) {
			syscall(__NR_getppid);
			if (try_read(above[i]).number != SIGSEGV)
				return wrong("0x%08lx", (unsigned long)above[i]);
		}
	}
	return NULL;
}

static bool refused(long result)
{
	return result == -1 && errno == EFAULT;
}

static const char *check_pointers(void)
{
	int zero = open("/dev/zero", O_RDONLY), ends[2];

	if (zero < 0 || pipe(ends) || write(ends[1], "x", 1) != 1)
		return wrong_call("/dev/zero");
	for (size_t i = 0; i < ARRAY_SIZE(above); i++) {
		void *bad = (void *)above[i];

		if (!refused(syscall(__NR_read, zero, bad, 4)) ||
		    !refused(syscall(__NR_read, zero, bad, 0x200000)))
			return wrong("read to %p", bad);
		if (!refused(syscall(__NR_write, ends[1], bad, 4)) ||
		    !refused(syscall(__NR_open, bad, O_RDONLY)) ||
		    !refused(syscall(__NR_stat64, "/", bad)) ||
		    !refused(syscall(__NR_clock_gettime, CLOCK_MONOTONIC, bad)) ||
		    !refused(syscall(__NR_rt_sigaction, SIGUSR1, bad, NULL, 8)) ||
		    !refused(syscall(__NR_pipe, bad)))
			return wrong("another call with %p", bad);
	}
	return NULL;
}

/* A buffer that begins well and ends badly: what is there is copied, no more. */
static const char *check_part(void)
{
	char *pages = map_pages(2, 3);
	int ends[2];
	long some;

	if (pipe(ends) || write(ends[1], "0123456789", 10) != 10)
		return wrong_call("pipe");
	syscall(__NR_munmap, pages + PAGE, PAGE);
	some = syscall(__NR_read, ends[0], pages + PAGE - 4, 10);
	if (!refused(some) && some != 4)
		return wrong("read gives %ld", some);
	some = syscall(__NR_write, ends[1], pages + PAGE - 4, 8);
	if (!refused(some) && some != 4)
		return wrong("write gives %ld", some);
	return refused(syscall(__NR_read, ends[0], pages + PAGE, 1)) ? NULL : "it was read further";
}

/* A buffer that was never touched: the kernel's copy takes the faults. */
static const char *check_faulting_copy(void)
{
	unsigned char *pages = map_pages(64, 3), *copy = map_pages(64, 3);
	int fd = open("/tmp/check.copy", O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (unsigned int i = 0; i < 64; i += 2)
		memset(pages + i * PAGE, (int)i + 1, PAGE);
	if (write(fd, pages, 64 * PAGE) != 64 * PAGE || pread(fd, copy, 64 * PAGE, 0) != 64 * PAGE)
		return wrong_call("write");
	return memcmp(pages, copy, 64 * PAGE) ? "the copy differs" : NULL;
}

/* Instructions that only privileged code may execute, and some that nobody may. */
static void read_control(uintptr_t argument)
{
	uint32_t value;

	(void)argument;
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(value));
}

static void write_domains(uintptr_t argument)
{
	__asm__ volatile("mcr p15, 0, %0, c3, c0, 0" : : "r"(argument));
}

static void write_tables(uintptr_t argument)
{
	__asm__ volatile("mcr p15, 0, %0, c2, c0, 0" : : "r"(argument));
}

static void flush_tlb(uintptr_t argument)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c7, 0" : : "r"(argument));
}

static void write_thread_register(uintptr_t argument)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 3" : : "r"(argument));
}

static void read_saved_status(uintptr_t argument)
{
	__asm__ volatile("mrs %0, spsr" : "=r"(argument));
}

static void undefined(uintptr_t argument)
{
	(void)argument;
	__asm__ volatile("udf #0");
}

static const char *check_instructions(void)
{
	static const struct {
		const char *name;
		void (*body)(uintptr_t argument);
	} all[] = {
		{ "reading SCTLR", read_control },
		{ "writing DACR", write_domains },
		{ "writing TTBR0", write_tables },
		{ "a TLB flush", flush_tlb },
		{ "writing TPIDRURO", write_thread_register },
		{ "reading SPSR", read_saved_status },
		{ "an undefined instruction", undefined },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct fault fault = try_body(all[i].body, 0);

		if (fault.number != SIGILL)
			return wrong("%s is signal %d", all[i].name, fault.number);
	}
	return NULL;
}

/* Silent on the processor: it must stay in user mode with interrupts on. */
static const char *check_status(void)
{
	uint32_t status;

	__asm__ volatile("msr cpsr_c, %0" : : "r"(0xd3)); /* privileged, interrupts masked */
	__asm__ volatile("mrs %0, cpsr" : "=r"(status));
	if ((status & 0x9f) != 0x10)
		return wrong("the status register has 0x%08x", status);
	if (try_read(0xc0008000).number != SIGSEGV)
		return "kernel memory can be read afterwards";
	return usleep(1000) ? wrong_call("usleep") : NULL;
}

/* What Linux takes for a debugger's breakpoint, in the state that this code is compiled for. */
static void breakpoint(uintptr_t argument)
{
	(void)argument;
#ifdef __thumb__
	__asm__ volatile(".inst.n 0xde01");
#else
	__asm__ volatile(".inst 0xe7f001f0");
#endif
}

static const char *check_breakpoint(void)
{
	struct fault fault = try_body(breakpoint, 0);

	return fault.number == SIGTRAP ? NULL : wrong("signal %d", fault.number);
}

/* The processor's own: a prefetch abort, which Linux without hardware breakpoints does not expect. */
static void processor_breakpoint(uintptr_t argument)
{
	(void)argument;
	__asm__ volatile("bkpt #0");
}

static const char *check_processor_breakpoint(void)
{
	struct fault fault = try_body(processor_breakpoint, 0);

	return fault.number == SIGTRAP || fault.number == SIGBUS ? NULL :
								   wrong("signal %d", fault.number);
}

static const char *check_unknown_call(void)
{
	errno = 0;
	if (syscall(0x3ff) != -1 || errno != ENOSYS)
		return wrong_call("system call 0x3ff");
	return NULL;
}

static const char *check_unaligned(void)
{
	unsigned char *page = map_pages(2, 3);
	uint32_t word;

	for (unsigned int i = 0; i < 64; i++)
		page[PAGE - 32 + i] = (unsigned char)(i * 3);
	for (unsigned int i = 0; i < 60; i++) {
		unsigned char *at = page + PAGE - 32 + i;

		__asm__ volatile("ldr %0, [%1]" : "=r"(word) : "r"(at));
		if (word != (at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24))
			return wrong("byte %u on is 0x%08x", i, word);
	}
	return NULL;
}

const struct check kernel_checks[] = {
	{ "LNX90", "What lies above user memory cannot be read", check_reads },
	{ "LNX91", "What lies above user memory cannot be written", check_writes },
	{ "LNX92", "What lies above user memory cannot be called", check_calls },
	{ "LNX93", "Nothing stays open after a system call", check_after_call },
	{ "LNX94", "Pointers to kernel memory are refused with EFAULT", check_pointers },
	{ "LNX95", "A buffer that ends in nothing is not read or written further", check_part },
	{ "LNX96", "A system call may touch fresh memory first", check_faulting_copy },
	{ "LNX97", "Privileged and undefined instructions are SIGILL", check_instructions },
	{ "LNX98", "Nobody becomes privileged by writing the status register", check_status },
	{ "LNX99", "A breakpoint is SIGTRAP", check_breakpoint },
	{ "LNX100", "An unknown system call is ENOSYS", check_unknown_call },
	{ "LNX101", "Words may lie at any address, also across pages", check_unaligned },
	{ "LNX102", "The processor's breakpoint is SIGTRAP or SIGBUS", check_processor_breakpoint },
	{ 0 }
};
