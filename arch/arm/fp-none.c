/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The build without CONFIG_VFP: floating-point instructions are undefined.
 */
#include <arch/cp15.h>
#include <arch/cpu.h>
#include <arch/fp.h>

void fp_init(void)
{
	/* No coprocessor except CP14 and CP15. */
	arch_set_cpacr(0);
}

void fp_reset(struct vcpu *v)
{
}

bool fp_take(struct vcpu *v)
{
	return false;
}

void fp_switch(const struct vcpu *to)
{
}

bool arch_set_fp(struct vcpu *v, bool on)
{
	return false;
}
