/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The machine under the microvisor in unit tests: interrupt controller, timer
 * with a clock that stands until a test moves it, captured serial line, board
 * reset, and the memory of cells below 4 GiB of the host's address space.
 */
#ifndef TEST_MACHINE_H
#define TEST_MACHINE_H

#include "tables.h"

#include <drivers/ops.h>
#include <setjmp.h>

extern const struct irqchip_ops machine_irqchip;
extern const struct timer_ops machine_timer;
extern const struct serial_ops machine_serial;
extern const struct reset_ops machine_reset;

/** enum machine_end - why the microvisor gave the machine up */
enum machine_end {
	END_NOT = 0,
	END_HALTED,
	END_RESTARTED,
	END_POWERED_OFF,
};

/**
 * struct machine - state of the devices, and records for tests
 * @ticks: the timer's counter. @deadline: when it interrupts, ticks.
 * @sets: how often the microvisor set the deadline.
 * @latched: edge interrupts that wait. @asserted: level interrupt lines.
 * @masked, @edge: as the microvisor set them. @active: acknowledged, not ended.
 * @beyond: a number that no table has, acknowledged next, if not 0.
 * @dropped: interrupts that were taken for nobody's.
 * @line: what was printed. @length: how much of it.
 * @space: the cell whose address space is in use, -1 before the first.
 * @idle: the microvisor waits for an interrupt.
 * @on_wait: called instead of becoming idle, if set.
 * @on_copy: called after a copy into or the clearing of cell memory, if set.
 * @on_poll: called before the controller is asked for an interrupt, if set.
 * @probed: the RAM that the microvisor looked at. @no_ram: there is none.
 * @longest_copy: bytes of the longest such.
 * @ending: where to go when the microvisor ends; @end says how it did.
 */
struct machine {
	uint64_t ticks, deadline;
	unsigned int sets;
	uint8_t latched[NR_IRQS], asserted[NR_IRQS], masked[NR_IRQS], edge[NR_IRQS];
	int active, beyond;
	unsigned int dropped;
	char line[65536];
	unsigned int length;
	int space;
	void *cleaned_at; /* what was written back to memory last */
	unsigned int space_switches, vcpu_switches, cleaned, code_syncs;
	uint32_t invalidated; /* bytes cleaned and invalidated */
	bool idle;
	void (*on_wait)(void);
	void (*on_copy)(void), (*on_poll)(void);
	uint32_t longest_copy, probed;
	bool no_ram;
	jmp_buf resting, ending;
	bool ending_set;
	enum machine_end end;
};

extern struct machine machine;

/** machine_reset_devices - as after power-on; memory of cells is made once */
void machine_reset_devices(void);

/** machine_may - would user mode be allowed to access all of the range so? */
bool machine_may(int space, uint32_t va, uint32_t size, uint32_t attr);

/** machine_irq_pending - an unmasked interrupt waits to be taken */
bool machine_irq_pending(void);

#endif
