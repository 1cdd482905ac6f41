/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Floating point and NEON: keeps track of the vCPU that owns the registers, and
 * exchanges them. Relies on the microvisor itself never using them. Called by
 * traps.c and cpu.c. VCPU_SPECIAL_FP marks the owner while it may use them, so a
 * switch between vCPUs that never use them costs nothing.
 * Source: ARM DDI 0406C, A2.6 (registers), B1.11 (enabling), B4.1.40 (CPACR).
 */
#include <arch/cp15.h>
#include <arch/fp.h>
#include <core/percpu.h>
#include <core/vcpu.h>

#define CPACR_FP        0x00f00000u /* CP10 and CP11 for all modes; NEON, D16..D31 too */
#define FPEXC_EN        0x40000000u
#define MVFR0_REGISTERS 0xfu
#define REGISTERS_32    2u

static bool present, all_32;

/* fp-regs.S */
void fp_save(struct arch_fp *to, bool all);
void fp_load(const struct arch_fp *from, bool all);

/* It takes effect for the next instruction (B4.1.58), so no barrier is needed. */
static void set_fpexc(uint32_t value)
{
	__asm__ volatile("mcr p10, 7, %0, c8, c0, 0" ::"r"(value) : "memory");
}

void fp_init(void)
{
	uint32_t mvfr0;

	arch_set_cpacr(CPACR_FP);
	arch_isb();
	/* For an absent coprocessor these fields read as 0. */
	present = (arch_cpacr() & CPACR_FP) == CPACR_FP;
	if (!present)
		return;
	__asm__ volatile("mrc p10, 7, %0, c7, c0, 0" : "=r"(mvfr0));
	all_32 = (mvfr0 & MVFR0_REGISTERS) >= REGISTERS_32;
	set_fpexc(0);
}

void fp_reset(struct vcpu *v)
{
	arch_zero(&v->fp, sizeof(v->fp));
	if (v == v->cpu->fp_owner) {
		v->cpu->fp_owner = NULL;
		set_fpexc(0);
	}
}

void fp_switch(const struct vcpu *to)
{
	set_fpexc(to->special & VCPU_SPECIAL_FP ? FPEXC_EN : 0);
}

bool fp_take(struct vcpu *v)
{
	struct vcpu *owner = v->cpu->fp_owner;

	if (!present || v->fp.off || v->special & VCPU_SPECIAL_FP)
		return false;
	v->special |= VCPU_SPECIAL_FP;
	fp_switch(v);
	if (owner) {
		owner->special &= ~VCPU_SPECIAL_FP;
		fp_save(&owner->fp, all_32);
	}
	fp_load(&v->fp, all_32);
	v->cpu->fp_owner = v;
	return true;
}

bool arch_set_fp(struct vcpu *v, bool on)
{
	if (!present)
		return false;
	v->fp.off = !on;
	if (v == v->cpu->fp_owner) {
		v->special &= ~VCPU_SPECIAL_FP;
		v->special |= on ? VCPU_SPECIAL_FP : 0;
		fp_switch(v);
	}
	return true;
}
