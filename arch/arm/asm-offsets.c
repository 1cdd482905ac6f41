/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Offsets and constants for assembly. This file is compiled to assembly text, and
 * the build takes the lines that begin with "->".
 */
#include <arch/mmu.h>
#include <core/panic.h>
#include <core/percpu.h>
#include <core/vcpu.h>

#define DEFINE(name, value) __asm__ volatile("\n->" #name " %0" ::"i"(value))

_Static_assert(offsetof(struct vcpu, frame) == 0, "entry.S takes a vCPU for its frame");
_Static_assert(offsetof(struct percpu, resched) == offsetof(struct percpu, current) + 4 &&
		       offsetof(struct percpu, current) % 8 == 0,
	       "entry.S loads them together");
_Static_assert(MV_PAGE_SAVED_PC == 0 && MV_PAGE_SAVED_PSR == 4 && MV_PAGE_SAVED_R12 == 8 &&
		       MV_PAGE_SAVED_SP == 12 && MV_PAGE_KERNEL_SP == 16,
	       "entry.S stores and loads them together");
_Static_assert(offsetof(struct mv_vcpu_page, dacr) == MV_PAGE_DACR, "abi.h");
_Static_assert(offsetof(struct panic_registers, pc) == offsetof(struct arch_frame, pc),
	       "entry.S uses the frame's offsets for both");

void offsets(void);

void offsets(void)
{
	DEFINE(PERCPU_CURRENT, offsetof(struct percpu, current));
	DEFINE(PERCPU_RESCHED, offsetof(struct percpu, resched));
	DEFINE(PERCPU_STACK, offsetof(struct percpu, stack));
	DEFINE(FRAME_PC, offsetof(struct arch_frame, pc));
	DEFINE(FRAME_END, sizeof(struct arch_frame));
	DEFINE(VCPU_PAGE, offsetof(struct vcpu, page));
	DEFINE(VCPU_PENDING, offsetof(struct vcpu, pending));
	DEFINE(DACR_USER_VALUE, DACR_USER);
	DEFINE(DACR_KERNEL_VALUE, DACR_KERNEL);
	DEFINE(PSR_USER_VALUE, PSR_USER);
	DEFINE(PANIC_REGISTERS_SIZE, sizeof(struct panic_registers));
	DEFINE(PANIC_UNDEFINED_CODE, PANIC_UNDEFINED);
	DEFINE(PANIC_PREFETCH_CODE, PANIC_PREFETCH_ABORT);
	DEFINE(PANIC_DATA_CODE, PANIC_DATA_ABORT);
	DEFINE(PANIC_VECTOR_CODE, PANIC_VECTOR);
}
