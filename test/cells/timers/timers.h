/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/* Functions that the files of this image share. */
#ifndef TIMERS_H
#define TIMERS_H

/** crowd - the cell of that name */
_Noreturn void crowd(void);

/** device_beside_timers, sleep_beside_restarts - phases of "load", which print a line each */
void device_beside_timers(void);
void sleep_beside_restarts(void);

#endif
