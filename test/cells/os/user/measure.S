/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What is measured: instructions with a label bench_mark_*, of which QEMU's
 * plugin logs each execution. Nothing is measured in here. See README.md.
 */
#include "calls.h"

	.syntax unified
	.arm

	.macro	mark name
	.global	bench_mark_\name
bench_mark_\name:
	.endm

	.macro	function name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	.endm

	/* A function like measure_NAME(up to four words): one system call. */
	.macro	measured name, number
	function measure_\name
	push	{r7, lr}
	mov	r7, #\number
	mark	os_\name\()_call
	svc	#0
	mark	os_\name\()_back
	pop	{r7, pc}
	.endm

	measured null, CALL_NULL
	measured fork, CALL_FORK
	measured exit, CALL_EXIT
	measured wait, CALL_WAIT
	measured yield, CALL_YIELD
	measured map, CALL_MAP
	measured unmap, CALL_UNMAP
	measured protect, CALL_PROTECT

	/* The first access to a page, which is a fault. */
	function measure_touch
	mark	os_touch_call
	ldr	r1, [r0]
	mark	os_touch_back
	bx	lr

	/* The first write to a page that is shared since a fork: a fault and a copy. */
	function measure_copy
	mov	r1, #0
	mark	os_copy_call
	str	r1, [r0]
	mark	os_copy_back
	bx	lr
