/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The entry points of vCPU 0, of other vCPUs, and of upcalls. A vCPU starts with
 * r1 = address of its page (see vcpu_start), vCPU 0 also with r0 = environment.
 * Relies on the microvisor to have loaded and cleared the memory.
 */
#include <mullion/hypercalls.h>

	.syntax unified
	.arm

	/* r1 = vCPU page */
	.macro	setup
	mcr	p15, 0, r1, c13, c0, 2		/* TPIDRURW: see mv_page() */
	ldr	r2, =mv_upcall
	str	r2, [r1, #MV_PAGE_VECTOR]
	.endm

	.section .entry, "ax"
	.global	_start
	.type	_start, %function
_start:
	setup
	ldr	r2, =mv_env
	str	r0, [r2]
	bl	mv_main
	b	mv_exit
	.size	_start, . - _start
	.ltorg

	/* Another vCPU: mv_vcpu_run() has put argument and function on its stack. */
	.section .text.mv_vcpu_entry, "ax"
	.global	mv_vcpu_entry
	.type	mv_vcpu_entry, %function
mv_vcpu_entry:
	setup
	pop	{r0, r1}
	blx	r1
	b	mv_vcpu_end
	.size	mv_vcpu_entry, . - mv_vcpu_entry
	.ltorg

/*
 * An upcall: r12, PC and PSR of the interrupted code are in the vCPU page, all
 * else is still in the registers. vIRQs are masked until vcpu_resume, which
 * unmasks them and returns in one step. The stack may be only 4-byte aligned
 * here; C wants 8.
 */
	.section .text.mv_upcall, "ax"
	.global	mv_upcall
	.type	mv_upcall, %function
mv_upcall:
	push	{r0-r4, lr}
	mov	r4, sp
	bic	sp, sp, #7
	bl	mv_virq_upcall
	mov	sp, r4
	pop	{r0-r4, lr}
	mv_call	MV_CALL_VCPU_RESUME
	.size	mv_upcall, . - mv_upcall
