/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Physical interrupts. A level-triggered one is masked when it arrives and
 * stays so until its cell has served the device (virq_ack): a device that
 * keeps its line up cannot occupy the machine.
 */
#include <core/irq.h>
#include <core/tables.h>
#include <core/timer.h>
#include <core/trace.h>
#include <core/virq.h>
#include <drivers/ops.h>

/* More than a boot loader can have left pending: every CPU's 16 software ones. */
#define STALE_MAX 128

/*
 * An interrupt that cannot be masked may be pending from before. Later on none
 * without a route comes: device_irq() relies on it.
 */
static void drop_stale(const struct irqchip_ops *chip)
{
	for (int i = 0; i < STALE_MAX; i++) {
		uint32_t irq = chip->ack();

		if (irq >= nr_irqs)
			return;
		chip->end(irq);
	}
}

void irq_init(void)
{
	const struct irqchip_ops *chip = platform.irqchip;

	drop_stale(chip);
	for (unsigned int irq = 0; irq < nr_irqs; irq++)
		if (irq_routes[irq].virq != MV_NONE)
			chip->trigger(irq, irq_routes[irq].edge);
	chip->unmask(platform.timer_irq);
}

static void timer_irq(const struct irqchip_ops *chip, uint32_t irq)
{
	timer_interrupt();
	chip->end(irq);
}

static void device_irq(const struct irqchip_ops *chip, uint32_t irq)
{
	const struct irq_route *route = &irq_routes[irq];

	if (unlikely(route->edge))
		chip->end(irq);
	else
		chip->end_masked(irq);
	virq_assert(&virqs[route->virq], 1);
}

void irq_dispatch(void)
{
	const struct irqchip_ops *chip = platform.irqchip;
	uint32_t irq = chip->ack();

	if (unlikely(irq >= nr_irqs))
		return;
	trace(MV_TRACE_IRQ, TRACE_NO_VCPU, irq);
	if (irq == platform.timer_irq)
		timer_irq(chip, irq);
	else
		device_irq(chip, irq);
}

void irq_poll(void)
{
	irq_dispatch();
}
