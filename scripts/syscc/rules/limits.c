/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the limits of the configuration.
 */
#include "../rules.h"

static void check_limit(const struct check *check, size_t nr, const char *what, const char *symbol,
			uint32_t missing)
{
	uint32_t limit = config_number(&check->sys->config, symbol, missing);

	if (nr > limit)
		fail(check, check->sys->tree.root->loc,
		     "the system has %zu %s, but %s is %u. Raise it, or remove some", nr, what,
		     symbol, limit);
}

static void check_cells(const struct check *check)
{
	check_limit(check, check->sys->nr_cells, "cells", "CONFIG_MAX_CELLS", 32);
}

static void check_vcpus(const struct check *check)
{
	check_limit(check, check->sys->nr_vcpus, "vCPUs", "CONFIG_MAX_VCPUS", 32);
}

static void check_channels(const struct check *check)
{
	check_limit(check, check->sys->nr_channels, "channels", "CONFIG_MAX_CHANNELS", 1024);
}

static void check_timers(const struct check *check)
{
	check_limit(check, check->sys->nr_timers, "timers", "CONFIG_MAX_TIMERS", 256);
}

static void check_environments(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->env_size > MV_ENV_END - MV_ENV_BASE)
			fail(check, cell->node->loc,
			     "the environment of cell '%s' has 0x%llx bytes, but its window has "
			     "0x%x. "
			     "Remove some of the %zu things in it",
			     cell->name, (unsigned long long)cell->env_size,
			     MV_ENV_END - MV_ENV_BASE, cell->nr_env);
}

static const struct rule rules[] = {
	{ "LIM-001", "There are no more cells than configured.", check_cells },
	{ "LIM-002", "There are no more vCPUs than configured.", check_vcpus },
	{ "LIM-003", "There are no more channels than configured, console channels included.",
	  check_channels },
	{ "LIM-004", "There are no more timers than configured.", check_timers },
	{ "LIM-005", "A cell's environment fits in its window.", check_environments },
};

const struct rule_set rules_limits = { "limits", rules, ARRAY_SIZE(rules) };
