/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of drivers over simulated registers, with devices that behave as QEMU's never
 * do. Registers are words of memory; registers that act when they are read or written
 * are told apart by device and offset.
 */
#include "unit.h"

#include <arch/io.h>
#include <drivers/ops.h>

extern const struct serial_ops pl011_serial_ops;
extern const struct irqchip_ops gicv1_irqchip_ops;

/* PL011: ARM DDI 0183G, 3.3 */
#define UART_DR    0x00
#define UART_FR    0x18
#define UART_CR    0x30
#define TX_FULL    0x20
#define FIFO_DEPTH 16

/* GIC: ARM IHI 0048B, 4.3 and 4.4 */
#define DIST_CTLR   0x000
#define DIST_ENABLE 0x100
#define DIST_MASK   0x180
#define DIST_CLEAR  0x280
#define DIST_PRIO   0x400
#define DIST_TARGET 0x800
#define DIST_CONFIG 0xc00
#define CPU_CTLR    0x00
#define CPU_PMR     0x04
#define CPU_IAR     0x0c
#define CPU_EOIR    0x10

#define NR_IRQS     96
#define UNTOUCHED   0x5a5a5a5a

/**
 * struct uart - @looks: reads of the flags. @drains: after so many of them one
 *	character leaves a full FIFO; 0: never.
 */
static struct {
	uint32_t regs[0x40 / 4];
	char sent[64];
	unsigned int nr_sent, in_fifo, looks, drains;
} uart;

/** struct gic - @ended: what EOIR was told; @masked_then: that interrupt's mask by then */
static struct {
	uint32_t dist[0x1000 / 4], cpu[0x100 / 4];
	uint32_t ended, masked_then;
	unsigned int nr_ended;
} gic;

/* The devices ---------------------------------------------------------------------- */

static uint32_t uart_read(uint32_t offset)
{
	if (offset != UART_FR)
		return uart.regs[offset / 4];
	uart.looks++;
	if (uart.drains && uart.in_fifo == FIFO_DEPTH && uart.looks % uart.drains == 0)
		uart.in_fifo--;
	return uart.in_fifo == FIFO_DEPTH ? TX_FULL : 0;
}

static void uart_write(uint32_t offset, uint32_t value)
{
	uart.regs[offset / 4] = value;
	if (offset != UART_DR)
		return;
	assert_in_range(uart.in_fifo, 0, FIFO_DEPTH - 1);
	uart.in_fifo++;
	uart.sent[uart.nr_sent++] = (char)value;
}

static uint32_t is_masked(uint32_t irq)
{
	return gic.dist[DIST_MASK / 4 + irq / 32] & 1u << irq % 32;
}

static void gic_end(uint32_t value)
{
	gic.ended = value;
	gic.masked_then = is_masked(value & 0x3ff);
	gic.nr_ended++;
}

uint32_t io_read(const void *base, uint32_t offset)
{
	if (base == uart.regs)
		return uart_read(offset);
	assert_true(base == gic.dist || base == gic.cpu);
	return ((const uint32_t *)base)[offset / 4];
}

void io_write(void *base, uint32_t offset, uint32_t value)
{
	if (base == uart.regs) {
		uart_write(offset, value);
		return;
	}
	assert_true(base == gic.dist || base == gic.cpu);
	((uint32_t *)base)[offset / 4] = value;
	if (base == gic.cpu && offset == CPU_EOIR)
		gic_end(value);
}

/* PL011 ---------------------------------------------------------------------------- */

#define PATIENCE_LIMIT 1100000 /* looks: a tenth more than the driver says */

static void uart_begin(void)
{
	void *const regs[] = { uart.regs };

	uart.regs[UART_CR / 4] = 0x4200; /* as a boot loader leaves it: flow control */
	pl011_serial_ops.init(regs, 24000000);
}

static unsigned int looks_for(char c)
{
	unsigned int before = uart.looks;

	pl011_serial_ops.put(c);
	return uart.looks - before;
}

