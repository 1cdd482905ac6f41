/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The page that worst and worst-keeper share.
 */
#ifndef WORST_H
#define WORST_H

#include <mv.h>

#define LIVES 6 /* of worst: the odd ones end in a fault */

/** struct worst - segment "worst" */
struct worst {
	uint32_t lives; /* how often worst was started */
	uint32_t idle; /* 1: it has nothing more to do in this life */
};

MV_NEEDS_SEGMENT("worst");

static inline volatile struct worst *the_page(void)
{
	return (volatile struct worst *)(uintptr_t)mv_env_need("worst", MV_ENV_SEGMENT)->address;
}

#endif
