/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Functions that the files of the monitor cell share.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <mv.h>

/** monitor_restarts - how many restarts this monitor made after faults */
extern uint32_t monitor_restarts;

/** decided - restarts of a cell after faults that this monitor decided; cell_status has them as asked for */
uint32_t decided(const struct mv_env_entry *cell);

/** last_fault - of a cell, in one line; empty if there was none */
void last_fault(const struct mv_env_entry *cell, char *text, size_t size);

/** commands_start - take commands from the console */
void commands_start(void);

/** verdict_start - judge the demo, if the cell has a channel "report" */
void verdict_start(void);
/** verdict_look - judge anew; called after each event */
void verdict_look(void);
/** verdict_fault - a cell faulted; @planned: it is a cell that this monitor restarts */
void verdict_fault(const char *cell, bool planned);

#endif
