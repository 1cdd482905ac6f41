/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A stand-in for the processor as guests see it: the virtual mode, and a vMMU that gives
 * the answers that a test has set and records its calls. The real ones are tested by
 * test/mmu and on QEMU. Cell beta is a guest if a test makes it one.
 */
#ifndef TEST_GUEST_H
#define TEST_GUEST_H

#include <arch/vtlb.h>
#include <core/vcpu.h>

/**
 * struct guest_machine
 * @user: the current vCPU is in guest user mode.
 * @fp, @fp_taken: there is floating point; the next undefined instruction was it.
 * @status: what vtlb_fault() returns. @again: what switches and flushes return.
 * @error: what vtlb_map() returns.
 * @name: the last function asked for. @args: with these arguments.
 */
struct guest_machine {
	bool user, fp, fp_taken, fp_on;
	uint32_t thread_id;
	uint32_t status, again, error;
	const char *name;
	uint32_t args[4];
};

extern struct guest_machine guest;

/** guest_boot - boot with cell beta as a guest, and let it run */
void guest_boot(void);

/* For machine.c. */
void guest_create(struct cell *cell);
bool guest_space(const struct arch_space *space);
void guest_switch(struct vcpu *from, const struct vcpu *to);

#endif
