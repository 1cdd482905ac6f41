/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: memory of one process and what fork makes of it: rights, faults at the right
 * addresses, copy on write, code that is written. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_WRITE (PROT_READ | PROT_WRITE)
#define SOME       64u /* pages */
#define MANY       4096u /* pages: 16 MiB, more than any TLB holds */

static const char *expect(struct fault fault, int number, int code, uintptr_t address)
{
	if (fault.number == number && fault.code == code && fault.address == address)
		return NULL;
	return wrong("signal %d, code %d, address 0x%lx instead of %d, %d, 0x%lx", fault.number,
		     fault.code, (unsigned long)fault.address, number, code,
		     (unsigned long)address);
}

/* A value for each word of a page, different for each page and each seed. */
static uint32_t value(uint32_t page, uint32_t word, uint32_t seed)
{
	return (page * 1024 + word) * 0x9e3779b9u + seed;
}

static void write_pages(volatile uint32_t *pages, uint32_t number, uint32_t seed)
{
	for (uint32_t i = 0; i < number; i++)
		for (uint32_t word = 0; word < 1024; word += 73)
			pages[i * 1024 + word] = value(i, word, seed);
}

/* The first page that is not what write_pages() left, or -1. */
static int differs(const volatile uint32_t *pages, uint32_t number, uint32_t seed)
{
	for (uint32_t i = 0; i < number; i++)
		for (uint32_t word = 0; word < 1024; word += 73)
			if (pages[i * 1024 + word] != value(i, word, seed))
				return (int)i;
	return -1;
}

static const char *check_zero(void)
{
	uint32_t *pages = map_pages(SOME, READ_WRITE);

	for (uint32_t i = 0; pages && i < SOME * 1024; i++)
		if (pages[i])
			return wrong("word %u is 0x%x", i, pages[i]);
	return pages ? NULL : wrong_call("mmap");
}

static const char *check_many(void)
{
	uint32_t *pages = map_pages(MANY, READ_WRITE);
	int page;

	if (!pages)
		return wrong_call("mmap");
	for (uint32_t seed = 0; seed < 3; seed++) {
		write_pages(pages, MANY, seed);
		page = differs(pages, MANY, seed);
		if (page >= 0)
			return wrong("page %d has another content", page);
	}
	return NULL;
}

static const char *check_protect(void)
{
	uint32_t *pages = map_pages(3, READ_WRITE);
	uintptr_t middle = (uintptr_t)pages + PAGE;
	const char *bad;

	write_pages(pages, 3, 1);
	if (mprotect((void *)middle, PAGE, PROT_READ))
		return wrong_call("mprotect");
	bad = expect(try_write(middle + 8), SIGSEGV, SEGV_ACCERR, middle + 8);
	if (bad)
		return bad;
	if (try_read(middle).number || try_write(middle - 4).number ||
	    try_write(middle + PAGE).number)
		return "reading it, or writing its neighbours, faults";
	mprotect((void *)middle, PAGE, READ_WRITE);
	return try_write(middle + 8).number ? "writing it faults when it may be written again" :
					      NULL;
}

/* Rights are taken away and given back many times, with the page in use in between. */
static const char *check_protect_often(void)
{
	volatile uint32_t *page = map_pages(1, READ_WRITE);
	uint32_t faults = 0;

	for (uint32_t i = 0; i < 200; i++) {
		*page = i;
		mprotect((void *)page, PAGE, PROT_READ);
		faults += try_write((uintptr_t)page).number == SIGSEGV;
		if (*page != i)
			return wrong("the page has %u, not %u", *page, i);
		mprotect((void *)page, PAGE, READ_WRITE);
	}
	return faults == 200 ? NULL : wrong("%u of 200 writes faulted", faults);
}

static const char *check_none(void)
{
	uintptr_t page = (uintptr_t)map_pages(1, PROT_NONE);
	const char *bad = expect(try_read(page + 4), SIGSEGV, SEGV_ACCERR, page + 4);

	return bad ? bad : expect(try_write(page), SIGSEGV, SEGV_ACCERR, page);
}

