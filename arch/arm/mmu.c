/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Translation tables in the ARMv7-A short-descriptor format: the microvisor's
 * own and one set for each cell, all built at boot from l1_tables and
 * l2_tables. Every cell's first level carries a copy of the microvisor's top
 * 256 entries, which never change after boot. Relies on the system compiler
 * for non-overlapping, page-aligned maps.
 */
#include <arch/cp15.h>
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <core/cell.h>
#include <core/panic.h>
#include <core/vcpu.h>
#include <core/window.h>

/* mullion.lds.S */
extern char mv_virt_offset[]; /* virtual - physical, as an address */
extern char text_start[], text_end[], rodata_start[], rodata_end[];
extern char data_start[], data_end[], images_start[], images_end[];
extern char bss_start[], kernel_end[], kernel_stack_guard[];

static uint32_t kernel_l1[L1_TABLE_BYTES / 4] __attribute__((aligned(L1_TABLE_BYTES)));
static uint32_t l2_used, device_pages;

_Static_assert(DEVICE_WINDOW + DEVICE_PAGES * PAGE_SIZE <= MV_GUEST_HIGH, "guests have the rest");
_Static_assert(L1_TABLE_BYTES == 4096 * 4 && L2_TABLE_BYTES == 256 * 4, "architecture");

uint32_t arch_phys(const void *virt)
{
	return (uint32_t)virt - (uint32_t)mv_virt_offset;
}

void *arch_window(uint32_t pa)
{
	return (void *)(pa + (uint32_t)mv_virt_offset);
}

uint32_t arch_asid(uint32_t n)
{
	return n + 1;
}

static uint32_t domain_of(uint32_t attr)
{
	return attr & MAP_KERNEL ? DOMAIN_KERNEL : DOMAIN_CELL;
}

/* The second-level table of a slot, taken from the pool at first use. */
static uint32_t *l2_of(uint32_t *l1, uint32_t va, uint32_t attr)
{
	uint32_t *slot = &l1[L1_INDEX(va)];
	uint32_t *l2;

	if (*slot & L1_TABLE)
		return arch_window(l2_base(*slot));
	if (*slot)
		panic(PANIC_MAP, va);
	if (l2_used == nr_l2_tables)
		panic(PANIC_L2_TABLES, va);
	l2 = (uint32_t *)l2_tables[l2_used++];
	*slot = arch_phys(l2) | L1_TABLE | L1_DOMAIN(domain_of(attr));
	return l2;
}

/* Is the slot empty, or does it hold that section already? (Guests can share memory.) */
static bool fits_section(const uint32_t *l1, const struct map_desc *m)
{
	uint32_t entry = l1[L1_INDEX(m->va)];

	return (m->va | m->pa) % SECTION_SIZE == 0 && m->size >= SECTION_SIZE &&
	       (!entry || (entry & (L1_TYPE | ~(SECTION_SIZE - 1))) == (m->pa | L1_SECTION));
}

static void map(uint32_t *l1, struct map_desc m)
{
	while (m.size) {
		uint32_t step = fits_section(l1, &m) ? SECTION_SIZE : PAGE_SIZE;

		if (step == SECTION_SIZE)
			l1[L1_INDEX(m.va)] = m.pa | arch_section_bits(m.attr, domain_of(m.attr));
		else
			l2_of(l1, m.va, m.attr)[L2_INDEX(m.va)] = m.pa | arch_page_bits(m.attr);
		m.va += step;
		m.pa += step;
		m.size -= step;
	}
}

static void map_kernel(const char *start, const char *end, uint32_t attr)
{
	uint32_t va = (uint32_t)start;
	uint32_t size = ROUND_UP((uint32_t)end, PAGE_SIZE) - va;

	map(kernel_l1, (struct map_desc){ va, arch_phys(start), size, attr | MAP_KERNEL });
}

/* Map the memory in which a guest can keep tables, so that the microvisor can walk them. */
static void map_window(const struct cell_desc *desc)
{
	if (desc->vtlb == MV_NONE)
		return;
	for (unsigned int i = 0; i < desc->nr_maps; i++) {
		const struct map_desc *m = &desc->maps[i];

		if ((m->attr & (MAP_DEVICE | MAP_WRITE)) == MAP_WRITE)
			map(kernel_l1, (struct map_desc){ (uint32_t)arch_window(m->pa), m->pa,
							  m->size, MAP_READ | MAP_KERNEL });
	}
}

