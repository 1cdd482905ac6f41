// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * What the processor is and does besides translating: identification, idling.
 * A guest cannot read the ID registers; what they would say of any processor
 * that Mullion's ARMv7 port runs on is constant, but for the part number, which
 * the device tree of the cell has.
 */
#include <linux/init.h>
#include <linux/of.h>
#include <linux/printk.h>
#include <asm/cputype.h>
#include <asm/mullion.h>
#include <asm/proc-fns.h>

unsigned int mullion_read_cpuid(unsigned int reg)
{
	switch (reg) {
	case CPUID_ID:
		return processor_id;
	case CPUID_CACHETYPE: /* lines of 32 bytes, VIPT instruction cache */
		return 0x80038003;
	case CPUID_MPIDR:
		return 0x80000000;
	default:
		return 0;
	}
}

/* Short descriptors only; no division; LDREX and STREX of all sizes. */
unsigned int mullion_read_cpuid_ext(const char *reg)
{
	static const struct {
		const char *reg;
		unsigned int value;
	} known[] = {
		{ CPUID_EXT_MMFR0, 0x00100103 },
		{ CPUID_EXT_ISAR3, 0x11112131 },
		{ CPUID_EXT_ISAR4, 0x00011142 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(reg, known[i].reg))
			return known[i].value;
	return 0;
}

void cpu_mullion_proc_init(void)
{
}

void cpu_mullion_proc_fin(void)
{
}

void cpu_mullion_reset(unsigned long address, bool hvc)
{
	panic("a guest of Mullion cannot start another kernel\n");
}

void cpu_mullion_dcache_clean_area(void *start, int size)
{
}

/* vIRQs are masked: an enabled one that is pending ends the wait, and is taken later. */
int cpu_mullion_do_idle(void)
{
	mv_vcpu_wait();
	return 0;
}
