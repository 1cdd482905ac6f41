/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Walks of translation tables in software. The guest's tables are not trusted. The
 * cell's own tables, built by arch_space_create(), bound all that a guest can
 * reach. Source: ARM DDI 0406C, B3.5 (formats), B3.7 (rights).
 * Access flag and TEX remap are off, as in the microvisor's own tables.
 */
#include <arch/mmu.h>
#include <arch/walk.h>
#include <core/cell.h>

#define RW (MAP_READ | MAP_WRITE)

/* Indexed by AP[2:0], with SCTLR.AFE = 0; 0b100 is reserved and grants nothing. */
const struct walk_rights walk_rights[8] = {
	{ 0, 0 }, { RW, 0 },       { RW, MAP_READ },       { RW, RW },
	{ 0, 0 }, { MAP_READ, 0 }, { MAP_READ, MAP_READ }, { MAP_READ, MAP_READ },
};

/* Read a word of memory that the cell may write; false if the address is no such memory. */
static bool read_word(const struct cell *c, uint32_t address, uint32_t *word)
{
	struct place p;

	if (!walk_cell(c, address, &p) || (p.attr & (MAP_DEVICE | MAP_WRITE)) != MAP_WRITE)
		return false;
	*word = *(const volatile uint32_t *)arch_window(p.pa);
	return true;
}

static void grant(struct walk *w, uint32_t ap, bool never_execute, uint32_t access)
{
	uint8_t execute = never_execute ? 0 : MAP_EXEC;

	if (access == DACR_MANAGER) {
		w->kernel = w->user = RW | MAP_EXEC;
		return;
	}
	w->kernel = walk_rights[ap].kernel ? walk_rights[ap].kernel | execute : 0;
	w->user = walk_rights[ap].user ? walk_rights[ap].user | execute : 0;
}

static uint32_t walk_section(uint32_t entry, uint32_t access, struct walk *w)
{
	if (entry & SECTION_SUPER)
		return FS_L1_TRANSLATION;
	if (access != DACR_CLIENT && access != DACR_MANAGER)
		return FS_L1_DOMAIN;
	w->address = section_base(entry);
	w->size = SECTION_SIZE;
	w->cached = entry & SECTION_C;
	w->global = !(entry & SECTION_NG);
	grant(w, section_ap(entry), entry & SECTION_XN, access);
	return 0;
}

static uint32_t walk_page(uint32_t entry, uint32_t access, struct walk *w)
{
	bool small = entry & L2_PAGE;

	if (!(entry & L2_TYPE))
		return FS_L2_TRANSLATION;
	if (access != DACR_CLIENT && access != DACR_MANAGER)
		return FS_L2_DOMAIN;
	w->size = small ? PAGE_SIZE : LARGE_PAGE_SIZE;
	w->address = entry & ~(w->size - 1);
	w->cached = entry & PAGE_C;
	w->global = !(entry & PAGE_NG);
	grant(w, page_ap(entry), entry & (small ? PAGE_XN : LARGE_PAGE_XN), access);
	return 0;
}

uint32_t walk_guest(const struct cell *c, uint32_t table, uint32_t dacr, uint32_t va,
		    struct walk *w)
{
	uint32_t entry, access;

	if (!read_word(c, (table & ~(L1_TABLE_BYTES - 1u)) | L1_INDEX(va) * 4, &entry))
		return FS_L1_WALK_EXTERNAL;
	access = dacr_access(dacr, l1_domain(entry));
	if ((entry & L1_TYPE) == L1_SECTION)
		return walk_section(entry, access, w);
	if ((entry & L1_TYPE) != L1_TABLE)
		return FS_L1_TRANSLATION;
	if (!read_word(c, l2_base(entry) | L2_INDEX(va) * 4, &entry))
		return FS_L2_WALK_EXTERNAL;
	return walk_page(entry, access, w);
}

bool walk_cell_section(const struct cell *c, uint32_t address)
{
	const uint32_t *l1 = (const uint32_t *)l1_tables[cell_index(c)];

	return (l1[L1_INDEX(address)] & L1_TYPE) == L1_SECTION;
}

bool walk_cell_tables(const struct cell *c, uint32_t address, struct place *p)
{
	const uint32_t *l1 = (const uint32_t *)l1_tables[cell_index(c)];
	uint32_t entry = l1[L1_INDEX(address)], ap;

	/* From here on are environment, vCPU pages and the microvisor: no guest memory. */
	if (address >= MV_GUEST_END)
		return false;
	if ((entry & L1_TYPE) == L1_SECTION) {
		p->pa = section_base(entry) | (address & (SECTION_SIZE - 1));
		ap = section_ap10(entry);
		p->attr = entry & SECTION_XN ? MAP_READ : MAP_READ | MAP_EXEC;
		p->attr |= entry & SECTION_C ? 0 : MAP_DEVICE;
	} else if (entry & L1_TABLE) {
		const uint32_t *l2 = arch_window(l2_base(entry));

		entry = l2[L2_INDEX(address)];
		if (!entry)
			return false;
		p->pa = page_base(entry) | (address & (PAGE_SIZE - 1));
		ap = page_ap10(entry);
		p->attr = entry & PAGE_XN ? MAP_READ : MAP_READ | MAP_EXEC;
		p->attr |= entry & PAGE_C ? 0 : MAP_DEVICE;
	} else {
		return false;
	}
	p->attr |= ap == AP_USER_RW ? MAP_WRITE : 0;
	return true;
}