RARE_PATH void mmu_init(void)
{
	map_kernel(text_start, text_end, MAP_READ | MAP_EXEC);
	map_kernel(rodata_start, rodata_end, MAP_READ);
	map_kernel(data_start, data_end, MAP_READ | MAP_WRITE);
	map_kernel(images_start, images_end, MAP_READ);
	map_kernel(bss_start, kernel_stack_guard, MAP_READ | MAP_WRITE);
	map_kernel(kernel_stack_guard + PAGE_SIZE, kernel_end, MAP_READ | MAP_WRITE);
	for (unsigned int i = 0; i < nr_cells; i++)
		map_window(&cell_descs[i]);
	arch_clean(kernel_l1, sizeof(kernel_l1));
	arch_clean(l2_tables, nr_l2_tables * L2_TABLE_BYTES);
	arch_set_ttbr0(arch_phys(kernel_l1) | TTBR_WALK);
	arch_isb();
	arch_tlbiall(0);
	arch_bpiall(0);
	arch_dsb();
	arch_isb();
	arch_set_dacr(DACR_KERNEL);
	arch_isb();
}

void *arch_map_device(uint32_t pa)
{
	uint32_t va = DEVICE_WINDOW + device_pages * PAGE_SIZE;

	if (!pa)
		return NULL;
	if (device_pages++ == DEVICE_PAGES)
		panic(PANIC_DEVICE_WINDOW, pa);
	map(kernel_l1, (struct map_desc){ va, page_base(pa), PAGE_SIZE,
					  MAP_READ | MAP_WRITE | MAP_DEVICE | MAP_KERNEL });
	arch_clean(&kernel_l1[L1_INDEX(va)], sizeof(kernel_l1[0]));
	arch_clean(l2_of(kernel_l1, va, MAP_KERNEL), L2_TABLE_BYTES);
	return (void *)(va + pa % PAGE_SIZE);
}

/* Unmap the page that arch_map_device() mapped last. */
static void unmap_device(void)
{
	uint32_t va = DEVICE_WINDOW + --device_pages * PAGE_SIZE;
	uint32_t *entry = &l2_of(kernel_l1, va, MAP_KERNEL)[L2_INDEX(va)];

	*entry = 0;
	arch_clean(entry, sizeof(*entry));
	arch_tlbiall(0);
	arch_dsb();
	arch_isb();
}

/* Mapped as a device, so that reads come from the RAM and not from a cache. */
RARE_PATH bool arch_ram_keeps(uint32_t pa)
{
	volatile uint32_t *word = arch_map_device(pa);
	uint32_t old = *word;
	bool keeps;

	*word = ~old;
	arch_dsb();
	keeps = *word == ~old;
	*word = old;
	unmap_device();
	return keeps;
}

static void map_own_pages(uint32_t *l1, const struct cell_desc *desc)
{
	map(l1, (struct map_desc){ MV_ENV_BASE, arch_phys(desc->env), desc->env_size, MAP_READ });
	for (unsigned int i = 0; i < desc->nr_vcpus; i++)
		map(l1, (struct map_desc){ MV_VCPU_PAGE_BASE + i * PAGE_SIZE,
					   arch_phys(vcpu_pages[desc->first_vcpu + i]), PAGE_SIZE,
					   MAP_READ | MAP_WRITE });
}

RARE_PATH void arch_space_create(struct cell *c)
{
	uint32_t first_kernel = L1_INDEX(MV_KERNEL_BASE);
	uint32_t *l1 = (uint32_t *)l1_tables[cell_index(c)];
	uint32_t first_l2 = l2_used;

	c->space.ttbr0 = arch_phys(l1) | TTBR_WALK;
	c->space.asid = arch_asid(cell_index(c));
	/* Cell 0's table has served as the boot table. */
	arch_zero(l1, L1_TABLE_BYTES);
	arch_copy(l1 + first_kernel, kernel_l1 + first_kernel, L1_TABLE_BYTES - first_kernel * 4);
	for (unsigned int i = 0; i < c->desc->nr_maps; i++)
		map(l1, c->desc->maps[i]);
	map_own_pages(l1, c->desc);
	if (c->desc->vtlb != MV_NONE)
		vtlb_create(c);
	arch_clean(l1, L1_TABLE_BYTES);
	arch_clean(l2_tables[first_l2], (l2_used - first_l2) * L2_TABLE_BYTES);
}

/*
 * No cell has ASID 0, so translations made between the two writes belong to no cell
 * (ARM DDI 0406C, B3.10.4). The microvisor's own are global.
 */
void arch_space_switch(const struct arch_space *space)
{
	arch_set_contextidr(0);
	arch_isb();
	arch_set_ttbr0(space->ttbr0);
	arch_isb();
	arch_set_contextidr(space->asid);
	arch_isb();
}
