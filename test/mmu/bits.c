/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Descriptors of the vTLB's entries, as arch/arm/mmu.c makes them: user access
 * only, not global, Normal write-back, Normal uncached or Device. B3.8.2.
 */
#include <core/tables.h>

uint32_t arch_page_bits(uint32_t attr);
uint32_t arch_section_bits(uint32_t attr, uint32_t domain);

static uint32_t texcb(uint32_t attr)
{
	if (attr & MAP_DEVICE)
		return 0x1;
	return attr & MAP_UNCACHED ? 0x4 : 0x7;
}

uint32_t arch_page_bits(uint32_t attr)
{
	uint32_t ap = attr & MAP_WRITE ? 3 : 2, type = texcb(attr);

	return 0x802 | ap << 4 | (type & 3) << 2 | type >> 2 << 6 | !(attr & MAP_EXEC);
}

uint32_t arch_section_bits(uint32_t attr, uint32_t domain)
{
	uint32_t ap = attr & MAP_WRITE ? 3 : 2, type = texcb(attr);

	return 0x20002 | domain << 5 | ap << 10 | (type & 3) << 2 | type >> 2 << 12 |
	       !(attr & MAP_EXEC) << 4;
}
