/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks at every point of a victim's end: it stops, restarts itself or faults,
 * and the warden, more urgent, comes in between at a point that moves on from
 * run to run.
 */
#include "warden.h"

#define FIRST_NS 10000u
#define LAST_NS  400000u
#define STEP_NS  3700u

/* What every end comes to once the warden has stopped the victim and rung its bell. */
static bool ended_and_begun(uint32_t place)
{
	uint32_t error = mv_cell_stop(charges[place].cell);

	MUST(error == MV_OK || error == MV_ERR_STATE);
	SAME(state_of(place), MV_CELL_STOPPED);
	ring(place, 2);
	SAME(mv_cell_restart(charges[place].cell), MV_OK);
	SAME(state_of(place), MV_CELL_LOADING);
	MUST(told_of_reset(place));
	mv_sleep(3 * MV_MS);
	SAME(state_of(place), MV_CELL_RUNNING);
	SAME(charges[place].seen->bell, 2);
	SAME(charges[place].seen->mail, 2);
	SAME(charges[place].seen->early, 0);
	return true;
}

static bool stopped_in_between(uint32_t what)
{
	MUST(fresh(MONITOR));
	for (uint32_t after = FIRST_NS; after < LAST_NS; after += STEP_NS) {
		note(after);
		MUST(fresh(LOWER));
		ring(LOWER, 1);
		tell(LOWER, what);
		mv_sleep(after);
		if (!ended_and_begun(LOWER))
			return false;
	}
	return true;
}

static bool at_a_stop(void)
{
	return stopped_in_between(ACT_STOP);
}

static bool at_a_restart(void)
{
	return stopped_in_between(ACT_RESTART);
}

static bool at_a_fault(void)
{
	return stopped_in_between(ACT_FAULT);
}

/* Asked again while it is on its way: it begins from the beginning. */
static bool restarted_in_between(void)
{
	for (uint32_t after = FIRST_NS; after < LAST_NS; after += STEP_NS) {
		note(after);
		MUST(fresh(LOWER));
		tell(LOWER, ACT_RESTART);
		mv_sleep(after);
		SAME(mv_cell_restart(charges[LOWER].cell), MV_OK);
		SAME(state_of(LOWER), MV_CELL_LOADING);
		MUST(told_of_reset(LOWER));
		ring(LOWER, 2);
		mv_sleep(3 * MV_MS);
		SAME(state_of(LOWER), MV_CELL_RUNNING);
		SAME(charges[LOWER].seen->bell, 2);
		SAME(charges[LOWER].seen->mail, 2);
	}
	return true;
}

/* A fault on its way to its monitor, which is restarted in between. */
static bool monitor_in_between(void)
{
	for (uint32_t after = FIRST_NS; after < LAST_NS; after += STEP_NS) {
		note(after);
		MUST(fresh(LOWER));
		MUST(fresh(MONITOR));
		tell(LOWER, ACT_FAULT);
		mv_sleep(after);
		mv_cell_restart(charges[MONITOR].cell);
		mv_sleep(3 * MV_MS);
		SAME(state_of(LOWER), MV_CELL_FAULTED);
		MUST(monitor_told(LOWER));
	}
	return true;
}

static const struct check ends[] = {
	{ "LIF20", "A cell that stops itself can be started at every point of that", at_a_stop },
	{ "LIF21", "A cell that restarts itself can be stopped at every point of that",
	  at_a_restart },
	{ "LIF22", "A cell that faults can be stopped at every point of that", at_a_fault },
	{ "LIF23", "A cell that restarts itself can be restarted at every point of that",
	  restarted_in_between },
	{ "LIF24", "A monitor restarted at any point of a fault is told of it",
	  monitor_in_between },
};

CHECK_SET(ends);