TEST_UNBOOTED(drv_001, "UNI-DRV-001", "the UART is switched on and else left as it was")
{
	uart_begin();
	assert_int_equal(uart.regs[UART_CR / 4], 0x4301);
	assert_int_equal(uart.nr_sent, 0);
}

TEST_UNBOOTED(drv_002, "UNI-DRV-002",
	      "a slow UART loses no character and is never given one too many")
{
	uart_begin();
	uart.drains = 50000;
	for (char c = 0; c < 60; c++)
		pl011_serial_ops.put(c);
	for (char c = 0; c < 60; c++)
		assert_int_equal(uart.sent[(int)c], c);
	assert_int_equal(uart.nr_sent, 60);
}

TEST_UNBOOTED(drv_003, "UNI-DRV-003", "of a UART that never drains only the first character waits")
{
	uart_begin();
	for (int i = 0; i < FIFO_DEPTH; i++)
		assert_int_equal(looks_for('a'), 1);
	assert_in_range(looks_for('b'), 2, PATIENCE_LIMIT);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(looks_for('c'), 1);
	assert_int_equal(uart.nr_sent, FIFO_DEPTH);
}

TEST_UNBOOTED(drv_004, "UNI-DRV-004",
	      "a UART that drains again is written again, and waited for again")
{
	uart_begin();
	for (int i = 0; i < FIFO_DEPTH + 3; i++)
		pl011_serial_ops.put('a');
	uart.in_fifo = FIFO_DEPTH - 1;
	assert_int_equal(looks_for('b'), 1);
	assert_int_equal(uart.sent[FIFO_DEPTH], 'b');
	uart.drains = 1000;
	assert_in_range(looks_for('c'), 2, 1000);
	assert_int_equal(uart.sent[FIFO_DEPTH + 1], 'c');
	uart.drains = 0;
	assert_in_range(looks_for('d'), 1000, PATIENCE_LIMIT);
	assert_int_equal(uart.nr_sent, FIFO_DEPTH + 2);
}

/* GIC ------------------------------------------------------------------------------ */

static const struct irqchip_ops *const chip = &gicv1_irqchip_ops;

static void gic_begin(void)
{
	void *const regs[] = { gic.dist, gic.cpu };

	for (unsigned int i = 0; i < ARRAY_SIZE(gic.dist); i++)
		gic.dist[i] = UNTOUCHED;
	chip->init(regs, NR_IRQS);
}

/* The distributor masks nothing, as seen by what is written from now on. */
static void forget_masks(void)
{
	for (unsigned int i = 0; i < 32; i++)
		gic.dist[DIST_MASK / 4 + i] = 0;
}

/* Which one is masked: the only one. */
static uint32_t masked_one(void)
{
	uint32_t found = ~0u;

	for (uint32_t irq = 0; irq < 1024; irq++)
		if (is_masked(irq)) {
			assert_int_equal(found, ~0u);
			found = irq;
		}
	return found;
}

TEST_UNBOOTED(drv_010, "UNI-DRV-010",
	      "the GIC begins with all interrupts masked and none pending, for CPU 0, switched on")
{
	gic_begin();
	for (unsigned int i = 0; i < NR_IRQS / 32; i++) {
		assert_int_equal(gic.dist[DIST_MASK / 4 + i], ~0u);
		assert_int_equal(gic.dist[DIST_CLEAR / 4 + i], ~0u);
		assert_int_equal(gic.dist[DIST_ENABLE / 4 + i], UNTOUCHED);
	}
	for (unsigned int i = 0; i < NR_IRQS / 4; i++) {
		assert_int_equal(gic.dist[DIST_PRIO / 4 + i], 0xa0a0a0a0);
		assert_int_equal(gic.dist[DIST_TARGET / 4 + i], 0x01010101);
	}
	assert_int_equal(gic.dist[DIST_MASK / 4 + NR_IRQS / 32], UNTOUCHED);
	assert_int_equal(gic.dist[DIST_PRIO / 4 + NR_IRQS / 4], UNTOUCHED);
	assert_int_equal(gic.dist[DIST_CTLR / 4], 1);
	assert_int_equal(gic.cpu[CPU_CTLR / 4], 1);
	assert_int_equal(gic.cpu[CPU_PMR / 4], 0xff);
}

