/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the board: RAM, and the devices that the microvisor uses.
 */
#include "../rules.h"
#include "../schema.h"

static void check_roles(const struct check *check)
{
	const struct microvisor *mv = &check->sys->microvisor;

	for (enum role role = 0; role < NR_ROLES; role++)
		if (mv->role_refs[role].nr && !mv->devices[role])
			fail(check, node_loc(mv->node, role_names[role]),
			     "`%s` of the microvisor is no device. Refer to a node below /soc by "
			     "its label",
			     role_names[role]);
}

static const char *known_compatibles(enum role role)
{
	const char *list = "";

	for (size_t i = 0; i < nr_drivers; i++)
		if (drivers[i].role == role)
			list = mem_printf("%s%s\"%s\"", list, *list ? ", " : "",
					  drivers[i].compatible);
	return list;
}

static void check_drivers(const struct check *check)
{
	const struct microvisor *mv = &check->sys->microvisor;

	for (enum role role = 0; role < NR_ROLES; role++)
		if (mv->devices[role] && !driver_find(mv->devices[role]->node, role))
			fail(check, node_loc(mv->node, role_names[role]),
			     "the microvisor has no %s driver for device '%s' (%s). Use one that "
			     "is compatible with %s",
			     role_names[role], mv->devices[role]->name,
			     place(mv->devices[role]->node->loc), known_compatibles(role));
}

static void check_configured(const struct check *check)
{
	const struct microvisor *mv = &check->sys->microvisor;

	for (enum role role = 0; role < NR_ROLES; role++) {
		const struct device *device = mv->devices[role];
		const struct driver *driver = device ? driver_find(device->node, role) : NULL;

		if (driver && *check->sys->config.text &&
		    !config_on(&check->sys->config, driver->config))
			fail(check, node_loc(mv->node, role_names[role]),
			     "the %s driver for device '%s' is not configured. Set %s=y, or choose "
			     "this board in the configuration",
			     role_names[role], device->name, driver->config);
	}
}

static void check_needs(const struct check *check)
{
	const struct microvisor *mv = &check->sys->microvisor;

	for (enum role role = 0; role < NR_ROLES; role++) {
		const struct device *device = mv->devices[role];
		const struct driver *driver = device ? driver_find(device->node, role) : NULL;
		const char *missing = NULL;

		if (!driver)
			continue;
		if (driver->clock && !node_u32(device->node, "clock-frequency", 0))
			missing = "the `clock-frequency`";
		if (driver->irq && !device->nr_irqs)
			missing = "an interrupt";
		if (device->nr_regs < driver->nr_regs)
			missing = mem_printf("%u ranges in `reg`", driver->nr_regs);
		if (missing)
			fail(check, device->node->loc,
			     "the microvisor's %s driver needs %s of device '%s'. Add it",
			     role_names[role], missing, device->name);
	}
}

static void check_memory(const struct check *check)
{
	const struct system *sys = check->sys;
	const struct node *first = sys->memory_node;

	for (const struct node *node = sys->tree.root->child; node; node = node->next)
		if (node->schema == &schema_memory && node != first)
			fail(check, node->loc,
			     "there is RAM in '%s' and in '%s' (%s), but only one range is "
			     "supported. Remove one",
			     node->name, first->name, place(first->loc));
	if (first && prop_nr_cells(node_prop(first, "reg")) > 2)
		fail(check, node_loc(first, "reg"),
		     "'%s' has more than one range, but only one is supported. Keep the largest",
		     first->name);
	if (first && prop_nr_cells(node_prop(first, "reg")) == 2 &&
	    (!sys->ram.size || sys->ram.size % PAGE || sys->ram.start % PAGE ||
	     span_end(sys->ram) > 1ull << 32))
		fail(check, node_loc(first, "reg"),
		     "RAM %s is empty, not whole pages or goes beyond 32 bits. Correct `reg`",
		     range(sys->ram));
}

static void check_device_type(const struct check *check)
{
	static const struct {
		const struct schema *schema;
		const char *type;
	} types[] = { { &schema_memory, "memory" }, { &schema_cpu, "cpu" } };

	FOR_EACH_NODE(check, node)
		for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
			const char *type = node_string(node, "device_type", types[i].type);

			if (node->schema == types[i].schema && strcmp(type, types[i].type))
				fail(check, node_loc(node, "device_type"),
				     "device_type of '%s' is \"%s\". Write \"%s\"", node->name,
				     type, types[i].type);
		}
}

static void check_nr_irqs(const struct check *check)
{
	const struct device *irqchip = check->sys->microvisor.devices[ROLE_IRQCHIP];
	uint32_t nr = irqchip ? node_u32(irqchip->node, "mullion,nr-irqs", 96) : 96;

	if (nr < IRQS_MIN || nr > IRQS_MAX)
		fail(check, node_loc(irqchip->node, "mullion,nr-irqs"),
		     "interrupt controller '%s' has %u interrupts. Write %d to %d, private ones "
		     "included",
		     irqchip->name, nr, IRQS_MIN, IRQS_MAX);
}

static bool is_processor(const struct node *node)
{
	return node->schema == &schema_cpu && has_number(node, "reg");
}

/* Reports a processor whose number another one before it has. */
static void check_cpu_number(const struct check *check, const struct node *node)
{
	for (const struct node *other = node->parent->child; other != node; other = other->next)
		if (is_processor(other) && node_u32(other, "reg", 0) == node_u32(node, "reg", 0))
			fail(check, node_loc(node, "reg"),
			     "processors '%s' and '%s' (%s) have the same number 0x%x. Correct "
			     "`reg` of one",
			     node->name, other->name, place(node_loc(other, "reg")),
			     node_u32(node, "reg", 0));
}

static void check_cpu_cells(const struct check *check, const struct node *node, const char *name,
			    uint32_t right)
{
	if (has_number(node, name) && node_u32(node, name, 0) != right)
		fail(check, node_loc(node, name),
		     "'%s' of %s is %u, but a processor's `reg` is one number. Set it to <%u>",
		     name, node_title(node), node_u32(node, name, 0), right);
}

static void check_processors(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (node->schema == &schema_cpus) {
			check_cpu_cells(check, node, "#address-cells", 1);
			check_cpu_cells(check, node, "#size-cells", 0);
		}
		if (is_processor(node))
			check_cpu_number(check, node);
	}
}

static const struct rule rules[] = {
	{ "BRD-001", "What the microvisor uses are devices.", check_roles },
	{ "BRD-002", "The microvisor has drivers for the devices it uses.", check_drivers },
	{ "BRD-003", "The drivers that the board needs are configured.", check_configured },
	{ "BRD-004", "The devices that the microvisor uses are described completely.",
	  check_needs },
	{ "BRD-005", "RAM is one range of whole pages.", check_memory },
	{ "BRD-006", "Memory and processors have their device type.", check_device_type },
	{ "BRD-007", "The interrupt controller has a sensible number of interrupts.",
	  check_nr_irqs },
	{ "BRD-008", "Each processor has a number of its own.", check_processors },
};

const struct rule_set rules_board = { "board", rules, ARRAY_SIZE(rules) };
