/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Single accesses and single instructions for the puppet, see probe.h. The
 * table of instructions is in the order of enum instruction (test/cells/lib/order.h).
 */
#include <mullion/hypercalls.h>

	.syntax unified
	.arch_extension sec
	.arch_extension virt
	.fpu	neon
	.arm

	.macro	probe name, a, b="", c="", d="", e="", f="", g="", h=""
	.section .text.\name, "ax"
	.global	\name
	.type	\name, %function
\name:
	\a
	\b
	\c
	\d
	\e
	\f
	\g
	\h
	bx	lr
	.ltorg
	.size	\name, . - \name
	.endm

	probe	probe_read, "ldr r0, [r0]"
	probe	probe_read_byte, "ldrb r0, [r0]"
	probe	probe_read_several, "ldmia r0, {r1-r3, r12}"
	probe	probe_read_user, "ldrt r1, [r0]", "mov r0, r1"
	probe	probe_write, "str r1, [r0]"
	probe	probe_write_byte, "strb r1, [r0]"
	probe	probe_write_exclusive, "ldrex r2, [r0]", "strex r3, r1, [r0]", "mov r0, r3"

	.section .text.probe_write_several, "ax"
	.global	probe_write_several
	.type	probe_write_several, %function
probe_write_several:
	mov	r2, r1
	mov	r3, r1
	stmia	r0, {r1-r3}
	bx	lr

	.section .text.probe_execute, "ax"
	.global	probe_execute, probe_execute_thumb
	.type	probe_execute, %function
	.type	probe_execute_thumb, %function
probe_execute:
	bx	r0
probe_execute_thumb:
	orr	r0, r0, #1
	bx	r0

	.section .text.probe_registers, "ax"
	.global	probe_registers
	.type	probe_registers, %function
probe_registers:
	add	r1, r0, #1
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
	add	sp, r0, #13
	add	lr, r0, #14
	msr	cpsr_f, #0xa0000000
	udf	#0

	.section .text.probe_resume, "ax"
	.global	probe_resume, probe_resumed
	.type	probe_resume, %function
	.type	probe_resumed, %function
probe_resume:
	mov	r0, #0
	mv_call	MV_CALL_VCPU_RESUME
	mov	r0, #1
	bx	lr
probe_resumed:
	mrs	r0, cpsr
	setend	le
	bx	lr

	.macro	insn name, a, b="", c="", d="", e="", f="", g="", h=""
	probe	insn_\name, "\a", "\b", "\c", "\d", "\e", "\f", "\g", "\h"
	.section .rodata.instructions, "a"
	.word	insn_\name
	.endm

	.macro	insn_thumb name, a
	.thumb
	.thumb_func
	probe	insn_\name, "\a"
	.arm
	.section .rodata.instructions, "a"
	.word	insn_\name
	.endm

	.section .rodata.instructions, "a"
	.balign	4
	.global	instructions
instructions:
	insn	cps, "cpsid if, #0x13", "mrs r0, cpsr"
	insn	msr_control, "mov r0, #0xd3", "msr cpsr_c, r0", "mrs r0, cpsr"
	insn	mrs, "mrs r0, cpsr"
	insn	msr_spsr, "mov r0, #0x13", "msr spsr_fsxc, r0", "mrs r0, cpsr"
	insn	read_sctlr, "mrc p15, 0, r0, c1, c0, 0"
	insn	write_sctlr, "mov r0, #0", "mcr p15, 0, r0, c1, c0, 0"
	insn	write_ttbr0, "mov r0, #0", "mcr p15, 0, r0, c2, c0, 0"
	insn	write_dacr, "mvn r0, #0", "mcr p15, 0, r0, c3, c0, 0"
	insn	write_vbar, "mov r0, #0x10000", "mcr p15, 0, r0, c12, c0, 0"
	insn	write_contextidr, "mov r0, #1", "mcr p15, 0, r0, c13, c0, 1"
	insn	read_tpidrprw, "mrc p15, 0, r0, c13, c0, 4"
	insn	write_tpidruro, "mov r0, #0", "mcr p15, 0, r0, c13, c0, 3"
	insn	flush_tlb, "mov r0, #0", "mcr p15, 0, r0, c8, c7, 0"
	insn	clean_cache, "mcr p15, 0, sp, c7, c10, 1"
	insn	translate, "mcr p15, 0, sp, c7, c8, 0"
	insn	read_pmccntr, "mrc p15, 0, r0, c9, c13, 0"
	insn	debug_control, "mov r0, #0x8000", "mcr p14, 0, r0, c0, c2, 2"
	insn	smc, "smc 0"
	insn	hvc, "hvc 0"
	insn	rfe, "rfeia sp"
	insn	srs, "srsdb sp!, #0x13"
	insn	ldm_user, "sub r0, sp, #64", "ldmia r0, {r0-r3, sp, lr}^"
	insn	subs_pc, "subs pc, lr, #0"
	insn	vfp, "vmov s0, r0"
	insn	vmrs, "vmrs r0, fpscr"
	insn	neon, "vadd.i32 q0, q0, q0"
	insn	udf, "udf 7"
	insn_thumb udf_thumb, "udf 7"
	insn	bkpt, "bkpt 1"
	insn_thumb bkpt_thumb, "bkpt 1"
	insn	wfi, "wfi", "mov r0, #1"
	insn	wfe, "wfe", "mov r0, #1"
	insn	sev, "sev", "mov r0, #1"
	insn	barriers, "dsb", "dmb", "isb", "mcr p15, 0, r0, c7, c10, 5", "mov r0, #1"
	insn	setend, "push {r4}", "ldr r4, =setend_word", "setend be", "mov r12, #0", "svc #0", "ldr r0, [r4]", "setend le", "pop {r4}"
	insn	ldrd_unaligned, "add r0, sp, #-62", "ldrd r0, r1, [r0]"
	insn	ldm_unaligned, "add r0, sp, #-62", "ldmia r0, {r1-r3, r12}"
	insn	ldrex_unaligned, "add r0, sp, #-62", "ldrex r0, [r0]"
	insn	ldr_unaligned, "ldr r0, =setend_word + 1", "ldr r0, [r0]"
	insn	preload_kernel, "mov r0, #0xf0000000", "pld [r0]", "mov r0, #1"
	insn	teecr, "mov r0, #0", "mcr p14, 6, r0, c0, c0, 0"
	insn	cdp, "cdp p10, 0, c0, c0, c0, 0"

	.section .rodata.setend_word, "a"
	.balign	4
setend_word:
	.word	0x11223344, 0x55667788
