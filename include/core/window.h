/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * How the microvisor's own addresses, from MV_KERNEL_BASE up, are divided: what it
 * sees of physical memory at a fixed distance, then the registers that it uses. For C,
 * the linker script and the system compiler.
 */
#ifndef CORE_WINDOW_H
#define CORE_WINDOW_H

#define DEVICE_WINDOW 0xFE000000 /* where the window for memory ends and that for devices begins */
#define DEVICE_PAGES  256

#endif
