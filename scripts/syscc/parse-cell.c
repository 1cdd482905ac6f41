/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * From the tree to the model: cells. Numbers that size something later are
 * bounded here, so that a nonsensical one cannot cost memory; the rules see
 * the value in the tree.
 */
#include "model.h"
#include "schema.h"

static uint32_t at_most(uint32_t value, uint32_t limit)
{
	return value < limit ? value : limit;
}

/* Names of cells and images are C names except for the hyphen. */
char *c_symbol(const char *name)
{
	char *symbol = mem_copy(name, strlen(name));

	for (char *at = symbol; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *at))
			*at = '_';
	return symbol;
}

static void parse_scheduling(struct cell *cell)
{
	const struct prop *range = node_prop(cell->node, "priority-range");

	cell->priority = node_u32(cell->node, "priority", 0);
	cell->floor = cell->ceiling = cell->priority;
	if (prop_nr_cells(range) == 2) {
		cell->floor = prop_cell(range, 0);
		cell->ceiling = prop_cell(range, 1);
	}
	cell->cpu = node_u32(cell->node, "cpu", 0);
	cell->nr_vcpus = at_most(node_u32(cell->node, "vcpus", 1), MV_MAX_VCPUS_PER_CELL);
	if (!cell->nr_vcpus)
		cell->nr_vcpus = 1;
	cell->nr_timers = at_most(node_u32(cell->node, "timers", cell->nr_vcpus), MAX_TIMERS);
	cell->manual = !strcmp(node_string(cell->node, "start", "boot"), "manual");
}

static void parse_memory(struct cell *cell)
{
	cell->image_name = node_string(cell->node, "image", NULL);
	cell->memory.size = node_u32(cell->node, "memory", 0);
	cell->fixed = node_flag(cell->node, "address");
	cell->memory.start = node_u32(cell->node, "address", 0);
	cell->stack = node_u32(cell->node, "stack", PAGE);
	cell->device_tree = node_flag(cell->node, "device-tree");
	cell->bootargs = node_string(cell->node, "bootargs", NULL);
	cell->args = node_string(cell->node, "args", NULL);
}

static void parse_rights(struct system *sys, struct cell *cell)
{
	const struct prop *system = node_prop(cell->node, "system");

	cell->policy = node_string(cell->node, "on-fault", "halt");
	cell->restart_limit = at_most(node_u32(cell->node, "restart-limit", 0), 255);
	cell->trusted = node_flag(cell->node, "trusted");
	cell->vmmu = node_flag(cell->node, "vmmu");
	cell->vtlb = cell->vmmu ? sys->nr_vtlbs++ : NONE;
	cell->fault_log = node_flag(cell->node, "fault-log");
	cell->symbols = node_flag(cell->node, "symbols");
	for (unsigned int i = 0; i < prop_nr_strings(system); i++) {
		cell->may_reset |= !strcmp(prop_string(system, i), "reset");
		cell->may_check |= !strcmp(prop_string(system, i), "check");
	}
	cell->monitor_refs = parse_refs(sys, cell->node, "monitor");
	cell->console_refs = parse_refs(sys, cell->node, "console");
	cell->controls = parse_refs(sys, cell->node, "controls");
	cell->device_refs = parse_refs(sys, cell->node, "devices");
}

static void parse_cell(struct system *sys, struct node *node)
{
	struct cell *cell = mem_alloc(sizeof(*cell));

	cell->name = node->name;
	cell->symbol = c_symbol(node->name);
	cell->node = node;
	cell->disabled = node_disabled(node);
	node->cell = cell;
	if (cell->disabled)
		return;
	cell->index = (unsigned int)sys->nr_cells;
	if (cell->index)
		sys->cells[cell->index - 1]->next = cell;
	*APPEND(sys->cells, sys->nr_cells) = cell;
	parse_scheduling(cell);
	parse_memory(cell);
	parse_rights(sys, cell);
}

void parse_cells(struct system *sys)
{
	for (struct node *list = sys->tree.root->child; list; list = list->next)
		for (struct node *node = list->child; node; node = node->next)
			if (node->schema == &schema_cell)
				parse_cell(sys, node);
}

static struct cell *other_cell(const struct refs *refs, const struct cell *self)
{
	struct cell *cell = refs_enabled(refs, 0);

	return cell == self ? NULL : cell;
}

/* Resolve references to other cells, which is possible only when all cells are known. */
void resolve_cells(struct system *sys)
{
	for (size_t i = 0; i < sys->nr_cells; i++) {
		struct cell *cell = sys->cells[i];

		cell->monitor = other_cell(&cell->monitor_refs, cell);
		cell->console = other_cell(&cell->console_refs, cell);
		for (size_t j = 0; j < cell->device_refs.nr; j++) {
			struct node *node = cell->device_refs.nodes[j];

			if (node && node->device && !node->device->owner)
				node->device->owner = cell;
		}
	}
}
