/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Physical interrupts. A level-triggered one is masked when it arrives and
 * stays so until its cell has served the device (virq_ack): a device that
 * keeps its line up cannot occupy the machine.
 */
#include <core/cell.h>
#include <core/irq.h>
#include <core/timer.h>
#include <core/trace.h>
#include <core/vcpu.h>
#include <core/virq.h>
#include <drivers/ops.h>

/*
 * More than a boot loader can have left pending: 16 software interrupts from each CPU.
 */
#define STALE_MAX 128

static uint32_t strays;

uint32_t irq_strays(void)
{
	return strays;
}

/* An interrupt that cannot be masked may be pending since before boot. */
static void drop_stale(const struct irqchip_ops *chip)
{
	for (int i = 0; i < STALE_MAX; i++)
		if (!chip->drop(chip->ack()))
			return;
}

void irq_init(void)
{
	const struct irqchip_ops *chip = platform.irqchip;

	drop_stale(chip);
	for (unsigned int irq = 0; irq < nr_irqs; irq++)
		if (irq_routes[irq].trigger != IRQ_UNROUTED)
			chip->trigger(irq, irq_routes[irq].trigger == IRQ_EDGE);
	chip->unmask(platform.timer_irq);
}

/* The interrupt belongs to no cell. drop() masks it, where the controller can. */
static void stray_irq(const struct irqchip_ops *chip, uint32_t irq)
{
	strays += chip->drop(irq);
}

/* If the cell is out, mask the interrupt here: virq_close() comes only in a later step. */
static void edge_irq(const struct irqchip_ops *chip, uint32_t irq, struct virq *q)
{
	if (cell_out(q->vcpu->cell))
		chip->end_masked(irq);
	else
		chip->end(irq);
	virq_assert(q, 1);
}

static void device_irq(const struct irqchip_ops *chip, uint32_t irq)
{
	const struct irq_route *route = &irq_routes[irq];

	if (likely(route->trigger == IRQ_LEVEL)) {
		chip->end_masked(irq);
		virq_assert(&virqs[route->virq], 1);
	} else if (route->trigger == IRQ_EDGE) {
		edge_irq(chip, irq, &virqs[route->virq]);
	} else {
		stray_irq(chip, irq);
	}
}

/*
 * When several timers are due at once, they are served one by one, and a device's
 * interrupt may be served in between. A timer interrupt that was acknowledged here
 * although it is masked is ended without being served; it comes again.
 */
static RARE_PATH uint32_t ack_between_timers(const struct irqchip_ops *chip, uint32_t timer)
{
	uint32_t irq;

	chip->mask(timer);
	irq = chip->ack();
	chip->unmask(timer);
	if (irq == timer)
		chip->end(irq);
	return irq;
}

void irq_dispatch(void)
{
	const struct irqchip_ops *chip = platform.irqchip;
	uint32_t irq = chip->ack(), timer = platform.timer_irq;

	if (irq == timer) {
		bool more;

		trace(MV_TRACE_IRQ, TRACE_NO_VCPU, irq);
		more = timer_interrupt();
		chip->end(irq);
		if (likely(!more))
			return;
		irq = ack_between_timers(chip, timer);
		if (irq == timer)
			return;
	}
	if (unlikely(irq >= nr_irqs)) {
		stray_irq(chip, irq);
		return;
	}
	trace(MV_TRACE_IRQ, TRACE_NO_VCPU, irq);
	device_irq(chip, irq);
}
