/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Assembly macros of the benchmark: instructions with a label bench_mark_*, of
 * which QEMU's plugin logs each execution (scripts/bench.py knows them by name).
 * Nothing is measured in the cells themselves.
 */
#ifndef MEASURED_H
#define MEASURED_H

#include <mullion/hypercalls.h>

	.syntax unified
	.arm

	.macro	mark name
	.global	bench_mark_\name
bench_mark_\name:
	.endm

	/* uint64_t bench_NAME(up to four words): one hypercall between two marks */
	.macro	measured name, number
	.section .text.bench_\name, "ax"
	.global	bench_\name
	.type	bench_\name, %function
bench_\name:
	mov	r12, #\number
	mark	\name\()_call
	svc	#0
	mark	\name\()_back
	bx	lr
	.size	bench_\name, . - bench_\name
	.endm

	/* Where upcalls may be told to arrive; serves them with bench_serve(). */
	.macro	upcall name
	.section .text.bench_upcall_\name, "ax"
	.global	bench_upcall_\name
	.type	bench_upcall_\name, %function
bench_upcall_\name:
	mark	\name\()_upcall
	push	{r0-r4, lr}
	mov	r4, sp
	bic	sp, sp, #7
	bl	bench_serve
	mov	sp, r4
	pop	{r0-r4, lr}
	mov	r12, #MV_CALL_VCPU_RESUME
	mark	\name\()_resume
	svc	#0
	.size	bench_upcall_\name, . - bench_upcall_\name
	.endm

#endif
