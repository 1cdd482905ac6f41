/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the consequences of a fault: policies, monitors and the fault log.
 */
#include "../rules.h"

static bool policy_is(const struct cell *cell, const char *policy)
{
	return !strcmp(cell->policy, policy);
}

static bool policy_known(const struct cell *cell)
{
	return policy_is(cell, "halt") || policy_is(cell, "restart") || policy_is(cell, "monitor");
}

static void check_policy(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (!policy_known(cell))
			fail(check, node_loc(cell->node, "on-fault"),
			     "'on-fault' of cell '%s' is \"%s\". Write \"halt\", \"restart\" or "
			     "\"monitor\"",
			     cell->name, cell->policy);
}

static void check_has_monitor(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (policy_is(cell, "monitor") && !node_flag(cell->node, "monitor"))
			fail(check, node_loc(cell->node, "on-fault"),
			     "faults of cell '%s' go to a monitor, but it has none. Add `monitor = "
			     "<&...>;`",
			     cell->name);
}

static void check_needs_monitor(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (node_flag(cell->node, "monitor") && policy_known(cell) &&
		    !policy_is(cell, "monitor"))
			fail(check, node_loc(cell->node, "monitor"),
			     "cell '%s' names a monitor that is never told of its faults. Add "
			     "`on-fault = "
			     "\"monitor\";`, or leave out `monitor`",
			     cell->name);
}

static void check_monitor(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct cell *monitor = refs_cell(&cell->monitor_refs, 0);

		if (!cell->monitor_refs.nr)
			continue;
		if (!monitor)
			fail(check, node_loc(cell->node, "monitor"),
			     "`monitor` of cell '%s' is no cell. Refer to a cell by its label",
			     cell->name);
		else if (monitor == cell)
			fail(check, node_loc(cell->node, "monitor"),
			     "cell '%s' is its own monitor. Name another cell, or use `on-fault = "
			     "\"restart\"`",
			     cell->name);
	}
}

static void check_limit_use(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (node_flag(cell->node, "restart-limit") && policy_known(cell) &&
		    !policy_is(cell, "restart"))
			fail(check, node_loc(cell->node, "restart-limit"),
			     "cell '%s' has a `restart-limit` but is not restarted. Add `on-fault "
			     "= "
			     "\"restart\";`, or leave it out",
			     cell->name);
}

static void check_limit_value(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint32_t limit = node_u32(cell->node, "restart-limit", 0);

		if (limit > UINT8_MAX)
			fail(check, node_loc(cell->node, "restart-limit"),
			     "restart-limit %u of cell '%s' is above %u. Lower it, or write <0> "
			     "for no limit",
			     limit, cell->name, UINT8_MAX);
	}
}

static void check_one_reader(const struct check *check)
{
	const struct cell *first = NULL;

	FOR_EACH_CELL(check, cell) {
		if (!cell->fault_log)
			continue;
		if (first)
			fail(check, node_loc(cell->node, "fault-log"),
			     "cells '%s' and '%s' (%s) both read the fault log. Leave out one "
			     "`fault-log`",
			     cell->name, first->name, place(node_loc(first->node, "fault-log")));
		else
			first = cell;
	}
}

static void check_has_reader(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->fault_log)
			return;
	if (check->sys->nr_cells && !config_on(&check->sys->config, "CONFIG_FAULT_PRINT"))
		warn(check, check->sys->cells[0]->node->parent->loc,
		     "no cell reads the fault log, so faults go unseen. Add `fault-log;` to a "
		     "cell, or set CONFIG_FAULT_PRINT=y");
}

static const struct rule rules[] = {
	{ "FLT-001", "A fault policy is halt, restart or monitor.", check_policy },
	{ "FLT-002", "A cell whose faults go to a monitor has one.", check_has_monitor },
	{ "FLT-003", "A monitor is told of faults.", check_needs_monitor },
	{ "FLT-004", "A monitor is another cell.", check_monitor },
	{ "FLT-005", "A limit on restarts stands at a cell that is restarted.", check_limit_use },
	{ "FLT-006", "A limit on restarts is at most 255.", check_limit_value },
	{ "FLT-007", "At most one cell reads the fault log.", check_one_reader },
	{ "FLT-008", "Faults are seen by someone (a warning).", check_has_reader },
};

const struct rule_set rules_faults = { "faults", rules, ARRAY_SIZE(rules) };
