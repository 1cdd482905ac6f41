/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Panic: the microvisor found itself broken. Every reason has its own number,
 * which survives a warm reset and is printed at the next boot. Nothing that a
 * cell does leads here.
 */
#ifndef CORE_PANIC_H
#define CORE_PANIC_H

#include <core/types.h>

/* Reasons. Numbers are never used again for another reason. */
enum panic_code {
	PANIC_REQUESTED = 0x0001, /* system_check(panic) by a cell that may */
	PANIC_DATA_ABORT = 0x1001, /* the microvisor accessed a forbidden address */
	PANIC_PREFETCH_ABORT = 0x1002,
	PANIC_UNDEFINED = 0x1003,
	PANIC_VECTOR = 0x1004, /* an exception that is never enabled */
	PANIC_L2_TABLES = 0x2001, /* the system compiler counted too few of them */
	PANIC_MAP = 0x2002, /* a mapping that cannot be made */
	PANIC_DEVICE_WINDOW = 0x2003, /* the microvisor itself has too many devices */
	PANIC_RAM = 0x2004, /* memory that is described for a cell is not there */
	PANIC_QUEUE_BITS = 0x3001, /* run queue and its bitmap disagree */
	PANIC_QUEUE_MEMBER = 0x3002, /* a vCPU in a queue is not ready or has another priority */
	PANIC_QUEUE_COUNT = 0x3003, /* a ready vCPU is in no queue */
	PANIC_PRIORITY = 0x3004, /* a vCPU's is outside its cell's range */
	PANIC_CELL_STATE = 0x3005, /* a vCPU is alive in a stopped cell */
	PANIC_TIMER_ORDER = 0x3006, /* timer queues are not sorted by priority, or one is missing */
	PANIC_FIFO = 0x3007, /* FIFO position outside its depth */
	PANIC_PENDING = 0x3008, /* a level vIRQ pending without payload */
	PANIC_LOG = 0x300a, /* the fault log counts more records than it holds */
	PANIC_BEST = 0x300b, /* runqueue.best is not the first of the highest queue */
	PANIC_SPACE = 0x300c, /* a vCPU's address space is not in use by it, or not its cell's */
	PANIC_TIMER = 0x300d, /* timer_queue.first is not the next to expire */
	PANIC_TIMER_LATE = 0x300e, /* the hardware is set too late for a timer */
	PANIC_SPACE_TABLE = 0x300f, /* refill.c reads a guest's table that vspace_sound() forbids */
};

/** struct panic_registers - the microvisor's registers when it broke */
struct panic_registers {
	uint32_t r[13];
	uint32_t sp, lr, pc, psr;
	uint32_t status, address;
};

/** panic - print the reason, keep it for the next boot, halt or reset as configured */
_Noreturn void panic(enum panic_code code, uint32_t detail);

/** panic_exception - the same for an exception in privileged mode (entry.S) */
_Noreturn void panic_exception(enum panic_code code, const struct panic_registers *regs);

/** panic_if_no_ram - from now on an exception means no RAM at @pa; 0 ends this */
void panic_if_no_ram(uint32_t pa);

/** panic_report - print what ended the previous boot, if it was a panic */
void panic_report(void);

#endif
