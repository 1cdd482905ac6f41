/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Floating-point registers to and from struct arch_fp, for fp.c. Called with
 * FPEXC.EN set. D16..D31 are named only where the processor has them.
 */
	.syntax unified
	.arm
	.fpu	neon
	.text

/* void fp_save(struct arch_fp *to, bool all) */
	.global	fp_save
	.type	fp_save, %function
fp_save:
	vmrs	r2, fpscr
	cmp	r1, #0
	str	r2, [r0], #8
	vstmia	r0!, {d0-d15}
	bxeq	lr
	vstmia	r0, {d16-d31}
	bx	lr
	.size	fp_save, . - fp_save

/* void fp_load(const struct arch_fp *from, bool all) */
	.global	fp_load
	.type	fp_load, %function
fp_load:
	ldr	r2, [r0], #8
	cmp	r1, #0
	vmsr	fpscr, r2
	vldmia	r0!, {d0-d15}
	bxeq	lr
	vldmia	r0, {d16-d31}
	bx	lr
	.size	fp_load, . - fp_load
