/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about how cells run: priorities, vCPUs, timers, start, rights and
 * consoles.
 */
#include "../rules.h"

/* CPUs that the microvisor starts. */
#define NR_CPUS 1

static void check_priority(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (has_number(cell->node, "priority") && cell->priority >= MV_NR_PRIORITIES)
			fail(check, node_loc(cell->node, "priority"),
			     "priority %u of cell '%s' is above %u, the most urgent. Lower it",
			     cell->priority, cell->name, MV_NR_PRIORITIES - 1);
}

static bool has_range(const struct cell *cell)
{
	return prop_nr_cells(node_prop(cell->node, "priority-range")) == 2;
}

static void check_range_values(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (has_range(cell) &&
		    (cell->floor >= MV_NR_PRIORITIES || cell->ceiling >= MV_NR_PRIORITIES))
			fail(check, node_loc(cell->node, "priority-range"),
			     "priority-range %u..%u of cell '%s' goes beyond %u, the most urgent. "
			     "Lower it",
			     cell->floor, cell->ceiling, cell->name, MV_NR_PRIORITIES - 1);
}

static void check_range_order(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (has_range(cell) && cell->floor > cell->ceiling)
			fail(check, node_loc(cell->node, "priority-range"),
			     "priority-range %u..%u of cell '%s' is the wrong way round. Write <%u "
			     "%u>",
			     cell->floor, cell->ceiling, cell->name, cell->ceiling, cell->floor);
}

static void check_range_holds(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (has_range(cell) && has_number(cell->node, "priority") &&
		    cell->floor <= cell->ceiling &&
		    (cell->priority < cell->floor || cell->priority > cell->ceiling))
			fail(check, node_loc(cell->node, "priority"),
			     "priority %u of cell '%s' is outside its priority-range %u..%u (%s). "
			     "Change "
			     "one of them",
			     cell->priority, cell->name, cell->floor, cell->ceiling,
			     place(node_loc(cell->node, "priority-range")));
}

static void check_vcpus(const struct check *check)
{
	uint32_t limit = config_number(&check->sys->config, "CONFIG_MAX_VCPUS_PER_CELL",
				       MV_MAX_VCPUS_PER_CELL);

	FOR_EACH_CELL(check, cell) {
		uint32_t nr = node_u32(cell->node, "vcpus", 1);

		if (!nr || nr > limit)
			fail(check, node_loc(cell->node, "vcpus"),
			     "cell '%s' has %u vCPUs. Give it 1 to %u, or raise "
			     "CONFIG_MAX_VCPUS_PER_CELL (up to %u)",
			     cell->name, nr, limit, MV_MAX_VCPUS_PER_CELL);
	}
}

static void check_cpu(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->cpu >= NR_CPUS)
			fail(check, node_loc(cell->node, "cpu"),
			     "cell '%s' is to run on CPU %u, but the microvisor starts only CPU 0. "
			     "Leave "
			     "out `cpu`",
			     cell->name, cell->cpu);
}

static void check_timers(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint32_t nr = node_u32(cell->node, "timers", 0);

		if (nr > NR_LINES * cell->nr_vcpus)
			fail(check, node_loc(cell->node, "timers"),
			     "cell '%s' has %u timers, but each needs one of the %u vIRQ lines of "
			     "its %u vCPUs. Lower `timers`",
			     cell->name, nr, NR_LINES * cell->nr_vcpus, cell->nr_vcpus);
	}
}

/* The property must hold one of these words. */
static void check_word(const struct check *check, const struct cell *cell, const char *name,
		       const char *const words[], const char *list)
{
	const struct prop *prop = node_prop(cell->node, name);

	for (unsigned int i = 0; i < prop_nr_strings(prop); i++) {
		const char *word = prop_string(prop, i);
		bool known = false;

		for (size_t j = 0; words[j]; j++)
			known |= !strcmp(word, words[j]);
		if (!known)
			fail(check, prop->loc, "'%s' of cell '%s' is \"%s\". Write %s", name,
			     cell->name, word, list);
	}
}

static void check_start(const struct check *check)
{
	static const char *const words[] = { "boot", "manual", NULL };

	FOR_EACH_CELL(check, cell)
		check_word(check, cell, "start", words, "\"boot\" or \"manual\"");
}

static bool controlled(const struct system *sys, const struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (is_malformed(sys->cells[i]->node, "controls") ||
		    (sys->cells[i] != cell && refs_have(&sys->cells[i]->controls, cell)))
			return true;
	return cell->monitor;
}

