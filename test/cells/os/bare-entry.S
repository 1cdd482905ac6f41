/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS's start and exceptions on the bare board. While a process runs,
 * SP_svc is the address of its struct regs. Interrupts and aborts leave PC, PSR
 * and r0 in bare_scratch, where the stack pointers of their modes stay, and go
 * on in SVC mode.
 */
#include "calls.h"

#define MODE_IRQ 0x12
#define MODE_SVC 0x13
#define MODE_ABT 0x17
#define MODE_UND 0x1b

#define LR   48 /* of struct regs */
#define PC   52
#define PSR  56
#define R12  60
#define SP   64

	.syntax unified
	.arm
	.fpu	neon
	.arch_extension sec

	.section .entry, "ax"
	.global	_start
_start:
	cpsid	if
	ldr	r0, =bare_scratch
	cps	#MODE_IRQ
	mov	sp, r0
	cps	#MODE_ABT
	mov	sp, r0
	cps	#MODE_UND
	mov	sp, r0
	cps	#MODE_SVC
	ldr	sp, =kernel_stack_top
	b	kernel_main
	.ltorg

	.text
	.balign	32
	.global	bare_vectors
bare_vectors:
	b	.
	b	vector_undefined
	b	vector_system_call
	b	vector_prefetch
	b	vector_data
	b	.
	b	vector_irq
	b	.

	/* r0 = struct regs; r1.. are saved, r12 and the user's lr and sp not yet. */
	.macro	save_rest
	str	r12, [r0, #R12]
	add	r1, r0, #LR
	stmia	r1, {lr}^
	add	r1, r0, #SP
	stmia	r1, {sp}^
	ldr	sp, =kernel_stack_top
	.endm

vector_system_call:
	stmia	sp, {r0-r11}
	mov	r0, sp
	str	lr, [r0, #PC]
	mrs	r1, spsr
	str	r1, [r0, #PSR]
	save_rest
	bl	on_system_call
	/* r0 = struct regs of who runs next */
leave:
	mov	sp, r0
	ldr	lr, [r0, #PC]
	ldr	r1, [r0, #PSR]
	msr	spsr_cxsf, r1
	ldr	r12, [r0, #R12]
	add	r1, r0, #LR
	ldmia	r1, {lr}^
	add	r1, r0, #SP
	ldmia	r1, {sp}^
	nop
	ldmia	r0, {r0-r11}
	movs	pc, lr

	/* To SVC mode; r0 = bare_scratch, flags: ne from kernel mode. */
	.macro	to_svc offset
	sub	lr, lr, #\offset
	str	lr, [sp]
	mrs	lr, spsr
	str	lr, [sp, #4]
	str	r0, [sp, #8]
	tst	lr, #0xf
	mov	r0, sp
	cps	#MODE_SVC
	.endm

	.macro	save
	stmib	sp, {r1-r11}
	ldr	r1, [r0]
	str	r1, [sp, #PC]
	ldr	r1, [r0, #4]
	str	r1, [sp, #PSR]
	ldr	r1, [r0, #8]
	str	r1, [sp]
	mov	r0, sp
	save_rest
	.endm

	/* From kernel mode: r0 to r6, r12, lr, PC and PSR on the stack; r5 = their place. */
	.macro	save_kernel
	sub	sp, sp, #8
	push	{r1-r6, r12, lr}
	ldr	r1, [r0, #8]
	push	{r1}
	ldr	r1, [r0]
	str	r1, [sp, #36]
	ldr	r1, [r0, #4]
	str	r1, [sp, #40]
	mov	r5, sp
	bic	sp, sp, #7
	.endm

vector_undefined:
	/* of Thumb code there is none */
	to_svc	4
	bne	.
	save
	bl	on_undefined
	b	leave

vector_prefetch:
	to_svc	4
	bne	.
	save
	mrc	p15, 0, r1, c6, c0, 2		/* IFAR */
	mrc	p15, 0, r2, c5, c0, 1		/* IFSR */
	mov	r3, #2				/* FAULT_FETCH */
	bl	on_fault
	b	leave

vector_data:
	to_svc	8
	bne	1f
	save
	mrc	p15, 0, r1, c6, c0, 0		/* DFAR */
	mrc	p15, 0, r2, c5, c0, 0		/* DFSR */
	mov	r3, #1				/* FAULT_DATA */
	bl	on_fault
	b	leave
1:	save_kernel
	ldr	r0, [r5, #36]
	mrc	p15, 0, r1, c6, c0, 0
	mrc	p15, 0, r2, c5, c0, 0
	bl	on_kernel_fault
	str	r0, [r5, #36]
	b	resume_kernel

vector_irq:
	to_svc	4
	bne	1f
	save
	bl	on_tick
	b	leave
1:	save_kernel
	bl	on_kernel_tick
resume_kernel:
	mov	sp, r5
	pop	{r0-r6, r12, lr}
	rfeia	sp!

	/* void machine_run(struct regs *regs) */
	.global	machine_run
machine_run:
	ldr	sp, =kernel_stack_top
	b	leave

	/* void machine_fp(bool on) */
	.global	machine_fp
machine_fp:
	lsl	r0, r0, #30
	vmsr	fpexc, r0
	isb
	bx	lr
	.ltorg

	.bss
	.balign	8
	.space	8192
kernel_stack_top:
