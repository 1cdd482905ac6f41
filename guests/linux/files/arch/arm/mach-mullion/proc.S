/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The processor as a guest of Mullion has it: page-table entries, aborts, and
 * what head.S looks up. Entries are of the ARMv7 format, but nothing need be
 * cleaned from caches after writing one: the microvisor reads them as we do.
 */
#include <linux/init.h>
#include <linux/linkage.h>
#include <asm/assembler.h>
#include <asm/asm-offsets.h>
#include <asm/hwcap.h>
#include <asm/mullion.h>
#include <asm/pgtable-hwdef.h>
#include <asm/pgtable.h>

	.text

/* cpu_mullion_set_pte_ext(ptep, pte, ext): as proc-v7-2level.S, without the flush */
	.align	5
ENTRY(cpu_mullion_set_pte_ext)
	str	r1, [r0]			@ linux version

	bic	r3, r1, #0x000003f0
	bic	r3, r3, #PTE_TYPE_MASK
	orr	r3, r3, r2
	orr	r3, r3, #PTE_EXT_AP0 | 2

	tst	r1, #1 << 4
	orrne	r3, r3, #PTE_EXT_TEX(1)

	eor	r1, r1, #L_PTE_DIRTY
	tst	r1, #L_PTE_RDONLY | L_PTE_DIRTY
	orrne	r3, r3, #PTE_EXT_APX

	tst	r1, #L_PTE_USER
	orrne	r3, r3, #PTE_EXT_AP1

	tst	r1, #L_PTE_XN
	orrne	r3, r3, #PTE_EXT_XN

	tst	r1, #L_PTE_YOUNG
	tstne	r1, #L_PTE_VALID
	eorne	r1, r1, #L_PTE_NONE
	tstne	r1, #L_PTE_NONE
	moveq	r3, #0

	str	r3, [r0, #2048]
	ret	lr
ENDPROC(cpu_mullion_set_pte_ext)

/*
 * Address and status of an abort. Interrupts are masked and nothing has faulted
 * since, so the vCPU page still has them. r2 = pt_regs.
 */
	.align	5
ENTRY(mullion_early_abort)
	mullion_page ip
	ldr	r0, [ip, #MV_PAGE_ADDRESS]
	ldr	r1, [ip, #MV_PAGE_STATUS]
	b	do_DataAbort
ENDPROC(mullion_early_abort)

	.align	5
ENTRY(mullion_pabort)
	mullion_page ip
	ldr	r0, [ip, #MV_PAGE_ADDRESS]
	ldr	r1, [ip, #MV_PAGE_STATUS]
	b	do_PrefetchAbort
ENDPROC(mullion_pabort)

	.globl	cpu_mullion_suspend_size
	.equ	cpu_mullion_suspend_size, 0

	/* The capability of the vMMU, found by head.S before .bss is cleared. */
	.data
	.align	2
	.globl	mullion_vmmu
mullion_vmmu:
	.long	0

	.section ".rodata"
cpu_arch_name:
	.asciz	"armv7"
cpu_elf_name:
	.asciz	"v7"
cpu_mullion_name:
	.asciz	"ARMv7 guest of Mullion"
	.align

	.section ".proc.info.init", "a"
	.type	__mullion_proc_info, #object
__mullion_proc_info:
	.long	0x000f0000
	.long	0x000f0000
	.long	PMD_TYPE_SECT | PMD_SECT_AP_WRITE | PMD_SECT_AP_READ | \
		PMD_SECT_AF | PMD_SECT_WB
	.long	PMD_TYPE_SECT | PMD_SECT_AP_WRITE | PMD_SECT_AP_READ | PMD_SECT_AF
	.long	0				@ nothing to set up
	.long	cpu_arch_name
	.long	cpu_elf_name
	.long	HWCAP_SWP | HWCAP_HALF | HWCAP_THUMB | HWCAP_FAST_MULT | \
		HWCAP_EDSP | HWCAP_TLS
	.long	cpu_mullion_name
	.long	0
	.long	0
	.long	v6_user_fns
	.long	0
	.size	__mullion_proc_info, . - __mullion_proc_info
