/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Configuration of the microvisor under test with everything switched on; small
 * limits, so that tests reach them. Stands for autoconf.h.
 */
#define CONFIG_CHANNEL_MESSAGE_MAX 4096
#define CONFIG_TIME_SLICE_US       10000
#define CONFIG_TIMER_MIN_PERIOD_US 100
#define CONFIG_FAULT_RECORDS       4
#define CONFIG_FAULT_PRINT         1
#define CONFIG_BOOT_SHEET          1
#define CONFIG_PANIC_RESET         1
#define CONFIG_DEBUG_CHECKS        1
#define CONFIG_TRACE               1
#define CONFIG_TRACE_EVENTS        256
#define CONFIG_VTLB_SPACES         3
#define CONFIG_VTLB_TABLES         8
#define CONFIG_VFP                 1
