/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Bulk memory operations for ARMv7-A, eight words at a time. Called with
 * word-aligned addresses that are known to be accessible.
 */
	.syntax unified
	.arm
	.text

/* void arch_copy(void *to, const void *from, uint32_t size) */
	.global	arch_copy
	.type	arch_copy, %function
arch_copy:
	subs	r2, r2, #32
	blo	2f
	push	{r4-r10, lr}
1:	ldmia	r1!, {r3-r10}
	subs	r2, r2, #32
	stmia	r0!, {r3-r10}
	bhs	1b
	pop	{r4-r10, lr}
2:	adds	r2, r2, #28
	bmi	4f
3:	ldr	r3, [r1], #4
	subs	r2, r2, #4
	str	r3, [r0], #4
	bpl	3b
4:	adds	r2, r2, #4
	bxeq	lr
5:	ldrb	r3, [r1], #1
	subs	r2, r2, #1
	strb	r3, [r0], #1
	bne	5b
	bx	lr
	.size	arch_copy, . - arch_copy

/* void arch_zero(void *to, uint32_t size) */
	.global	arch_zero
	.type	arch_zero, %function
arch_zero:
	push	{r4-r9}
	mov	r2, #0
	mov	r3, #0
	mov	r4, #0
	mov	r5, #0
	mov	r6, #0
	mov	r7, #0
	mov	r8, #0
	mov	r9, #0
	subs	r1, r1, #32
	blo	2f
1:	subs	r1, r1, #32
	stmia	r0!, {r2-r9}
	bhs	1b
2:	pop	{r4-r9}
	adds	r1, r1, #32
	bxeq	lr
3:	subs	r1, r1, #4
	str	r2, [r0], #4
	bhi	3b
	bx	lr
	.size	arch_zero, . - arch_zero
