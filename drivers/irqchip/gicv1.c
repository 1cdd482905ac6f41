/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * ARM generic interrupt controller, version 1, and the same part of version 2.
 * All interrupts have one priority: urgency is decided by the scheduler alone.
 * Source: ARM IHI 0048B, chapters 4.3 and 4.4.
 */
#include <arch/io.h>
#include <drivers/ops.h>

/* Distributor */
#define GICD_CTLR       0x000
#define GICD_ISENABLER  0x100
#define GICD_ICENABLER  0x180
#define GICD_ICPENDR    0x280
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR  0x800
#define GICD_ICFGR      0xc00
/* CPU interface */
#define GICC_CTLR       0x00
#define GICC_PMR        0x04
#define GICC_IAR        0x0c
#define GICC_EOIR       0x10

#define IRQ_ID          0x3ff
#define IRQ_SPECIAL     1020 /* numbers from here on mean that there is no interrupt */
#define PRIORITY_MIDDLE 0xa0a0a0a0
#define TARGET_CPU0     0x01010101

static struct {
	void *dist;
	void *cpu;
	volatile uint32_t *disable; /* GICD_ICENABLER, on the path of every interrupt */
} gic;

static uint32_t bit(uint32_t irq)
{
	return 1u << (irq % 32);
}

static uint32_t word(uint32_t irq)
{
	return irq / 32 * 4;
}

static void gicv1_init(void *const regs[2], uint32_t nr_irqs)
{
	gic.dist = regs[0];
	gic.cpu = regs[1];
	gic.disable = (volatile uint32_t *)((char *)gic.dist + GICD_ICENABLER);
	io_write(gic.dist, GICD_CTLR, 0);
	for (uint32_t irq = 0; irq < nr_irqs; irq += 32) {
		gic.disable[irq / 32] = ~0u;
		io_write(gic.dist, GICD_ICPENDR + word(irq), ~0u);
	}
	for (uint32_t irq = 0; irq < nr_irqs; irq += 4) {
		io_write(gic.dist, GICD_IPRIORITYR + irq, PRIORITY_MIDDLE);
		io_write(gic.dist, GICD_ITARGETSR + irq, TARGET_CPU0);
	}
	io_write(gic.dist, GICD_CTLR, 1);
	io_write(gic.cpu, GICC_PMR, 0xff);
	io_write(gic.cpu, GICC_CTLR, 1);
}

/* The value includes the source CPU of a software interrupt: the end must name it (4.4.4). */
static inline uint32_t gicv1_ack(void)
{
	return io_read(gic.cpu, GICC_IAR);
}

static inline void gicv1_end(uint32_t irq)
{
	io_write(gic.cpu, GICC_EOIR, irq);
}

static inline void gicv1_mask(uint32_t irq)
{
	gic.disable[irq / 32] = bit(irq);
}

/*
 * If the second write acts before the first while the device's line is up, the
 * interrupt comes once more, and is masked then.
 */
static void gicv1_end_masked(uint32_t irq)
{
	gicv1_mask(irq);
	gicv1_end(irq);
}

static bool gicv1_drop(uint32_t irq)
{
	if ((irq & IRQ_ID) >= IRQ_SPECIAL)
		return false;
	gicv1_mask(irq & IRQ_ID);
	gicv1_end(irq);
	return true;
}

static inline void gicv1_unmask(uint32_t irq)
{
	io_write(gic.dist, GICD_ISENABLER + word(irq), bit(irq));
}

/* Two bits for each interrupt, the upper one says edge. 0..31 are fixed. */
static void gicv1_trigger(uint32_t irq, bool edge)
{
	uint32_t offset = GICD_ICFGR + irq / 16 * 4;
	uint32_t mask = 2u << (irq % 16 * 2);

	if (irq >= 32)
		io_write(gic.dist, offset, (io_read(gic.dist, offset) & ~mask) | (edge ? mask : 0));
}

const struct irqchip_ops gicv1_irqchip_ops = {
	.init = gicv1_init,
	.ack = gicv1_ack,
	.drop = gicv1_drop,
	.end = gicv1_end,
	.end_masked = gicv1_end_masked,
	.mask = gicv1_mask,
	.unmask = gicv1_unmask,
	.trigger = gicv1_trigger,
};
