/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * uint32_t spin(volatile uint32_t *counter, uint32_t until): loops until the
 * counter reaches a value, with a pattern in every register and the stack at a
 * multiple of 4 only; returns how many registers have changed meanwhile.
 *
 * void tick(void *): counts in `misaligned` if its stack is not at a multiple of
 * 8, as C functions may rely on; goes on in ticked().
 */
	.syntax unified
	.arm

	.macro	check reg, value
	ldr	lr, =\value
	cmp	\reg, lr
	addne	r0, r0, #1
	.endm

	.text
	.global	spin
	.type	spin, %function
spin:
	push	{r4-r11, lr}		/* nine words: the stack is not 8-byte aligned */
	ldr	r2, =0x22222222
	ldr	r3, =0x33333333
	ldr	r4, =0x44444444
	ldr	r5, =0x55555555
	ldr	r6, =0x66666666
	ldr	r7, =0x77777777
	ldr	r8, =0x88888888
	ldr	r9, =0x99999999
	ldr	r10, =0xaaaaaaaa
	ldr	r11, =0xbbbbbbbb
	ldr	r12, =0xcccccccc
1:	ldr	lr, [r0]
	cmp	lr, r1
	blo	1b
	mov	r0, #0
	check	r2, 0x22222222
	check	r3, 0x33333333
	check	r4, 0x44444444
	check	r5, 0x55555555
	check	r6, 0x66666666
	check	r7, 0x77777777
	check	r8, 0x88888888
	check	r9, 0x99999999
	check	r10, 0xaaaaaaaa
	check	r11, 0xbbbbbbbb
	check	r12, 0xcccccccc
	pop	{r4-r11, pc}
	.size	spin, . - spin
	.ltorg

	.global	tick
	.type	tick, %function
tick:
	tst	sp, #7
	beq	ticked
	ldr	r1, =misaligned
	ldr	r2, [r1]
	add	r2, r2, #1
	str	r2, [r1]
	b	ticked
	.size	tick, . - tick
	.ltorg

	.bss
	.balign	4
	.global	misaligned
misaligned:
	.space	4
