/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A small guest kernel's tools, for test cells: run code in guest user mode
 * until its next exception, probe addresses in either mode, build address
 * spaces in the ARM short-descriptor format. Each vCPU has its own run and its
 * own record of what happened.
 */
#ifndef TEST_GUEST_H
#define TEST_GUEST_H

#include <mv.h>

/* Offsets in struct regs, for guest-stubs.S: see the assertions in guest.c. */

enum event {
	EVENT_VIRQ,
	EVENT_UNDEFINED,
	EVENT_CALL,
	EVENT_FETCH,
	EVENT_DATA,
};

enum access {
	READ,
	WRITE,
	EXECUTE,
	NR_ACCESSES,
};

/** struct regs - of guest user mode; psr is the virtual one */
struct regs {
	uint32_t r[13];
	uint32_t sp, lr, pc, psr;
};

/** struct trap - what is on the stack while an exception of guest kernel mode is handled */
struct trap {
	uint32_t pc, psr, r12, sp;
	uint32_t r4, lr, r0, r1, r2, r3;
};

/**
 * struct seen - counts of exceptions in guest kernel mode
 * @traps: undefined instructions and aborts; the other words are the last one's.
 * @virqs: upcalls for vIRQs. @on_virq: called for each, if not NULL.
 * @on_trap: called for each trap, if not NULL; true: it has seen to it.
 */
struct seen {
	uint32_t traps, event, status, address, pc, psr;
	volatile uint32_t virqs;
	void (*on_virq)(struct trap *t);
	bool (*on_trap)(uint32_t event, struct trap *t);
};

extern struct seen seen_by[MV_MAX_VCPUS_PER_CELL];

static inline struct seen *seen(void)
{
	return &seen_by[mv_page()->vcpu];
}

/** guest_panic - say why, if there is a serial line, and fault */
_Noreturn void guest_panic(const char *format, ...) MV_PRINTF(1, 2);

/** guest_begin - vectors and memory map of the calling vCPU */
void guest_begin(void);

/** user_run - continue in guest user mode; returns the exception that ended it */
uint32_t user_run(struct regs *r);

/**
 * user_try - one access in guest user mode; kernel_try - in guest kernel mode
 * The word is read, written (as it should be read back) or called.
 * Return: 0, or the fault status, with bit 11 for writes and ~0 for another event.
 */
uint32_t user_try(uint32_t access, uint32_t va, uint32_t *word);
uint32_t kernel_try(uint32_t access, uint32_t va, uint32_t *word);

#define STATUS_WRITE 0x800u
#define STATUS_CAUSE 0x40fu
#define OTHER_EVENT  ~0u

#define TRANSLATION1 0x5u /* fault statuses: first level, second level */
#define TRANSLATION2 0x7u
#define EXTERNAL     0x8u
#define DOMAIN1      0x9u
#define DOMAIN2      0xbu
#define WALK1        0xcu
#define PERMISSION1  0xdu
#define WALK2        0xeu
#define PERMISSION2  0xfu

/* Memory and address spaces ------------------------------------------------------- */

#define MIB         0x100000u
#define PAGE        0x1000u
#define L1_SIZE     0x4000u
#define L2_SIZE     0x400u

#define USER_CODE   0x08000000u /* a page of guest-stubs.S; in the next: a stack */
#define USER_STACK  0x08001000u
#define RETURN_INSN 0xe12fff1eu /* bx lr */

/* Descriptors: rights are AP[2:0]. Guests' own domain: 0; what is played with: 1. */
#define SECTION(pa, ap) ((pa) | 0x2u | 0xcu | ((ap)&3u) << 10 | ((ap)&4u) << 13)
#define SMALL(pa, ap)   ((pa) | 0x2u | 0xcu | ((ap)&3u) << 4 | ((ap)&4u) << 7)
#define LARGE(pa, ap)   ((pa) | 0x1u | 0xcu | ((ap)&3u) << 4 | ((ap)&4u) << 7)
#define TABLE(l2)       ((uint32_t)(uintptr_t)(l2) | 0x1u)
#define IN_DOMAIN(d)    ((d) << 5)
#define SECTION_NG      0x20000u
#define SECTION_XN      0x10u
#define PAGE_NG         0x800u
#define SMALL_XN        0x1u
#define LARGE_XN        0x8000u

#define AP_NONE         0u
#define AP_KERNEL       1u /* guest kernel may read and write */
#define AP_USER_READS   2u /* and guest user read */
#define AP_BOTH         3u /* or all */
#define AP_RESERVED     4u
#define AP_KERNEL_READS 5u
#define AP_ALL_READ     6u
#define AP_ALL_READ_OLD 7u

/** pool_reset - all memory is free again; pool_take - zeroed memory */
void pool_reset(void);
void *pool_take(uint32_t size, uint32_t align);

/** space_new - a first-level table with the cell's memory where it is, for guest kernel mode */
uint32_t *space_new(void);
/** space_l2 - a new second-level table for the slot of an address, in domain 1 */
uint32_t *space_l2(uint32_t *l1, uint32_t va);
/** space_page - put a descriptor in the second-level table of an address */
void space_page(uint32_t *l1, uint32_t va, uint32_t descriptor);

/** space_use - switch to it; space_off - no translation */
void space_use(const uint32_t *l1, uint32_t asid);
void space_off(void);
/** space_flush - until nothing is left */
void space_flush(uint32_t asid, uint32_t start, uint32_t size);
uint32_t guest_vmmu(void);

/* guest-stubs.S */
void vector_virq(void);
void vector_undefined(void);
void vector_call(void);
void vector_fetch(void);
void vector_data(void);
extern const char user_page[], user_read[], user_write[], user_execute[], user_loop[];
extern const char user_undefined[], user_undefined_thumb[], user_call_thumb[], user_breakpoint[];
extern const char user_unaligned[], user_count[];

/** user_at - where guest user mode sees one of those */
static inline uint32_t user_at(const char *label)
{
	return USER_CODE + (uint32_t)(label - user_page);
}

/** user_regs - registers that begin at one of those */
struct regs user_regs(const char *label);

#endif
