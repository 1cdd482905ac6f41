/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The short-descriptor translation table format, and how the microvisor uses
 * it. Used by arch/arm only, and by its tests on the host.
 * Source: ARM DDI 0406C, B3.5.1 (formats), B3.12.3 (domains).
 */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <core/tables.h>
#include <core/types.h>

/* First level: 4096 entries of 1 MiB. */
#define SECTION_SIZE   0x100000u
#define L1_INDEX(va)   ((va) >> 20)
#define L1_TABLE       0x1u
#define L1_SECTION     0x2u
#define L1_TYPE        0x3u
#define L1_DOMAIN(d)   ((uint32_t)(d) << 5)
#define SECTION_B      0x4u
#define SECTION_C      0x8u
#define SECTION_XN     0x10u
#define SECTION_AP(ap) ((((ap)&3u) << 10) | (((ap)&4u) << 13))
#define SECTION_SUPER  0x40000u
#define SECTION_TEX0   0x1000u
#define SECTION_S      0x10000u
#define SECTION_NG     0x20000u

/** l1_domain - the domain of a first-level entry */
static inline uint32_t l1_domain(uint32_t entry)
{
	return entry >> 5 & 0xf;
}

/** l2_base - physical address of the second-level table that a first-level entry names */
static inline uint32_t l2_base(uint32_t entry)
{
	return entry & ~(L2_TABLE_BYTES - 1u);
}

/** section_base - base of the section that an entry maps, or that an address lies in */
static inline uint32_t section_base(uint32_t entry)
{
	return entry & ~(SECTION_SIZE - 1);
}

/** section_ap - AP[2:0]; section_ap10 - AP[1:0], enough in a cell's tables: AP[2] is 0 there */
static inline uint32_t section_ap(uint32_t entry)
{
	return (entry >> 10 & 3) | (entry >> 13 & 4);
}

static inline uint32_t section_ap10(uint32_t entry)
{
	return entry >> 10 & 3;
}

/* Second level: 256 entries of 4 KiB. */
#define PAGE_SIZE       0x1000u
#define L2_INDEX(va)    ((va) >> 12 & 0xff)
#define L2_TYPE         0x3u
#define LARGE_PAGE_SIZE 0x10000u
#define LARGE_PAGE_XN   0x8000u
#define L2_PAGE         0x2u
#define PAGE_XN         0x1u
#define PAGE_B          0x4u
#define PAGE_C          0x8u
#define PAGE_AP(ap)     ((((ap)&3u) << 4) | (((ap)&4u) << 7))
#define PAGE_TEX0       0x40u
#define PAGE_S          0x400u
#define PAGE_NG         0x800u

/** page_base - the same for a small page */
static inline uint32_t page_base(uint32_t entry)
{
	return entry & ~(PAGE_SIZE - 1);
}

/** page_ap, page_ap10 - the same for small and large pages */
static inline uint32_t page_ap(uint32_t entry)
{
	return (entry >> 4 & 3) | (entry >> 7 & 4);
}

static inline uint32_t page_ap10(uint32_t entry)
{
	return entry >> 4 & 3;
}

/* AP[2:0]: access rights. The microvisor may write whatever a cell may read. */
#define AP_KERNEL_RW 1u
#define AP_USER_RO   2u
#define AP_USER_RW   3u
#define AP_KERNEL_RO 5u

/*
 * The rights of the microvisor's own translations keep PL0 out, so they can share a
 * domain with pages that guest user mode may access.
 */
#define DOMAIN_KERNEL 0
#define DOMAIN_USER   0
#define DOMAIN_CELL   1 /* native cells, guest kernels */

/*
 * The DACR tells guest user mode from all else. Open domains are clients: the
 * rights of a translation decide.
 */
#define DACR_USER   0x01u
#define DACR_KERNEL 0x05u

/* The two bits of a domain in a DACR. With other values every access is a domain fault. */
#define DACR_CLIENT  1u /* the rights of a translation are checked */
#define DACR_MANAGER 3u /* they are not */

/** dacr_access - the two bits of this domain in a DACR */
static inline uint32_t dacr_access(uint32_t dacr, uint32_t domain)
{
	return dacr >> domain * 2 & 3;
}

/* TTBR0: walks are outer write-back cacheable; tables are cleaned to memory. */
#define TTBR_WALK 0x8u

/** arch_phys - physical address of the microvisor's own memory */
uint32_t arch_phys(const void *virt);

/** arch_window - address at which the microvisor sees memory, its own or a guest's */
void *arch_window(uint32_t pa);

/** arch_asid - the n-th address space's identifier; there are 255 */
uint32_t arch_asid(uint32_t n);

static inline uint32_t arch_access(uint32_t attr)
{
	if (attr & MAP_KERNEL)
		return attr & MAP_WRITE ? AP_KERNEL_RW : AP_KERNEL_RO;
	return attr & MAP_WRITE ? AP_USER_RW : AP_USER_RO;
}

/** arch_section_bits, arch_page_bits - a descriptor without address */
static inline uint32_t arch_section_bits(uint32_t attr, uint32_t domain)
{
	bool kernel = attr & MAP_KERNEL;
	uint32_t bits = L1_SECTION | SECTION_AP(arch_access(attr)) | L1_DOMAIN(domain);

	bits |= attr & (MAP_DEVICE | MAP_UNCACHED) ? 0 : SECTION_B | SECTION_C;
	bits |= attr & MAP_DEVICE ? SECTION_B : SECTION_TEX0;
	bits |= attr & MAP_EXEC ? 0 : SECTION_XN;
	return bits | (kernel ? 0 : SECTION_NG);
}

static inline uint32_t arch_page_bits(uint32_t attr)
{
	uint32_t bits = L2_PAGE | PAGE_AP(arch_access(attr));

	bits |= attr & (MAP_DEVICE | MAP_UNCACHED) ? 0 : PAGE_B | PAGE_C;
	bits |= attr & MAP_DEVICE ? PAGE_B : PAGE_TEX0;
	bits |= attr & MAP_EXEC ? 0 : PAGE_XN;
	return bits | (attr & MAP_KERNEL ? 0 : PAGE_NG);
}

/** mmu_init - tables with exact rights for the microvisor itself (head.S) */
void mmu_init(void);

#endif