static const char *check_unmapped(void)
{
	uintptr_t page = (uintptr_t)map_pages(1, READ_WRITE);
	const char *bad;

	*(volatile uint32_t *)page = 1;
	munmap((void *)page, PAGE);
	bad = expect(try_read(page), SIGSEGV, SEGV_MAPERR, page);
	if (!bad)
		bad = expect(try_write(page + 40), SIGSEGV, SEGV_MAPERR, page + 40);
	return bad ? bad : expect(try_read(0), SIGSEGV, SEGV_MAPERR, 0);
}

static int write_in_child(void *argument)
{
	if (differs(argument, SOME, 1) >= 0)
		return 1;
	write_pages(argument, SOME, 2);
	return differs(argument, SOME, 2) >= 0;
}

static const char *check_copy_child(void)
{
	uint32_t *pages = map_pages(SOME, READ_WRITE);
	int status;

	write_pages(pages, SOME, 1);
	status = in_child(write_in_child, pages);
	if (status)
		return wrong("the child has the wrong pages, status %d", status);
	return differs(pages, SOME, 1) < 0 ? NULL : "the child's writes are seen by the parent";
}

struct hand_over {
	uint32_t *pages;
	int go[2];
};

static int read_after_parent(void *argument)
{
	struct hand_over *both = argument;
	char byte;

	if (read(both->go[0], &byte, 1) != 1)
		return 2;
	return differs(both->pages, SOME, 1) >= 0;
}

static const char *check_copy_parent(void)
{
	struct hand_over both = { .pages = map_pages(SOME, READ_WRITE) };
	int pid;

	write_pages(both.pages, SOME, 1);
	if (pipe(both.go))
		return wrong_call("pipe");
	pid = start_child(read_after_parent, &both);
	write_pages(both.pages, SOME, 2);
	if (write(both.go[1], "", 1) != 1)
		return wrong_call("write");
	return end_child(pid) ? "the parent's writes are seen by the child" : NULL;
}

/* Each generation changes one page and makes the next. */
static int generation(void *argument)
{
	volatile uint32_t *pages = argument;
	uint32_t depth = pages[0];

	if (depth == 20)
		return 0;
	pages[(depth + 1) * 1024] = depth + 1;
	pages[0] = depth + 1;
	if (in_child(generation, argument) || pages[0] != depth + 1)
		return 1;
	for (uint32_t i = 1; i < 22; i++)
		if (pages[i * 1024] != (i <= depth + 1 ? i : 0))
			return 1;
	return 0;
}

static const char *check_generations(void)
{
	return in_child(generation, map_pages(22, READ_WRITE)) ? "a page is another generation's" :
								 NULL;
}

/* mov r0, #value; bx lr */
static void write_code(uint32_t *code, uint32_t result)
{
	code[0] = 0xe3a00000 | result;
	code[1] = 0xe12fff1e;
	__builtin___clear_cache((char *)code, (char *)(code + 2));
}

static const char *check_code(void)
{
	uint32_t *code = map_pages(1, READ_WRITE | PROT_EXEC);

	for (uint32_t i = 0; i < 100; i++) {
		uint32_t got;

		write_code(code, i);
		got = ((uint32_t(*)(void))code)();
		if (got != i)
			return wrong("code that returns %u returned %u", i, got);
	}
	return NULL;
}

static const char *check_no_code(void)
{
	uint32_t *code = map_pages(1, READ_WRITE);

	write_code(code, 1);
	return expect(try_call((uintptr_t)code), SIGSEGV, SEGV_ACCERR, (uintptr_t)code);
}

