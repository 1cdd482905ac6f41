/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Paging by translation tables in ARM short-descriptor format: sections for the
 * kernel and for what is big, a large page, small pages; global ones and one
 * process's own; two domains. Source: ARM DDI 0406C, B3.5 (formats), B3.7 (rights).
 */
#include "os.h"

#define L1_ENTRIES  4096
#define L2_ENTRIES  256
#define MIB         0x100000u

#define TABLE       1u
#define SECTION     2u
#define LARGE_PAGE  1u
#define SMALL_PAGE  2u
#define DOMAIN(n)   ((n) << 5)
#define USER_DOMAIN DOMAIN(1u) /* the kernel's is 0 */

/* Normal memory, write-back, write-allocate. */
#define PAGE_MEMORY    0x4cu
#define LARGE_MEMORY   0x100cu
#define SECTION_MEMORY 0x100cu
#define SECTION_DEVICE 0x4u

#define PAGE_KERNEL    0x10u /* AP = 001 */
#define PAGE_BOTH      0x30u /* AP = 011 */
#define PAGE_READ      0x230u /* AP = 111 */
#define PAGE_XN        1u
#define PAGE_LOCAL     0x800u
#define LARGE_XN       0x8000u
#define SECTION_KERNEL 0x400u
#define SECTION_READ   0x8c00u
#define SECTION_XN     0x10u

#define ALIAS          0xc0000000u /* the kernel's memory once more */

/* Slots of a process's own: heap, area, stack. */
#define NR_SECOND (AREA_SLOTS + 2)

