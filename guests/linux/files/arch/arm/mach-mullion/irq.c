// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * vIRQs as an interrupt controller: the node /hypervisor, with the line and the
 * capability of a vIRQ as its two cells. Masking a line is a bit in the vCPU
 * page. A vIRQ is fetched when it is taken, which ends it unless it is a level;
 * a device's is acknowledged at the end, so that the device can interrupt again.
 */
#include <linux/init.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <asm/exception.h>
#include <asm/mach/irq.h>
#include <asm/mullion.h>

#include "mullion.h"

#define NR_LINES 32

static struct {
	unsigned int cap;
	unsigned int payload;
} lines[NR_LINES];

static struct irq_domain *domain;

static void line_mask(struct irq_data *d)
{
	mullion_page->virq_enabled &= ~BIT(d->hwirq);
}

/* What is pending makes its upcall when vIRQs are unmasked, if not before. */
static void line_unmask(struct irq_data *d)
{
	mullion_page->virq_enabled |= BIT(d->hwirq);
	if (mullion_page->virq_master && mullion_page->virq_pending & BIT(d->hwirq))
		mv_virq_sync();
}

/* Harmless if it is not a device's. */
static void line_eoi(struct irq_data *d)
{
	mv_virq_ack(lines[d->hwirq].cap);
}

static struct irq_chip chip = {
	.name = "mullion",
	.irq_mask = line_mask,
	.irq_unmask = line_unmask,
	.irq_eoi = line_eoi,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static int line_map(struct irq_domain *d, unsigned int irq, irq_hw_number_t line)
{
	irq_set_chip_and_handler(irq, &chip, handle_fasteoi_irq);
	irq_set_probe(irq);
	return 0;
}

static int line_xlate(struct irq_domain *d, struct device_node *node, const u32 *cells,
		      unsigned int nr, unsigned long *line, unsigned int *type)
{
	if (nr != 2 || cells[0] >= NR_LINES)
		return -EINVAL;
	*line = cells[0];
	*type = IRQ_TYPE_NONE;
	lines[cells[0]].cap = cells[1];
	return 0;
}

static const struct irq_domain_ops domain_ops = {
	.map = line_map,
	.xlate = line_xlate,
};

unsigned int mullion_virq_payload(unsigned int irq)
{
	unsigned int line = irq_get_irq_data(irq)->hwirq;

	return xchg(&lines[line].payload, 0);
}

static void __exception_irq_entry handle_virqs(struct pt_regs *regs)
{
	unsigned int pending, line;

	while ((pending = mullion_page->virq_pending & mullion_page->virq_enabled)) {
		line = __fls(pending);
		lines[line].payload |= mv_virq_fetch(lines[line].cap).value;
		generic_handle_domain_irq(domain, line);
	}
}

void __init mullion_init_irq(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL, "mullion,microvisor-1");

	domain = irq_domain_add_linear(node, NR_LINES, &domain_ops, NULL);
	irq_set_default_host(domain);
	set_handle_irq(handle_virqs);
}
