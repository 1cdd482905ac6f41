/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The machine that the test OS runs on, as its kernel uses it. There are two: a guest
 * cell (cell.c, cell-entry.S) and the bare board (bare.c, bare-entry.S). Everything
 * else is the same for both and compiled once.
 */
#ifndef TEST_OS_MACHINE_H
#define TEST_OS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct plan - the amount of work
 * @seed: of all random numbers.
 * @count: operations of all processes together.
 * @repeat: how often each thing is done between the marks for measuring.
 * @period: of the timer, in microseconds.
 */
struct plan {
	uint32_t seed;
	uint32_t count;
	uint32_t repeat;
	uint32_t period;
};

/**
 * struct regs - a process's registers while it does not run
 * @self: the address of this structure.
 * The entries in assembly know the order.
 */
struct regs {
	uint32_t r[12];
	uint32_t lr;
	uint32_t pc;
	uint32_t psr;
	uint32_t r12;
	uint32_t sp;
	uint32_t self;
};

#define REGS_SIZE 72
#define PSR_USER  0x10

/** struct fp_regs - floating point, likewise; fp-regs.S knows the order */
struct fp_regs {
	uint64_t d[32];
	uint32_t fpscr;
};

/** machine_init - find memory and plan; nothing may be called before */
void machine_init(struct plan *plan);
/** machine_start - vectors, interrupts, the periodic timer */
void machine_start(const struct plan *plan);
/** machine_ram - memory for the kernel to give away; its addresses are physical */
void machine_ram(uint32_t *start, uint32_t *end);
/** machine_sections - the n-th stretch of whole sections that the kernel needs; 0: memory */
bool machine_sections(uint32_t n, uint32_t *start, uint32_t *end, bool *device);
void machine_put(void *context, char c);
/** machine_end - say what is known of the machine; nothing runs afterwards */
_Noreturn void machine_end(void);

/** machine_switch - use this first-level table with this ASID */
void machine_switch(uint32_t table, uint32_t asid);
/** machine_flush - forget translations; see FLUSH_* */
void machine_flush(uint32_t kind, uint32_t asid, uint32_t start, uint32_t size);
/** machine_written - a translation entry was written: let table walks see it */
void machine_written(const uint32_t *entry, uint32_t count);

/** machine_code - what was written to this page is to be executed */
void machine_code(uint32_t page);

/** machine_tick - the timer's interrupt is served */
void machine_tick(void);
/** machine_wait - sleep until an interrupt has come and was served */
void machine_wait(void);
/** machine_breathe - let interrupts come, in the middle of the kernel */
void machine_breathe(void);

/** machine_fp - whether the user may compute; else that is an undefined instruction */
void machine_fp(bool on);
/** machine_thread_id - the register that users can read */
void machine_thread_id(uint32_t value);

/* Called by the machine's entries; what returns registers, runs those next. */
struct regs *on_system_call(struct regs *regs);
struct regs *on_fault(struct regs *regs, uint32_t address, uint32_t status, uint32_t kind);
struct regs *on_undefined(struct regs *regs);
struct regs *on_tick(struct regs *regs);
/* In kernel mode: a fault returns where to go on. */
uint32_t on_kernel_fault(uint32_t pc, uint32_t address, uint32_t status);
void on_kernel_tick(void);

/** machine_run - the kernel's start is over: run this */
_Noreturn void machine_run(struct regs *regs);

/** kernel_main - the kernel, on any machine */
_Noreturn void kernel_main(void);

#endif
