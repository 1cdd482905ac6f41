/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Address spaces as they should be: the mapped pages, their rights and page frames.
 * A page gets its frame when it is first used; after a fork both processes share it
 * until one writes. tables.c and loaded.c tell the MMU (struct paging).
 */
#include "os.h"

extern const char user_image[], user_image_end[];

const struct paging *paging = &paging_tables;

uint32_t vm_page(uint32_t va)
{
	uint32_t slot = (va - USER_AREA) >> 20, n = (va & 0xfffff) / PAGE_SIZE;

	if (va - USER_HEAP < HEAP_PAGES * PAGE_SIZE)
		return n;
	if (va >= USER_AREA && slot < AREA_SLOTS && n < AREA_PIECE)
		return FIRST_AREA + slot * AREA_PIECE + n;
	if (va < USER_STACK && va >= USER_STACK - STACK_PAGES * PAGE_SIZE)
		return NR_PAGES - 1 - (USER_STACK - 1 - va) / PAGE_SIZE;
	return NO_PAGE;
}

static bool lies_in(uint32_t va, uint32_t start, uint32_t size, uint32_t memory, uint32_t *pa)
{
	*pa = memory + (va - start);
	return va >= start && va - start < size;
}

uint32_t vm_fixed(uint32_t va, uint32_t *pa)
{
	uint32_t text = (uint32_t)(uintptr_t)user_image;
	uint32_t text_size = (uint32_t)(user_image_end - user_image);

	if (lies_in(va, USER_TEXT, text_size, text, pa))
		return RIGHT_READ | RIGHT_EXEC;
	if (lies_in(va, USER_SHARED, 0x10000, shared_memory, pa))
		return RIGHT_READ | RIGHT_WRITE;
	return lies_in(va, USER_BIG, 0x100000, big_memory, pa) ? RIGHT_READ : 0;
}

uint32_t vm_now(uint32_t entry)
{
	if (!(entry & VM_FRAME))
		return 0;
	return entry & VM_RIGHTS & (entry & VM_COPY ? ~(uint32_t)RIGHT_WRITE : ~0u);
}

static void break_sharing(struct process *p, uint32_t page)
{
	uint32_t old = VM_ADDRESS(p->pages[page]), entry = p->pages[page] & ~(uint32_t)VM_COPY;

	if (frame_refs(old) > 1) {
		uint32_t frame = frame_get();

		memcpy((void *)(uintptr_t)frame, (const void *)(uintptr_t)old, PAGE_SIZE);
		frame_put(old);
		p->pages[page] = frame | (entry & (PAGE_SIZE - 1));
		counts.copied++;
	} else {
		p->pages[page] = entry;
		counts.taken++;
	}
	paging->change(p, page, 1, FLUSH_PAGES);
}

bool vm_fault(struct process *p, uint32_t va, uint32_t access)
{
	uint32_t page = vm_page(va), pa;

	if (page == NO_PAGE) {
		if (!(vm_fixed(va, &pa) & access))
			return false;
		counts.spurious++;
		paging->enter(p, va);
		return true;
	}
	if (!(p->pages[page] & access))
		return false;
	if (!(p->pages[page] & VM_FRAME)) {
		p->pages[page] |= frame_get() | VM_FRAME;
		counts.zeroed++;
	} else if (p->pages[page] & VM_COPY && access == RIGHT_WRITE) {
		break_sharing(p, page);
	} else {
		counts.spurious++;
	}
	paging->enter(p, va);
	return true;
}

static bool in_bounds(uint32_t page, uint32_t count)
{
	return page < NR_PAGES && count <= NR_PAGES - page;
}

bool vm_map(struct process *p, uint32_t page, uint32_t count, uint32_t rights)
{
	if (!in_bounds(page, count) || rights & ~(uint32_t)VM_RIGHTS)
		return false;
	for (uint32_t i = page; i < page + count; i++)
		if (p->pages[i])
			return false;
	for (uint32_t i = page; i < page + count; i++)
		p->pages[i] = MAPPED | rights;
	return true;
}

