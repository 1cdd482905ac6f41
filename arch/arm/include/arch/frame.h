/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The saved user registers of a vCPU, in the order in which the entry code
 * stores and loads them (entry.S: stmdb/ldmdb below pc, srs/rfe at pc).
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#include <arch/cpu.h>

struct arch_frame {
	uint32_t r[13];
	uint32_t sp;
	uint32_t lr;
	uint32_t pc;
	uint32_t psr;
};

_Static_assert(sizeof(struct arch_frame) == 68, "entry.S and struct mv_fault_record rely on it");

/* The PSR bits that a cell controls: flags, Q, IT, GE, E, T. */
#define PSR_MODE_USER    0x10u
#define PSR_MODE_SVC     0x13u
#define PSR_THUMB        0x20u
#define PSR_IRQ_MASKED   0x80u
#define PSR_FIQ_MASKED   0x40u
#define PSR_ABORT_MASKED 0x100u
#define PSR_USER_BITS    0xfe0ffe20u
#define PSR_IT           0x0600fc00u /* for Thumb code only; in ARM code UNPREDICTABLE (A2.5.2) */

/*
 * In user mode interrupts are open. FIQ, which the microvisor never uses, and
 * asynchronous aborts are masked. The processor reports a refused device write some
 * time after it, at worst while the microvisor runs; a cell must not be able to cause
 * a panic in this way.
 */
#define PSR_USER (PSR_MODE_USER | PSR_FIQ_MASKED | PSR_ABORT_MASKED)

/** arch_frame_target - the PC after a branch to @address (bit 0 set: Thumb code) */
static inline uint32_t arch_frame_target(uint32_t address)
{
	/* BranchWritePC(), ARM DDI 0406C, A2.3.1: ARM code ignores two bits. */
	return address & 1 ? address & ~1u : address & ~3u;
}

/** arch_frame_start - make the frame enter user code at @entry */
static inline void arch_frame_start(struct arch_frame *frame, uint32_t entry, uint32_t stack)
{
	arch_zero(frame, sizeof(*frame));
	frame->sp = stack;
	frame->pc = entry & ~1u;
	frame->psr = PSR_USER | (entry & 1 ? PSR_THUMB : 0);
}

/** arch_frame_psr - a PSR value given by a cell, made harmless */
static inline uint32_t arch_frame_psr(uint32_t psr)
{
	psr = (psr & PSR_USER_BITS) | PSR_USER;
	return psr & PSR_THUMB ? psr : psr & ~PSR_IT;
}

/** arch_frame_virtual_psr - the PSR that the guest is shown */
static inline uint32_t arch_frame_virtual_psr(uint32_t psr, bool user, bool unmasked)
{
	psr &= PSR_USER_BITS;
	psr |= user ? PSR_MODE_USER : PSR_MODE_SVC;
	return unmasked ? psr : psr | PSR_IRQ_MASKED;
}

/** arch_frame_divert - make the frame continue at @vector (bit 0 set: Thumb), flags undefined */
static inline void arch_frame_divert(struct arch_frame *frame, uint32_t vector)
{
	frame->psr = PSR_USER | (vector & 1) * PSR_THUMB;
	frame->pc = vector & ~1u;
}

#endif
