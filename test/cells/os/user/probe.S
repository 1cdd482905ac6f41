/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Things that cannot be written in C: accesses that may fault, values in all registers,
 * floating point, exclusive accesses.
 */
	.syntax unified
	.arm
	.fpu	neon

	.macro	function name
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	.endm

	/* A fault goes on at the handler, with lr that of the probe. */
	function probe_handler
	mov	r0, r1
	bx	lr

	function probe_read
	ldr	r1, [r0]
	mov	r0, #0
	bx	lr

	function probe_write
	str	r1, [r0]
	mov	r0, #0
	bx	lr

	/* The code there is `bx lr`, or none. */
	function probe_execute
	mov	r1, lr
	mov	r2, r0
	mov	r0, #0
	bx	r2

	function probe_undefined
	.word	0xe7f000f0		/* udf */
	mov	r0, #0
	bx	lr

	/* uint32_t spin(uint32_t seed, uint32_t rounds) */
	function spin
	push	{r4-r11, lr}
	add	r2, r0, #2
	add	r3, r0, #3
	add	r4, r0, #4
	add	r5, r0, #5
	add	r6, r0, #6
	add	r7, r0, #7
	add	r8, r0, #8
	add	r9, r0, #9
	add	r10, r0, #10
	add	r11, r0, #11
	add	r12, r0, #12
	add	lr, r0, #14
1:	subs	r1, r1, #1
	bne	1b
	mov	r1, #0
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
	sub	r\n, r\n, #\n
	eor	r\n, r\n, r0
	orr	r1, r1, r\n
	.endr
	sub	lr, lr, #14
	eor	lr, lr, r0
	orr	r0, r1, lr
	pop	{r4-r11, pc}

	/*
	 * uint32_t compute(uint32_t seed, uint32_t rounds): d0 to d30 begin at seed,
	 * seed + 1 and so on; 1 is added to each in each round; their sum. The
	 * rounding mode has no influence, but must be what it was.
	 */
	function compute
	and	r2, r0, #3
	lsl	r2, r2, #22
	vmsr	fpscr, r2
	mov	r3, #1
	vmov	s0, r3
	vcvt.f64.s32 d31, s0
	.irp	n, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
	add	r3, r0, #\n
	vmov	s0, r3
	vcvt.f64.s32 d\n, s0
	.endr
1:	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	vadd.f64 d\n, d\n, d31
	.endr
	subs	r1, r1, #1
	bne	1b
	mov	r0, #0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	vcvt.s32.f64 s0, d\n
	vmov	r3, s0
	add	r0, r0, r3
	.endr
	vmrs	r3, fpscr
	and	r3, r3, #(3 << 22)
	cmp	r3, r2
	movne	r0, #0
	bx	lr

	/* uint32_t add_shared(uint32_t address, uint32_t number) */
	function add_shared
1:	ldrex	r2, [r0]
	add	r2, r2, r1
	strex	r3, r2, [r0]
	cmp	r3, #0
	bne	1b
	mov	r0, r2
	bx	lr
