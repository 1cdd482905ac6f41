/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The processor as the portable core needs it, played by the test machine (machine.c).
 * The interface is that of arch/arm/include/arch/cpu.h; an address space is named by
 * the index of its cell. The frame is the real one of arch/arm.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <core/types.h>

struct percpu;
struct cell;
struct vcpu;

struct arch_space {
	uint32_t cell;
};

static inline uint64_t arch_scale(uint64_t value, uint32_t whole, uint32_t fraction)
{
	uint64_t low = (uint64_t)(uint32_t)value * fraction;

	return value * whole + (value >> 32) * fraction + (low >> 32);
}

struct percpu *arch_percpu(void);
void arch_wait_for_interrupt(void);
_Noreturn void arch_halt(void);
bool arch_user_readable(uint32_t va, uint32_t size);
bool arch_user_writable(uint32_t va, uint32_t size);
void arch_copy(void *to, const void *from, uint32_t size);
void arch_zero(void *to, uint32_t size);
void arch_clean(const void *start, uint32_t size);
void arch_clean_invalidate(const void *start, uint32_t size);
void arch_sync_code(void *start, uint32_t size);
void arch_space_create(struct cell *cell);
void arch_space_switch(const struct arch_space *space);
void arch_vcpu_switch(struct vcpu *from, struct vcpu *to);
void arch_vcpu_enter(struct vcpu *v);
void arch_vcpu_reset(struct vcpu *v);
bool arch_user_mode(void);
void arch_set_user_mode(bool user);
void arch_set_thread_id(struct vcpu *v, uint32_t value);
bool arch_set_fp(struct vcpu *v, bool on);
void *arch_map_device(uint32_t pa);
bool arch_ram_keeps(uint32_t pa);

#endif
