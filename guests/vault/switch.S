/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The way from the store to the parser and back. parser_run() leaves the store's
 * registers on the store's stack; whatever interrupts the parser starts a
 * vector with that stack, which saves the parser's registers and returns from
 * parser_run().
 *
 * User mode can write TPIDRURW, where the library keeps the address of the vCPU
 * page (mv_page()). So it is set anew before anything of the library's runs.
 */
#include <mullion/hypercalls.h>

#define PARSER_R12 48

	.syntax unified
	.arm

	.macro	own_page reg
	movw	\reg, #:lower16:MV_VCPU_PAGE_BASE
	movt	\reg, #:upper16:MV_VCPU_PAGE_BASE
	mcr	p15, 0, \reg, c13, c0, 2
	.endm

	/* enum ending parser_run(struct parser *p) */
	.section .text.parser_run, "ax"
	.global	parser_run
	.type	parser_run, %function
parser_run:
	push	{r0, r4-r11, lr}
	own_page r1
	str	sp, [r1, #MV_PAGE_KERNEL_SP]
	add	r2, r0, #PARSER_R12
	ldm	r2, {r3-r7}			@ r12, sp, lr, pc, psr
	str	r3, [r1, #MV_PAGE_SAVED_R12]
	str	r4, [r1, #MV_PAGE_SAVED_SP]
	str	r6, [r1, #MV_PAGE_SAVED_PC]
	str	r7, [r1, #MV_PAGE_SAVED_PSR]
	mov	r2, #0				@ as guest user mode wants it
	str	r2, [r1, #MV_PAGE_VIRQ_MASTER]
	mov	lr, r5
	ldm	r0, {r0-r11}
	mv_call	MV_CALL_VCPU_RESUME
	.size	parser_run, . - parser_run

	.macro	vector name, ending
	.global	\name
	.type	\name, %function
\name:
	push	{r0-r3}
	mov	r0, #\ending
	b	came_back
	.endm

	.section .text.vectors, "ax"
	vector	vault_virq, 0
	vector	vault_undefined, 1
	vector	vault_call, 2
	vector	vault_fetch, 3
	vector	vault_data, 4

came_back:
	own_page r1
	ldr	r2, [r1, #MV_PAGE_SAVED_PSR]
	tst	r2, #1
	bne	store_failed
	ldr	r12, [sp, #16]			@ p, as parser_run pushed it
	add	r3, r12, #16
	stmia	r3, {r4-r11}
	mov	r7, r2
	mov	r5, lr
	ldr	r3, [r1, #MV_PAGE_SAVED_R12]
	ldr	r4, [r1, #MV_PAGE_SAVED_SP]
	ldr	r6, [r1, #MV_PAGE_SAVED_PC]
	add	r2, r12, #PARSER_R12
	stmia	r2, {r3-r7}
	pop	{r4-r7}				@ the parser's r0..r3
	stmia	r12, {r4-r7}
	add	sp, sp, #4
	pop	{r4-r11, pc}

	/* A fault of the store's own is a fault of the cell. */
store_failed:
	ldr	lr, [r1, #MV_PAGE_SAVED_PC]
	mov	r2, #0
	str	r2, [r1, #MV_PAGE_UNDEFINED]
	udf	#0
