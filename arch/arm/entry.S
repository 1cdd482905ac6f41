/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Exception entry and return for ARMv7-A. While user code runs, SP_svc stands just
 * above the place for PC and PSR in the frame, and for a guest so does SP_fiq in the
 * vCPU page (addresses rise downwards):
 *
 *   struct vcpu of who runs               its vCPU page, if a guest
 *   +------------------+ vCPU             +------------------+
 *   | r0..r12, sp, lr  | 15 words         | saved_pc         |
 *   +------------------+ FRAME_PC         | saved_psr        |
 *   | pc               |                  +------------------+ SP_fiq
 *   | psr              |                  | saved_r12        |
 *   +------------------+ SP_svc           | saved_sp         |
 *   | thread_id, ...   |                  | kernel_sp        |
 *
 * `srsdb` from any exception mode stores PC and PSR straight into the frame,
 * `stmdb {r0-lr}^` the rest below them, and `rfeia` from FRAME_PC takes PC and PSR
 * back, which leaves SP_svc where it was. Interrupts stay masked throughout;
 * nothing remains on the kernel stack between two entries.
 *
 * "User registers" are r0..r12 and the SP and LR of user mode. A register that a label
 * does not clobber still has the value that the cell gave it. Where C is called, SP_svc
 * is the kernel stack, which is empty, and C keeps r4..r11.
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

	/*
	 * In: r0 = vCPU, whose frame is complete. Out: user mode, with the registers, PC and
	 * PSR of the frame, SP_svc above it.
	 */
	.macro	leave
	add	sp, r0, #FRAME_PC
	ldmdb	sp, {r0-lr}^
	rfeia	sp!
	.endm

	/*
	 * Each virtual mode has its table; they differ in the entry for SVC. In: LR and SPSR of
	 * the exception's mode as the processor set them, all else as user code had it. Each
	 * entry is one branch and clobbers nothing.
	 */
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
 * A guest's hypercall can begin anew (svc_again), so its registers are kept first. They are
 * stored so that SP and LR come to lie where PC and PSR go next.
 * In and out as vector_svc.
 */
vector_svc_guest:
	cmp	r12, #MV_CALL_VCPU_RESUME
	beq	resume
	stmdb	sp, {r0-lr}^
	/* fall through */

/*
 * Hypercall.
 * In: SVC mode; r12 = number, any; r0..r3 = arguments, as they are for the C function. A
 *	call with more would need those in r4 and r5 on the stack.
 * Out: user mode behind the svc, of this vCPU or of whoever is to run; to the caller
 *	r0 = error, r1 = value, r2 = r3 = r12 = 0.
 * Clobbers: nothing else. C keeps r4..r11 as the procedure call standard demands, and LR
 *	and SP are of SVC mode here: so user registers are saved only if another vCPU
 *	runs next.
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
/* In: r0, r1 = result of the C function; PC and PSR are in the frame. */
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
	/* Complete the frame: r4..r11 are still the caller's. In: lr = percpu, sp at FRAME_PC. */
svc_switch:
	mov	r3, #0
