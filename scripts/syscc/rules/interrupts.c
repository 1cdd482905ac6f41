/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about physical interrupts: three numbers each, kind, number, trigger.
 */
#include "../rules.h"

#define GIC_NR_PPIS 16

static unsigned int nr_irqs(const struct device *device)
{
	return prop_nr_cells(node_prop(device->node, "interrupts"));
}

static uint32_t part(const struct device *device, unsigned int irq, unsigned int index)
{
	return prop_cell(node_prop(device->node, "interrupts"), irq * 3 + index);
}

static void check_triples(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		if (nr_irqs(device) % 3)
			fail(check, node_loc(device->node, "interrupts"),
			     "`interrupts` of device '%s' has %u numbers. Write <kind number "
			     "trigger> for each",
			     device->name, nr_irqs(device));
	}
}

static void check_parents(const struct check *check)
{
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];

	FOR_EACH_NODE(check, node) {
		struct refs refs = parse_refs(check->sys, node, "interrupt-parent");

		if (irqchip && refs.nr && refs.nodes[0] != irqchip->node)
			fail(check, node_loc(node, "interrupt-parent"),
			     "interrupt-parent of '%s' is not the microvisor's interrupt "
			     "controller '%s' (%s). Refer to that, or leave it out",
			     node->parent ? node->name : "/", irqchip->name,
			     place(irqchip->node->loc));
	}
}

static void check_irqchip_cells(const struct check *check)
{
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];

	if (irqchip && node_u32(irqchip->node, "#interrupt-cells", 3) != 3)
		fail(check, node_loc(irqchip->node, "#interrupt-cells"),
		     "interrupt controller '%s' takes %u numbers for an interrupt. Write 3: kind, "
		     "number, trigger",
		     irqchip->name, node_u32(irqchip->node, "#interrupt-cells", 3));
}

static void check_kind(const struct check *check, const struct device *device, unsigned int irq)
{
	if (part(device, irq, 0) > 1)
		fail(check, node_loc(device->node, "interrupts"),
		     "interrupt %u of device '%s' is of kind %u. Write 0 for shared or 1 for "
		     "private to a CPU",
		     irq, device->name, part(device, irq, 0));
}

static void check_number(const struct check *check, const struct device *device, unsigned int irq)
{
	uint32_t limit = part(device, irq, 0) ? GIC_NR_PPIS : check->sys->microvisor.nr_irqs - 32;

	if (part(device, irq, 0) <= 1 && part(device, irq, 1) >= limit)
		fail(check, node_loc(device->node, "interrupts"),
		     "interrupt %u of device '%s' has number %u, but the board's controller has 0 "
		     "to %u of this kind. Correct it, or `mullion,nr-irqs` of the controller",
		     irq, device->name, part(device, irq, 1), limit - 1);
}

/* A private interrupt may have the CPUs that it belongs to in bits 8 to 15, as Linux's trees do. */
static void check_trigger(const struct check *check, const struct device *device, unsigned int irq)
{
	uint32_t trigger = part(device, irq, 2) & 0xf;
	uint32_t others = part(device, irq, 2) & ~(part(device, irq, 0) == 1 ? 0xff0fu : 0xfu);

	if (others)
		fail(check, node_loc(device->node, "interrupts"),
		     "interrupt %u of device '%s' has the bits 0x%x beside its trigger, which mean "
		     "nothing. Remove them",
		     irq, device->name, others);

	if (trigger != 1 && trigger != 2 && trigger != 4 && trigger != 8)
		fail(check, node_loc(device->node, "interrupts"),
		     "interrupt %u of device '%s' has trigger %u. Write 1 or 2 for an edge, 4 or 8 "
		     "for a level",
		     irq, device->name, trigger);
}

static void check_edge(const struct check *check, const struct device *device, unsigned int irq)
{
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];
	uint32_t trigger = part(device, irq, 2) & 0xf;

	if (!irqchip->driver->edges && (trigger == 1 || trigger == 2))
		fail(check, node_loc(device->node, "interrupts"),
		     "interrupt %u of device '%s' has an edge for its trigger, but interrupt "
		     "controller '%s' (%s) has levels only. Write 4 or 8 if the device holds its "
		     "line until it is served, else leave `interrupts` out",
		     irq, device->name, irqchip->name, place(irqchip->node->loc));
}

