/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Exception entry and return for ARMv7-A. While user code runs, SP_svc points
 * just above the current vCPU's frame.psr... that is, at frame.pc + 8: `srsdb`
 * from any exception mode stores PC and PSR straight into the frame, and
 * `rfeia` from frame.pc takes them back. Interrupts stay masked throughout;
 * nothing remains on the kernel stack between two entries.
 *
 * Relies on struct vcpu starting with its frame and on percpu.current.
 * Source: ARM DDI 0406C, B1.8 (exceptions), B9.3 (SRS, RFE, LDM user).
 */
#include <generated/asm-offsets.h>
#include <hypercall_protos.h>
#include <mullion/hypercalls.h>

#define MODE_FIQ 0x11
#define MODE_SVC 0x13
#define PSR_T	 0x20

	.syntax unified
	.arm

	.macro	percpu reg
	mrc	p15, 0, \reg, c13, c0, 4
	.endm

	/* r0 = vCPU: its frame into the registers. */
	.macro	leave
	add	sp, r0, #FRAME_PC
	ldmdb	sp, {r0-lr}^
	rfeia	sp!
	.endm

	/* One for each virtual mode; they differ in what an SVC is. */
	.macro	vector_table name, svc
	.balign	32
	.global	\name
\name:
	b	vector_unused		/* reset */
	b	vector_undefined
	b	\svc
	b	vector_prefetch
	b	vector_data
	b	vector_unused
	b	vector_irq
	b	vector_unused		/* FIQ is always masked */
	.endm

	.if	HYPERCALL_WORDS > 4
	.error	"vector_svc passes four words"
	.endif

	.section .text.vectors, "ax"
	vector_table vectors, vector_svc
	vector_table vectors_guest_kernel, vector_svc_guest
	vector_table vectors_guest_user, reflect

/*
 * A guest's hypercall can begin anew (svc_again), for which its registers are kept: two
 * words above their places in the frame, so that PC and PSR get where SP and LR come to lie.
 */
vector_svc_guest:
	cmp	r12, #MV_CALL_VCPU_RESUME
	beq	resume
	stmdb	sp, {r0-lr}^
	/* fall through */

/*
 * Hypercall: r12 = number, r0..r3 arguments; a call with more would need those in r4
 * and r5 on the stack, for the C function. These functions keep r4..r11 as
 * the procedure call standard demands, so they need not be saved unless
 * another vCPU runs next.
 */
