/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the conventions of all device trees: the status of nodes, and aliases.
 * memory.c checks /memreserve/; form.c checks /plugin/ and nodes that have no meaning
 * here.
 */
#include "../rules.h"
#include "../schema.h"

static void check_status(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		const char *status = node_string(node, "status", "okay");

		if (node->schema && schema_property(node->schema, "status") &&
		    strcmp(status, "okay") && strcmp(status, "disabled"))
			fail(check, node_loc(node, "status"),
			     "status of %s is \"%s\". Write \"okay\" or \"disabled\"",
			     node_title(node), status);
	}
}

/* References to devices are checked by DEV-011. */
static void check_references(const struct check *check, const struct node *node,
			     const struct prop *prop)
{
	for (unsigned int i = 0; i < prop_nr_cells(prop); i++) {
		const struct node *other = tree_by_phandle(&check->sys->tree, prop_cell(prop, i));

		if (other && other->schema && !other->device && node_disabled(other))
			fail(check, prop->loc,
			     "`%s` of %s refers to %s, which is disabled (%s). Take it out, or set "
			     "its status to \"okay\"",
			     prop->name, node_title(node), node_title(other),
			     place(node_loc(other, "status")));
	}
}

static void check_enabled(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		if (!node->schema || node_disabled(node))
			continue;
		for (const struct prop *prop = node->props; prop; prop = prop->next) {
			const struct property *property = schema_property(node->schema, prop->name);

			if (property && property->type == VALUE_REFS)
				check_references(check, node, prop);
		}
	}
}

/* The node whose path is the property's one text, or NULL. */
static const struct node *node_of_path(const struct check *check, const struct prop *prop)
{
	bool one = prop_nr_strings(prop) == 1 && (!prop->forms || *prop->forms == FORM_TEXT);

	return one ? tree_find(&check->sys->tree, prop_string(prop, 0)) : NULL;
}

/* A guest is told of the aliases of its devices; other aliases have no use. */
static void check_aliases(const struct check *check)
{
	const struct node *aliases = node_child(check->sys->tree.root, "aliases");

	for (const struct prop *prop = aliases ? aliases->props : NULL; prop; prop = prop->next) {
		const struct node *node = node_of_path(check, prop);

		if (!strcmp(prop->name, "phandle") || (node && node->device))
			continue;
		fail(check, prop->loc,
		     "alias '%s' names no device. Write `%s = &...;` with the label of a node "
		     "below /soc, or remove it",
		     prop->name, prop->name);
	}
}

/* dtc writes the labels there, for the overlays that no product has. */
static void check_symbols(const struct check *check)
{
	const struct node *symbols = node_child(check->sys->tree.root, "__symbols__");

	for (const struct prop *prop = symbols ? symbols->props : NULL; prop; prop = prop->next)
		if (!node_of_path(check, prop))
			fail(check, prop->loc,
			     "'%s' in /__symbols__ is no path of a node. Remove it: dtc writes "
			     "what belongs there",
			     prop->name);
}

static void check_accepted(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		const struct prop *accepted = node_prop(node, "accept-hints");

		for (unsigned int i = 0; node->schema && i < prop_nr_strings(accepted); i++)
			if (!hint_exists(prop_string(accepted, i)))
				fail(check, accepted->loc,
				     "%s accepts \"%s\", which is no hint. Write the id of a hint, "
				     "as \"HINT-001\"",
				     node_title(node), prop_string(accepted, i));
	}
}

static const struct rule rules[] = {
	{ "DTS-001", "A status is okay or disabled.", check_status },
	{ "DTS-002", "What is not disabled refers to nothing that is.", check_enabled },
	{ "DTS-003", "An alias names one device.", check_aliases },
	{ "DTS-004", "Hints that are accepted exist.", check_accepted },
	{ "DTS-005", "What stands in /__symbols__ names a node.", check_symbols },
};

const struct rule_set rules_conventions = { "device tree conventions", rules, ARRAY_SIZE(rules) };
