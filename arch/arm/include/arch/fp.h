/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Floating point (VFP) and NEON of vCPUs, switched lazily. The registers hold the
 * values of the vCPU that used them last, percpu.fp_owner, and are closed while
 * another vCPU runs. The first instruction of another vCPU that needs them is
 * undefined; this exception exchanges them. Implemented by fp.c, or by fp-none.c
 * where CONFIG_VFP is off.
 */
#ifndef ARCH_FP_H
#define ARCH_FP_H

#include <core/types.h>

struct vcpu;

/**
 * struct arch_fp - the registers of a vCPU while it does not own the processor's
 * @fpscr: status and control.
 * @off: the vCPU has switched floating point off.
 * @d: D0..D31; the upper half is unused where the processor has 16.
 */
struct arch_fp {
#ifdef CONFIG_VFP
	uint32_t fpscr;
	uint32_t off;
	uint64_t d[32];
#endif
};

/** fp_init - find out what the processor has, and close it until a vCPU uses it (boot) */
void fp_init(void);

/** fp_reset - clear a vCPU's registers, for the start of its cell */
void fp_reset(struct vcpu *v);

/**
 * fp_take - the current vCPU met an undefined instruction
 *
 * Return: true if it was given the registers now, so that it can try again.
 */
bool fp_take(struct vcpu *v);

/** fp_switch - open the registers if @to owns and may use them, else close them */
void fp_switch(const struct vcpu *to);

#endif
