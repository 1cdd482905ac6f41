/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Code of guest user mode (user.h): r0, r1 = images (fp.h), r2 = loops.
 */
	.syntax unified
	.arm
	.fpu	neon

	.macro	load
	ldr	r3, [r0]
	add	r4, r0, #8
	vldmia	r4!, {d0-d15}
	vldmia	r4, {d16-d31}
	vmsr	fpscr, r3
	.endm
	.macro	store
	vmrs	r3, fpscr
	str	r3, [r1]
	add	r4, r1, #8
	vstmia	r4!, {d0-d15}
	vstmia	r4, {d16-d31}
	.endm

	.section .text.fp_page, "ax"
	.balign	4096
	.global	fp_page, user_hold, user_process, user_thread, user_store_pair, user_load_pair
	.global	user_write_thread, user_get
fp_page:
user_hold:
	load
1:	subs	r2, r2, #1
	bne	1b
	store
	svc	#0

/* For ever: registers filled, the others' turn, registers looked at, their turn again. */
user_process:
	load
	svc	#0
	store
	svc	#0
	b	user_process

user_get:
	store
	svc	#0
user_thread:
	mrc	p15, 0, r0, c13, c0, 3
	svc	#0
user_write_thread:
	mcr	p15, 0, r0, c13, c0, 3
	svc	#0
user_load_pair:
	ldrd	r2, r3, [r1]
	svc	#0
user_store_pair:
	strd	r2, r3, [r1]
	svc	#0
	.balign	4096
