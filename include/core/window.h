/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The microvisor's own addresses, from MV_KERNEL_BASE up, have two parts: a window in
 * which it sees physical memory at a fixed offset, then one for the registers of its
 * devices. Used by C code, the linker script and the system compiler.
 */
#ifndef CORE_WINDOW_H
#define CORE_WINDOW_H

#define DEVICE_WINDOW 0xFE000000 /* the window for memory ends here, that for devices begins */
#define DEVICE_PAGES  256

#endif
