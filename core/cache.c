/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cache maintenance that a cell asks for, over memory that it may read: for
 * devices that do not see the caches, and for code that it has written. At most
 * a page in one call. Called through the hypercall table.
 */
#include <arch/cpu.h>
#include <core/hypercall.h>
#include <hypercall_protos.h>

uint64_t sys_cache_range(uint32_t op, uint32_t start, uint32_t size)
{
	uint32_t step = MIN(size, MV_PAGE_SIZE - start % MV_PAGE_SIZE);
	void *place = (void *)(uintptr_t)start;

	if (op > MV_CACHE_CODE)
		return result(MV_ERR_ARGUMENT, 0);
	/* Any address will do for nothing, but the caches must not be told of it. */
	if (!size)
		return result(MV_OK, 0);
	if (!arch_user_readable(start, step))
		return result(MV_ERR_ADDRESS, 0);
	if (op == MV_CACHE_CLEAN)
		arch_clean(place, step);
	else if (op == MV_CACHE_CLEAN_INVALIDATE)
		arch_clean_invalidate(place, step);
	else
		arch_sync_code(place, step);
	return result(MV_OK, size - step);
}
