/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A guest kernel's way to guest user mode and back, its vectors, and a page of
 * code for guest user mode (guest.h).
 */
#include <mullion/hypercalls.h>

#define REGS_R12 48
#define REGS_LR	 56
#define REGS_PC	 60

	.syntax unified
	.arm
	.text

/*
 * uint32_t user_run(struct regs *r): to user mode with these registers. The
 * next exception ends it: its vector finds r on the stack and returns from here.
 */
	.global	user_run
	.type	user_run, %function
user_run:
	push	{r0, r4-r11, lr}
	mrc	p15, 0, r1, c13, c0, 2
	str	sp, [r1, #MV_PAGE_KERNEL_SP]
	add	r2, r0, #REGS_R12
	ldm	r2, {r3-r7}			@ r12, sp, lr, pc, psr
	str	r3, [r1, #MV_PAGE_SAVED_R12]
	str	r4, [r1, #MV_PAGE_SAVED_SP]
	str	r6, [r1, #MV_PAGE_SAVED_PC]
	str	r7, [r1, #MV_PAGE_SAVED_PSR]
	mov	lr, r5
	ldm	r0, {r0-r11}
	mv_call	MV_CALL_VCPU_RESUME
	.size	user_run, . - user_run

	.macro	vector name, event
	.global	\name
	.type	\name, %function
\name:
	push	{r0-r3}
	mov	r0, #\event
	b	take
	.endm

	vector	vector_virq, 0
	vector	vector_undefined, 1
	vector	vector_call, 2
	vector	vector_fetch, 3
	vector	vector_data, 4

take:
	mrc	p15, 0, r1, c13, c0, 2
	ldr	r2, [r1, #MV_PAGE_SAVED_PSR]
	tst	r2, #1
	bne	kernel_trap
	ldr	r12, [sp, #16]
	add	r3, r12, #16
	stmia	r3, {r4-r11}
	mov	r7, r2
	mov	r5, lr
	ldr	r3, [r1, #MV_PAGE_SAVED_R12]
	ldr	r4, [r1, #MV_PAGE_SAVED_SP]
	ldr	r6, [r1, #MV_PAGE_SAVED_PC]
	add	r2, r12, #REGS_R12
	stmia	r2, {r3-r7}
	pop	{r4-r7}
	stmia	r12, {r4-r7}
	add	sp, sp, #4
	pop	{r4-r11, pc}

/* Out of guest kernel mode: the saved words go to the stack, as struct trap. */
kernel_trap:
	push	{r4, lr}
	ldr	r3, [r1, #MV_PAGE_SAVED_SP]
	push	{r3}
	ldr	r3, [r1, #MV_PAGE_SAVED_R12]
	push	{r3}
	push	{r2}
	ldr	r3, [r1, #MV_PAGE_SAVED_PC]
	push	{r3}
	mov	r1, sp
	mov	r4, sp
	bic	sp, sp, #7
	bl	kernel_trapped
	mov	sp, r4
	mrc	p15, 0, r1, c13, c0, 2
	pop	{r0, r2, r3, r12}
	str	r0, [r1, #MV_PAGE_SAVED_PC]
	str	r2, [r1, #MV_PAGE_SAVED_PSR]
	str	r3, [r1, #MV_PAGE_SAVED_R12]
	pop	{r4, lr}
	pop	{r0-r3}
	mv_call	MV_CALL_VCPU_RESUME

/*
 * uint32_t kernel_probe(uint32_t access, uint32_t va, uint32_t word): reads,
 * writes or calls; a trap in here returns from it.
 */
	.global	kernel_probe, kernel_probe_end
	.type	kernel_probe, %function
kernel_probe:
	cmp	r0, #1
	ldrlo	r0, [r1]
	bxlo	lr
	streq	r2, [r1]
	bxeq	lr
	push	{r4, lr}
	blx	r1
	pop	{r4, pc}
	.global	kernel_probe_end
kernel_probe_end:
	.size	kernel_probe, . - kernel_probe

/* Guest user mode: seen at USER_CODE, and nothing but this page. */
	.section .text.user_page, "ax"
	.balign	4096
	.global	user_page, user_read, user_write, user_execute, user_loop, user_undefined
	.global	user_undefined_thumb, user_call_thumb, user_breakpoint, user_unaligned, user_count
user_page:
user_read:
	ldr	r0, [r1]
	svc	#0
user_write:
	str	r0, [r1]
	svc	#0
user_execute:
	blx	r1
	svc	#0
user_loop:
	b	user_loop
user_undefined:
	udf	#1
	svc	#0
user_breakpoint:
	bkpt	#1
	svc	#0
user_unaligned:
	ldrd	r2, r3, [r1]
	svc	#0
/* Counts in r0 and in memory at r1, until it is interrupted. */
user_count:
	add	r0, r0, #1
	str	r0, [r1]
	b	user_count
	.thumb
user_undefined_thumb:
	udf	#1
	svc	#0
user_call_thumb:
	svc	#0
	nop
	.balign	4096
