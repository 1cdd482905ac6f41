/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Recognises instructions that maintain TLBs and caches, write the registers of address
 * translation, wait for an interrupt or return from an exception. It knows only the
 * instruction words of the ARM state, and barriers both in their own form and as
 * coprocessor writes. Source: ARM DDI 0406C, B3.17, B9.3.
 */
#include "mvcount.h"

/* mcr p15, 0, Rt, cCRN, cCRM, OP2 */
static bool is_cp15_write(uint32_t instruction, unsigned int *crn, unsigned int *crm,
			  unsigned int *op2)
{
	if ((instruction & 0x0f100f10) != 0x0e000f10 || instruction >> 28 == 0xf)
		return false;
	*crn = instruction >> 16 & 0xf;
	*crm = instruction & 0xf;
	*op2 = instruction >> 5 & 0x7;
	return true;
}

/* c7: barriers and waiting stand among the cache operations. */
static int cache_counter(unsigned int crm, unsigned int op2)
{
	if ((crm == 5 && op2 == 4) || (crm == 10 && op2 >= 4))
		return COUNT_BARRIER;
	if (crm == 0 || crm == 4 || crm == 8)
		return -1; /* wait, PAR, address translation */
	return COUNT_CACHE;
}

int decode_counter(uint32_t instruction)
{
	unsigned int crn, crm, op2;

	if ((instruction & 0xffffff00) == 0xf57ff000) /* DSB, DMB, ISB */
		return instruction & 0x40 ? COUNT_BARRIER : -1;
	if (!is_cp15_write(instruction, &crn, &crm, &op2))
		return -1;
	switch (crn) {
	case 2:
		return COUNT_TTBR;
	case 3:
		return COUNT_DACR;
	case 7:
		return cache_counter(crm, op2);
	case 8:
		return COUNT_TLB;
	case 13:
		return crm == 0 && op2 == 1 ? COUNT_CONTEXTIDR : -1;
	default:
		return -1;
	}
}

bool decode_is_wait(uint32_t instruction)
{
	unsigned int crn, crm, op2;

	if ((instruction & 0x0fffffff) == 0x0320f003)
		return true;
	return is_cp15_write(instruction, &crn, &crm, &op2) && crn == 7 && crm == 0 && op2 == 4;
}

/* Data processing that sets the flags and writes PC: SUBS PC, LR and its like. */
static bool is_subs_pc(uint32_t instruction)
{
	bool compares = (instruction & 0x01800000) == 0x01000000;
	bool extra = (instruction & 0x02000090) == 0x00000090; /* multiplications, halfwords */

	return (instruction & 0x0c10f000) == 0x0010f000 && !compares && !extra;
}

bool decode_is_return(uint32_t instruction)
{
	if (instruction >> 28 == 0xf)
		return (instruction & 0xfe50ffff) == 0xf8100a00; /* RFE */
	return (instruction & 0x0e508000) == 0x08508000 || /* LDM with PC and ^ */
	       is_subs_pc(instruction);
}
