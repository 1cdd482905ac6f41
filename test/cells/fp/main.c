/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One image for all cells of the floating-point tests: the guest is the judge,
 * the others are its rivals.
 */
#include "fp.h"

int mv_main(void)
{
	if (mv_env_find("vmmu", MV_CAP_VMMU))
		judge();
	else
		rival();
	return 0;
}
