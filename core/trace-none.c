/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * trace_read in a microvisor without CONFIG_TRACE: no such hypercall.
 */
#include <core/hypercall.h>
#include <hypercall_protos.h>

uint64_t sys_trace_read(uint32_t cap, uint32_t buffer, uint32_t size)
{
	(void)cap;
	(void)buffer;
	(void)size;
	return result(MV_ERR_CALL, 0);
}
