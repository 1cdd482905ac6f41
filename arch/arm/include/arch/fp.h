/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Floating point (VFP) and NEON of vCPUs, switched lazily: the registers hold
 * those of the vCPU that used them last, percpu.fp_owner, and are closed while
 * another one runs. Its first instruction that needs them is undefined, and
 * exchanges them. Implemented by fp.c, or by fp-none.c where CONFIG_VFP is off.
 */
#ifndef ARCH_FP_H
#define ARCH_FP_H

#include <core/types.h>

struct vcpu;

/**
 * struct arch_fp - the registers of a vCPU that does not own them now
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

/** fp_init - find out what the processor has; closed until a vCPU uses it (boot) */
void fp_init(void);

/** fp_reset - a vCPU's registers as a cell starts with them: all 0 */
void fp_reset(struct vcpu *v);

/**
 * fp_take - the current vCPU met an undefined instruction
 *
 * Return: true if it has the registers now and did not before: it tries again.
 */
bool fp_take(struct vcpu *v);

/** fp_switch - open for a vCPU that owns the registers, closed for any other */
void fp_switch(const struct vcpu *to);

#endif
