/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cache maintenance for cells, over memory that the calling cell may read. A cell
 * needs it for devices that do not see the caches, and for code that it has
 * written. One call handles at most a page. Called through the hypercall table.
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
	/* With size 0 any address is valid; no cache operation may be made on it. */
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
