/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of what a cell's end and start mean to others: counts and limits of
 * restarts, its monitor, the fault log, its peers, its devices, its timers.
 */
#include "warden.h"

/* How often each kind of restart was; the state. */
static bool counts(uint32_t place, uint32_t state, uint32_t faults, uint32_t asked)
{
	uint32_t status = status_of(place);

	SAME(MV_CELL_STATE(status), state);
	SAME(MV_CELL_FAULTS(status), faults);
	SAME(MV_CELL_ASKED(status), asked);
	return true;
}

/* Both may be restarted twice after faults, and fault in each life. */
static bool limit(void)
{
	SAME(charges[BRIEF].seen->lives, 3);
	SAME(charges[MORTAL].seen->lives, 0);
	MUST(counts(MORTAL, MV_CELL_STOPPED, 0, 0));
	SAME(mv_cell_restart(charges[MORTAL].cell), MV_OK);
	mv_sleep(10 * MV_MS);
	SAME(charges[MORTAL].seen->lives, 3);
	MUST(counts(MORTAL, MV_CELL_FAULTED, 2, 1));
	MUST(counts(BRIEF, MV_CELL_FAULTED, 2, 0));
	return true;
}

/* It is started all the same, once for each time that somebody asks. */
static bool limit_used_up(void)
{
	SAME(mv_cell_restart(charges[MORTAL].cell), MV_OK);
	mv_sleep(10 * MV_MS);
	MUST(counts(MORTAL, MV_CELL_FAULTED, 2, 2));
	SAME(charges[MORTAL].seen->lives, 4);
	return true;
}

/* It never gets to run meanwhile: the warden is more urgent. */
static bool counts_end(void)
{
	for (uint32_t i = 0; i < MV_CELL_COUNT_MAX + 5; i++)
		mv_cell_restart(charges[BRIEF].cell);
	MUST(counts(BRIEF, MV_CELL_LOADING, 2, MV_CELL_COUNT_MAX));
	SAME(mv_cell_stop(charges[BRIEF].cell), MV_OK);
	MUST(counts(BRIEF, MV_CELL_STOPPED, 2, MV_CELL_COUNT_MAX));
	SAME(charges[BRIEF].seen->lives, 3);
	return true;
}

static bool refused(void)
{
	MUST(fresh(UPPER));
	SAME(mv_cell_stop(charges[UPPER].cell), MV_OK);
	SAME(mv_cell_stop(charges[UPPER].cell), MV_ERR_STATE);
	SAME(state_of(UPPER), MV_CELL_STOPPED);
	MUST(fresh(UPPER));
	tell(UPPER, ACT_FAULT);
	mv_sleep(MV_MS);
	SAME(state_of(UPPER), MV_CELL_FAULTED);
	SAME(mv_cell_stop(charges[UPPER].cell), MV_OK);
	SAME(state_of(UPPER), MV_CELL_STOPPED);
	SAME(mv_cell_stop(charges[UPPER].cell), MV_ERR_STATE);
	return true;
}

static bool by_itself(void)
{
	uint32_t asked, lives;

	MUST(fresh(UPPER));
	asked = MV_CELL_ASKED(status_of(UPPER));
	lives = charges[UPPER].seen->lives;
	tell(UPPER, ACT_RESTART);
	mv_sleep(3 * MV_MS);
	MUST(counts(UPPER, MV_CELL_RUNNING, 0, asked + 1));
	SAME(charges[UPPER].seen->lives, lives + 1);
	tell(UPPER, ACT_STOP);
	mv_sleep(MV_MS);
	MUST(counts(UPPER, MV_CELL_STOPPED, 0, asked + 1));
	MUST(told_of_reset(UPPER));
	return true;
}

/* The one victim is less urgent than the monitor, the other one more. */
static bool revived(uint32_t place)
{
	uint32_t lives, restarts;

	note(place);
	MUST(fresh(MONITOR));
	MUST(fresh(place));
	lives = charges[place].seen->lives;
	restarts = charges[MONITOR].seen->restarts;
	stage->revives = 1;
	mv_cell_restart(charges[MONITOR].cell);
	tell(place, ACT_FAULT);
	mv_sleep(10 * MV_MS);
	SAME(charges[MONITOR].seen->restarts, restarts + 1);
	SAME(charges[place].seen->lives, lives + 1);
	SAME(state_of(place), MV_CELL_RUNNING);
	stage->revives = 0;
	return true;
}

static bool monitor_revives(void)
{
	return revived(UPPER) && revived(LOWER);
}

/* A fault of before, told to a monitor that has gone since and comes again. */
static bool monitor_anew(void)
{
	MUST(fresh(MONITOR));
	MUST(fresh(LOWER));
	tell(LOWER, ACT_FAULT);
	mv_sleep(2 * MV_MS);
	MUST(monitor_told(LOWER));
	mv_cell_stop(charges[MONITOR].cell);
	mv_sleep(2 * MV_MS);
	mv_cell_restart(charges[MONITOR].cell);
	mv_sleep(2 * MV_MS);
	MUST(monitor_told(LOWER));
	MUST(fresh(LOWER));
	MUST(fresh(MONITOR));
	MUST(!monitor_told(LOWER));
	return true;
}

