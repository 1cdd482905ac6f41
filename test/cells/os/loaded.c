/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Paging without tables: every miss is a fault, and the page is entered by a
 * hypercall. It may be forgotten at any time, so misses of what was entered
 * before are normal. The kernel sees its own memory only, not the users'.
 */
#include "os.h"

static uint32_t vmmu;

static void init(void)
{
	vmmu = mv_env_need("vmmu", MV_CAP_VMMU)->cap;
}

static void create(struct process *p)
{
}

static void inherit(struct process *child)
{
}

static void destroy(struct process *p)
{
	machine_flush(FLUSH_ASID, p->number, 0, 0);
}

static void use(struct process *p)
{
	machine_switch(MV_VMMU_SOFTWARE, p->number);
}

static void enter(struct process *p, uint32_t va)
{
	uint32_t page = vm_page(va), pa, rights, error;

	if (page == NO_PAGE) {
		rights = vm_fixed(va, &pa);
	} else {
		rights = vm_now(p->pages[page]);
		pa = p->pages[page];
	}
	error = mv_vmmu_map(vmmu, VM_ADDRESS(va), VM_ADDRESS(pa), rights | MV_MAP_USER);
	if (error)
		wrong(CHECK_KERNEL, page, MV_OK, error);
}

static bool copy_byte(uint8_t *to, const uint8_t *from, uint32_t user, uint32_t access)
{
	uint32_t page = vm_page(user), pa, offset = user % PAGE_SIZE;

	if (page == NO_PAGE) {
		if (!(vm_fixed(user, &pa) & access))
			return false;
		pa = VM_ADDRESS(pa);
	} else {
		if (!(vm_now(current->pages[page]) & access) && !vm_fault(current, user, access))
			return false;
		pa = VM_ADDRESS(current->pages[page]);
	}
	if (access == RIGHT_WRITE)
		*(uint8_t *)(uintptr_t)(pa + offset) = *from;
	else
		*to = *(const uint8_t *)(uintptr_t)(pa + offset);
	return true;
}

static bool copy(void *to, const void *from, uint32_t size, uint32_t user, uint32_t access)
{
	uint8_t *target = to;
	const uint8_t *source = from;

	for (uint32_t i = 0; i < size; i++)
		if (!copy_byte(target + i, source + i, user + i, access))
			return false;
	return true;
}

static void check(struct process *p)
{
}

const struct paging paging_loaded = {
	.name = "loaded",
	.init = init,
	.create = create,
	.destroy = destroy,
	.use = use,
	.inherit = inherit,
	.enter = enter,
	.change = vm_flush,
	.copy = copy,
	.check = check,
	.misses = true,
};
