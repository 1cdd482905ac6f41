/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Registers that must survive when another process runs in between; see
 * registers.h. Used by registers.c and helpers.c.
 */
	.syntax unified
	.arch	armv7-a
	.fpu	neon

	.macro	function name
	.global	\name
	.type	\name, %function
\name:
	.endm

	.text
	.arm

/* r0 = values, r1 = after, r2 = rounds */
	function doubles_hold
	vpush	{d8-d15}
	vldmia	r0!, {d0-d15}
	vldmia	r0, {d16-d31}
1:	subs	r2, r2, #1
	bne	1b
	vstmia	r1!, {d0-d15}
	vstmia	r1, {d16-d31}
	vpop	{d8-d15}
	bx	lr
	.size	doubles_hold, . - doubles_hold

/* r0 = FPSCR, r1 = rounds */
	function status_hold
	vmrs	r2, fpscr
	vmsr	fpscr, r0
1:	subs	r1, r1, #1
	bne	1b
	vmrs	r0, fpscr
	vmsr	fpscr, r2
	bx	lr
	.size	status_hold, . - status_hold

	function thread_register
	mrc	p15, 0, r0, c13, c0, 3
	bx	lr
	.size	thread_register, . - thread_register

/* r0, r1 = addends, r2 = sum */
	function vector_add
	vld1.32	{d16-d17}, [r0]
	vld1.32	{d18-d19}, [r1]
	vadd.i32 q8, q8, q9
	vst1.32	{d16-d17}, [r2]
	bx	lr
	.size	vector_add, . - vector_add

/*
 * r0 = values, r1 = after, r2 = rounds, r3 = flags. Thumb code, whose cbz can count without
 * flags.
 */
	.thumb
	.balign	4
	function words_hold
	push	{r1, r4-r11, lr}
	msr	apsr_nzcvqg, r3
	mov	r3, r2
	mov	r2, r0
	ldr	lr, [r2, #48]
	ldr	r12, [r2, #44]
	ldr	r11, [r2, #40]
	ldr	r10, [r2, #36]
	ldr	r9, [r2, #32]
	ldr	r8, [r2, #28]
	ldr	r7, [r2, #24]
	ldr	r6, [r2, #20]
	ldr	r5, [r2, #16]
	ldr	r4, [r2, #12]
	ldr	r1, [r2, #4]
	ldr	r0, [r2, #0]
	ldr	r2, [r2, #8]
1:	sub	r3, r3, #1
	cbz	r3, 2f
	b	1b
2:	push	{r0-r2, r4-r12, lr}
	mrs	r0, apsr
	ldr	r1, [sp, #52]		/* after */
	mov	r2, #13
3:	pop	{r3}
	str	r3, [r1], #4
	subs	r2, #1
	bne	3b
	pop	{r1, r4-r11, pc}
	.size	words_hold, . - words_hold

	.section .note.GNU-stack, "", %progbits
