/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * All floating-point registers to and from memory: struct fp_regs.
 */
	.syntax unified
	.arm
	.fpu	neon

	/* void fp_save(struct fp_regs *to) */
	.section .text.fp_save, "ax"
	.global	fp_save
	.type	fp_save, %function
fp_save:
	vstmia	r0!, {d0-d15}
	vstmia	r0!, {d16-d31}
	vmrs	r1, fpscr
	str	r1, [r0]
	bx	lr
	.size	fp_save, . - fp_save

	/* void fp_load(const struct fp_regs *from) */
	.section .text.fp_load, "ax"
	.global	fp_load
	.type	fp_load, %function
fp_load:
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldr	r1, [r0]
	vmsr	fpscr, r1
	bx	lr
	.size	fp_load, . - fp_load
