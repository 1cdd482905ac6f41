/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The smallest cell: the example of docs/adding-a-cell.md.
 */
#include <mv.h>

int mv_main(void)
{
	mv_printf("hello from cell '%s' of product '%s'\n", mv_env->cell, mv_env->product);
	return 0;
}
