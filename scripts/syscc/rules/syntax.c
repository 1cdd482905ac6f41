/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the form of a description: which nodes and properties there are
 * and what kind of values they have. Nothing unknown is passed over.
 */
#include "../rules.h"
#include "../schema.h"

static void check_readable(const struct check *check)
{
	struct loc loc = { .file = check->sys->dtb_path };

	if (check->sys->tree_error)
		fail(check, loc, "%s. Make the input from a .dts file with dtc",
		     check->sys->tree_error);
}

static void check_nodes(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		const char *nearest;

		if (node->schema || !node->parent)
			continue;
		nearest = schema_nearest_child(node->parent, node->name);
		fail(check, node->loc, "unknown node '%s' in %s. %s", node->name,
		     node->parent->schema == &schema_root ? "the description" : node->parent->path,
		     nearest ? mem_printf("Did you mean '%s'?", nearest) : "Remove it");
	}
}

/* dtc's own properties may stand anywhere. */
static bool is_dtc_property(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

static const char *title(const struct node *node)
{
	if (!node->parent)
		return "the root node";
	return mem_printf("%s '%s'", node->schema->kind, node->name);
}

static void check_properties(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (!node->schema || node->schema->open)
			continue;
		for (const struct prop *prop = node->props; prop; prop = prop->next) {
			const char *nearest;

			if (is_dtc_property(prop->name) ||
			    schema_property(node->schema, prop->name))
				continue;
			nearest = schema_nearest_property(node->schema, prop->name);
			fail(check, prop->loc, "unknown property '%s' of %s. %s", prop->name,
			     title(node),
			     nearest ? mem_printf("Did you mean '%s'?", nearest) : "Remove it");
		}
	}
}

static void check_required(const struct check *check)
{
	FOR_EACH_NODE(check, node)
		for (size_t i = 0; node->schema && i < node->schema->nr_properties; i++) {
			const struct property *property = &node->schema->properties[i];

			if (property->required && !node_prop(node, property->name))
				fail(check, node->loc, "%s has no property '%s'. Add it",
				     title(node), property->name);
		}
}

typedef void (*property_check)(const struct check *check, const struct node *node,
			       const struct property *property, const struct prop *prop);

static void for_each_known(const struct check *check, property_check function)
{
	FOR_EACH_NODE(check, node)
		for (const struct prop *prop = node->props; prop; prop = prop->next) {
			const struct property *property =
				node->schema ? schema_property(node->schema, prop->name) : NULL;

			if (property)
				function(check, node, property, prop);
		}
}

static bool type_fits(enum value_type type, const struct prop *prop)
{
	switch (type) {
	case VALUE_FLAG:
		return !prop->size;
	case VALUE_CELLS:
		return prop->size && prop->size % 4 == 0;
	case VALUE_STRINGS:
		return prop_is_strings(prop);
	default:
		return true;
	}
}

static void check_type(const struct check *check, const struct node *node,
		       const struct property *property, const struct prop *prop)
{
	static const struct {
		const char *text, *form;
	} cures[] = {
		[VALUE_FLAG] = { "takes no value", ";" },
		[VALUE_CELLS] = { "takes numbers or references", " = <...>;" },
		[VALUE_STRINGS] = { "takes printable text", " = \"...\";" },
	};

	if (!type_fits(property->type, prop))
		fail(check, prop->loc, "property '%s' of %s %s. Write `%s%s`", prop->name,
		     title(node), cures[property->type].text, prop->name,
		     cures[property->type].form);
}

static void check_types(const struct check *check)
{
	for_each_known(check, check_type);
}

static const char *how_many(const struct property *property)
{
	if (property->min == property->max)
		return mem_printf("exactly %u", property->min);
	if (!property->max)
		return mem_printf("at least %u", property->min);
	return mem_printf("%u to %u", property->min, property->max);
}

static void check_count(const struct check *check, const struct node *node,
			const struct property *property, const struct prop *prop)
{
	unsigned int nr = property->type == VALUE_CELLS ? prop_nr_cells(prop) :
							  prop_nr_strings(prop);

	if (property->type == VALUE_FLAG || !type_fits(property->type, prop))
		return;
	if (nr < property->min || (property->max && nr > property->max))
		fail(check, prop->loc, "property '%s' of %s has %u value%s. Give it %s", prop->name,
		     title(node), nr, nr == 1 ? "" : "s", how_many(property));
}

static void check_counts(const struct check *check)
{
	for_each_known(check, check_count);
}

static void check_sections(const struct check *check)
{
	const struct system *sys = check->sys;
	struct loc loc = sys->tree.root->loc;

	if (!sys->nr_cells)
		fail(check, loc, "there is no cell. Add a node `cells` with a node for each");
	if (!sys->microvisor.node)
		fail(check, loc, "there is no node 'microvisor'. Include a board's .dtsi first");
	if (!sys->memory_node)
		fail(check, loc, "there is no node 'memory@...'. Include a board's .dtsi first");
}

static void check_duplicates(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (node->parent && node_child(node->parent, node->name) != node)
			fail(check, node->loc, "there are two nodes '%s'. Rename or remove one",
			     node->path);
		for (const struct prop *prop = node->props; prop; prop = prop->next)
			if (node_prop(node, prop->name) != prop)
				fail(check, prop->loc,
				     "node '%s' has property '%s' twice. Remove one", node->path,
				     prop->name);
	}
}

static void check_phandles(const struct check *check)
{
	const struct tree *tree = &check->sys->tree;

	for (size_t i = 1; i < tree->nr_phandles; i++) {
		const struct node *node = tree->by_phandle[i], *other = tree->by_phandle[i - 1];

		if (node->phandle == other->phandle)
			fail(check, node->loc,
			     "nodes '%s' and '%s' (%s) have the same phandle 0x%x. Leave phandles "
			     "to dtc",
			     node->path, other->path, place(other->loc), node->phandle);
	}
}

static void check_address_cells(const struct check *check)
{
	static const char *const names[] = { "#address-cells", "#size-cells" };

	FOR_EACH_NODE(check, node) {
		bool bus = node->schema == &schema_root || node->schema == &schema_soc;

		for (size_t i = 0; bus && i < ARRAY_SIZE(names); i++)
			if (has_number(node, names[i]) && node_u32(node, names[i], 0) != 1)
				fail(check, node_loc(node, names[i]),
				     "'%s' of %s is %u, but addresses and sizes are of 32 bits. "
				     "Set it to <1>",
				     names[i], title(node), node_u32(node, names[i], 0));
	}
}

static const struct rule rules[] = {
	{ "SYN-001", "The input is a well-formed flattened device tree.", check_readable },
	{ "SYN-002", "Every node is of a known kind.", check_nodes },
	{ "SYN-003", "Every property is known for the kind of its node.", check_properties },
	{ "SYN-004", "Every property that a node needs is there.", check_required },
	{ "SYN-005", "Every property has values of the right type.", check_types },
	{ "SYN-006", "Every property has the right number of values.", check_counts },
	{ "SYN-007", "There is at least one cell, and a board with microvisor and memory.",
	  check_sections },
	{ "SYN-008", "Names of nodes and properties occur once.", check_duplicates },
	{ "SYN-009", "A phandle belongs to one node.", check_phandles },
	{ "SYN-010", "Addresses and sizes are of 32 bits.", check_address_cells },
};

const struct rule_set rules_syntax = { "form", rules, ARRAY_SIZE(rules) };
