/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: a program without rights reaches what the map of its memory shows and nothing
 * else, in all of the address space, by itself or through the kernel; and no other
 * user's processes. Run by main.c.
 */
#define _GNU_SOURCE
#include "../probe.h"
#include "check.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MIB        0x100000u
#define NOBODY     65534
#define MAX_RANGES 64
#define HELPERS    0xffff0000u /* of the kernel: shown as [vectors] */

static struct range {
	uintptr_t begin, end;
	int rights;
} ranges[MAX_RANGES];
static unsigned int nr_ranges;

/* What /proc shows of this process. The stack does not grow from then on, wherever it is touched. */
static bool read_map(void)
{
	const struct rlimit none = { 0, 0 };
	FILE *file;
	char line[300], r, w, x;

	if (setrlimit(RLIMIT_STACK, &none))
		return false;
	file = fopen("/proc/self/maps", "r");
	nr_ranges = 0;
	while (file && nr_ranges < MAX_RANGES && fgets(line, sizeof(line), file)) {
		struct range *range = &ranges[nr_ranges];

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c%c%c", &range->begin, &range->end, &r,
			   &w, &x) != 5)
			return false;
		range->rights =
			(r == 'r') * PROBE_READ + (w == 'w') * PROBE_WRITE + (x == 'x') * PROBE_RUN;
		nr_ranges++;
	}
	if (file)
		fclose(file);
	return nr_ranges && nr_ranges < MAX_RANGES;
}

static int rights_at(uintptr_t address)
{
	for (unsigned int i = 0; i < nr_ranges; i++)
		if (address >= ranges[i].begin && address < ranges[i].end)
			return ranges[i].rights;
	return 0;
}

/*
 * Every MiB; around the vCPU page, where kernel and microvisor meet and in the last
 * megabyte, every page. 0: the end.
 */
static uintptr_t next_place(uintptr_t address)
{
	bool closely = (address >= 0xeee00000 && address < 0xef200000) ||
		       (address >= 0xeff00000 && address < 0xf0100000) || address >= 0xfff00000;

	return address + (closely ? PAGE : MIB);
}

static const char *check_everywhere(int right, const char *what)
{
	uintptr_t address = 0;

	if (setresuid(NOBODY, NOBODY, NOBODY) || !read_map())
		return wrong_call("/proc/self/maps");
	probe_begin();
	do {
		bool may = rights_at(address) & right;
		int number;

		if (right == PROBE_RUN && may)
			continue; /* what begins there is not known */
		number = probe(address, right);
		if (may != !number || (number && number != SIGSEGV))
			return wrong("0x%08lx can%s be %s: signal %d", (unsigned long)address,
				     number ? "not" : "", what, number);
	} while ((address = next_place(address)));
	return NULL;
}

static const char *check_reads(void)
{
	return check_everywhere(PROBE_READ, "read");
}

static const char *check_writes(void)
{
	return check_everywhere(PROBE_WRITE, "written");
}

static const char *check_runs(void)
{
	return check_everywhere(PROBE_RUN, "run");
}

/* The kernel copies to and from what the program itself may touch, and nothing else. */
static const char *check_calls(void)
{
	int ends[2];
	uintptr_t address = 0;
	uint32_t word;

	if (setresuid(NOBODY, NOBODY, NOBODY) || !read_map() || pipe(ends))
		return wrong_call("pipe");
	do {
		int rights = rights_at(address);
		long got = syscall(__NR_write, ends[1], address, sizeof(word));

		/* The helpers' page can be read, but is no user memory for the kernel. */
		if (got != -1 ? !(rights & PROBE_READ) :
				errno != EFAULT || (rights & PROBE_READ && address < HELPERS))
			return wrong("write from 0x%08lx gives %ld", (unsigned long)address, got);
		if (got > 0 && read(ends[0], &word, sizeof(word)) != sizeof(word))
			return wrong_call("read");
		if (rights & PROBE_WRITE)
			continue;
		if (write(ends[1], "1234", 4) != 4 ||
		    syscall(__NR_read, ends[0], address, 4) != -1 || errno != EFAULT)
			return wrong("read to 0x%08lx", (unsigned long)address);
		if (read(ends[0], &word, sizeof(word)) != sizeof(word))
			return wrong_call("read");
	} while ((address = next_place(address)));
	return NULL;
}

/* System calls ------------------------------------------------------------------------- */

