/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The memory system's operations as the modelled processor does them (hardware.c).
 * Stands for arch/arm/include/arch/cp15.h.
 */
#ifndef ARCH_CP15_H
#define ARCH_CP15_H

#include <core/types.h>

void arch_tlbiall(uint32_t unused);
void arch_tlbimva(uint32_t va_and_asid);
void arch_tlbiasid(uint32_t asid);
void arch_bpiall(uint32_t unused);
void arch_dsb(void);
void arch_isb(void);
#define CLEAN_GROUP 8u

void arch_clean_word(const void *word);
void arch_clean_group(const void *words);

#endif
