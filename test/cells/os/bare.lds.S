/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS on the bare board: where QEMU loads it is where it runs. The
 * 32 KiB below are free; the plan is put there.
 */
#include "bare.h"

OUTPUT_ARCH(arm)
ENTRY(_start)

PHDRS
{
	all PT_LOAD FLAGS(7);
}

SECTIONS
{
	. = RAM_BASE + 0x10000;
	.text : {
		KEEP(*(.entry))
		*(.text .text.*)
		*(.rodata .rodata.*)
		*(.data .data.*)
		. = ALIGN(8);
	} :all
	.bss : {
		*(.bss .bss.* COMMON)
		. = ALIGN(8);
		bare_end = .;
	} :all

	/DISCARD/ : {
		*(.ARM.exidx* .ARM.extab* .note* .comment .eh_frame*)
	}
}
