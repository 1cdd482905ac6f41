/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Configuration of the microvisor under test with everything switched off that
 * can be. Stands for autoconf.h.
 */
#define CONFIG_CHANNEL_MESSAGE_MAX 4096
#define CONFIG_TIME_SLICE_US       10000
#define CONFIG_TIMER_MIN_PERIOD_US 100
#define CONFIG_FAULT_RECORDS       4
#define CONFIG_VTLB_SPACES         3
#define CONFIG_VTLB_TABLES         8
