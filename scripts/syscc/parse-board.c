/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * From the tree to the model: devices, RAM and the devices that the microvisor uses.
 */
#include "model.h"
#include "schema.h"

#define GIC_SPI       0
#define GIC_FIRST_SPI 32
#define GIC_FIRST_PPI 16
#define IRQ_EDGES     3 /* trigger flags: rising or falling edge */

static void parse_regs(struct device *device)
{
	const struct prop *reg = node_prop(device->node, "reg");
	unsigned int nr = prop_nr_cells(reg);

	for (unsigned int i = 0; i + 1 < nr && device->nr_regs < MAX_REGS; i += 2) {
		struct span *span = &device->regs[device->nr_regs++];

		span->start = prop_cell(reg, i);
		span->size = prop_cell(reg, i + 1);
	}
}

/* GIC specifiers: <type number flags>. */
static void parse_irqs(struct device *device)
{
	const struct prop *irqs = node_prop(device->node, "interrupts");
	unsigned int nr = prop_nr_cells(irqs);

	for (unsigned int i = 0; i + 2 < nr && device->nr_irqs < MAX_DEV_IRQS; i += 3) {
		struct device_irq *irq = &device->irqs[device->nr_irqs++];
		uint32_t first = prop_cell(irqs, i) == GIC_SPI ? GIC_FIRST_SPI : GIC_FIRST_PPI;

		irq->number = prop_cell(irqs, i + 1) + first;
		irq->edge = prop_cell(irqs, i + 2) & IRQ_EDGES;
	}
}

static void parse_device(struct system *sys, struct node *node)
{
	struct device *device = mem_alloc(sizeof(*device));

	device->node = node;
	device->name = node->label ? node->label : mem_copy(node->name, strcspn(node->name, "@"));
	device->dma = node_flag(node, "mullion,dma");
	device->role = ROLE_NONE;
	parse_regs(device);
	parse_irqs(device);
	node->device = device;
	*APPEND(sys->devices, sys->nr_devices) = device;
}

void parse_devices(struct system *sys)
{
	for (struct node *soc = sys->tree.root->child; soc; soc = soc->next)
		for (struct node *node = soc->child; node; node = node->next)
			if (node->schema == &schema_device)
				parse_device(sys, node);
}

static void parse_roles(struct system *sys, struct microvisor *mv)
{
	for (enum role role = 0; role < NR_ROLES; role++) {
		struct device *device;

		mv->role_refs[role] = parse_refs(sys, mv->node, role_names[role]);
		if (!mv->role_refs[role].nr || !mv->role_refs[role].nodes[0])
			continue;
		device = mv->role_refs[role].nodes[0]->device;
		if (!device)
			continue;
		mv->devices[role] = device;
		device->role = role;
		device->driver = driver_find(device->node, role);
	}
}

static void parse_microvisor(struct system *sys, struct node *node)
{
	struct microvisor *mv = &sys->microvisor;

	mv->node = node;
	mv->board = node_string(node, "board", "");
	mv->load_offset = node_u32(node, "load-offset", 0x10000);
	mv->reserve = node_u32(node, "memory", 0);
	mv->nr_irqs = 96;
	parse_roles(sys, mv);
	if (mv->devices[ROLE_IRQCHIP])
		mv->nr_irqs = node_u32(mv->devices[ROLE_IRQCHIP]->node, "mullion,nr-irqs", 96);
	if (mv->nr_irqs < IRQS_MIN || mv->nr_irqs > IRQS_MAX)
		mv->nr_irqs = IRQS_MAX;
}

void parse_board(struct system *sys)
{
	for (struct node *node = sys->tree.root->child; node; node = node->next) {
		const struct prop *reg = node_prop(node, "reg");

		if (node->schema == &schema_microvisor && !sys->microvisor.node)
			parse_microvisor(sys, node);
		if (node->schema != &schema_memory || sys->memory_node)
			continue;
		sys->memory_node = node;
		if (prop_nr_cells(reg) >= 2)
			sys->ram = (struct span){ prop_cell(reg, 0), prop_cell(reg, 1) };
	}
}