bool vm_unmap(struct process *p, uint32_t page, uint32_t count, uint32_t flush)
{
	uint32_t frames[NR_PAGES], nr = 0;

	if (!in_bounds(page, count))
		return false;
	for (uint32_t i = page; i < page + count; i++) {
		if (p->pages[i] & VM_FRAME)
			frames[nr++] = VM_ADDRESS(p->pages[i]);
		p->pages[i] = 0;
	}
	/* Frames may be anybody's only when no translation leads there any more. */
	if (nr)
		paging->change(p, page, count, flush);
	while (nr)
		frame_put(frames[--nr]);
	return true;
}

bool vm_protect(struct process *p, uint32_t page, uint32_t count, uint32_t rights, uint32_t flush)
{
	if (!in_bounds(page, count) || rights & ~(uint32_t)VM_RIGHTS)
		return false;
	for (uint32_t i = page; i < page + count; i++)
		if (!p->pages[i])
			return false;
	for (uint32_t i = page; i < page + count; i++)
		p->pages[i] = (p->pages[i] & ~(uint32_t)VM_RIGHTS) | rights;
	for (uint32_t i = page; i < page + count; i++)
		if (rights & RIGHT_EXEC && p->pages[i] & VM_FRAME)
			machine_code(VM_ADDRESS(p->pages[i]));
	paging->change(p, page, count, flush);
	return true;
}

bool vm_move(struct process *p, uint32_t from, uint32_t to, uint32_t flush)
{
	if (!in_bounds(from, 1) || !in_bounds(to, 1) || !p->pages[from] || p->pages[to])
		return false;
	p->pages[to] = p->pages[from];
	p->pages[from] = 0;
	paging->change(p, from, 1, flush);
	paging->change(p, to, 1, flush);
	return true;
}

void vm_fork(struct process *child, struct process *parent)
{
	for (uint32_t i = 0; i < NR_PAGES; i++) {
		if (parent->pages[i] & VM_FRAME) {
			parent->pages[i] |= VM_COPY;
			frame_ref(VM_ADDRESS(parent->pages[i]));
		}
		child->pages[i] = parent->pages[i];
		if (i % 16 == 15)
			machine_breathe();
	}
	paging->inherit(child);
	paging->change(parent, 0, NR_PAGES, FLUSH_ASID);
}

void vm_free(struct process *p)
{
	vm_unmap(p, 0, NR_PAGES, FLUSH_ASID);
}

/* Pages whose numbers follow on one another need not do so in memory. */
void vm_flush(struct process *p, uint32_t page, uint32_t count, uint32_t flush)
{
	uint32_t end = page + count, start = page;

	if (flush == FLUSH_ASID || flush == FLUSH_ALL) {
		machine_flush(flush, p->number, 0, 0);
		return;
	}
	for (; page < end; page++) {
		if (page + 1 != end && page_address(page + 1) == page_address(page) + PAGE_SIZE)
			continue;
		machine_flush(flush, p->number, page_address(start),
			      (page + 1 - start) * PAGE_SIZE);
		start = page + 1;
	}
}

bool vm_copyable(uint32_t user, uint32_t size)
{
	uint32_t last = user + size - (size != 0), pa;

	return last >= user && (vm_page(user) != NO_PAGE || vm_fixed(user, &pa)) &&
	       (vm_page(last) != NO_PAGE || vm_fixed(last, &pa));
}

bool vm_copy_in(void *to, uint32_t from, uint32_t size)
{
	return paging->copy(to, (const void *)(uintptr_t)from, size, from, RIGHT_READ);
}

bool vm_copy_out(uint32_t to, const void *from, uint32_t size)
{
	return paging->copy((void *)(uintptr_t)to, from, size, to, RIGHT_WRITE);
}
