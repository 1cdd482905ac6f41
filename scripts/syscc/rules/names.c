/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about names: they become C names and keys of the environments.
 */
#include "../rules.h"
#include "../schema.h"

/* Buffers in struct mv_env and struct mv_env_entry, less the NUL. */
#define PEER_MAX    (sizeof(((struct mv_env_entry *)0)->peer) - 1)
#define KEY_MAX     (sizeof(((struct mv_env_entry *)0)->name) - 1)
#define PRODUCT_MAX (sizeof(((struct mv_env *)0)->product) - 1)

static bool is_ours(const struct node *node)
{
	return node->schema == &schema_cell || node->schema == &schema_channel ||
	       node->schema == &schema_segment || node->schema == &schema_virq;
}

static bool is_plain(const char *name)
{
	return *name >= 'a' && *name <= 'z' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void check_characters(const struct check *check)
{
	FOR_EACH_NODE(check, node)
		if (is_ours(node) && !is_plain(node->name))
			fail(check, node->loc,
			     "'%s' is no name for a %s. Use lower-case letters, digits and '-', a "
			     "letter "
			     "first",
			     node->name, node->schema->kind);
}

static void check_cell_length(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (strlen(cell->name) > PEER_MAX)
			fail(check, cell->node->loc,
			     "the name of cell '%s' has %zu characters. Use at most %zu",
			     cell->name, strlen(cell->name), PEER_MAX);
}

static void check_key_length(const struct check *check)
{
	FOR_EACH_NODE(check, node) {
		const char *name = node->device ? node->device->name : node->name;

		if (!node->schema || (!is_ours(node) && !node->device) || node->cell ||
		    strlen(name) <= KEY_MAX)
			continue;
		fail(check, node->loc, "the name of %s '%s' has %zu characters. Use at most %zu",
		     node->schema->kind, name, strlen(name), KEY_MAX);
	}
}

static const char *describe(const struct env_entry *entry)
{
	static const char *const kinds[][2] = {
		{ "MV_CAP_CELL", "a cell" },          { "MV_CAP_VCPU", "a vCPU" },
		{ "MV_CAP_VIRQ", "a vIRQ" },          { "MV_CAP_SOURCE", "a vIRQ" },
		{ "MV_CAP_CHANNEL", "a channel" },    { "MV_CAP_TIMER", "a timer" },
		{ "MV_CAP_LOG", "the fault log" },    { "MV_CAP_SYSTEM", "the machine" },
		{ "MV_CAP_VMMU", "a vMMU" },          { "MV_ENV_SEGMENT", "a segment" },
		{ "MV_ENV_DEVICE", "a device" },      { "MV_ENV_HEAP", "its free memory" },
		{ "MV_ENV_STRING", "its arguments" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(entry->kind, kinds[i][0]))
			return kinds[i][1];
	return "something";
}

/*
 * Two entries of one name are told apart by their peers; or by their kinds if both are
 * named after a cell, since neither could be renamed. An example: a console's end of a
 * channel, and its right to restart the cell at the other end. An entry that describes a
 * device goes with the device's own.
 */
static bool are_told_apart(const struct env_entry *a, const struct env_entry *b)
{
	if (a->describes || b->describes)
		return true;
	return (a->many && b->many) || (a->after_cell && b->after_cell && strcmp(a->kind, b->kind));
}

/* Where one of two entries could be renamed: the one that stands last, else at the cell. */
static struct loc place_of(const struct cell *cell, const struct env_entry *a,
			   const struct env_entry *b)
{
	if (a->node && b->node)
		return (a->node->loc.line > b->node->loc.line ? a : b)->node->loc;
	return a->node ? a->node->loc : b->node ? b->node->loc : cell->node->loc;
}

static void check_unique_in(const struct check *check, const struct cell *cell)
{
	for (size_t i = 0; i < cell->nr_env; i++)
		for (size_t j = 0; j < i; j++) {
			if (strcmp(cell->env[i].name, cell->env[j].name) ||
			    are_told_apart(&cell->env[i], &cell->env[j]))
				continue;
			fail(check, place_of(cell, &cell->env[j], &cell->env[i]),
			     "cell '%s' has two things named '%s': %s and %s. Rename one",
			     cell->name, cell->env[i].name, describe(&cell->env[j]),
			     describe(&cell->env[i]));
			break;
		}
}

static void check_unique(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		check_unique_in(check, cell);
}

static void check_title(const struct check *check, const struct node *node, const char *name)
{
	const char *text = node ? node_string(node, name, NULL) : NULL;

	if (!text || (*text && strlen(text) <= PRODUCT_MAX && !strpbrk(text, "\"\\*?")))
		return;
	fail(check, node_loc(node, name),
	     "'%s' is \"%s\". Use 1 to %zu characters, without quotes, '\\', '*' and '?'", name,
	     text, PRODUCT_MAX);
}

static void check_titles(const struct check *check)
{
	check_title(check, check->sys->tree.root, "model");
	check_title(check, check->sys->microvisor.node, "board");
}

/* Only names that dtc accepts: others could end the C comments that they are written into. */
static void check_device_names(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];
		size_t plain = strspn(device->name,
				      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789,._+-");

		if (!plain || device->name[plain])
			fail(check, device->node->loc,
			     "'%s' is no name for a device. Use letters, digits and ',._+-'",
			     device->name);
	}
}

static const struct rule rules[] = {
	{ "NAM-001", "Names of cells, channels, segments and vIRQs are plain.", check_characters },
	{ "NAM-002", "A cell's name fits where its peers find it.", check_cell_length },
	{ "NAM-003", "The names of channels, segments, vIRQs and devices fit an environment.",
	  check_key_length },
	{ "NAM-004",
	  "No two things in a cell have the same name, unless both are named after a cell.",
	  check_unique },
	{ "NAM-005", "The names of product and board are short and plain.", check_titles },
	{ "NAM-006", "Names of devices are those that dtc accepts.", check_device_names },
};

const struct rule_set rules_names = { "names", rules, ARRAY_SIZE(rules) };
