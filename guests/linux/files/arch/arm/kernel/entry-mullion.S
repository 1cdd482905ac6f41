/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Upcalls of the Mullion microvisor: the beginning of each exception, in place of
 * vector stubs and banked registers. r0 to r11 and lr are the interrupted ones, PC,
 * PSR and r12 lie in the vCPU page, and so does SP if guest user mode was
 * interrupted; then sp is the task's kernel stack. vIRQs are masked. Part of
 * entry-armv.S, whose handlers go on with r4 = PC, r5 = PSR.
 */

	@ r0 to r11 are saved and sp is the new struct pt_regs; r2 = the interrupted sp
	.macro	save_rest
	mov	r3, lr
	ldrd	r4, r5, [r12, #MV_PAGE_SAVED_PC]
	mov	r6, #-1				@ see pt_regs definition in ptrace.h
	add	r7, sp, #S_IP
	stmia	r7, {r1 - r6}
	.endm

	.macro	svc_entry, stack_hole=0, trace=1, uaccess=1, overflow_check=1
 UNWIND(.fnstart		)
	sub	sp, sp, #(SVC_REGS_SIZE + \stack_hole)
 UNWIND(.save	{r0 - pc}	)
	tst	sp, #4
	subne	sp, sp, #4
	stmia	sp, {r0 - r11}
	add	r2, sp, #(SVC_REGS_SIZE + \stack_hole)
	addne	r2, r2, #4
	mullion_page r12
	ldr	r1, [r12, #MV_PAGE_SAVED_R12]
	save_rest
	get_thread_info tsk
	uaccess_entry tsk, r0, r1, r2, \uaccess
	.endm

	.macro	usr_entry, trace=1, uaccess=1
 UNWIND(.fnstart	)
 UNWIND(.cantunwind	)	@ don't unwind the user space
	sub	sp, sp, #PT_REGS_SIZE
	stmia	sp, {r0 - r11}
	mullion_page r12
	ldr	r1, [r12, #MV_PAGE_SAVED_R12]
	ldr	r2, [r12, #MV_PAGE_SAVED_SP]
	save_rest
	reload_current r7, r8
	zero_fp
	.endm

	@ Which mode was interrupted; only r12 is free
	.macro	mullion_upcall, name
	.align	5
mullion_upcall_\name:
	mullion_page r12
	ldr	r12, [r12, #MV_PAGE_SAVED_PSR]
	tst	r12, #(MV_PSR_KERNEL & ~MV_PSR_USER)
	bne	__\name\()_svc
	b	__\name\()_usr
	.endm

	mullion_upcall irq
	mullion_upcall und
	mullion_upcall pabt
	mullion_upcall dabt

	@ Tell the microvisor; uses r0 and ip
ENTRY(mullion_init_vectors)
	mullion_page ip
	ldr	r0, =mullion_upcall_irq
	str	r0, [ip, #MV_PAGE_VECTOR]
	ldr	r0, =mullion_upcall_und
	str	r0, [ip, #MV_PAGE_UNDEFINED]
	ldr	r0, =vector_swi
	str	r0, [ip, #MV_PAGE_SYSTEM_CALL]
	ldr	r0, =mullion_upcall_pabt
	str	r0, [ip, #MV_PAGE_FETCH_ABORT]
	ldr	r0, =mullion_upcall_dabt
	str	r0, [ip, #MV_PAGE_DATA_ABORT]
	ret	lr
ENDPROC(mullion_init_vectors)
	.ltorg
