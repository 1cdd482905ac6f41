/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The processor as the portable core needs it: the per-CPU pointer, waiting for
 * an interrupt, access to the memory of the running cell, and the address spaces
 * of cells. Each architecture version has a set of files that implement it.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <core/types.h>

struct percpu;
struct cell;
struct vcpu;
struct map_desc;
struct vtlb;

/** arch_scale - value * (whole + fraction / 2^32); in C it would take 8 instructions */
static inline uint64_t arch_scale(uint64_t value, uint32_t whole, uint32_t fraction)
{
	uint64_t product;

	__asm__("umull	%R[product], %Q[product], %[low], %[fraction]\n\t"
		"mov	%R[product], #0\n\t"
		"umlal	%Q[product], %R[product], %[high], %[fraction]\n\t"
		"umlal	%Q[product], %R[product], %[low], %[whole]\n\t"
		"mla	%R[product], %[high], %[whole], %R[product]"
		: [product] "=&r"(product)
		: [low] "r"((uint32_t)value), [high] "r"((uint32_t)(value >> 32)),
		  [whole] "r"(whole), [fraction] "r"(fraction));
	return product;
}

/** arch_percpu - this CPU's data (TPIDRPRW, ARM DDI 0406C B4.1.150) */
static inline struct percpu *arch_percpu(void)
{
	struct percpu *cpu;

	__asm__("mrc p15, 0, %0, c13, c0, 4" : "=r"(cpu));
	return cpu;
}

/** cpu_init - switch off what cells must not use (head.S) */
void cpu_init(void);

/** arch_wait_for_interrupt - sleep until an interrupt is pending; interrupts stay masked */
void arch_wait_for_interrupt(void);

/** arch_halt - stop this CPU for ever */
_Noreturn void arch_halt(void);

/**
 * arch_user_readable, arch_user_writable - may PL0 access all of the range?
 * The answer is for the address space in use now. True for size 0.
 */
bool arch_user_readable(uint32_t va, uint32_t size);
bool arch_user_writable(uint32_t va, uint32_t size);

/** arch_copy - copy @size bytes between word-aligned places */
void arch_copy(void *to, const void *from, uint32_t size);

/** arch_zero - clear @size bytes (a multiple of 4) at a word-aligned place */
void arch_zero(void *to, uint32_t size);

/** arch_clean - write the range back so that it survives a reset */
void arch_clean(const void *start, uint32_t size);

/** arch_clean_invalidate - the same, and drop it from the cache: a device writes it next */
void arch_clean_invalidate(const void *start, uint32_t size);

/** arch_sync_code - make instructions written to the range executable */
void arch_sync_code(void *start, uint32_t size);

/** arch_space_create - build a cell's translation tables from its maps */
void arch_space_create(struct cell *cell);

/** struct arch_space - an address space as the processor needs it */
struct arch_space {
	uint32_t ttbr0;
	uint32_t asid;
};

/** arch_space_switch - use this address space from now on */
void arch_space_switch(const struct arch_space *space);

/** arch_user_mode - is the current vCPU in guest user mode? */
bool arch_user_mode(void);

/** arch_set_user_mode - put the current vCPU, a guest's, in guest user or guest kernel mode */
void arch_set_user_mode(bool user);

/** arch_vcpu_enter - a guest's vCPU starts: guest kernel mode, the cell's own addresses */
void arch_vcpu_enter(struct vcpu *v);

/** arch_vcpu_reset - set the registers that only a switch saves to their values at a start */
void arch_vcpu_reset(struct vcpu *v);

/** arch_set_thread_id - set the word that user mode of the current vCPU can only read */
void arch_set_thread_id(struct vcpu *v, uint32_t value);

/** arch_set_fp - allow or forbid floating point to the current vCPU; false: there is none */
bool arch_set_fp(struct vcpu *v, bool on);

/** arch_vcpu_switch - exchange the registers that only a switch saves */
void arch_vcpu_switch(struct vcpu *from, struct vcpu *to);

/** arch_map_device - make a page of device registers accessible (boot only) */
void *arch_map_device(uint32_t pa);

/** arch_ram_keeps - does a word of RAM keep what is written? It is put back (boot only) */
bool arch_ram_keeps(uint32_t pa);

#endif