vector_svc:
	srsdb	sp!, #MODE_SVC
	cmp	r12, #MV_NR_CALLS
	bhs	svc_unknown
	percpu	lr
	ldr	sp, [lr, #PERCPU_STACK]
	adr	lr, svc_return
	ldr	pc, [pc, r12, lsl #2]
	nop				/* not reached: PC, above, reads as the table */
	hypercall_entries
svc_return:
	percpu	lr
	ldrd	r2, r3, [lr, #PERCPU_CURRENT]	/* and resched */
	mov	r12, #0
	add	sp, r2, #FRAME_PC
	mov	r2, #0
#ifndef CONFIG_DEBUG_CHECKS
	cmp	r3, #0
	bne	svc_switch
	rfeia	sp!
#endif
	/* Complete the frame: r4..r11 are still the caller's. */
svc_switch:
	mov	r3, #0
svc_saved:
	stmdb	sp, {r0-lr}^
	ldr	sp, [lr, #PERCPU_STACK]
	mov	r0, lr
	bl	schedule
	leave

/*
 * void svc_again(void), does not return: nothing of a guest's hypercall was done, and its
 * vCPU is to make it once more when its turn comes, with the registers it had.
 */
	.global	svc_again
svc_again:
	percpu	lr
	ldr	r0, [lr, #PERCPU_CURRENT]
	add	sp, r0, #FRAME_PC
	ldrd	r0, r1, [sp]			/* PC and PSR */
	tst	r1, #PSR_T
	subeq	r0, r0, #4
	subne	r0, r0, #2
	str	r0, [sp]
	ldmdb	sp, {r0-r12}
	b	svc_saved

svc_unknown:
	percpu	r12
	ldr	r12, [r12, #PERCPU_CURRENT]
	add	sp, r12, #FRAME_PC
	mov	r0, #MV_ERR_CALL
	mov	r1, #0
	mov	r2, #0
	mov	r3, #0
	mov	r12, #0
	rfeia	sp!

/*
 * A system call of guest user mode goes to the guest kernel's vector. FIQ mode,
 * which nothing else uses, has its own registers for that: SP points just above
 * saved_psr in the vCPU page, so that PC and PSR go straight there, and r8, r9,
 * r10 and SPSR hold what reflect_init and reflect_to have put there. r12 becomes
 * the saved SP, because that is loaded on the way to kernel_sp. virq_master is 0
 * already: see struct mv_vcpu_page. SP_svc stays just above frame.psr.
 */
reflect:
	srsdb	sp, #MODE_FIQ
	cps	#MODE_FIQ
	stmia	sp, {r12, sp}^
	ldmib	sp, {r12, sp}^
	mcr	p15, 0, r8, c3, c0, 0
	mcr	p15, 0, r9, c12, c0, 0
	ldmia	r10, {pc}^

/*
 * The short way of vcpu_resume: from guest kernel to guest user mode with no
 * vIRQ pending and not into an IT block, whose state must not get into the PSR of
 * ARM code. Anything else takes the long way; that PC and r12 are lost by
 * then does not matter, they come from the vCPU page there too.
 */
resume:
	ldr	lr, [sp, #VCPU_PAGE - FRAME_END]
	ldr	r12, [sp, #VCPU_PENDING - FRAME_END]
	cmp	r12, #0
	ldr	r12, [lr, #MV_PAGE_SAVED_PSR]!
	tsteq	r12, #1
	tsteq	r12, #0x07f00000		/* IT, J and what is reserved */
	tsteq	r12, #0xfc00			/* the rest of IT */
	bne	resume_long
	bic	r12, r12, #0xdf
	orr	r12, r12, #PSR_USER_VALUE
	msr	spsr_cxsf, r12
	mov	r12, #DACR_USER_VALUE
	mcr	p15, 0, r12, c3, c0, 0
	adr	r12, vectors_guest_user
	mcr	p15, 0, r12, c12, c0, 0
	ldmib	lr, {r12, sp}^
	ldr	lr, [lr, #MV_PAGE_SAVED_PC - MV_PAGE_SAVED_PSR]
	movs	pc, lr

resume_long:
	mov	r12, #MV_CALL_VCPU_RESUME
	b	vector_svc

/* void reflect_init(void): what is the same for all guests, once for each processor */
	.global	reflect_init
reflect_init:
	mov	r0, #DACR_KERNEL_VALUE
	adr	r1, vectors_guest_kernel
	mov	r2, #PSR_USER_VALUE
	cps	#MODE_FIQ
	mov	r8, r0
	mov	r9, r1
	msr	spsr_cxsf, r2
	cps	#MODE_SVC
	bx	lr

/* void reflect_to(uint32_t *saved_r12, const uint32_t *system_call): of the guest's vCPU page */
	.global	reflect_to
reflect_to:
	cps	#MODE_FIQ
	mov	sp, r0
	mov	r10, r1
	cps	#MODE_SVC
	bx	lr

/* Hypercall vcpu_resume: all registers are the caller's and must stay so. */
	.global	sys_vcpu_resume
sys_vcpu_resume:
	percpu	lr
	ldr	sp, [lr, #PERCPU_CURRENT]
	add	sp, sp, #FRAME_PC
	stmdb	sp, {r0-lr}^
	sub	r0, sp, #FRAME_PC
	mov	r4, lr
	ldr	sp, [lr, #PERCPU_STACK]
	bl	vcpu_resume
	mov	r0, r4
	bl	schedule
	leave

/* Physical interrupt: from user mode only, the kernel runs with them masked. */
	.global	vector_irq
vector_irq:
	sub	lr, lr, #4
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	stmdb	sp, {r0-lr}^
	percpu	r4
	ldr	sp, [r4, #PERCPU_STACK]
	bl	irq_dispatch
trap_leave:
	ldr	r1, [r4, #PERCPU_RESCHED]
	ldr	r0, [r4, #PERCPU_CURRENT]
	cmp	r1, #0
	movne	r0, r4
	blne	schedule
	leave

/* Let the scheduler decide who goes on, with the kernel stack empty. */
	.global	choose
choose:
	percpu	r0
	ldr	sp, [r0, #PERCPU_STACK]
	bl	schedule
	leave

/*
 * Synchronous exceptions. From user mode they are a matter of the cell's;
 * from privileged mode the microvisor itself is broken. The banked SP of the
 * exception's mode is the scratch register that tells the two apart.
 */
	.macro	trap name, handler, code, arm, thumb
	.global	\name
\name:
	mrs	sp, spsr
	tst	sp, #0xf
	bne	1f
	tst	sp, #PSR_T
	subeq	lr, lr, #\arm
	subne	lr, lr, #\thumb
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	stmdb	sp, {r0-lr}^
	sub	r0, sp, #FRAME_PC
	percpu	r4
	ldr	sp, [r4, #PERCPU_STACK]
	bl	\handler
#ifdef CONFIG_DEBUG_CHECKS
	b	choose
#else
	b	trap_leave
#endif
1:	ldr	sp, =panic_registers
	stmia	sp, {r0-r12}
	ldr	r4, =\code
	b	privileged_exception
	.endm

	trap	vector_undefined, trap_undefined, PANIC_UNDEFINED_CODE, 4, 2
	trap	vector_prefetch, trap_prefetch, PANIC_PREFETCH_CODE, 4, 4
	trap	vector_data, trap_data, PANIC_DATA_CODE, 8, 8

vector_unused:
	ldr	sp, =panic_registers
	stmia	sp, {r0-r12}
	ldr	r4, =PANIC_VECTOR_CODE

/* r4 = reason; PC and PSR from the banked registers, the rest from SVC's. */
privileged_exception:
	mov	r1, sp
	str	lr, [r1, #FRAME_PC]
	mrs	r2, spsr
	str	r2, [r1, #FRAME_PC + 4]
	mrc	p15, 0, r2, c5, c0, 0
	str	r2, [r1, #FRAME_PC + 8]
	mrc	p15, 0, r2, c6, c0, 0
	str	r2, [r1, #FRAME_PC + 12]
	cps	#MODE_SVC
	str	sp, [r1, #FRAME_PC - 8]
	str	lr, [r1, #FRAME_PC - 4]
	mov	r0, r4
	ldr	sp, =kernel_stack_top
	b	panic_exception
	.ltorg

	.bss
	.balign	8
panic_registers:
	.space	PANIC_REGISTERS_SIZE
