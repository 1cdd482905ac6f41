/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Registers of the ARMv7-A memory system, each by its architectural name, and
 * the short-descriptor translation table format. Used by arch/arm only.
 * Source: ARM DDI 0406C, B3.5.1 (formats), B3.17 (CP15 registers).
 */
#ifndef ARCH_MMU_H
#define ARCH_MMU_H

#include <core/types.h>

#define CP15_READ(name, op1, crn, crm, op2)                                         \
	static inline uint32_t arch_##name(void)                                    \
	{                                                                           \
		uint32_t value;                                                     \
		__asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
				 : "=r"(value)::"memory");                          \
		return value;                                                       \
	}

#define CP15_WRITE(name, op1, crn, crm, op2)                                                     \
	static inline void arch_##name(uint32_t value)                                           \
	{                                                                                        \
		__asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 ::"r"(value) \
				 : "memory");                                                    \
	}

CP15_READ(dfsr, 0, c5, c0, 0)
CP15_READ(ifsr, 0, c5, c0, 1)
CP15_READ(dfar, 0, c6, c0, 0)
CP15_READ(ifar, 0, c6, c0, 2)
CP15_READ(par, 0, c7, c4, 0)
CP15_READ(ctr, 0, c0, c0, 1)
CP15_READ(id_pfr0, 0, c0, c1, 0)
CP15_READ(tpidrurw, 0, c13, c0, 2)
CP15_WRITE(set_tpidrurw, 0, c13, c0, 2)
CP15_WRITE(set_tpidruro, 0, c13, c0, 3)
CP15_WRITE(set_ttbr0, 0, c2, c0, 0)
CP15_WRITE(set_dacr, 0, c3, c0, 0)
CP15_WRITE(set_cpacr, 0, c1, c0, 2)
CP15_WRITE(set_contextidr, 0, c13, c0, 1)
CP15_WRITE(ats1cur, 0, c7, c8, 2)
CP15_WRITE(ats1cuw, 0, c7, c8, 3)
CP15_WRITE(tlbiall, 0, c8, c7, 0)
CP15_WRITE(bpiall, 0, c7, c5, 6)
CP15_WRITE(iciallu, 0, c7, c5, 0)
CP15_WRITE(dccmvac, 0, c7, c10, 1)
CP15_WRITE(dccmvau, 0, c7, c11, 1)

static inline void arch_dsb(void)
{
	__asm__ volatile("dsb" ::: "memory");
}

static inline void arch_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

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
#define SECTION_TEX0   0x1000u
#define SECTION_S      0x10000u
#define SECTION_NG     0x20000u

/* Second level: 256 entries of 4 KiB. */
#define PAGE_SIZE    0x1000u
#define L2_INDEX(va) ((va) >> 12 & 0xff)
#define L2_PAGE      0x2u
#define PAGE_XN      0x1u
#define PAGE_B       0x4u
#define PAGE_C       0x8u
#define PAGE_AP(ap)  ((((ap)&3u) << 4) | (((ap)&4u) << 7))
#define PAGE_TEX0    0x40u
#define PAGE_S       0x400u
#define PAGE_NG      0x800u

/* AP[2:0]: who may do what. The microvisor may write what a cell may read. */
#define AP_KERNEL_RW  1u
#define AP_USER_RO    2u
#define AP_USER_RW    3u
#define AP_KERNEL_RO  5u

#define DOMAIN_KERNEL 0
#define DOMAIN_CELL   1
#define DACR_CLIENTS  0x5u /* both domains: rights decide */

/* TTBR0: walks are outer write-back cacheable; tables are cleaned to memory. */
#define TTBR_WALK 0x8u

/** mmu_init - tables with exact rights for the microvisor itself (head.S) */
void mmu_init(void);

/** cpu_init - switch off what cells must not use (head.S) */
void cpu_init(void);

#endif