/* The record is written while its reader is on its way, and a stop forgets the vIRQ. */
static bool log_told_at_start(void)
{
	uint32_t records;

	MUST(fresh(UPPER));
	MUST(fresh(MONITOR));
	records = charges[MONITOR].seen->records;
	prioritise(120);
	mv_cell_restart(charges[MONITOR].cell);
	tell(UPPER, ACT_FAULT);
	SAME(state_of(UPPER), MV_CELL_FAULTED);
	SAME(state_of(MONITOR), MV_CELL_LOADING);
	SAME(mv_cell_stop(charges[MONITOR].cell), MV_OK);
	SAME(mv_cell_restart(charges[MONITOR].cell), MV_OK);
	SAME(charges[MONITOR].seen->records, records);
	prioritise(MOST_URGENT);
	mv_sleep(3 * MV_MS);
	SAME(charges[MONITOR].seen->records, records + 1);
	return true;
}

static bool peer_on_its_way(void)
{
	MUST(fresh(UPPER));
	MUST(fresh(MONITOR));
	SAME(charges[MONITOR].seen->reset, 0);
	mv_cell_restart(charges[MONITOR].cell);
	mv_cell_stop(charges[UPPER].cell);
	mv_sleep(3 * MV_MS);
	SAME(state_of(MONITOR), MV_CELL_RUNNING);
	SAME(charges[MONITOR].seen->reset, MV_CHANNEL_RESET);
	mv_cell_stop(charges[MONITOR].cell);
	MUST(fresh(UPPER));
	mv_cell_stop(charges[UPPER].cell);
	mv_cell_restart(charges[MONITOR].cell);
	mv_sleep(3 * MV_MS);
	SAME(charges[MONITOR].seen->reset, MV_CHANNEL_RESET);
	return true;
}

/* Devices ---------------------------------------------------------------------------- */

/* The driver is told, stopped @stop us later and started 2 ms later. */
static bool driver_stopped(uint32_t what, uint32_t delay, uint32_t stop)
{
	MUST(fresh(DRIVER));
	SAME(charges[DRIVER].seen->edge, 0);
	SAME(charges[DRIVER].seen->level, 0);
	stage->delay = delay;
	tell(DRIVER, what);
	mv_sleep(stop * MV_US);
	SAME(mv_cell_stop(charges[DRIVER].cell), MV_OK);
	mv_sleep(2 * MV_MS);
	SAME(mv_cell_restart(charges[DRIVER].cell), MV_OK);
	mv_sleep(3 * MV_MS);
	SAME(state_of(DRIVER), MV_CELL_RUNNING);
	return true;
}

static bool edge_before(void)
{
	MUST(driver_stopped(ACT_ALARM, 300, 900));
	SAME(charges[DRIVER].seen->edge, 0);
	return true;
}

static bool edge_after(void)
{
	MUST(driver_stopped(ACT_ALARM, 1500, 900));
	SAME(charges[DRIVER].seen->edge, 1);
	MUST(fresh(DRIVER));
	SAME(charges[DRIVER].seen->edge, 0);
	return true;
}

/* Whenever it comes, it is before the stop or after it; and it does no harm. */
static bool edge_at_the_stop(void)
{
	for (uint32_t delay = 560; delay < 640; delay += 2) {
		note(delay);
		MUST(driver_stopped(ACT_ALARM, delay, 600));
		MUST(charges[DRIVER].seen->edge <= 1);
	}
	return true;
}

static bool level_again(void)
{
	MUST(driver_stopped(ACT_LINE, 0, 900));
	SAME(charges[DRIVER].seen->level, 1);
	MUST(fresh(DRIVER));
	SAME(charges[DRIVER].seen->level, 0);
	return true;
}

/* Timers ----------------------------------------------------------------------------- */

/* Two victims of one priority; their timers fall due while the warden runs. */
static bool due_first(uint32_t first, uint32_t second)
{
	uint64_t now;

	MUST(fresh(UPPER));
	MUST(fresh(LOWER));
	now = mv_time_now();
	stage->nr_came = 0;
	stage->due[first] = now + 8 * MV_MS;
	stage->due[second] = now + 9 * MV_MS;
	tell(UPPER, ACT_DUE);
	tell(LOWER, ACT_DUE);
	mv_sleep(5 * MV_MS);
	SAME(stage->nr_came, 0);
	while (mv_time_now() < now + 10 * MV_MS)
		;
	SAME(stage->nr_came, 0);
	mv_sleep(2 * MV_MS);
	SAME(stage->nr_came, 2);
	SAME(stage->came[0], first);
	SAME(stage->came[1], second);
	return true;
}

static bool order_of_expiry(void)
{
	return due_first(UPPER, LOWER) && due_first(LOWER, UPPER);
}

static const struct check checks[] = {
	{ "LIF01", "A start by hand does not count against the restart limit", limit },
	{ "LIF02", "A cell whose restart limit is used up can still be started", limit_used_up },
	{ "LIF03", "The counts of restarts stay at their end and leave the state alone",
	  counts_end },
	{ "LIF04", "What is stopped cannot be stopped; what has faulted can", refused },
	{ "LIF05", "A cell restarts and stops itself", by_itself },
	{ "LIF06", "A monitor restarts who faulted while it was being restarted itself",
	  monitor_revives },
	{ "LIF07", "A monitor is told at its start who has faulted, and of nobody else",
	  monitor_anew },
	{ "LIF08", "The fault log's reader is told at its start of records that wait",
	  log_told_at_start },
	{ "LIF09", "A peer that does not run or is being restarted is told of a reset too",
	  peer_on_its_way },
	{ "LIF10", "A device's edge that came before a stop is forgotten", edge_before },
	{ "LIF11", "A device's edge that came after a stop is there at the next start",
	  edge_after },
	{ "LIF12", "A device's edge at the moment of a stop does no harm", edge_at_the_stop },
	{ "LIF13", "A device's level that is still up interrupts after the next start",
	  level_again },
	{ "LIF14", "Of timers that wait for somebody more urgent, the one due first expires first",
	  order_of_expiry },
};

CHECK_SET(checks);
