/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The guest's processes: one page of code, which guest user mode sees at
 * FP_CODE, and one of data for each process.
 */
#ifndef TEST_FP_USER_H
#define TEST_FP_USER_H

#include <stdint.h>

#define FP_CODE 0x08200000u
#define FP_DATA 0x08201000u /* in guest user mode and kernel mode */

/* user.S; each ends with a system call, or has several. */
extern const char fp_page[], user_hold[], user_process[], user_thread[], user_store_pair[];
extern const char user_load_pair[], user_write_thread[], user_get[];

static inline uint32_t fp_user_at(const char *label)
{
	return FP_CODE + (uint32_t)(label - fp_page);
}

#endif
