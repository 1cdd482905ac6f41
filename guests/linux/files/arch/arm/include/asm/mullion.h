/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The vCPU page as the rest of the kernel uses it, and what mach-mullion offers.
 * Everything else about the microvisor is in <mullion/abi.h> and
 * <mullion/hypercalls.h>, which are Mullion's own.
 */
#ifndef __ASM_ARM_MULLION_H
#define __ASM_ARM_MULLION_H

#include <mullion/hypercalls.h>

/* The system control register as it would be: see proc-v7.S. */
#define MULLION_CR 0x10c5387d

#ifdef __ASSEMBLY__

	/* The address of the vCPU page: one immediate. */
	.macro	mullion_page, rd
	mov	\rd, #MV_VCPU_PAGE_BASE
	.endm

	/* Mask vIRQs. The page's address ends in a zero byte, which is what is stored. */
	.macro	mullion_irq_disable, tmp=ip
	mullion_page \tmp
	strb	\tmp, [\tmp, #MV_PAGE_VIRQ_MASTER]
	.endm

	/* Those that came meanwhile: what is behind an unmasking store. */
	.macro	mullion_irq_sync
	stmdb	sp!, {r0 - r3}
	mov	r12, #MV_CALL_VIRQ_SYNC
	svc	#0
	ldmia	sp!, {r0 - r3}
	.endm

	/* Unmask them: store, then look whether one came meanwhile. */
	.macro	mullion_irq_enable, tmp=ip, tmp2=lr
	mullion_page \tmp
	mov	\tmp2, #1
	str	\tmp2, [\tmp, #MV_PAGE_VIRQ_MASTER]
	ldr	\tmp2, [\tmp, #MV_PAGE_VIRQ_PENDING]
	ldr	\tmp, [\tmp, #MV_PAGE_VIRQ_ENABLED]
	tst	\tmp, \tmp2
	beq	.Lnone\@
	mullion_irq_sync
.Lnone\@:
	.endm

	/* The same with the page's address known, a byte that is not 0, and an even and an odd register. */
	.macro	mullion_irq_enable_at, page, byte, even, odd
	strb	\byte, [\page, #MV_PAGE_VIRQ_MASTER]
	ldrd	\even, \odd, [\page, #MV_PAGE_VIRQ_ENABLED]
	tst	\even, \odd
	beq	.Lnone\@
	mullion_irq_sync
.Lnone\@:
	.endm

#else

#include <linux/types.h>

#define mullion_page ((volatile struct mv_vcpu_page *)MV_VCPU_PAGE_BASE)

/* What the ID registers would say of an ARMv7-A processor. */
unsigned int mullion_read_cpuid(unsigned int reg);
unsigned int mullion_read_cpuid_ext(const char *reg);

struct task_struct;
struct mm_struct;

void mullion_flush_tlb(unsigned int asid, unsigned long start, unsigned long end);
void mullion_set_tls(unsigned long value);
void mullion_switch_to(struct task_struct *next);

/* FPEXC as the VFP support sees it; only its enable bit means anything. */
extern unsigned int mullion_fpexc;
void mullion_set_fpexc(unsigned int value);

/* Payload bits that came with a vIRQ since this was last asked. */
unsigned int mullion_virq_payload(unsigned int irq);

#endif
#endif
