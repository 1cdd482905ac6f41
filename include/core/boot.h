/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Boot: head.S sets the processor up, boot() creates all objects and starts the cells.
 * On the way it prints the fact sheet.
 */
#ifndef CORE_BOOT_H
#define CORE_BOOT_H

/** boot - build all objects and start the cells; called from assembly */
void boot(void);

/** fact_sheet - print on one screen what was booted */
void fact_sheet(void);

#endif