static void check_startable(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->manual && !controlled(check->sys, cell))
			fail(check, node_loc(cell->node, "start"),
			     "cell '%s' does not start at boot, and no cell may start it. Name it "
			     "in "
			     "`controls` of another cell, or leave out `start`",
			     cell->name);
}

static void check_system(const struct check *check)
{
	static const char *const words[] = { "reset", "check", NULL };

	FOR_EACH_CELL(check, cell)
		check_word(check, cell, "system", words, "\"reset\", \"check\" or both");
}

static void check_controls(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < cell->controls.nr; i++) {
			const struct cell *other = refs_cell(&cell->controls, i);
			struct loc loc = node_loc(cell->node, "controls");

			if (!other)
				fail(check, loc,
				     "entry %zu in `controls` of cell '%s' is no cell. Refer to "
				     "cells by "
				     "their labels",
				     i + 1, cell->name);
			else if (other == cell)
				fail(check, loc,
				     "cell '%s' is in its own `controls`. Remove it: every cell "
				     "controls "
				     "itself",
				     cell->name);
			else if (refs_repeat(&cell->controls, i))
				fail(check, loc,
				     "cell '%s' is in `controls` of cell '%s' twice. Remove one",
				     other->name, cell->name);
		}
}

static void check_console(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct cell *console = refs_cell(&cell->console_refs, 0);

		if (!cell->console_refs.nr)
			continue;
		if (!console)
			fail(check, node_loc(cell->node, "console"),
			     "`console` of cell '%s' is no cell. Refer to the cell that drives the "
			     "serial line by its label",
			     cell->name);
		else if (console == cell)
			fail(check, node_loc(cell->node, "console"),
			     "cell '%s' is its own console. Name another cell, or leave out "
			     "`console`",
			     cell->name);
	}
}

/* Does one come back to @cell by going from each cell to its console? */
static bool in_console_cycle(const struct system *sys, const struct cell *cell)
{
	const struct cell *at = cell->console;

	for (size_t steps = 0; at && steps < sys->nr_cells; steps++, at = at->console)
		if (at == cell)
			return true;
	return false;
}

static void check_console_cycle(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (in_console_cycle(check->sys, cell))
			fail(check, node_loc(cell->node, "console"),
			     "the console of cell '%s' is '%s' (%s), which leads back to '%s'. "
			     "Leave out "
			     "`console` of the cell that drives the serial line",
			     cell->name, cell->console->name,
			     place(node_loc(cell->console->node, "console")), cell->name);
}

static void check_bootargs(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->bootargs && !cell->device_tree)
			fail(check, node_loc(cell->node, "bootargs"),
			     "cell '%s' has `bootargs` but gets no device tree to find them in. "
			     "Add "
			     "`device-tree;`, or use `args`",
			     cell->name);
}

static void check_text_length(const struct check *check)
{
	static const char *const names[] = { "args", "bootargs" };

	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			const char *text = node_string(cell->node, names[i], "");

			if (strlen(text) >= MAX_STRING)
				fail(check, node_loc(cell->node, names[i]),
				     "`%s` of cell '%s' has %zu characters. Use at most %d",
				     names[i], cell->name, strlen(text), MAX_STRING - 1);
		}
}

static const struct rule rules[] = {
	{ "CEL-001", "A priority is at most 255.", check_priority },
	{ "CEL-002", "The values of a priority range are at most 255.", check_range_values },
	{ "CEL-003", "A priority range goes from the lower to the higher value.",
	  check_range_order },
	{ "CEL-004", "A cell's priority is within its range.", check_range_holds },
	{ "CEL-005", "A cell has at least one vCPU and no more than configured.", check_vcpus },
	{ "CEL-006", "A cell runs on a CPU that the microvisor starts.", check_cpu },
	{ "CEL-007", "A cell has no more timers than vIRQ lines.", check_timers },
	{ "CEL-008", "A cell starts at boot or by hand.", check_start },
	{ "CEL-009", "A cell that does not start at boot can be started by another.",
	  check_startable },
	{ "CEL-010", "The rights on the machine are known ones.", check_system },
	{ "CEL-011", "A cell controls other cells, each named once.", check_controls },
	{ "CEL-012", "A console is another cell.", check_console },
	{ "CEL-013", "Consoles form no circle.", check_console_cycle },
	{ "CEL-014", "Boot arguments go to a cell with a device tree.", check_bootargs },
	{ "CEL-015", "Arguments are of a sensible length.", check_text_length },
};

const struct rule_set rules_cells = { "cells", rules, ARRAY_SIZE(rules) };
