/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What guest-driver measures in guest user mode: a page that its address spaces show
 * at BENCH_CODE. Any system call but that of r7 = 0 ends a run.
 */
#include <measured.inc>

	.section .text.bench_page, "ax"
	.balign	4096
	.global	bench_page, bench_null
bench_page:
bench_null:
	mov	r7, #0
	mark	null_call
	svc	#0
	mark	null_back
	mov	r7, #1
	svc	#0

	/* Reads at r1, of a page in a state that the name tells. */
	.macro	touch name
	.global	bench_\name
bench_\name:
	mov	r7, #1
	mark	\name\()_call
	nop			/* what traps is executed twice, a mark there seen twice */
	ldr	r0, [r1]
	mark	\name\()_back
	svc	#0
	.endm

	touch	fault
	touch	section
	touch	fill
	touch	large_first
	touch	large_warm
	touch	small_first
	touch	small_warm
	.balign	4096
