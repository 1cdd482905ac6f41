/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The software side of the test machine: the test itself is the program of all cells.
 * The running vCPU is the one that makes hypercalls (mv_*() of
 * mullion/hypercalls.h, defined in software.c), faults or is interrupted, on the
 * ways that arch/arm/entry.S takes. After each of them check_machine() looks for
 * what must always hold.
 */
#ifndef TEST_SOFTWARE_H
#define TEST_SOFTWARE_H

#include "machine.h"

#include <core/cell.h>
#include <core/vcpu.h>
#include <core/virq.h>
#include <mullion/hypercalls.h>

#define BIT(n) (1u << (n))
#define MS     1000000ull
#define US     1000ull

/** boot_system - clear all memory, boot, schedule */
void boot_system(void);

/** boot_and_settle - boot, then every vCPU sleeps until it is poked */
void boot_and_settle(void);

/** sleep_all - every vCPU that runs waits for a poke, until the machine idles */
void sleep_all(void);

/** running - index of the vCPU that runs, -1 if the machine idles */
int running(void);

/** become - put the running vCPU to sleep and wake vCPUs until this one runs */
void become(unsigned int vcpu);

/** wake - make a sleeping vCPU ready by its poke line */
void wake(unsigned int vcpu);

/** forget_poke - its poke line is no longer pending */
void forget_poke(unsigned int vcpu);

/** page - the vCPU page as its cell sees it */
struct mv_vcpu_page *page(unsigned int vcpu);

/** data - word aligned memory of a cell that it may write, at an offset */
void *data(unsigned int cell, uint32_t offset);

/** at - an address of a cell as a pointer, for arguments */
void *at(uint32_t address);

/** hypercall - any number with any arguments */
struct mv_result hypercall(uint32_t number, const uint32_t arguments[6]);

/** hypercall_result - if not NULL, is told what each hypercall has in r0: most often an error */
extern void (*hypercall_result)(uint32_t number, uint32_t r0);

/** fault - the running vCPU does something forbidden */
void fault(uint32_t cause, uint32_t status, uint32_t address);

/** by_trap - the same, through a function of arch/arm/traps.c */
void by_trap(void (*trap)(struct vcpu *v));

/** device_edge - an edge-triggered device interrupts once */
void device_edge(unsigned int irq);

/** device_level - a level-triggered device raises or lowers its line */
void device_level(unsigned int irq, bool asserted);

/** advance - let time pass; interrupts come at their time */
void advance(uint64_t ns);

/** take_interrupts - until none is pending */
void take_interrupts(void);

/** check_machine - what must hold whenever the microvisor is left */
void check_machine(void);

/* A test that plays a hostile cell writes into its page: its copy proves nothing. */
extern bool pages_scribbled;

/** printed - has the microvisor printed this text? */
bool printed(const char *text);

/** printed_nothing - clear the record of what was printed; true if it was empty */
bool printed_nothing(void);

/* Do something that ends the microvisor. Afterwards machine.end says how. */
#define ENDS(statement)                             \
	do {                                        \
		if (!setjmp(machine.ending)) {      \
			machine.ending_set = true;  \
			statement;                  \
			fail_msg("it did not end"); \
		}                                   \
		machine.ending_set = false;         \
	} while (0)

/** assert_panicked - it ended by a panic with this code */
void assert_panicked(uint32_t code);

#define assert_result(expected_error, expected_value, call)   \
	do {                                                  \
		struct mv_result got_ = (call);               \
		assert_int_equal(got_.error, expected_error); \
		assert_int_equal(got_.value, expected_value); \
	} while (0)

#define assert_error(expected, call) assert_result(expected, 0, call)

#endif
