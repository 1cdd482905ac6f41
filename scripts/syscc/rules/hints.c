/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Hints about cells: descriptions that are legal but hardly intended. "As urgent as"
 * compares the upper ends of the cells' priority ranges.
 */
#include "../rules.h"

static void check_monitor(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->monitor && cell->monitor->ceiling < cell->ceiling)
			hint(check, cell->node, "monitor",
			     "monitor '%s' (%s) of cell '%s' has at most priority %u, but the cell "
			     "may have %u and keep it waiting for ever. Make the monitor more "
			     "urgent",
			     cell->monitor->name, place(cell->monitor->node->loc), cell->name,
			     cell->monitor->ceiling, cell->ceiling);
}

static void check_controls(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (struct cell *other = first_cell(check->sys); other; other = other->next)
			if (refs_have(&cell->controls, other) && other->monitor != cell &&
			    cell->ceiling < other->ceiling)
				hint(check, cell->node, "controls",
				     "cell '%s' has at most priority %u, but '%s' (%s), which it "
				     "controls, may have %u: while that spins it is never stopped. "
				     "Make '%s' more urgent",
				     cell->name, cell->ceiling, other->name,
				     place(other->node->loc), other->ceiling, cell->name);
}

static void check_console(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->console && cell->vmmu && cell->console->ceiling < cell->ceiling)
			hint(check, cell->node, "console",
			     "console '%s' (%s) has at most priority %u, but guest '%s' may have "
			     "%u: a busy guest loses what it writes. Make the console more urgent",
			     cell->console->name, place(cell->console->node->loc),
			     cell->console->ceiling, cell->name, cell->ceiling);
}

static void check_started(const struct check *check, const struct cell *cell,
			  const struct cell *other, const char *name)
{
	if (other && other->manual && !cell->manual)
		hint(check, cell->node, name,
		     "cell '%s' starts at boot, but its %s '%s' does not (%s): nobody listens "
		     "until "
		     "somebody starts it. Leave out `start` there",
		     cell->name, name, other->name, place(node_loc(other->node, "start")));
}

static void check_listeners(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		check_started(check, cell, cell->monitor, "monitor");
		check_started(check, cell, cell->console, "console");
	}
}

static bool may_start(const struct cell *cell, const struct cell *other)
{
	return cell != other && (other->monitor == cell || refs_have(&cell->controls, other));
}

/* Marks the cells that can run: those started at boot, those that these can start, and so on. */
static bool *find_running(const struct check *check)
{
	bool *running = mem_alloc(check->sys->nr_cells * sizeof(*running)), more = true;

	FOR_EACH_CELL(check, cell)
		running[cell->index] = !cell->manual;
	while (more) {
		more = false;
		FOR_EACH_CELL(check, cell)
			for (struct cell *other = first_cell(check->sys); other;
			     other = other->next)
				if (running[cell->index] && !running[other->index] &&
				    may_start(cell, other))
					running[other->index] = more = true;
	}
	return running;
}

static void check_never_started(const struct check *check)
{
	const bool *running = check->sys->nr_cells ? find_running(check) : NULL;

	FOR_EACH_CELL(check, cell)
		if (!running[cell->index])
			hint(check, cell->node, "start",
			     "cell '%s' never runs: who may start it is not started itself. Leave "
			     "out `start` of one of them",
			     cell->name);
}

static bool drives_device(const struct system *sys, const struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell)
			return true;
	return false;
}

static void check_mute(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct cell *console = cell->console;

		if (console && !console->console && !drives_device(check->sys, console))
			hint(check, cell->node, "console",
			     "console '%s' (%s) of cell '%s' has no device and no console of its "
			     "own: nobody sees the output. Give it the serial line: `devices = "
			     "<&uart0>;`",
			     console->name, place(console->node->loc), cell->name);
	}
}

/* If it faults at once and is restarted at once, for ever, no less urgent cell runs again. */
static void check_restarts(const struct check *check)
{
	const struct cell *reader = NULL;

	FOR_EACH_CELL(check, cell)
		if (cell->fault_log)
			reader = cell;
	FOR_EACH_CELL(check, cell)
		if (reader && cell != reader && !strcmp(cell->policy, "restart") &&
		    !cell->restart_limit && cell->priority > reader->ceiling)
			hint(check, cell->node, "on-fault",
			     "cell '%s' is restarted without limit and is more urgent than '%s' "
			     "(%s), which reads the fault log: if it faults at every start, nobody "
			     "learns of it. Add `restart-limit = <...>;`, or make the reader more "
			     "urgent",
			     cell->name, reader->name, place(node_loc(reader->node, "fault-log")));
}

static bool has_link(const struct system *sys, const struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		if (sys->channels[i]->end[0] == cell || sys->channels[i]->end[1] == cell)
			return true;
	for (size_t i = 0; i < sys->nr_segments; i++)
		if (refs_have(&sys->segments[i]->shared_by, cell))
			return true;
	for (size_t i = 0; i < sys->nr_sinks; i++)
		if (sys->sinks[i]->from == cell || sys->sinks[i]->to == cell)
			return true;
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (may_start(cell, sys->cells[i]) || may_start(sys->cells[i], cell))
			return true;
	return false;
}

static void check_alone(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (!drives_device(check->sys, cell) && !has_link(check->sys, cell) &&
		    !cell->fault_log && !cell->may_reset && !cell->may_check)
			hint(check, cell->node, "image",
			     "cell '%s' has no device, channel, segment or vIRQ, and no cell "
			     "controls it: nothing that it does can be noticed. Give it one, as "
			     "`console = <&...>;`, or remove it",
			     cell->name);
}

static void check_trusted(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		bool used = false;

		for (size_t i = 0; i < check->sys->nr_devices; i++)
			used |= check->sys->devices[i]->owner == cell &&
				check->sys->devices[i]->dma;
		if (cell->trusted && !used)
			hint(check, cell->node, "trusted",
			     "cell '%s' is trusted with DMA, but has no device that does any. "
			     "Leave out `trusted`",
			     cell->name);
	}
}

static const struct rule rules[] = {
	{ "HINT-001", "A monitor is as urgent as what it watches.", check_monitor },
	{ "HINT-002", "Who controls a cell is as urgent as that.", check_controls },
	{ "HINT-003", "A console is as urgent as the guests that write to it.", check_console },
	{ "HINT-004", "Monitors and consoles start at boot, if those that need them do.",
	  check_listeners },
	{ "HINT-005", "A cell that is started by hand can be started by one that runs.",
	  check_never_started },
	{ "HINT-006", "A console has where to show what it is sent.", check_mute },
	{ "HINT-007", "A cell that is restarted without limit lets the fault log be read.",
	  check_restarts },
	{ "HINT-008", "What a cell does can be noticed.", check_alone },
	{ "HINT-009", "A cell that is trusted with DMA does some.", check_trusted },
};

const struct rule_set rules_hints = { "hints about cells", rules, ARRAY_SIZE(rules) };
