/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Commands on the monitor's console. A command is a line in the table and a
 * function.
 */
#include "monitor.h"

static const char *state_name(uint32_t state)
{
	static const char *const names[] = {
		[MV_CELL_STOPPED] = "stopped",
		[MV_CELL_LOADING] = "loading",
		[MV_CELL_RUNNING] = "running",
		[MV_CELL_FAULTED] = "faulted",
	};

	return state < MV_ARRAY_SIZE(names) ? names[state] : "unknown";
}

static void show(const struct mv_env_entry *cell)
{
	uint32_t status = mv_cell_status(cell->cap).value, own = decided(cell);
	char restarts[24], fault[80];

	mv_snprintf(restarts, sizeof(restarts), "%u + %u", MV_CELL_FAULTS(status) + own,
		    MV_CELL_ASKED(status) - own);
	last_fault(cell, fault, sizeof(fault));
	mv_printf("%-16s %8u %-8s %-10s %s\n",
		  strcmp(cell->name, "cell") ? cell->name : mv_env->cell, cell->size,
		  state_name(MV_CELL_STATE(status)), restarts, fault);
}

static void cells(const char *argument)
{
	const struct mv_env_entry *cell = NULL;

	(void)argument;
	mv_printf("%-16s %8s %-8s %-10s %s\n", "cell", "priority", "state", "restarts",
		  "last fault");
	while ((cell = mv_env_next(cell, MV_CAP_CELL)))
		show(cell);
	mv_printf("priority: as described; restarts: after faults + by hand\n");
}

static void control(const char *name, uint32_t (*act)(uint32_t cap), const char *done)
{
	const struct mv_env_entry *cell = mv_env_find(name, MV_CAP_CELL);
	uint32_t error;

	if (!cell || !strcmp(name, "cell")) {
		mv_printf("no cell '%s' in the hands of this monitor; try 'cells'\n", name);
		return;
	}
	error = act(cell->cap);
	if (error == MV_ERR_STATE)
		mv_printf("cell '%s' is stopped already\n", name);
	else if (error)
		mv_printf("cell '%s': error %u\n", name, error);
	else
		mv_printf("cell '%s' is %s\n", name, done);
}

static void restart(const char *name)
{
	control(name, mv_cell_restart, "restarted");
}

static void stop(const char *name)
{
	control(name, mv_cell_stop, "stopped");
}

static void reset(uint32_t action)
{
	const struct mv_env_entry *system = mv_env_find("system", MV_CAP_SYSTEM);

	if (!system)
		mv_printf("this monitor may not: its description lacks system = \"reset\"\n");
	else if (mv_system_reset(system->cap, action))
		mv_printf("the board cannot do that\n");
}

static void reboot(const char *argument)
{
	(void)argument;
	reset(MV_SYSTEM_RESTART);
}

static void off(const char *argument)
{
	(void)argument;
	reset(MV_SYSTEM_POWER_OFF);
}

static const struct mv_command commands[] = {
	{ "cells", "", "the cells in the hands of this monitor", cells },
	{ "restart", " CELL", "start a cell anew", restart },
	{ "stop", " CELL", "stop a cell", stop },
	{ "reboot", "", "restart the machine", reboot },
	{ "off", "", "switch the machine off", off },
};

void commands_start(void)
{
	mv_on_command("a monitor: it reports faults and decides about cells", commands,
		      MV_ARRAY_SIZE(commands));
	mv_printf("type 'help' for what this monitor can do\n");
}
