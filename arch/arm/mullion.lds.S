/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The layout of the microvisor. It is linked at MV_KERNEL_BASE, with the same
 * offset in the megabyte as its physical address, which the system compiler
 * chose (layout.ld). Parts with different rights start on new pages.
 */
#include <core/window.h>
#include <mullion/abi.h>

INCLUDE layout.ld

VIRT_BASE = MV_KERNEL_BASE + (MV_PHYS_BASE & 0xfffff);
mv_virt_offset = VIRT_BASE - MV_PHYS_BASE;

ENTRY(entry_phys)
entry_phys = head - mv_virt_offset;

PHDRS {
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
	images PT_LOAD FLAGS(4);
	bss PT_LOAD FLAGS(6);
	noinit PT_NULL;
}

SECTIONS {
	. = VIRT_BASE;
	kernel_start = .;
	text_start = .;
	.text : AT(ADDR(.text) - mv_virt_offset) {
		*(.text.head)
		*(.text.vectors)
		*(.text .text.*)
	} :text
	text_end = .;

	. = ALIGN(MV_PAGE_SIZE);
	rodata_start = .;
	.system : AT(ADDR(.system) - mv_virt_offset) {
		*(.rodata.system)
	} :rodata
	.rodata : AT(ADDR(.rodata) - mv_virt_offset) {
		*(.rodata .rodata.*)
	} :rodata
	rodata_end = .;

	. = ALIGN(MV_PAGE_SIZE);
	data_start = .;
	.data : AT(ADDR(.data) - mv_virt_offset) {
		*(.data .data.*)
	} :data
	data_end = .;

	. = ALIGN(MV_PAGE_SIZE);
	images_start = .;
	.images : AT(ADDR(.images) - mv_virt_offset) {
		*(.images .images.*)
		. = ALIGN(MV_PAGE_SIZE);
	} :images
	images_end = .;

	. = ALIGN(MV_PAGE_SIZE);
	bss_start = .;
	.bss (NOLOAD) : AT(ADDR(.bss) - mv_virt_offset) {
		*(.bss .bss.* COMMON)
		. = ALIGN(MV_PAGE_SIZE);
		/* One unmapped page below the stack turns an overflow into a panic. */
		kernel_stack_guard = .;
		. += 2 * MV_PAGE_SIZE;
		kernel_stack_top = .;
	} :bss
	bss_end = .;

	/* In no segment and not cleared, so it outlives a warm reset. */
	.noinit (NOLOAD) : AT(ADDR(.noinit) - mv_virt_offset) {
		*(.noinit)
		. = ALIGN(MV_PAGE_SIZE);
	} :noinit
	kernel_end = .;

	ASSERT(kernel_end - mv_virt_offset <= MV_POOL_START,
	       "the microvisor is larger than its reserve: raise `memory` of the microvisor node in the board's .dtsi")
	ASSERT(kernel_end <= DEVICE_WINDOW, "the image store is larger than the microvisor's window")

	/DISCARD/ : { *(.ARM.* .comment .note.*) }
}
