// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * Address spaces, translations and caches by hypercall. The microvisor walks
 * our tables when it misses a translation, so entries are simply written; what
 * it has cached of changed ones is flushed here. Flushes and switches are done
 * in bounded steps: a result other than 0 means that there is more to do.
 */
#include <linux/dma-direction.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/cacheflush.h>
#include <asm/mmu.h>
#include <asm/mullion.h>
#include <asm/proc-fns.h>
#include <asm/tlbflush.h>

extern unsigned int mullion_vmmu;

/* Physical address of the first-level table in use, for cpu_get_pgd(). */
unsigned long mullion_pgd;

void cpu_mullion_switch_mm(phys_addr_t pgd, struct mm_struct *mm)
{
	unsigned int asid = ASID(mm);

	mullion_pgd = pgd;
	while (mv_vmmu_switch(mullion_vmmu, pgd, asid).value)
		;
}

void mullion_flush_tlb(unsigned int asid, unsigned long start, unsigned long end)
{
	unsigned long left = end - start;

	while (left)
		left = mv_vmmu_flush(mullion_vmmu, asid, end - left, left).value;
}

void mullion_flush_tlb_asid(unsigned int asid)
{
	while (mv_vmmu_flush(mullion_vmmu, asid, 0, 0).value)
		;
}

/*
 * Where the next process's system calls find their stack, with the process in the word
 * above it (see reload_current), and its thread ID.
 */
void mullion_switch_to(struct task_struct *next)
{
	struct task_struct **top = task_stack_page(next) + THREAD_START_SP;

	*top = next;
	mullion_page->kernel_sp = (unsigned long)top;
	if (next->mm)
		mullion_set_tls(task_thread_info(next)->tp_value[0]);
}

void mullion_set_tls(unsigned long value)
{
	static unsigned long now;

	if (value == now)
		return;
	now = value;
	mv_vcpu_set(MV_VCPU_THREAD_ID, value);
}

/* Caches --------------------------------------------------------------------- */

static int cache_range(unsigned int operation, unsigned long start, unsigned long end)
{
	while (start < end) {
		struct mv_result done = mv_cache_range(operation, start, end - start);

		if (done.error)
			return -EFAULT;
		start = end - done.value;
	}
	return 0;
}

/* Of one line: MV_CACHE_CODE invalidates the whole instruction cache. */
void mullion_flush_icache_all(void)
{
	cache_range(MV_CACHE_CODE, PAGE_OFFSET, PAGE_OFFSET + 4);
}

/* Caches do not alias, and what other masters see is cleaned by range. */
void mullion_flush_kern_cache_all(void)
{
}

void mullion_flush_kern_cache_louis(void)
{
}

void mullion_flush_user_cache_all(void)
{
}

void mullion_flush_user_cache_range(unsigned long start, unsigned long end, unsigned int flags)
{
}

void mullion_coherent_kern_range(unsigned long start, unsigned long end)
{
	cache_range(MV_CACHE_CODE, start, end);
}

int mullion_coherent_user_range(unsigned long start, unsigned long end)
{
	return cache_range(MV_CACHE_CODE, start, end);
}

void mullion_flush_kern_dcache_area(void *address, size_t size)
{
	cache_range(MV_CACHE_CODE, (unsigned long)address, (unsigned long)address + size);
}

void mullion_dma_flush_range(const void *start, const void *end)
{
	cache_range(MV_CACHE_CLEAN_INVALIDATE, (unsigned long)start, (unsigned long)end);
}

void mullion_dma_map_area(const void *start, size_t size, int direction)
{
	cache_range(direction == DMA_TO_DEVICE ? MV_CACHE_CLEAN : MV_CACHE_CLEAN_INVALIDATE,
		    (unsigned long)start, (unsigned long)start + size);
}

void mullion_dma_unmap_area(const void *start, size_t size, int direction)
{
	if (direction != DMA_TO_DEVICE)
		cache_range(MV_CACHE_CLEAN_INVALIDATE, (unsigned long)start,
			    (unsigned long)start + size);
}
