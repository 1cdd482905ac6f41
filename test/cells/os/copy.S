/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Copies between kernel and user addresses, as the current process may; and the
 * user program, which is linked by itself.
 */
	.syntax unified
	.arm

	/* bool user_copy(void *to, const void *from, uint32_t size) */
	.section .text.user_copy, "ax"
	.global	user_copy
	.type	user_copy, %function
user_copy:
	.global	user_copy_start
user_copy_start:
	subs	r2, r2, #1
	bmi	1f
	ldrb	r3, [r1], #1
	strb	r3, [r0], #1
	b	user_copy_start
	.global	user_copy_end
user_copy_end:
1:	mov	r0, #1
	bx	lr
	.global	user_copy_failed
user_copy_failed:
	mov	r0, #0
	bx	lr
	.size	user_copy, . - user_copy

	.section .text.user_image, "ax"
	.balign	4096
	.global	user_image
user_image:
	.incbin	USER_BINARY
	.balign	4096
	.global	user_image_end
user_image_end:
