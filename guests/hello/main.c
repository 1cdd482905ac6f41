/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The smallest cell. docs/adding-a-cell.md tells how to make more.
 */
#include <mv.h>

int mv_main(void)
{
	mv_printf("hello from cell '%s' of product '%s'\n", mv_env->cell, mv_env->product);
	return 0;
}
