/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Upcalls of the fuzzing cell, and vcpu_resume as an ordinary call.
 */
#include <mullion/hypercalls.h>

	.syntax unified
	.arm
	.text

	.global	fuzz_upcall
	.type	fuzz_upcall, %function
fuzz_upcall:
	push	{r0-r4, lr}
	mov	r4, sp
	bic	sp, sp, #7
	bl	upcall_serve
	mov	sp, r4
	pop	{r0-r4, lr}
	mv_call	MV_CALL_VCPU_RESUME
	.size	fuzz_upcall, . - fuzz_upcall

/* r1 = vCPU page. A worker has 2048 bytes, the last 16 are no stack. */
	.global	fuzz_entry
	.type	fuzz_entry, %function
fuzz_entry:
	mcr	p15, 0, r1, c13, c0, 2
	ldr	r2, [r1, #MV_PAGE_VCPU]
	ldr	r3, =workers + 2048 - 16
	add	sp, r3, r2, lsl #11
	b	work
	.size	fuzz_entry, . - fuzz_entry
	.ltorg

/* uint32_t resume_raw(void): 0 if it came back by resuming, else the error. */
	.global	resume_raw, resume_landed
	.type	resume_raw, %function
	.type	resume_landed, %function
resume_raw:
	mov	r0, #1
	mv_call	MV_CALL_VCPU_RESUME
	bx	lr
resume_landed:
	mov	r0, #0
	bx	lr
	.size	resume_raw, . - resume_raw
