/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about clocks and regulators, which devices refer to. A guest gets a copy of
 * each, so only those are allowed that nobody can change.
 */
#include "../rules.h"
#include "../schema.h"

/* The only kinds that never change. */
static const char *fixed_compatible(const struct schema *schema)
{
	return schema == &schema_clock ? "fixed-clock" : "regulator-fixed";
}

static void check_reference(const struct check *check, const struct device *device,
			    const struct prop *prop)
{
	const struct schema *wanted = schema_referred(prop->name);

	for (unsigned int i = 0; wanted && i < prop_nr_cells(prop); i++) {
		const struct node *node = tree_by_phandle(&check->sys->tree, prop_cell(prop, i));

		if (!node || node->schema != wanted)
			fail(check, prop->loc,
			     "entry %u in `%s` of device '%s' is no fixed %s. Refer to a node "
			     "/%s-... with `compatible = \"%s\"` by its label",
			     i + 1, prop->name, device->name, wanted->kind, wanted->kind,
			     fixed_compatible(wanted));
	}
}

static void check_references(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		for (const struct prop *prop = device->node->props; prop; prop = prop->next)
			check_reference(check, device, prop);
	}
}

static void check_names(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];
		const struct prop *names = node_prop(device->node, "clock-names");
		unsigned int nr = prop_nr_cells(node_prop(device->node, "clocks"));

		if (is_malformed(device->node, "clocks"))
			continue;
		if (prop_is_strings(names) && prop_nr_strings(names) != nr)
			fail(check, names->loc,
			     "device '%s' has %u `clock-names` for %u `clocks`. Give each clock "
			     "one name",
			     device->name, prop_nr_strings(names), nr);
	}
}

static void check_fixed(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		const char *compatible = node_string(node, "compatible", NULL);

		if (node->schema != &schema_clock && node->schema != &schema_regulator)
			continue;
		if (compatible && strcmp(compatible, fixed_compatible(node->schema)))
			fail(check, node_loc(node, "compatible"),
			     "%s '%s' is \"%s\", which guests cannot share. Write "
			     "`compatible = \"%s\"`, with what it is after a reset",
			     node->schema->kind, node->name, compatible,
			     fixed_compatible(node->schema));
	}
}

static void check_clock_cells(const struct check *check)
{
	FOR_EACH_NODE(check, node)
		if (node->schema == &schema_clock && has_number(node, "#clock-cells") &&
		    node_u32(node, "#clock-cells", 0))
			fail(check, node_loc(node, "#clock-cells"),
			     "clock '%s' has %u numbers in each reference to it. Set "
			     "`#clock-cells` to <0>",
			     node->name, node_u32(node, "#clock-cells", 0));
}

static void check_voltage(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		uint32_t low = node_u32(node, "regulator-min-microvolt", 0);
		uint32_t high = node_u32(node, "regulator-max-microvolt", 0);

		if (node->schema != &schema_regulator || low == high ||
		    !has_number(node, "regulator-min-microvolt") ||
		    !has_number(node, "regulator-max-microvolt"))
			continue;
		fail(check, node_loc(node, "regulator-max-microvolt"),
		     "regulator '%s' has %u to %u microvolts. Give both the same value", node->name,
		     low, high);
	}
}

static const struct rule rules[] = {
	{ "CLK-001", "A device refers to fixed clocks and regulators.", check_references },
	{ "CLK-002", "Each clock of a device has a name, if one has.", check_names },
	{ "CLK-003", "Clocks and regulators are fixed ones.", check_fixed },
	{ "CLK-004", "A reference to a clock has no numbers behind it.", check_clock_cells },
	{ "CLK-005", "A regulator has one voltage.", check_voltage },
};

const struct rule_set rules_clocks = { "clocks and regulators", rules, ARRAY_SIZE(rules) };