static uint32_t first[MAX_PROCESSES][L1_ENTRIES] __attribute__((aligned(0x4000)));
static uint32_t second[MAX_PROCESSES][NR_SECOND][L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t text_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t shared_l2[L2_ENTRIES] __attribute__((aligned(1024)));
static uint32_t memory_start, memory_end;

static uint32_t address_of(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

static void fill_text(void)
{
	uint32_t pa;

	for (uint32_t i = 0; i < L2_ENTRIES; i++)
		if (vm_fixed(USER_TEXT + i * PAGE_SIZE, &pa))
			text_l2[i] = pa | PAGE_READ | PAGE_MEMORY | SMALL_PAGE;
	machine_written(text_l2, L2_ENTRIES);
}

static void fill_shared(void)
{
	for (uint32_t i = 0; i < 16; i++)
		shared_l2[i] = shared_memory | PAGE_BOTH | LARGE_MEMORY | LARGE_XN | PAGE_LOCAL |
			       LARGE_PAGE;
	shared_l2[16] = kernel_page | PAGE_KERNEL | PAGE_MEMORY | PAGE_XN | SMALL_PAGE;
	machine_written(shared_l2, L2_ENTRIES);
}

static void init(void)
{
	bool device;

	machine_sections(0, &memory_start, &memory_end, &device);
	fill_text();
	fill_shared();
}

static void map_sections(uint32_t *table, uint32_t va, uint32_t start, uint32_t end, bool device)
{
	for (uint32_t pa = start; pa != end; pa += MIB, va += MIB)
		table[va >> 20] = pa | SECTION | SECTION_KERNEL |
				  (device ? SECTION_DEVICE | SECTION_XN : SECTION_MEMORY);
}

static void fill_kernel(uint32_t *table)
{
	uint32_t start, end;
	bool device;

	for (uint32_t n = 0; machine_sections(n, &start, &end, &device); n++)
		map_sections(table, start, start, end, device);
	map_sections(table, ALIAS, memory_start, memory_end, false);
	table[USER_TEXT >> 20] = address_of(text_l2) | TABLE | USER_DOMAIN;
	table[USER_SHARED >> 20] = address_of(shared_l2) | TABLE | USER_DOMAIN;
	table[USER_BIG >> 20] = big_memory | SECTION | SECTION_READ | SECTION_XN | SECTION_MEMORY |
				USER_DOMAIN;
}

/* Which of the process's second-level tables an address needs. */
static uint32_t second_of(uint32_t va)
{
	if (va < USER_AREA)
		return 0;
	return va < USER_SHARED ? 1 + ((va - USER_AREA) >> 20) : NR_SECOND - 1;
}

static uint32_t *entry_of(struct process *p, uint32_t page)
{
	uint32_t va = page_address(page);

	return &second[p->number - 1][second_of(va)][va >> 12 & 0xff];
}

static void create(struct process *p)
{
	p->table = first[p->number - 1];
	if (!p->table[memory_start >> 20])
		fill_kernel(p->table);
	memset(second[p->number - 1], 0, sizeof(second[0]));
	machine_written(second[p->number - 1][0], NR_SECOND * L2_ENTRIES);
	for (uint32_t page = 0; page < NR_PAGES; page++) {
		uint32_t va = page_address(page);

		p->table[va >> 20] = address_of(second[p->number - 1][second_of(va)]) | TABLE |
				     USER_DOMAIN;
	}
	machine_written(p->table, L1_ENTRIES);
}

/* The space may still be in use: the kernel runs in it until the next switch. */
static void destroy(struct process *p)
{
	for (uint32_t page = 0; page < NR_PAGES; page++)
		p->table[page_address(page) >> 20] = 0;
	machine_written(p->table, L1_ENTRIES);
	machine_flush(FLUSH_ASID, p->number, 0, 0);
}

static void use(struct process *p)
{
	machine_switch(address_of(p->table), p->number);
}

static uint32_t translation(uint32_t entry)
{
	uint32_t rights = vm_now(entry);

	if (!(rights & RIGHT_READ))
		return 0;
	return VM_ADDRESS(entry) | (rights & RIGHT_WRITE ? PAGE_BOTH : PAGE_READ) | PAGE_MEMORY |
	       (rights & RIGHT_EXEC ? 0 : PAGE_XN) | PAGE_LOCAL | SMALL_PAGE;
}

static void write_entry(struct process *p, uint32_t page)
{
	uint32_t *entry = entry_of(p, page);

	*(volatile uint32_t *)entry = translation(p->pages[page]);
	machine_written(entry, 1);
}

static void enter(struct process *p, uint32_t va)
{
	uint32_t page = vm_page(va);

	if (page != NO_PAGE)
		write_entry(p, page);
}

static void inherit(struct process *child)
{
	for (uint32_t page = 0; page < NR_PAGES; page++)
		write_entry(child, page);
}

static void change(struct process *p, uint32_t page, uint32_t count, uint32_t flush)
{
	for (uint32_t i = page; i < page + count; i++)
		write_entry(p, i);
	vm_flush(p, page, count, flush);
}

static bool copy(void *to, const void *from, uint32_t size, uint32_t user, uint32_t access)
{
	return vm_copyable(user, size) && user_copy(to, from, size);
}

/* Frames through the alias, the tables, the kernel's page between the users'. */
static void check(struct process *p)
{
	volatile uint32_t *secret = (volatile uint32_t *)KERNEL_PAGE;

	for (uint32_t page = 0; page < NR_PAGES; page++) {
		uint32_t entry = p->pages[page], offset = VM_ADDRESS(entry) - memory_start;
		volatile uint32_t *alias = (volatile uint32_t *)(ALIAS + offset + page * 4);

		if (*entry_of(p, page) != translation(entry))
			wrong(CHECK_KERNEL, page, translation(entry), *entry_of(p, page));
		if (page < FIRST_STACK && entry & VM_FRAME &&
		    *alias != page_word(model_version(p->number, page), page))
			wrong(CHECK_KERNEL, page, page_word(model_version(p->number, page), page),
			      *alias);
	}
	if (*secret != BIG_PATTERN)
		wrong(CHECK_KERNEL, NO_PAGE, BIG_PATTERN, *secret);
}

const struct paging paging_tables = {
	.name = "tables",
	.init = init,
	.create = create,
	.destroy = destroy,
	.use = use,
	.inherit = inherit,
	.enter = enter,
	.change = change,
	.copy = copy,
	.check = check,
};
