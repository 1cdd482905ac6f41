/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Physical memory and the tables of the cells. RAM is 16 MiB, a few of them
 * nobody's; the microvisor's own arrays have physical addresses above it. Cells
 * are built from the lists below, which the reference reads as well.
 */
#include "machine.h"

#include "hardware.h"
#include "unit.h"

#include <core/irq.h>
#include <string.h>

#define RAM_BASE  0x60000000u
#define RAM_SIZE  0x01000000u
#define OWN_BASE  0x6f000000u /* environment and vCPU pages, only compared */
#define DEVICE_PA 0x10000000u

#define RX        (MAP_READ | MAP_EXEC)
#define RWX       (MAP_READ | MAP_WRITE | MAP_EXEC)
#define RW        (MAP_READ | MAP_WRITE)

struct machine machine;

static uint8_t ram[RAM_SIZE] __attribute__((aligned(4096)));
static uint8_t written[RAM_SIZE >> 12]; /* pages that tests may have written */

static const struct map_desc first_maps[] = {
	{ MV_IMAGE_BASE, RAM_BASE, 0x10000, RWX },
	{ MV_DEVICE_BASE, DEVICE_PA, 0x1000, RW | MAP_DEVICE },
};

static const struct map_desc guest_maps[] = {
	{ LOW, RAM_BASE + 0x010000, 0xf0000, RWX },
	{ MAIN, RAM_BASE + 0x200000, 0x300000, RWX },
	{ CODE, RAM_BASE + 0x110000, 0x20000, RX },
	{ CONSTANT, RAM_BASE + 0x600000, 0x100000, MAP_READ },
	{ SHARED, RAM_BASE + 0x140000, 0x2000, RW },
	{ UNEVEN, RAM_BASE + 0x701000, 0x180000, RW },
	{ DEVICE, DEVICE_PA + 0x1000, 0x2000, RW | MAP_DEVICE },
};

static const struct map_desc other_maps[] = {
	{ LOW, RAM_BASE + 0x900000, 0xf0000, RWX },
	{ MAIN, RAM_BASE + 0xa00000, 0x300000, RWX },
	{ 0x40800000, RAM_BASE + 0x140000, 0x2000, MAP_READ },
};

#define CELL(n, first, vcpus, guest)                                           \
	{                                                                      \
		.name = #n, .maps = n##_maps, .nr_maps = ARRAY_SIZE(n##_maps), \
		.first_vcpu = (first), .nr_vcpus = (vcpus), .vtlb = (guest)    \
	}

/* What the system compiler writes. */
const uint16_t nr_cells = NR_CELLS, nr_vcpus = NR_VCPUS, nr_l2_tables = 64;
const struct cell_desc cell_descs[] = {
	CELL(first, 0, 0, MV_NONE),
	CELL(guest, GUEST_0, GUEST_VCPUS, 0),
	CELL(other, OTHER_0, 1, 1),
};
uint8_t l1_tables[NR_CELLS][L1_TABLE_BYTES] __attribute__((aligned(L1_TABLE_BYTES)));
uint8_t l2_tables[64][L2_TABLE_BYTES] __attribute__((aligned(L2_TABLE_BYTES)));
struct vtlb vtlbs[NR_GUESTS];
uint8_t vtlb_l1[NR_GUESTS][CONFIG_VTLB_SPACES][L1_TABLE_BYTES] __attribute__((aligned(16384)));
uint8_t vtlb_l2[NR_GUESTS][CONFIG_VTLB_TABLES][L2_TABLE_BYTES] __attribute__((aligned(1024)));

struct cell cells[NR_CELLS];
struct vcpu vcpus[NR_VCPUS];
struct percpu percpus[1];
static struct mv_vcpu_page pages[NR_VCPUS];
static unsigned int l2_used;

/* Physical memory ------------------------------------------------------------ */

/* Arrays of the microvisor that have physical addresses. */
static const struct {
	uint8_t *start;
	uint32_t size, pa;
} arrays[] = {
	{ l1_tables[0], sizeof(l1_tables), 0x68000000 },
	{ l2_tables[0], sizeof(l2_tables), 0x68100000 },
	{ vtlb_l1[0][0], sizeof(vtlb_l1), 0x68400000 },
	{ vtlb_l2[0][0], sizeof(vtlb_l2), 0x68800000 },
};

uint32_t arch_phys(const void *virt)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(arrays); i++) {
		uintptr_t offset = (const uint8_t *)virt - arrays[i].start;

		if (offset < arrays[i].size)
			return arrays[i].pa + (uint32_t)offset;
	}
	fail_msg("physical address of %p asked, which has none", virt);
	return 0;
}

static const struct map_desc *map_of(const struct cell *c, uint32_t pa)
{
	for (unsigned int i = 0; i < c->desc->nr_maps; i++)
		if (pa - c->desc->maps[i].pa < c->desc->maps[i].size)
			return &c->desc->maps[i];
	return NULL;
}

