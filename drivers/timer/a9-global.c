/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Global timer of the Cortex-A9 MPCore: a 64-bit counter and, for each CPU, a
 * comparator. Source: ARM DDI 0407I, chapter 4.4. It is free of errata from r2p0
 * on: the comparator fires when the counter has reached or passed it.
 */
#include <arch/io.h>
#include <drivers/ops.h>

#define COUNTER_LOW     0x00
#define COUNTER_HIGH    0x04
#define CONTROL         0x08
#define STATUS          0x0c
#define COMPARE_LOW     0x10
#define COMPARE_HIGH    0x14

#define CONTROL_TIMER   0x1
#define CONTROL_COMPARE 0x2
#define CONTROL_IRQ     0x4

static void *gt;

static void a9_global_init(void *const regs[2], uint32_t hz)
{
	(void)hz;
	gt = regs[0];
	io_write(gt, CONTROL, 0);
	io_write(gt, COUNTER_LOW, 0);
	io_write(gt, COUNTER_HIGH, 0);
	io_write(gt, STATUS, 1);
	io_write(gt, CONTROL, CONTROL_TIMER);
}

uint64_t a9_global_now(void)
{
	uint32_t high, low;

	do {
		high = io_read(gt, COUNTER_HIGH);
		low = io_read(gt, COUNTER_LOW);
	} while (high != io_read(gt, COUNTER_HIGH));
	return (uint64_t)high << 32 | low;
}

static inline void a9_global_set(uint64_t deadline)
{
	io_write(gt, CONTROL, CONTROL_TIMER);
	io_write(gt, COMPARE_LOW, deadline);
	io_write(gt, COMPARE_HIGH, deadline >> 32);
	io_write(gt, CONTROL, CONTROL_TIMER | CONTROL_COMPARE | CONTROL_IRQ);
}

static inline void a9_global_clear(void)
{
	io_write(gt, CONTROL, CONTROL_TIMER);
	io_write(gt, STATUS, 1);
}

const struct timer_ops a9_global_timer_ops = {
	.init = a9_global_init,
	.set = a9_global_set,
	.clear = a9_global_clear,
};
