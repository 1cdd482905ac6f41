/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The image store of the product "Small".
 * Made by the system compiler from the system description: do not edit.
 */
	.section .images, "a", %progbits

	.balign 4096
	.global image_console_0
image_console_0:
	.incbin "images/small/small.elf", 0x1000, 0x40

	.balign 4096
	.global image_console_1
image_console_1:
	.incbin "images/small/small.elf", 0x2000, 0x10

	.balign 4096
	.global image_console_2
image_console_2:
	.incbin "images/small/small.elf", 0x3000, 0x20

	.balign 4096
	.global image_app_0
image_app_0:
	.incbin "images/plain/plain.elf", 0x1000, 0x40

	.balign 4096
	.global image_app_1
image_app_1:
	.incbin "images/plain/plain.elf", 0x2000, 0x10

	.balign 4096
	.section .note.GNU-stack, "", %progbits