static const char *check_remap(void)
{
	uint32_t *pages = map_pages(SOME, READ_WRITE), *moved;

	write_pages(pages, SOME, 5);
	moved = mremap(pages, SOME * PAGE, 4 * SOME * PAGE, MREMAP_MAYMOVE);
	if (moved == MAP_FAILED)
		return wrong_call("mremap");
	if (differs(moved, SOME, 5) >= 0)
		return "the content is another one";
	if (moved[(4 * SOME - 1) * 1024])
		return "what was added is not zero";
	return moved == pages || try_read((uintptr_t)pages).number == SIGSEGV ?
		       NULL :
		       "the old place can still be read";
}

static const char *check_break(void)
{
	char *old = sbrk(SOME * PAGE);
	uintptr_t inside = (uintptr_t)old + SOME * PAGE - 8;

	if (old == (char *)-1)
		return wrong_call("sbrk");
	if (try_write(inside).number)
		return "the new memory cannot be written";
	sbrk(-(intptr_t)(SOME * PAGE));
	return try_write(inside).number == SIGSEGV ? NULL : "memory given back can be written";
}

static uint32_t deep(uint32_t levels)
{
	volatile char room[2000];

	room[levels % sizeof(room)] = (char)levels;
	return levels ? deep(levels - 1) + (uint8_t)room[levels % sizeof(room)] - (uint8_t)levels +
				1 :
			0;
}

static const char *check_stack(void)
{
	return deep(1500) == 1500 ? NULL : "3 MB of stack do not hold what was written";
}

static const char *check_dropped(void)
{
	volatile uint32_t *pages = map_pages(SOME, READ_WRITE);

	write_pages(pages, SOME, 1);
	if (madvise((void *)(pages + 1024), PAGE, MADV_DONTNEED))
		return wrong_call("madvise");
	if (pages[1024] || pages[1024 + 73])
		return "a page that was dropped has its old content";
	return pages[2048] == value(2, 0, 1) ? NULL : "its neighbour was dropped as well";
}

/* Every second page of many is unmapped, and mapped again. */
static const char *check_holes(void)
{
	uintptr_t pages = (uintptr_t)map_pages(512, READ_WRITE);

	write_pages((uint32_t *)pages, 512, 9);
	for (uint32_t i = 0; i < 512; i += 2)
		munmap((void *)(pages + i * PAGE), PAGE);
	for (uint32_t i = 0; i < 512; i += 2) {
		if (try_read(pages + i * PAGE).number != SIGSEGV)
			return wrong("page %u can be read after munmap", i);
		if (*(uint32_t *)(pages + (i + 1) * PAGE) != value(i + 1, 0, 9))
			return wrong("page %u has lost its content", i + 1);
	}
	for (uint32_t i = 0; i < 512; i += 2) {
		uint32_t *page = mmap((void *)(pages + i * PAGE), PAGE, READ_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		if (page == MAP_FAILED || *page)
			return wrong("page %u is not new", i);
	}
	return NULL;
}

const struct check memory_checks[] = {
	{ "LNX30", "Fresh memory is zero", check_zero },
	{ "LNX31", "16 MiB hold what was written, three times", check_many },
	{ "LNX32", "A write to a read-only page is SIGSEGV at its address", check_protect },
	{ "LNX33", "Rights can be changed often", check_protect_often },
	{ "LNX34", "A page without rights cannot be touched", check_none },
	{ "LNX35", "Unmapped memory and address 0 cannot be touched", check_unmapped },
	{ "LNX36", "A child's writes are its own", check_copy_child },
	{ "LNX37", "A parent's writes after fork are its own", check_copy_parent },
	{ "LNX38", "Twenty generations of processes keep their pages apart", check_generations },
	{ "LNX39", "Code can be written, run, and written again", check_code },
	{ "LNX40", "Data cannot be run", check_no_code },
	{ "LNX41", "mremap keeps the content and leaves nothing behind", check_remap },
	{ "LNX42", "The heap grows and shrinks", check_break },
	{ "LNX43", "The stack grows by itself", check_stack },
	{ "LNX44", "madvise drops a page", check_dropped },
	{ "LNX45", "Holes in a mapping are holes, and can be filled", check_holes },
	{ 0 }
};
