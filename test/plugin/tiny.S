/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A program whose counts are known, for vexpress-a9: "privileged" code at
 * 0xF0000000 and a "cell" at 0x00100000. Each hypercall takes another path:
 *   r7 = 0: COST_CALL instructions with one of everything that is counted
 *   r7 = 1: BEFORE and AFTER instructions around the poll
 *   r7 = 2: BEFORE and AFTER instructions around waiting for an interrupt,
 *           which is taken when the cell goes on, in COST_IRQ instructions
 *   r7 = 3: switches the machine off
 *   r7 = 4: returns to an address that is not mapped, COST_BEFORE instructions;
 *           the prefetch abort goes back to the cell in COST_FAULT
 * test_plugin.py knows the figures from the symbols cost_*.
 */
	.syntax unified
	.arm
	.arch	armv7-a

	.equ	DEVICES, 0xF0100000		/* 0x10000000 */
	.equ	PRIVATE, 0xF0200000		/* 0x1e000000 */
	.equ	SECTION, 0xc02			/* anybody may read and write */

	.global	cost_boot, cost_call, cost_before, cost_after, cost_irq, cost_fault
	.equ	cost_boot, (boot_end - _start) / 4 + (high_end - high) / 4 + 9 * 4
	.equ	cost_call, 1 + 8 + (call_end - call) / 4	/* vector, comparisons */
	.equ	cost_before, 20
	.equ	cost_after, 30
	.equ	cost_irq, 1 + (irq_end - irq) / 4
	.equ	cost_fault, 1 + (prefetch_end - prefetch) / 4

/* Physical: sections, then the MMU, then to the linked address. */
	.section .text.entry, "ax"
	.global	_start
_start:
	mov	r0, #0x60000000
	add	r0, r0, #0x4000			/* the table */
	ldr	r1, =0x60000000 | SECTION
	mov	r2, #0x600 << 2
	str	r1, [r0, r2]
	mov	r2, #0xf00 << 2
	str	r1, [r0, r2]
	ldr	r1, =0x10000000 | SECTION
	add	r2, r2, #4
	str	r1, [r0, r2]
	ldr	r1, =0x1e000000 | SECTION
	add	r2, r2, #4
	str	r1, [r0, r2]
	ldr	r1, =0x60100000 | SECTION
	str	r1, [r0, #0x001 << 2]
	movw	r2, #0xfff << 2			/* the cell is seen there too */
	str	r1, [r0, r2]
	mcr	p15, 0, r0, c2, c0, 0
	mov	r1, #1
	mcr	p15, 0, r1, c3, c0, 0
	mrc	p15, 0, r1, c1, c0, 0
	orr	r1, r1, #1
	mcr	p15, 0, r1, c1, c0, 0
	isb
	ldr	pc, =high
boot_end:
	.ltorg

	.text
	.balign	32
	.global	vectors
vectors:
	b	.
	b	.
	b	svc
	b	prefetch
	b	.
	b	.
	b	irq
	b	.

high:
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0
	ldr	r0, =PRIVATE
	mov	r1, #1
	mov	r2, #0xff
	str	r1, [r0, #0x100]		/* CPU interface on */
	str	r2, [r0, #0x104]		/* any priority */
	add	r3, r0, #0x1000
	str	r1, [r3]			/* distributor on */
	ldr	sp, =0xF0080000
	mov	r4, #10
1:	subs	r4, r4, #1			/* ten rounds of four */
	nop
	nop
	bne	1b
	mov	r0, #0x10
	msr	spsr_cxsf, r0
	ldr	lr, =0x00100000
	movs	pc, lr
high_end:
	.ltorg

svc:
	cmp	r7, #1
	beq	poll_call
	cmp	r7, #2
	beq	wait_call
	cmp	r7, #3
	beq	off_call
	cmp	r7, #4
	beq	fault_call
call:
	push	{r0-r3}				/* 4 stores */
	ldr	r0, [sp]			/* 1 load */
	str	r0, [sp]			/* 1 store */
	ldmia	sp, {r0-r2}			/* 3 loads */
	ldrb	r0, [sp]			/* 1 load */
	streq	r0, [sp]			/* not done, but counts as instruction */
	mcr	p15, 0, r0, c8, c7, 0		/* TLB */
	mcr	p15, 0, r0, c7, c10, 4		/* barrier */
	dsb
	dmb
	isb
	mcr	p15, 0, r0, c7, c5, 0		/* cache */
	mcr	p15, 0, r0, c7, c11, 1		/* cache */
	mrc	p15, 0, r0, c3, c0, 0		/* a read: counts nowhere */
	mcr	p15, 0, r0, c3, c0, 0		/* DACR */
	mov	r0, #7
	mcr	p15, 0, r0, c13, c0, 1		/* CONTEXTIDR */
	mrc	p15, 0, r0, c2, c0, 0
	mcr	p15, 0, r0, c2, c0, 0		/* TTBR */
	add	sp, sp, #16
	movs	pc, lr
call_end:

/* The vector and the comparisons come before, the return after. */
poll_call:
	.rept	cost_before - 3
	nop
	.endr
	.global	poll
poll:
	.rept	cost_after - 1
	nop
	.endr
	movs	pc, lr

wait_call:
	ldr	r0, =PRIVATE + 0x1000
	mov	r1, #0x02000000			/* to myself, number 0 */
	str	r1, [r0, #0xf00]
	.rept	cost_before - 5 - 3 - 1
	nop
	.endr
	.global	waiting
waiting:
	wfi
	.rept	cost_after - 1
	nop
	.endr
	movs	pc, lr

irq:
	ldr	r0, =PRIVATE
	.global	poll_irq
poll_irq:					/* takes the interrupt: ends nothing */
	ldr	r1, [r0, #0x10c]
	.global	taken
taken:
	str	r1, [r0, #0x110]
	subs	pc, lr, #4
irq_end:

fault_call:
	mov	r6, lr
	mov	lr, #0x00800000
	.rept	cost_before - 1 - 8 - 3
	nop
	.endr
	movs	pc, lr

prefetch:
	.rept	cost_before
	nop
	.endr
	movs	pc, r6
prefetch_end:

off_call:
	ldr	r0, =DEVICES
	ldr	r1, =0xc0800000			/* write, function 8: shutdown */
	str	r1, [r0, #0xa4]
	b	.
	.ltorg

	.section .cell, "ax"
	.global	mark_helper_call, mark_helper_back
	.global	mark_null_call, mark_null_back, mark_poll_back, mark_loop, mark_after_irq, mark_thumb
	.global	mark_fault_back
	.balign	4
	mov	r6, #5
mark_loop:
	mov	r7, #0
mark_null_call:
	svc	#0
mark_null_back:
	subs	r6, r6, #1
	bne	mark_loop
	mov	r7, #4
	svc	#0
mark_fault_back:
	mov	r7, #1
	svc	#0
mark_poll_back:
	mov	r7, #2
mark_helper_call:
	ldr	r0, =helper - 0x00100000 + 0xfff00000
	blx	r0
mark_helper_back:
	svc	#0
mark_after_irq:
	nop
	ldr	r0, =mark_thumb + 1
	bx	r0
	.thumb
	.balign	4
mark_thumb:
	nop
	movs	r7, #3
	svc	#0
	.arm
	.balign	4
helper:
	nop
	nop
	bx	lr
	.ltorg
