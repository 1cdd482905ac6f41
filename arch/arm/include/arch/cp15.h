/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Registers and operations of the ARMv7-A memory system, each by its
 * architectural name. Used by arch/arm only; its tests on the host replace them.
 * Source: ARM DDI 0406C, B3.17 (CP15 registers).
 */
#ifndef ARCH_CP15_H
#define ARCH_CP15_H

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
CP15_WRITE(set_vbar, 0, c12, c0, 0)
CP15_READ(dacr, 0, c3, c0, 0)
CP15_READ(cpacr, 0, c1, c0, 2)
CP15_WRITE(set_cpacr, 0, c1, c0, 2)
CP15_WRITE(set_contextidr, 0, c13, c0, 1)
CP15_WRITE(ats1cur, 0, c7, c8, 2)
CP15_WRITE(ats1cuw, 0, c7, c8, 3)
CP15_WRITE(tlbiall, 0, c8, c7, 0)
CP15_WRITE(tlbimva, 0, c8, c7, 1)
CP15_WRITE(tlbiasid, 0, c8, c7, 2)
CP15_WRITE(bpiall, 0, c7, c5, 6)
CP15_WRITE(iciallu, 0, c7, c5, 0)
CP15_WRITE(dccmvac, 0, c7, c10, 1)
CP15_WRITE(dccmvau, 0, c7, c11, 1)
CP15_WRITE(dccimvac, 0, c7, c14, 1)

static inline void arch_dsb(void)
{
	__asm__ volatile("dsb" ::: "memory");
}

static inline void arch_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/** arch_clean_word - make one word of a translation table visible to table walks */
static inline void arch_clean_word(const void *word)
{
	arch_dccmvac((uint32_t)word);
	arch_dsb();
}

/* Words in an aligned group that is cleaned at once: ARMv7-A's cache lines have 8 or 16. */
#define CLEAN_GROUP 8u

/** arch_clean_group - the same for CLEAN_GROUP words */
static inline void arch_clean_group(const void *words)
{
	arch_clean_word(words);
}

#endif
