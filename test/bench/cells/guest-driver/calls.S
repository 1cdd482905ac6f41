/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What guest-driver measures in guest kernel mode: hypercalls, vectors, masking.
 */
#include <measured.inc>

	measured vcpu_set, MV_CALL_VCPU_SET
	measured cache_range, MV_CALL_CACHE_RANGE
	measured switch_cached, MV_CALL_VMMU_SWITCH
	measured switch_other, MV_CALL_VMMU_SWITCH
	measured flush_page, MV_CALL_VMMU_FLUSH
	measured flush_asid, MV_CALL_VMMU_FLUSH
	measured flush_all, MV_CALL_VMMU_FLUSH
	measured flush_empty, MV_CALL_VMMU_FLUSH
	measured sync, MV_CALL_VIRQ_SYNC

	/* Vectors that tell where they were entered, before those of test/cells/lib. */
	.macro	vector name, next
	.section .text.bench_\name, "ax"
	.global	bench_\name
	.type	bench_\name, %function
bench_\name:
	mark	\name
	b	\next
	.size	bench_\name, . - bench_\name
	.endm

	vector	fault_upcall, vector_data
	vector	user_virq_upcall, vector_virq
	vector	held_upcall, vector_virq

	/* The shortest system call that a kernel can have: r7 = 0 does nothing. */
	.section .text.bench_call, "ax"
	.global	bench_call
	.type	bench_call, %function
bench_call:
	mark	null_upcall
	cmp	r7, #0
	bne	vector_call
	mov	r12, #MV_CALL_VCPU_RESUME
	mark	null_resume
	svc	#0
	.size	bench_call, . - bench_call

	/* uint32_t bench_mask(struct mv_vcpu_page *page): and unmask; 1: something waits */
	.section .text.bench_mask, "ax"
	.global	bench_mask
	.type	bench_mask, %function
bench_mask:
	mov	r1, #0
	mov	r3, #1
	mark	mask_call
	str	r1, [r0, #MV_PAGE_VIRQ_MASTER]
	mark	unmask_call
	str	r3, [r0, #MV_PAGE_VIRQ_MASTER]
	ldr	r1, [r0, #MV_PAGE_VIRQ_PENDING]
	ldr	r2, [r0, #MV_PAGE_VIRQ_ENABLED]
	ands	r0, r1, r2
	bne	1f
	mark	unmask_back
	bx	lr
1:	mov	r0, #1
	bx	lr
	.size	bench_mask, . - bench_mask

	/* Floating point: the first use since another used it, and since none did. */
	.fpu	vfpv3
	.macro	floating name
	.section .text.bench_\name, "ax"
	.global	bench_\name
	.type	bench_\name, %function
bench_\name:
	mark	\name\()_call
	nop			/* what traps is executed twice, a mark there seen twice */
	vmov	d0, r0, r0
	mark	\name\()_back
	bx	lr
	.size	bench_\name, . - bench_\name
	.endm

	floating fp_first
	floating fp_kept

	/* void bench_done(void): the end */
	.section .text.bench_done, "ax"
	.global	bench_done
	.type	bench_done, %function
bench_done:
	mark	done
	bx	lr
	.size	bench_done, . - bench_done
