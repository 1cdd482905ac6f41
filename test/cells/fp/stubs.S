/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * All code that touches floating-point registers (fp.h), and single instructions that
 * user code is not allowed.
 */
	.syntax unified
	.arm
	.fpu	neon
	.text

	.macro	function name
	.global	\name
	.type	\name, %function
\name:
	.endm

	/* Image at r0 into the registers, and back; uses r3. */
	.macro	put
	ldr	r3, [r0]
	add	r0, r0, #8
	vldmia	r0!, {d0-d15}
	vldmia	r0, {d16-d31}
	vmsr	fpscr, r3
	.endm
	.macro	get at
	vmrs	r3, fpscr
	str	r3, [\at]
	add	\at, \at, #8
	vstmia	\at!, {d0-d15}
	vstmia	\at, {d16-d31}
	.endm

function fp_put
	put
	bx	lr

function fp_get
	get	r0
	bx	lr

function fp_hold
	put
1:	subs	r2, r2, #1
	bne	1b
	get	r1
	bx	lr

/* void fp_sums(struct sums *sums, uint32_t steps): see sums_by_software() */
function fp_sums
	mov	r3, #0
	vmsr	fpscr, r3
	vmov	s0, r3
	vcvt.f64.u32 d0, s0
	vmov.f64 d4, #1.0
	mov	r2, #1
1:	vmov	s4, r2
	vcvt.f64.u32 d1, s4
	vmov	s4, r2
	vcvt.f64.u32 d2, s4
	vmul.f64 d1, d2, d2
	vdiv.f64 d3, d4, d1
	vadd.f64 d0, d0, d3
	add	r2, r2, #1
	cmp	r2, r1
	bls	1b
	vstmia	r0!, {d0}
	adr	r3, constants
	vldmia	r3, {d16-d23}
	vmul.f32 q8, q8, q9		/* x */
	vdup.32	q9, d22[0]
	vdup.32	q12, d22[1]
	vdup.32	q13, d23[0]
	vmov.i32 q14, #0		/* sums */
	mov	r2, #1
2:	vmul.f32 q15, q8, q8
	vadd.f32 q14, q14, q15
	vmul.f32 q8, q14, q9
	vadd.f32 q8, q8, q12
	vmul.f32 q8, q8, q13
	add	r2, r2, #1
	cmp	r2, r1
	bls	2b
	vstmia	r0, {d28-d29}
	bx	lr
	.balign	8
constants:
	.float	0.1, 0.1, 0.1, 0.1
	.float	1.0, 2.0, 3.0, 4.0
	.float	0.0, 0.0, 0.0, 0.0
	.float	0.3, 0.7, 0.01, 0.0

/* uint32_t fp_first_arm(uint32_t value): value + 1 in NEON; first a conditional one */
function fp_first_arm
	cmp	r0, #0
	vmoveq	s0, r0
	vmovne	s0, r0
	mov	r1, #1
	vmov	s2, r1
	vadd.i32 d0, d0, d1
	vmov	r0, s0
	bx	lr

	.thumb
	.thumb_func
function fp_first_thumb
	cmp	r0, #0
	ite	eq
	vmoveq	s0, r1
	vmovne	s0, r0
	movs	r1, #1
	vmov	s2, r1
	vadd.i32 d0, d0, d1
	vmov	r0, s0
	bx	lr

	.arm
function fp_read_fpexc
	vmrs	r0, fpexc
	bx	lr
function fp_write_fpexc
	mov	r0, #0
	vmsr	fpexc, r0
	bx	lr
function fp_undefined
	udf	#1
	bx	lr
function fp_use
	vmov	s0, r0
	bx	lr
function write_thread_id
	mcr	p15, 0, r0, c13, c0, 3
	bx	lr
function load_pair
	ldrd	r2, r3, [r0]
	bx	lr
function store_pair
	strd	r2, r3, [r0]
	bx	lr
