/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Where the first process begins: r0 = seed, r1 = operations, r2 = repetitions.
 */
	.syntax unified
	.arm
	.section .entry, "ax"
	.global	_start
	.type	_start, %function
_start:
	b	user_main
	.size	_start, . - _start
