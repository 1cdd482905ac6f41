// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * FPEXC for the VFP support (vfp/): a variable, whose enable bit the microvisor
 * is told of when it changes. Everything else in it, exceptions of old
 * subarchitectures, cannot occur.
 */
#include <asm/mullion.h>
#include <asm/vfp.h>

unsigned int mullion_fpexc = FPEXC_EN;

void mullion_set_fpexc(unsigned int value)
{
	if ((value ^ mullion_fpexc) & FPEXC_EN)
		mv_vcpu_set(MV_VCPU_FP, !!(value & FPEXC_EN));
	mullion_fpexc = value;
}
