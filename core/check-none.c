/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * system_check in a microvisor without CONFIG_DEBUG_CHECKS: no such hypercall.
 */
#include <core/hypercall.h>
#include <hypercall_protos.h>

uint64_t sys_system_check(uint32_t cap, uint32_t panic)
{
	(void)cap;
	(void)panic;
	return result(MV_ERR_CALL, 0);
}
