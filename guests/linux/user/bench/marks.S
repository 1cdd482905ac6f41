/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What is measured: instructions with a label bench_mark_ROW_begin and
 * bench_mark_ROW_end, of which QEMU's plugin logs each execution. Only the process
 * that measures a row executes its marks.
 */
	.syntax unified
	.arm
	.text

	.macro	mark name
	.global	bench_mark_\name
	.type	bench_mark_\name, %function
bench_mark_\name:
	bx	lr
	.size	bench_mark_\name, . - bench_mark_\name
	.endm

#define ROW(name, operations) mark name ## _begin; mark name ## _end;
#include "rows.h"

	.section .note.GNU-stack, "", %progbits