TEST_UNBOOTED(drv_011, "UNI-DRV-011",
	      "an interrupt is ended as it was acknowledged, masked first or not")
{
	gic_begin();
	for (uint32_t irq = 0; irq < NR_IRQS; irq++) {
		forget_masks();
		gic.cpu[CPU_IAR / 4] = irq;
		chip->end(chip->ack());
		assert_int_equal(gic.ended, irq);
		assert_int_equal(masked_one(), ~0u);
		chip->end_masked(chip->ack());
		assert_int_equal(gic.ended, irq);
		assert_true(gic.masked_then);
		assert_int_equal(masked_one(), irq);
	}
	assert_int_equal(gic.nr_ended, 2 * NR_IRQS);
}

TEST_UNBOOTED(drv_012, "UNI-DRV-012",
	      "what says that there is no interrupt is neither masked nor ended")
{
	gic_begin();
	forget_masks();
	for (uint32_t source = 0; source < 8; source++)
		for (uint32_t id = 1020; id < 1024; id++) {
			gic.cpu[CPU_IAR / 4] = source << 10 | id;
			assert_in_range(chip->ack(), NR_IRQS, UINT32_MAX);
			assert_false(chip->drop(chip->ack()));
		}
	assert_int_equal(gic.nr_ended, 0);
	assert_int_equal(masked_one(), ~0u);
}

TEST_UNBOOTED(drv_013, "UNI-DRV-013",
	      "an interrupt that the board does not have is masked and ended")
{
	gic_begin();
	for (uint32_t irq = NR_IRQS; irq < 1020; irq++) {
		forget_masks();
		gic.cpu[CPU_IAR / 4] = irq;
		assert_in_range(chip->ack(), NR_IRQS, UINT32_MAX);
		assert_true(chip->drop(chip->ack()));
		assert_int_equal(gic.ended, irq);
		assert_true(gic.masked_then);
		assert_int_equal(masked_one(), irq);
	}
	assert_int_equal(gic.nr_ended, 1020 - NR_IRQS);
}

TEST_UNBOOTED(drv_014, "UNI-DRV-014",
	      "a software interrupt is ended with the CPU that it came from")
{
	gic_begin();
	for (uint32_t source = 0; source < 8; source++)
		for (uint32_t id = 0; id < 16; id++) {
			forget_masks();
			gic.cpu[CPU_IAR / 4] = source << 10 | id;
			assert_true(chip->drop(chip->ack()));
			assert_int_equal(gic.ended, source << 10 | id);
			assert_int_equal(masked_one(), id);
		}
	assert_int_equal(gic.nr_ended, 8 * 16);
}

TEST_UNBOOTED(drv_015, "UNI-DRV-015", "an interrupt is unmasked alone")
{
	gic_begin();
	for (uint32_t irq = 0; irq < NR_IRQS; irq++) {
		for (unsigned int i = 0; i < NR_IRQS / 32; i++)
			gic.dist[DIST_ENABLE / 4 + i] = 0;
		chip->unmask(irq);
		for (unsigned int i = 0; i < NR_IRQS / 32; i++)
			assert_int_equal(gic.dist[DIST_ENABLE / 4 + i],
					 i == irq / 32 ? 1u << irq % 32 : 0);
	}
}

TEST_UNBOOTED(drv_016, "UNI-DRV-016",
	      "a trigger changes one bit, and none of the interrupts below 32")
{
	gic_begin();
	for (uint32_t irq = 0; irq < NR_IRQS; irq++)
		for (uint32_t old = 0; old < 2; old++) {
			uint32_t *config = &gic.dist[DIST_CONFIG / 4 + irq / 16];
			uint32_t bit = irq < 32 ? 0 : 2u << irq % 16 * 2;

			*config = old ? ~0u : 0;
			chip->trigger(irq, !old);
			assert_int_equal(*config, old ? ~bit : bit);
		}
}
