/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * First instructions on ARMv7-A: from the loader's state (SVC mode, MMU and
 * data cache off, caches clean, any physical address the board loads us at)
 * to boot() with the MMU on. Other CPUs are parked.
 *
 * A boot table made of 1 MiB sections maps the kernel where it runs and where
 * it is linked; mmu_init() replaces it by one with exact rights.
 * Source: ARM DDI 0406C, B3.5 (short descriptors), B4.1.130 (SCTLR).
 */
#include <generated/asm-offsets.h>

#define SECTION_BOOT 0x0140e /* normal, write-back, privileged */
#define SCTLR_ON     0x1805  /* I, Z, C, M */
#define SCTLR_OFF    0x70002002 /* TE, AFE, TRE, V, A */

	.syntax unified
	.arm
	.section .text.head, "ax"

	.global	head
head:
	cpsid	aif, #0x13
	mrc	p15, 0, r0, c0, c0, 5		/* MPIDR: only CPU 0 continues */
	tst	r0, #0xff
	bne	park

phys_anchor:
	sub	r0, pc, #8
	ldr	r1, =phys_anchor
	sub	r4, r1, r0			/* r4 = virtual - physical */

	ldr	r0, =bss_start
	ldr	r1, =bss_end
	sub	r0, r0, r4
	sub	r1, r1, r4
	mov	r2, #0
	mov	r3, #0
	mov	r5, #0
	mov	r6, #0
1:	stmia	r0!, {r2, r3, r5, r6}		/* both ends are page aligned */
	cmp	r0, r1
	blo	1b

	ldr	r5, =l1_tables
	sub	r5, r5, r4			/* r5 = boot table */
	ldr	r0, =kernel_start
	ldr	r1, =kernel_end
	sub	r0, r0, r4
	sub	r1, r1, r4
	lsr	r0, r0, #20
	ldr	r2, =SECTION_BOOT
	lsr	r3, r4, #20			/* slots from physical to virtual */
2:	orr	r6, r2, r0, lsl #20
	str	r6, [r5, r0, lsl #2]
	add	r7, r0, r3
	bic	r7, r7, #0xff000
	bic	r7, r7, #0xf000
	str	r6, [r5, r7, lsl #2]
	add	r0, r0, #1
	cmp	r1, r0, lsl #20
	bhi	2b

	mov	r0, #0
	mcr	p15, 0, r0, c8, c7, 0		/* TLBIALL */
	mcr	p15, 0, r0, c7, c5, 0		/* ICIALLU */
	mcr	p15, 0, r0, c7, c5, 6		/* BPIALL */
	mcr	p15, 0, r0, c2, c0, 2		/* TTBCR: TTBR0 alone */
	mcr	p15, 0, r5, c2, c0, 0		/* TTBR0 */
	mcr	p15, 0, r0, c13, c0, 1		/* CONTEXTIDR */
	mov	r1, #1
	mcr	p15, 0, r1, c3, c0, 0		/* DACR: domain 0 client */
	dsb
	isb
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =SCTLR_OFF
	bic	r0, r0, r1
	ldr	r1, =SCTLR_ON
	orr	r0, r0, r1
	mcr	p15, 0, r0, c1, c0, 0
	isb
	ldr	pc, =1f

1:	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0		/* VBAR */
	ldr	r0, =percpus
	mcr	p15, 0, r0, c13, c0, 4		/* TPIDRPRW */
	ldr	sp, =kernel_stack_top
	str	sp, [r0, #PERCPU_STACK]
	bl	cpu_init
	bl	mmu_init
	bl	boot
	b	choose

park:	wfi
	b	park
	.ltorg