svc_saved:
	stmdb	sp, {r0-lr}^
	ldr	sp, [lr, #PERCPU_STACK]
	mov	r0, lr
	bl	schedule
	leave

/*
 * void svc_again(void), does not return. A guest's hypercall has done nothing yet; its vCPU
 * makes it again in its next turn, with the registers it had.
 * In: the current vCPU came by vector_svc_guest, which kept its r0..r12, and C has left
 *	its frame's PC and PSR alone; any kernel stack, which is given up.
 * Out: user mode of the vCPU that runs next. The PC in the frame is back at the svc: 4 bytes
 *	before, 2 in Thumb code.
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

/* In: as vector_svc, PC and PSR in the frame. Out: to the caller, MV_ERR_CALL. */
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
 * already: see struct mv_vcpu_page.
 * In: SVC mode; the current vCPU is a guest's in guest user mode.
 * Out: its guest kernel mode at page.system_call, user mode of the processor; saved_pc,
 *	saved_psr, saved_r12 and saved_sp are written, SP is kernel_sp, r12 is saved_sp.
 * Clobbers: nothing else; SP_svc stays where it was.
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
 * The short way of vcpu_resume: from guest kernel to guest user mode, with no vIRQ
 * pending and not into an IT block, whose state must not get into the PSR of ARM code.
 * All other cases take the long way. PC and r12 are lost by then, which does no harm:
 * the long way, too, takes them from the vCPU page.
 * In: SVC mode, r12 = MV_CALL_VCPU_RESUME; the current vCPU is a guest's in guest kernel
 *	mode. Its page can hold anything.
 * Out: guest user mode with saved_pc, saved_psr, saved_r12 and saved_sp, the PSR made
 *	harmless; r0..r11 and LR as they were, SP_svc too.
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

/*
 * void reflect_init(void): set what is the same for all guests, once for each processor.
 * Out: r8, r9 and SPSR of FIQ mode, for reflect. Clobbers: r0..r2.
 */
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

/*
 * void reflect_to(uint32_t *saved_r12, const uint32_t *system_call): both are places in the
 * guest's vCPU page.
 * Out: SP_fiq and r10_fiq, for reflect. Clobbers: nothing.
 */
	.global	reflect_to
reflect_to:
	cps	#MODE_FIQ
	mov	sp, r0
	mov	r10, r1
	cps	#MODE_SVC
	bx	lr

/*
 * Hypercall vcpu_resume: all registers are the caller's and must stay so.
 * In: from vector_svc: user registers as they were, PC and PSR in the frame.
 * Out: user mode of whoever is to run; the caller goes on as its vCPU page says, with r0..r11
 *	and LR as they were. Does not return to svc_return.
 */
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

/*
 * Physical interrupt: from user mode only, the kernel runs with them masked.
 * In: IRQ mode, LR = where user code goes on + 4. Out: user mode of whoever is to run, by
 *	its frame. Clobbers: nothing of the one that was interrupted.
 */
	.global	vector_irq
vector_irq:
	sub	lr, lr, #4
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	stmdb	sp, {r0-lr}^
	percpu	r4
	ldr	sp, [r4, #PERCPU_STACK]
	bl	irq_dispatch
/* In: r4 = percpu, the frame of the current vCPU is complete. */
trap_leave:
	ldr	r1, [r4, #PERCPU_RESCHED]
	ldr	r0, [r4, #PERCPU_CURRENT]
	cmp	r1, #0
	movne	r0, r4
	blne	schedule
	leave

/*
 * Let the scheduler choose the vCPU that runs next, with the kernel stack empty.
 * In: SVC mode, the frame of the current vCPU is complete, or nobody runs yet (head.S).
 * Out: user mode of whoever is to run. Clobbers: all that was on the kernel stack.
 */
	.global	choose
choose:
	percpu	r0
	ldr	sp, [r0, #PERCPU_STACK]
	bl	schedule
	leave

/*
 * Synchronous exceptions. From user mode they concern the cell; from privileged mode
 * they mean that the microvisor itself is broken. To tell the two apart, the banked SP
 * of the exception's mode serves as scratch register. The mode is in PSR[4:0], and only
 * user mode, 0b10000, has its low four bits 0 (table B1-1). So one `tst` is enough, and
 * no other register has to be freed first.
 * In: UND or ABT mode, LR = the instruction + @arm or + @thumb.
 * Out: user mode of whoever is to run, by its frame; or panic_exception().
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

/* In: any exception's mode. Nothing that a cell does leads here. */
vector_unused:
	ldr	sp, =panic_registers
	stmia	sp, {r0-r12}
	ldr	r4, =PANIC_VECTOR_CODE

/*
 * In: r4 = reason, sp = panic_registers with r0..r12 stored; PC and PSR are in the banked
 *	registers, SP and LR in SVC's. Does not return.
 */
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
