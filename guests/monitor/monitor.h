/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between the files of the monitor cell.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <mv.h>

/** monitor_restarts - cells that this monitor restarted after a fault */
extern uint32_t monitor_restarts;

/** commands_start - take commands from the console */
void commands_start(void);

/** verdict_start - judge the demo, if the cell has a channel "report" */
void verdict_start(void);
/** verdict_look - called after each thing that happened */
void verdict_look(void);
/** verdict_fault - a cell faulted; @planned: it was one that this monitor minds */
void verdict_fault(const char *cell, bool planned);

#endif
