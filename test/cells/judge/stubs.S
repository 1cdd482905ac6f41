/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The judge's assembly: a hypercall that sets all registers before and stores them
 * afterwards, endless loops with known registers for upcalls to interrupt, and the
 * upcalls' way to C.
 */
#include <mullion/hypercalls.h>

#define REGISTERS_LR    52
#define REGISTERS_FLAGS 56

	.syntax unified
	.text

/* void call_with_registers(struct registers *r): r12 = number, as given */
	.macro	call_function name
	.global	\name
	.type	\name, %function
\name:
	push	{r4-r11, lr}
	push	{r0}
	ldr	r1, [r0, #REGISTERS_FLAGS]
	ldr	r2, [r0, #REGISTERS_LR]
	push	{r2}
	msr	cpsr_f, r1
	mov	lr, r0
	ldm	lr, {r0-r12}
	pop	{lr}
	svc	#0
	push	{r0-r12, lr}
	mrs	r2, cpsr
	ldr	r3, [sp, #14 * 4]
	str	r2, [r3, #REGISTERS_FLAGS]
	mov	r4, sp
	mov	r5, #14
1:	ldr	r2, [r4], #4
	str	r2, [r3], #4
	subs	r5, r5, #1
	bne	1b
	add	sp, sp, #15 * 4
	pop	{r4-r11, pc}
	.size	\name, . - \name
	.endm

	.arm
	call_function call_with_registers
	.thumb
	.thumb_func
	call_function call_with_registers_thumb

/*
 * void upcall_loop(struct registers *r): load all of them and loop until the
 * upcall handler sets the saved PC to upcall_loop_end; store all of them.
 */
	.macro	loop_function name
	.global	\name, \name\()_at, \name\()_end
	.type	\name, %function
	.type	\name\()_at, %function
	.type	\name\()_end, %function
\name:
	push	{r4-r11, lr}
	push	{r0}
	ldr	r1, [r0, #REGISTERS_FLAGS]
	ldr	r2, [r0, #REGISTERS_LR]
	push	{r2}
	msr	cpsr_f, r1
	mov	lr, r0
	ldm	lr, {r0-r12}
	pop	{lr}
\name\()_at:
	b	\name\()_at
\name\()_end:
	push	{r0-r12, lr}
	mrs	r2, cpsr
	ldr	r3, [sp, #14 * 4]
	str	r2, [r3, #REGISTERS_FLAGS]
	mov	r4, sp
	mov	r5, #14
1:	ldr	r2, [r4], #4
	str	r2, [r3], #4
	subs	r5, r5, #1
	bne	1b
	add	sp, sp, #15 * 4
	pop	{r4-r11, pc}
	.size	\name, . - \name
	.endm

	.arm
	loop_function upcall_loop
	.thumb
	.thumb_func
	loop_function upcall_loop_thumb

/*
 * uint32_t count_in_it_blocks(uint32_t rounds): Thumb code that is in an IT
 * block nearly all the time; the result is 9 * rounds.
 */
	.thumb
	.thumb_func
	.global	count_in_it_blocks
	.type	count_in_it_blocks, %function
count_in_it_blocks:
	movs	r1, #0
	movs	r2, #0
1:	cmp	r2, #0
	itttt	eq
	addeq	r1, r1, #1
	addeq	r1, r1, #1
	addeq	r1, r1, #1
	addeq	r1, r1, #1
	itete	eq
	addeq	r1, r1, #1
	addne	r1, r1, #100
	addeq	r1, r1, #1
	addne	r1, r1, #100
	ittee	ne
	addne	r1, r1, #100
	addne	r1, r1, #100
	addeq	r1, r1, #1
	addeq	r1, r1, #1
	it	eq
	addeq	r1, r1, #1
	subs	r0, r0, #1
	bne	1b
	mov	r0, r1
	bx	lr
	.size	count_in_it_blocks, . - count_in_it_blocks

/* Upcalls: C decides; what it may change is put back, then vcpu_resume. */
	.arm
	.global	upcall_vector
	.type	upcall_vector, %function
upcall_vector:
	push	{r0-r4, lr}
	mov	r4, sp
	bic	sp, sp, #7
	bl	upcall_arrived
	mov	sp, r4
	pop	{r0-r4, lr}
	mv_call	MV_CALL_VCPU_RESUME
	.size	upcall_vector, . - upcall_vector

/* The same in Thumb code. */
	.thumb
	.thumb_func
	.global	upcall_vector_thumb
	.type	upcall_vector_thumb, %function
upcall_vector_thumb:
	push	{r0-r4, lr}
	mov	r4, sp
	bic	r0, r4, #7
	mov	sp, r0
	bl	upcall_arrived
	mov	sp, r4
	pop	{r0-r4, lr}
	mov	r12, #MV_CALL_VCPU_RESUME
	svc	#0
	.size	upcall_vector_thumb, . - upcall_vector_thumb

/* Where a vCPU starts that shows with which registers: into started[16]. */
	.macro	start_function name
	.global	\name
	.type	\name, %function
\name:
	push	{r12}
	ldr	r12, =started
	stmia	r12!, {r0-r11}
	mov	r0, r12
	pop	{r12}
	mov	r1, sp
	stmia	r0!, {r1, r12, lr}
	mrs	r1, cpsr
	str	r1, [r0]
1:	b	1b
	.ltorg
	.size	\name, . - \name
	.endm

	.arm
	start_function start_showing
	.thumb
	.thumb_func
	start_function start_showing_thumb

	.bss
	.balign	4
	.global	started
started:
	.space	64
