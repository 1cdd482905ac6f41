/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS's exceptions in a guest cell. While a process runs, kernel_sp in
 * the vCPU page is the address of its struct regs, which begins with r0 to r11
 * and lr; then follow the first five words of the vCPU page in their order, so
 * that they are copied in one go. kernel_sp among them leads back here.
 */
#include "calls.h"
#include <mullion/hypercalls.h>

#define SAVED 52 /* of struct regs: pc, psr, r12, sp, self */

	.syntax unified
	.arm

	.macro	vcpu_page reg
	mov	\reg, #(MV_VCPU_PAGE_BASE & 0xff000000)
	orr	\reg, \reg, #(MV_VCPU_PAGE_BASE & 0x00ff0000)
	.endm

	/* From user mode: afterwards r0 = struct regs, r4 = vCPU page. */
	.macro	save
	stmia	sp, {r0-r11, lr}
	vcpu_page r4
	add	r10, sp, #SAVED
	ldmia	r4, {r5-r9}
	stmia	r10, {r5-r9}
	mov	r0, sp
	ldr	sp, =kernel_stack_top
	.endm

	/* Go on at \label if the exception comes from kernel mode; r12 is free. */
	.macro	if_kernel label
	vcpu_page r12
	ldr	r12, [r12, #MV_PAGE_SAVED_PSR]
	tst	r12, #(MV_PSR_KERNEL & ~MV_PSR_USER)
	bne	\label
	.endm

	.text
	.global	entry_system_call
	.type	entry_system_call, %function
entry_system_call:
	save
	bl	on_system_call
	/* r0 = struct regs of who runs next */
leave:
	vcpu_page r4
	add	r10, r0, #SAVED
	ldmia	r10, {r5-r9}
	stmia	r4, {r5-r9}
	ldmia	r0, {r0-r11, lr}
	mov	r12, #MV_CALL_VCPU_RESUME
	svc	#0

	.global	entry_undefined
entry_undefined:
	save
	bl	on_undefined
	b	leave

	.global	entry_fetch_abort
entry_fetch_abort:
	save
	ldr	r1, [r4, #MV_PAGE_ADDRESS]
	ldr	r2, [r4, #MV_PAGE_STATUS]
	mov	r3, #FAULT_FETCH
	bl	on_fault
	b	leave

	.global	entry_data_abort
entry_data_abort:
	if_kernel 1f
	save
	ldr	r1, [r4, #MV_PAGE_ADDRESS]
	ldr	r2, [r4, #MV_PAGE_STATUS]
	mov	r3, #FAULT_DATA
	bl	on_fault
	b	leave
	/* vIRQs stay masked, so nothing overwrites the words in the vCPU page. */
1:	push	{r0-r6, lr}
	mov	r5, sp
	bic	sp, sp, #7
	vcpu_page r4
	ldr	r0, [r4, #MV_PAGE_SAVED_PC]
	ldr	r1, [r4, #MV_PAGE_ADDRESS]
	ldr	r2, [r4, #MV_PAGE_STATUS]
	bl	on_kernel_fault
	str	r0, [r4, #MV_PAGE_SAVED_PC]
	mov	sp, r5
	b	resume_kernel

	.global	entry_virq
entry_virq:
	if_kernel 1f
	save
	bl	on_tick
	b	leave
1:	push	{r0-r6, lr}
	mov	r5, sp
	bic	sp, sp, #7
	bl	on_kernel_tick
	mov	sp, r5
resume_kernel:
	pop	{r0-r6, lr}
	mov	r12, #MV_CALL_VCPU_RESUME
	svc	#0

	/* void machine_run(struct regs *regs) */
	.global	machine_run
	.type	machine_run, %function
machine_run:
	ldr	sp, =kernel_stack_top
	b	leave
	.ltorg

	.bss
	.balign	8
	.space	8192
kernel_stack_top:
