/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Boot: from a processor that is set up (head.S) to cells that are scheduled, and
 * the fact sheet that is printed on the way.
 */
#ifndef CORE_BOOT_H
#define CORE_BOOT_H

/** boot - build all objects and start the cells; called from assembly */
void boot(void);

/** fact_sheet - what was booted, on one screen */
void fact_sheet(void);

#endif
