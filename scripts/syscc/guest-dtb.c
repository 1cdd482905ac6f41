/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Makes the device tree that a guest operating system finds in its memory.
 */
#include "model.h"

void guest_dtb_make(struct system *sys, struct cell *cell)
{
	(void)sys;
	(void)cell;
}
