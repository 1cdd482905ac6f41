/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the form of a description: its nodes and properties. Nothing unknown is
 * ignored. types.c checks the values.
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

static void check_overlay(const struct check *check)
{
	if (tree_is_overlay(&check->sys->tree))
		fail(check, check->sys->tree.root->loc,
		     "this is an overlay, to be laid over another device tree. Remove `/plugin/;`: "
		     "a product is a whole tree, and `&label { ... };` changes what it includes");
}

/* Nodes that other device trees have, and their replacements here. */
static const char *instead_of(const struct node *node)
{
	static const struct {
		const char *name, *cure;
	} known[] = {
		{ "chosen", "Boot arguments of a guest are `bootargs` of its cell, the serial line "
			    "is `serial` of /microvisor: remove it" },
		{ "reserved-memory",
		  "What nobody may have is said by `/memreserve/ ADDRESS SIZE;` "
		  "in front of the root node, and what cells share by /segments" },
		{ "psci", "The microvisor starts one CPU only: remove it" },
		{ "firmware", "No firmware is called: remove it" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known) && node->parent->schema == &schema_root; i++)
		if (!strcmp(node->name, known[i].name))
			return known[i].cure;
	return NULL;
}

static const char *cure_of_node(const struct node *node)
{
	const char *nearest = schema_nearest_child(node->parent, node->name);

	if (instead_of(node))
		return instead_of(node);
	return nearest ? mem_printf("Did you mean '%s'?", nearest) : "Remove it";
}

static void check_nodes(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (node->schema || !node->parent)
			continue;
		fail(check, node->loc, "unknown node '%s' in %s. %s", node->name,
		     node->parent->schema == &schema_root ? "the description" : node->parent->path,
		     cure_of_node(node));
	}
}

/* dtc's own properties may stand anywhere. */
static bool is_dtc_property(const char *name)
{
	return !strcmp(name, "phandle") || !strcmp(name, "linux,phandle");
}

static void check_properties(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (!node->schema || node->schema->any_property)
			continue;
		for (const struct prop *prop = node->props; prop; prop = prop->next) {
			const char *nearest;

			if (is_dtc_property(prop->name) ||
			    schema_property(node->schema, prop->name))
				continue;
			nearest = schema_nearest_property(node->schema, prop->name);
			fail(check, prop->loc, "unknown property '%s' of %s. %s", prop->name,
			     node_title(node),
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
				fail(check, node->loc, "%s has no property '%s'. Add `%s%s`",
				     node_title(node), property->name, property->name,
				     schema_form(property));
		}
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

/* Whether dtc wrote the property, or somebody who knows what it would write. */
static bool is_phandle(const struct prop *prop)
{
	bool one = !prop->forms || !strcmp(prop->forms, (char[]){ FORM_NUMBER, 0 });

	return one && prop->size == 4;
}

static void check_phandle_types(const struct check *check)
{
	FOR_EACH_NODE(check, node)
		for (const struct prop *prop = node->props; prop; prop = prop->next)
			if (is_dtc_property(prop->name) && !is_phandle(prop))
				fail(check, prop->loc,
				     "property '%s' of '%s' is no number. Leave phandles to dtc",
				     prop->name, node->path);
}

static void check_phandles(const struct check *check)
{
	const struct tree *tree = &check->sys->tree;

	check_phandle_types(check);
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
				     names[i], node_title(node), node_u32(node, names[i], 0));
	}
}

static const struct rule rules[] = {
	{ "SYN-001", "The input is a well-formed flattened device tree.", check_readable },
	{ "SYN-011", "The input is a whole device tree, no overlay.", check_overlay },
	{ "SYN-002", "Every node is of a known kind.", check_nodes },
	{ "SYN-003", "Every property is known for the kind of its node.", check_properties },
	{ "SYN-004", "Every property that a node needs is there.", check_required },
	{ "SYN-007", "There is at least one cell, and a board with microvisor and memory.",
	  check_sections },
	{ "SYN-008", "Names of nodes and properties occur once.", check_duplicates },
	{ "SYN-009", "A phandle is a number and belongs to one node.", check_phandles },
	{ "SYN-010", "Addresses and sizes are of 32 bits.", check_address_cells },
};

const struct rule_set rules_form = { "form", rules, ARRAY_SIZE(rules) };
