/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The interface between the test OS's kernel and its user program: system calls (number
 * in r7, arguments and results in r0 to r3, `svc #0`), the user address space, and the
 * contents of pages. Usable from assembly.
 */
#ifndef TEST_OS_CALLS_H
#define TEST_OS_CALLS_H

#define CALL_NULL      0 /* nothing */
#define CALL_EXIT      1 /* (hash): never returns */
#define CALL_FORK      2 /* child's number, or 0 in the child */
#define CALL_WAIT      3 /* (process): how it ended, its hash */
#define CALL_YIELD     4
#define CALL_SELF      5 /* own number, parent's number */
#define CALL_MAP       6 /* (page, pages, rights) */
#define CALL_UNMAP     7 /* (page, pages, flush) */
#define CALL_PROTECT   8 /* (page, pages, rights, flush) */
#define CALL_MOVE      9 /* (from, to, flush) */
#define CALL_BREAK     10 /* (pages): the heap has that many from now on */
#define CALL_MODEL     11 /* (page): rights, version, as the model has them */
#define CALL_NOTE      12 /* (page, version): it will be filled with this */
#define CALL_OPERATION 13 /* (number): which comes next */
#define CALL_HANDLER   14 /* (address): where faults go, 0: they kill */
#define CALL_FAIL      15 /* (check, page, expected, got) */
#define CALL_CHECK     16 /* the kernel looks at itself */
#define CALL_SEND      17 /* (process, address, size): waits for room */
#define CALL_RECEIVE   18 /* (address, size): length; waits for a message */
#define CALL_SLEEP     19 /* (ticks) */
#define CALL_ADDED     20 /* (number): so much was added to the shared counter */
#define CALL_FLUSH     21 /* (page, pages, flush): for nothing */
#define CALL_THREAD    22 /* (value): the thread-ID register that users cannot write */
#define NR_CALLS       23

/* How translations are forgotten after a change. */
#define FLUSH_PAGES 0 /* one by one */
#define FLUSH_RANGE 1
#define FLUSH_ASID  2
#define FLUSH_ALL   3
#define NR_FLUSHES  4

#define RIGHT_READ  1
#define RIGHT_WRITE 2
#define RIGHT_EXEC  4
#define MAPPED      8 /* if only without rights */

/* The user address space. */
#define USER_TEXT   0x20000000 /* the program: small pages, all may read and execute */
#define USER_HEAP   0x21000000
#define USER_AREA   0x22000000 /* AREA_SLOTS pieces, 1 MiB apart */
#define USER_SHARED 0x23000000 /* one large page: all may read and write */
#define KERNEL_PAGE 0x23010000 /* beside it: a page for the kernel alone */
#define USER_BIG    0x24000000 /* a section: all may read */
#define USER_STACK  0x2f000000 /* ends here */

#define PAGE_SIZE   0x1000
#define HEAP_PAGES  8
#define AREA_SLOTS  6
#define AREA_PIECE  6
#define AREA_PAGES  (AREA_SLOTS * AREA_PIECE)
#define STACK_PAGES 4

/* Pages have numbers: heap, area, stack. */
#define FIRST_AREA  HEAP_PAGES
#define FIRST_STACK (FIRST_AREA + AREA_PAGES)
#define NR_PAGES    (FIRST_STACK + STACK_PAGES)

#define MESSAGE_MAX 64
#define ENDED       0 /* by CALL_EXIT */
#define KILLED      1 /* by a fault */

/* Kinds of faults, as a handler gets them (r0 the address, r1 the kind). */
#define FAULT_DATA      1
#define FAULT_FETCH     2
#define FAULT_UNDEFINED 3

#define BIG_PATTERN     0xb16b00b5
#define SHARED_WORDS    8 /* counters in the large page, 8 KiB apart */

/* The checks; main.c has a sentence for each. */
#define CHECK_CONTENT  0
#define CHECK_RIGHTS   1
#define CHECK_KERNEL   2
#define CHECK_CALLS    3
#define CHECK_SWITCH   4
#define CHECK_FP       5
#define CHECK_SHARED   6
#define CHECK_MESSAGE  7
#define CHECK_KILL     8
#define CHECK_END      9
#define CHECK_PREEMPT  10
#define CHECK_COVERAGE 11
#define NR_CHECKS      12

#ifndef __ASSEMBLER__
#include <stdint.h>

static inline uint32_t page_address(uint32_t page)
{
	uint32_t n = page - FIRST_AREA;

	if (page < FIRST_AREA)
		return USER_HEAP + page * PAGE_SIZE;
	if (page < FIRST_STACK)
		return USER_AREA + (n / AREA_PIECE << 20) + n % AREA_PIECE * PAGE_SIZE;
	return USER_STACK - (NR_PAGES - page) * PAGE_SIZE;
}

#define CODE_WORD 0xe12fff1e /* bx lr */

/* Word @i of a page of that version; version 0 was never written. */
static inline uint32_t page_word(uint32_t version, uint32_t i)
{
	if (version && !i)
		return CODE_WORD;
	return version ? (version + i) * 0x9e3779b1u ^ version : 0;
}
#endif

#endif
