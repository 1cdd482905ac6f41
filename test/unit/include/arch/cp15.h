/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The fault registers that arch/arm/traps.c reads, set by a test (test_trap.c).
 * Translation tables are not looked at here: test/mmu does.
 */
#ifndef ARCH_CP15_H
#define ARCH_CP15_H

#include <stdint.h>

uint32_t arch_ifsr(void);
uint32_t arch_ifar(void);
uint32_t arch_dfsr(void);
uint32_t arch_dfar(void);

static inline void arch_clean_word(const void *word)
{
	(void)word;
}

#endif
