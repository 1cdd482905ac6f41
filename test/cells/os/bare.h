/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The boards on which the test OS runs without the microvisor: what differs.
 */
#ifndef TEST_OS_BARE_H
#define TEST_OS_BARE_H

#ifdef CONFIG_BOARD_REALVIEW_PB_A8
#define RAM_BASE  0x70000000
#define GIC_CPU   0x1e000000
#define TIMER_IRQ 36
#else
#define RAM_BASE  0x60000000
#define GIC_CPU   0x1e000100
#define TIMER_IRQ 34
#endif

/* The same on both. */
#define GIC_DIST 0x1e001000
#define TIMER    0x10011000 /* SP804, 1 MHz */
#define UART     0x10009000 /* PL011 */

#define RAM_SIZE 0x800000 /* as much as a cell has */
#define PLAN     (RAM_BASE + 0x8000) /* struct plan; words of 0: the default */

#endif