/* The number in the instruction; r7: what the kernel takes; r12: what the microvisor takes. */
#define SYSTEM_CALL(number, call, other)                              \
	({                                                            \
		register uint32_t r0 __asm__("r0") = 0;               \
		register uint32_t r7 __asm__("r7") = (call);          \
		register uint32_t r12 __asm__("r12") = (other);       \
		__asm__ volatile("svc %[n]"                           \
				 : "+r"(r0)                           \
				 : "r"(r7), "r"(r12), [n] "i"(number) \
				 : "r1", "r2", "r3", "memory");       \
		r0;                                                   \
	})
#define NONE 0x000f0700u /* no system call: those for ARM alone begin at 0x0f0000 */

/* Whatever else is in the registers, it is a system call of Linux, or none. */
static const char *check_numbers(void)
{
	uint32_t self = getpid();

	for (uint32_t other = 0; other < 1024; other++) {
		if (SYSTEM_CALL(0, __NR_getpid, other) != self)
			return wrong("getpid with r12 = %u", other);
		if (SYSTEM_CALL(0, NONE, other) != (uint32_t)-ENOSYS)
			return wrong("no call with r12 = %u", other);
	}
#ifdef __thumb__
	if (SYSTEM_CALL(1, __NR_getpid, 19) != self || SYSTEM_CALL(255, __NR_getpid, 20) != self)
		return "another number in the instruction";
#else
	if (SYSTEM_CALL(1, __NR_getpid, 19) != self ||
	    SYSTEM_CALL(0xffffff, __NR_getpid, 20) != self)
		return "another number in the instruction";
#endif
	return NULL;
}

/* Other processes ------------------------------------------------------------------------ */

static char secret[] = "of another user";

static bool denied(long result, int error)
{
	return result == -1 && errno == error;
}

/* The parent is root, and has the same program at the same place. */
static int be_nosy(void *argument)
{
	int victim = getppid();
	struct iovec here = { (char[16]){ 0 }, 4 }, there = { argument, 4 };
	char name[40];

	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		return 1;
	snprintf(name, sizeof(name), "/proc/%d/mem", victim);
	if (!denied(open(name, O_RDONLY), EACCES) || !denied(open(name, O_RDWR), EACCES))
		return 2;
	snprintf(name, sizeof(name), "/proc/%d/maps", victim);
	if (!denied(open(name, O_RDONLY), EACCES))
		return 3;
	if (!denied(ptrace(PTRACE_ATTACH, victim, NULL, NULL), EPERM) ||
	    !denied(ptrace(PTRACE_SEIZE, victim, NULL, NULL), EPERM))
		return 4;
	if (!denied(syscall(__NR_process_vm_readv, victim, &here, 1, &there, 1, 0), EPERM) ||
	    !denied(syscall(__NR_process_vm_writev, victim, &here, 1, &there, 1, 0), EPERM))
		return 5;
	if (!denied(kill(victim, SIGKILL), EPERM) || !denied(open("/dev/mem", O_RDONLY), EACCES))
		return 6;
	return 0;
}

static const char *check_others(void)
{
	int status = in_child(be_nosy, secret);

	if (strcmp(secret, "of another user"))
		return "the process was changed";
	return status ? wrong("step %d", status) : NULL;
}

/* The same by the rights of root: it is the other checks that must not pass for nothing. */
static int be_curious(void *argument)
{
	struct iovec here = { (char[16]){ 0 }, 4 }, there = { argument, 4 };

	if (syscall(__NR_process_vm_readv, getppid(), &here, 1, &there, 1, 0) != 4)
		return 1;
	return memcmp(here.iov_base, secret, 4) ? 2 : 0;
}

static const char *check_root(void)
{
	int status = in_child(be_curious, secret);

	return status ? wrong("step %d", status) : NULL;
}

const struct check isolation_checks[] = {
	{ "LNX103", "Of the whole address space only what the map shows can be read", check_reads },
	{ "LNX104", "Of the whole address space only what the map shows can be written",
	  check_writes },
	{ "LNX105", "Of the whole address space only what the map shows can be run", check_runs },
	{ "LNX106", "The kernel copies only what the program itself may touch", check_calls },
	{ "LNX107", "No number in a register or instruction is more than a system call",
	  check_numbers },
	{ "LNX108", "Another user's process cannot be read, changed, traced or ended",
	  check_others },
	{ "LNX109", "Root can read another process", check_root },
	{ 0 },
};