/* Writable memory of the guest whose vCPU runs is all that the window may show. */
static void *window_to_ram(uint32_t pa)
{
	const struct cell *c = percpus[0].current->cell;
	const struct map_desc *m = map_of(c, pa);
	void *word = &ram[pa - RAM_BASE];

	if (!m || (m->attr & (MAP_WRITE | MAP_DEVICE)) != MAP_WRITE)
		fail_msg("microvisor looks at %#x, which is no table memory of %s", pa,
			 c->desc->name);
	machine.reads++;
	written[(pa - RAM_BASE) >> 12] = 1;
	if (machine.on_window)
		machine.on_window(word);
	return word;
}

void *arch_window(uint32_t pa)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(arrays); i++)
		if (pa - arrays[i].pa < arrays[i].size)
			return arrays[i].start + (pa - arrays[i].pa);
	if (pa - RAM_BASE >= RAM_SIZE)
		fail_msg("microvisor looks at %#x, where nothing is", pa);
	return window_to_ram(pa);
}

bool machine_own(const struct cell *c, uint32_t pa, uint32_t size, uint32_t rights, bool device)
{
	for (unsigned int i = 0; i < c->desc->nr_maps; i++) {
		const struct map_desc *m = &c->desc->maps[i];

		if (pa - m->pa < m->size && size <= m->size - (pa - m->pa) &&
		    !(rights & ~m->attr) && device == !!(m->attr & MAP_DEVICE))
			return true;
	}
	return false;
}

uint32_t *machine_word(const struct cell *c, uint32_t address)
{
	struct ref_guest g = machine_guest(&vcpus[c->desc->first_vcpu]);
	const struct ref_range *r = ref_memory(&g, address);

	if (!r || r->device)
		return NULL;
	written[(r->pa - RAM_BASE + address - r->address) >> 12] = 1;
	return (uint32_t *)&ram[(r->pa - RAM_BASE) + ((address - r->address) & ~3u)];
}

/* Tables of the cells, as arch/arm/mmu.c makes them ----------------------------- */

/* User access only, not global, Normal write-back or Device. B3.8.2. */
static uint32_t page_bits(uint32_t attr)
{
	uint32_t ap = attr & MAP_WRITE ? 3 : 2, texcb = attr & MAP_DEVICE ? 0x1 : 0x7;

	return 0x802 | ap << 4 | (texcb & 3) << 2 | texcb >> 2 << 6 | !(attr & MAP_EXEC);
}

static uint32_t section_bits(uint32_t attr, uint32_t domain)
{
	uint32_t ap = attr & MAP_WRITE ? 3 : 2, texcb = attr & MAP_DEVICE ? 0x1 : 0x7;

	return 0x20002 | DOMAIN_CELL << 5 | ap << 10 | (texcb & 3) << 2 | texcb >> 2 << 12 |
	       !(attr & MAP_EXEC) << 4;
}

uint32_t arch_asid(uint32_t n)
{
	return n + 1;
}

static void map_page(uint32_t *l1, uint32_t va, uint32_t pa, uint32_t attr)
{
	uint32_t *slot = &l1[va >> 20];

	if (!*slot)
		*slot = arch_phys(l2_tables[l2_used++]) | 1 | DOMAIN_CELL << 5;
	((uint32_t *)arch_window(*slot & ~0x3ffu))[va >> 12 & 255] = pa | page_bits(attr);
}

static void map(uint32_t *l1, const struct map_desc *m)
{
	for (uint32_t done = 0; done < m->size;) {
		uint32_t va = m->va + done, pa = m->pa + done;

		if ((va | pa) % 0x100000 == 0 && m->size - done >= 0x100000) {
			l1[va >> 20] = pa | section_bits(m->attr, DOMAIN_CELL);
			done += 0x100000;
		} else {
			map_page(l1, va, pa, m->attr);
			done += 0x1000;
		}
	}
}

static uint32_t own_page(const struct cell *c, unsigned int n)
{
	return OWN_BASE + cell_index(c) * 0x100000u + n * 0x1000;
}

bool machine_own_page(const struct cell *c, uint32_t va, uint32_t pa)
{
	if ((va & ~0xfffu) == MV_ENV_BASE)
		return pa == own_page(c, 0);
	return va >= MV_VCPU_PAGE_BASE && va < MV_VCPU_PAGE_BASE + c->desc->nr_vcpus * 0x1000 &&
	       pa == own_page(c, 1 + (va - MV_VCPU_PAGE_BASE) / 0x1000);
}

static void build_cell(struct cell *c)
{
	uint32_t *l1 = (uint32_t *)l1_tables[cell_index(c)];

	memset(l1, 0, L1_TABLE_BYTES);
	for (unsigned int i = 0; i < c->desc->nr_maps; i++)
		map(l1, &c->desc->maps[i]);
	map_page(l1, MV_ENV_BASE, own_page(c, 0), MAP_READ);
	for (unsigned int i = 0; i < c->desc->nr_vcpus; i++)
		map_page(l1, MV_VCPU_PAGE_BASE + i * 0x1000, own_page(c, 1 + i), RW);
	arch_clean(l1, L1_TABLE_BYTES);
	arch_clean(l2_tables, sizeof(l2_tables));
	c->space.ttbr0 = arch_phys(l1) | TTBR_WALK;
	c->space.asid = arch_asid(cell_index(c));
	if (c->desc->vtlb != MV_NONE)
		vtlb_create(c);
}

