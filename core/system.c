/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The machine as an object: a cell with the right to do so restarts it or
 * switches it off.
 */
#include <core/cap.h>
#include <core/hypercall.h>
#include <drivers/ops.h>
#include <hypercall_protos.h>

uint64_t sys_version(void)
{
	return result(MV_OK, MV_ABI_VERSION);
}

uint64_t sys_system_reset(uint32_t cap, uint32_t action)
{
	uint16_t unused;
	uint32_t error = cap_find(cap, CAP_SYSTEM_RESET, &unused);
	const struct reset_ops *reset = platform.reset;

	if (error)
		return result(error, 0);
	if (action > MV_SYSTEM_POWER_OFF)
		return result(MV_ERR_ARGUMENT, 0);
	if (action == MV_SYSTEM_RESTART && !reset)
		return result(MV_ERR_STATE, 0);
	if (action == MV_SYSTEM_RESTART)
		reset->restart();
	else if (reset && reset->power_off)
		reset->power_off();
	arch_halt();
}