/* These would only be handed on to a guest, which could not make sense of them. */
static void check_controllers(const struct check *check)
{
	static const char *const names[] = { "#interrupt-cells", "#address-cells" };
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];

	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct node *node = check->sys->devices[i]->node;

		for (size_t j = 0; j < ARRAY_SIZE(names); j++)
			if (node_prop(node, names[j]) && !node_flag(node, "interrupt-controller"))
				fail(check, node_loc(node, names[j]),
				     "`%s` of device '%s' is for an interrupt controller. Remove "
				     "it, or add `interrupt-controller;`",
				     names[j], check->sys->devices[i]->name);
		if (node_prop(node, "mullion,nr-irqs") && irqchip && node != irqchip->node)
			fail(check, node_loc(node, "mullion,nr-irqs"),
			     "`mullion,nr-irqs` of device '%s' is read of the microvisor's "
			     "interrupt controller only, '%s' (%s). Remove it",
			     check->sys->devices[i]->name, irqchip->name,
			     place(irqchip->node->loc));
	}
}

static void for_each_irq(const struct check *check,
			 void (*function)(const struct check *, const struct device *,
					  unsigned int))
{
	for (size_t i = 0; i < check->sys->nr_devices; i++)
		for (unsigned int irq = 0; irq < nr_irqs(check->sys->devices[i]) / 3; irq++)
			function(check, check->sys->devices[i], irq);
}

static void check_kinds(const struct check *check)
{
	for_each_irq(check, check_kind);
}

static void check_numbers(const struct check *check)
{
	if (check->sys->microvisor.node)
		for_each_irq(check, check_number);
}

static void check_triggers(const struct check *check)
{
	for_each_irq(check, check_trigger);
}

static void check_edges(const struct check *check)
{
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];

	if (irqchip && irqchip->driver)
		for_each_irq(check, check_edge);
}

static const char *owner_name(const struct device *device)
{
	return device->owner ? mem_printf("cell '%s'", device->owner->name) : "the microvisor";
}

/* Does a cell take the interrupt, or the microvisor for its timer? */
static bool is_taken(const struct device *device)
{
	return device->owner || device->role == ROLE_TIMER;
}

static void check_pair(const struct check *check, const struct device *a, const struct device *b)
{
	if (!is_taken(a) || !is_taken(b) || a->owner == b->owner)
		return;
	for (unsigned int i = 0; i < a->nr_irqs; i++)
		for (unsigned int j = 0; j < b->nr_irqs; j++)
			if (a->irqs[i].number == b->irqs[j].number)
				fail(check, node_loc(b->node, "interrupts"),
				     "interrupt %u has two owners: %s by device '%s', and %s by "
				     "device '%s' (%s). Give both devices to one cell",
				     b->irqs[j].number, owner_name(b), b->name, owner_name(a),
				     a->name, place(node_loc(a->node, "interrupts")));
}

static void check_owners(const struct check *check)
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->nr_devices; i++)
		for (size_t j = i + 1; j < sys->nr_devices; j++)
			check_pair(check, sys->devices[i], sys->devices[j]);
}

static const struct rule rules[] = {
	{ "IRQ-001", "An interrupt is described by three numbers.", check_triples },
	{ "IRQ-002", "An interrupt is shared or private to a CPU.", check_kinds },
	{ "IRQ-003", "An interrupt's number exists at the board's controller.", check_numbers },
	{ "IRQ-004", "An interrupt's trigger is an edge or a level.", check_triggers },
	{ "IRQ-005", "An interrupt has one owner.", check_owners },
	{ "IRQ-006", "All interrupts are those of the microvisor's controller.", check_parents },
	{ "IRQ-007", "The controller's interrupts are described by three numbers.",
	  check_irqchip_cells },
	{ "IRQ-008", "An edge interrupt is one of a controller that has edges.", check_edges },
	{ "IRQ-009", "What describes an interrupt controller stands at one.", check_controllers },
};

const struct rule_set rules_interrupts = { "interrupts", rules, ARRAY_SIZE(rules) };