/* The processor ------------------------------------------------------------------ */

void arch_copy(void *to, const void *from, uint32_t size)
{
	memcpy(to, from, size);
}

/* Interrupts change nothing here but who is to run. */
void irq_dispatch(void)
{
	if (++machine.polls == machine.urgent_at)
		percpus[0].resched = 1;
}

_Noreturn void svc_again(void)
{
	percpus[0].resched = 0;
	longjmp(machine.again, 1);
}

void arch_zero(void *to, uint32_t size)
{
	memset(to, 0, size);
}

void arch_space_switch(const struct arch_space *space)
{
	machine.space = space;
}

bool arch_user_mode(void)
{
	return machine.user;
}

void machine_run(struct vcpu *v)
{
	percpus[0].current = v;
	arch_space_switch(v->hw);
}

static void create_vcpu(uint32_t index, struct cell *c)
{
	struct vcpu *v = &vcpus[index];

	v->cpu = &percpus[0];
	v->cell = c;
	v->hw = &c->space;
	v->special = VCPU_SPECIAL_GUEST;
}

void machine_reset_cell(struct cell *c)
{
	for (unsigned int i = 0; i < c->desc->nr_vcpus; i++) {
		struct vcpu *v = &vcpus[c->desc->first_vcpu + i];

		v->space = NULL;
		v->hw = &c->space;
		memset(&v->stats, 0, sizeof(v->stats));
	}
	vtlb_reset(c->vtlb);
	machine_run(percpus[0].current);
}

const struct cell *machine_cell_of(uint32_t asid, const struct vspace **space)
{
	*space = NULL;
	if (asid - 1 < NR_CELLS)
		return &cells[asid - 1];
	for (unsigned int i = 0; i < NR_CELLS; i++)
		for (unsigned int n = 0; cells[i].vtlb && n < CONFIG_VTLB_SPACES; n++)
			if (cells[i].vtlb->spaces[n].hw.asid == asid) {
				*space = &cells[i].vtlb->spaces[n];
				return &cells[i];
			}
	return NULL;
}

static void clear_ram(void)
{
	for (uint32_t page = 0; page < sizeof(written); page++)
		if (written[page])
			memset(&ram[page << 12], 0, 0x1000);
	memset(written, 0, sizeof(written));
}

void machine_begin(void)
{
	memset(&machine, 0, sizeof(machine));
	memset(vtlbs, 0, sizeof(vtlbs));
	memset(vtlb_l1, 0, sizeof(vtlb_l1));
	memset(vtlb_l2, 0, sizeof(vtlb_l2));
	memset(l2_tables, 0, sizeof(l2_tables));
	memset(cells, 0, sizeof(cells));
	memset(vcpus, 0, sizeof(vcpus));
	clear_ram();
	memset(pages, 0, sizeof(pages));
	l2_used = 0;
	hw_begin();
	for (unsigned int i = 0; i < NR_VCPUS; i++) {
		vcpus[i].page = &pages[i];
		vcpus[i].page->dacr = 0x55555555;
	}
	for (unsigned int i = 0; i < NR_CELLS; i++) {
		cells[i].desc = &cell_descs[i];
		build_cell(&cells[i]);
		for (unsigned int n = 0; n < cell_descs[i].nr_vcpus; n++)
			create_vcpu(cell_descs[i].first_vcpu + n, &cells[i]);
	}
	machine_run(&vcpus[GUEST_0]);
	machine.words = machine.cleared = machine.invalidations = machine.reads = 0;
}

/* What the reference is told ------------------------------------------------------- */

static bool read_guest(const struct ref_guest *g, uint32_t address, uint32_t *word)
{
	const struct ref_range *r = ref_memory(g, address);

	if (address >= MV_GUEST_END || !r || r->device || !(r->rights & WRITE))
		return false;
	memcpy(word, &ram[r->pa - RAM_BASE + (address - r->address)], 4);
	return true;
}

struct ref_guest machine_guest(const struct vcpu *v)
{
	static struct ref_range ranges[NR_CELLS][8];
	unsigned int cell = cell_index(v->cell);
	const struct cell_desc *d = v->cell->desc;

	for (unsigned int i = 0; i < d->nr_maps; i++)
		ranges[cell][i] = (struct ref_range){ d->maps[i].va, d->maps[i].pa, d->maps[i].size,
						      d->maps[i].attr & 7,
						      d->maps[i].attr & MAP_DEVICE };
	return (struct ref_guest){ .ranges = ranges[cell],
				   .nr_ranges = d->nr_maps,
				   .table = v->space ? v->space->table : 0,
				   .dacr = v->page->dacr,
				   .read = read_guest };
}
