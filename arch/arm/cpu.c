/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * ARMv7-A processor: start-up settings, waiting for interrupts, the registers that
 * only a switch of vCPUs saves, cache maintenance over ranges, and asking the MMU
 * what user mode may access.
 * Source: ARM DDI 0406C, B2.2 (caches), B3.17.4 (address translation).
 */
#include <arch/cp15.h>
#include <arch/cpu.h>
#include <arch/fp.h>
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <core/cell.h>
#include <core/percpu.h>
#include <core/vcpu.h>

#define PAR_FAULT        1u
#define ID_PFR0_THUMB2EE 0xf000u

/* Buffers lie in memory: reading a device could end in a bus error. */
#define BUFFER_END MV_DEVICE_BASE

/*
 * entry.S: the vector tables of native cells and of the two virtual modes of guests, and
 * the way of a system call to the guest kernel.
 */
extern const char vectors[], vectors_guest_kernel[], vectors_guest_user[];
void reflect_init(void);
void reflect_to(uint32_t *saved_r12, const uint32_t *system_call);

static uint32_t line_size;

void cpu_init(void)
{
	/* CTR.DminLine: log2 of words in the smallest data cache line. */
	line_size = 4u << (arch_ctr() >> 16 & 0xf);
	fp_init();
	reflect_init();
	/* Cells can read it: clear what a boot loader left there. */
	arch_set_tpidruro(0);
	/* TEECR.XED: TEEHBR must not carry bits from cell to cell. */
	if (arch_id_pfr0() & ID_PFR0_THUMB2EE)
		__asm__ volatile("mcr p14, 6, %0, c0, c0, 0" ::"r"(1));
	arch_isb();
}

void arch_wait_for_interrupt(void)
{
	arch_dsb();
	__asm__ volatile("wfi" ::: "memory");
}

_Noreturn void arch_halt(void)
{
	for (;;)
		arch_wait_for_interrupt();
}

bool arch_user_mode(void)
{
	return arch_dacr() == DACR_USER;
}

void arch_set_user_mode(bool user)
{
	arch_set_dacr(user ? DACR_USER : DACR_KERNEL);
	arch_set_vbar((uint32_t)(user ? vectors_guest_user : vectors_guest_kernel));
	arch_isb();
}

/* Load the virtual mode that the vCPU had when it stopped running. */
static void load_mode(const struct vcpu *v)
{
	if (vcpu_is_guest(v)) {
		arch_set_user_mode(v->dacr == DACR_USER);
		reflect_to(&v->page->saved_r12, &v->page->system_call);
	} else {
		arch_set_dacr(DACR_KERNEL);
		arch_set_vbar((uint32_t)vectors);
		arch_isb();
	}
}

void arch_vcpu_enter(struct vcpu *v)
{
	vspace_leave(v);
	v->dacr = DACR_KERNEL;
	if (v == v->cpu->current)
		arch_set_user_mode(false);
}

void arch_vcpu_reset(struct vcpu *v)
{
	v->thread_id = 0;
	v->user_thread_id = 0;
	v->special = v->cell->vtlb ? VCPU_SPECIAL_GUEST : 0;
	v->dacr = DACR_KERNEL;
	fp_reset(v);
	/* The registers must change at once: a switch to itself would not load them. */
	if (v == v->cpu->current) {
		arch_set_tpidrurw(0);
		arch_set_tpidruro(0);
		load_mode(v);
		arch_space_switch(v->hw);
	}
}

void arch_set_thread_id(struct vcpu *v, uint32_t value)
{
	v->user_thread_id = value;
	v->special &= ~VCPU_SPECIAL_THREAD;
	v->special |= value ? VCPU_SPECIAL_THREAD : 0;
	arch_set_tpidruro(value);
}

/* Not inlined: the common path of the switch does not come here. */
static void __attribute__((noinline)) switch_special(struct vcpu *from, struct vcpu *to)
{
	uint32_t special = from->special | to->special;

	from->dacr = arch_dacr();
	load_mode(to);
	if (special & VCPU_SPECIAL_THREAD)
		arch_set_tpidruro(to->user_thread_id);
	if (special & VCPU_SPECIAL_FP)
		fp_switch(to);
}

void arch_vcpu_switch(struct vcpu *from, struct vcpu *to)
{
	from->thread_id = arch_tpidrurw();
	arch_set_tpidrurw(to->thread_id);
	/* Else an exclusive store could succeed although other vCPUs ran meanwhile (A3.4.5). */
	__asm__ volatile("clrex" ::: "memory");
	if (unlikely(from->special | to->special))
		switch_special(from, to);
}

static bool user_may(void (*ask)(uint32_t va), uint32_t va, uint32_t size)
{
	uint32_t last = va + size - 1;

	if (!size)
		return true;
	if (size > BUFFER_END || va > BUFFER_END - size)
		return false;
	for (va = page_base(va); va <= last; va += PAGE_SIZE) {
		ask(va);
		arch_isb();
		if (arch_par() & PAR_FAULT)
			return false;
	}
	return true;
}

bool arch_user_readable(uint32_t va, uint32_t size)
{
	struct vcpu *v = arch_percpu()->current;

	if (unlikely(v->space))
		return vtlb_may(v, va, size, MAP_READ);
	return user_may(arch_ats1cur, va, size);
}

bool arch_user_writable(uint32_t va, uint32_t size)
{
	struct vcpu *v = arch_percpu()->current;

	if (unlikely(v->space))
		return vtlb_may(v, va, size, MAP_WRITE);
	return user_may(arch_ats1cuw, va, size);
}

static inline void each_line(void (*act)(uint32_t va), const void *start, uint32_t size)
{
	uint32_t line = line_size, va = (uint32_t)start & ~(line - 1);

	for (; va < (uint32_t)start + size; va += line)
		act(va);
	arch_dsb();
}

HOT_PATH void arch_clean(const void *start, uint32_t size)
{
	arch_dsb();
	each_line(arch_dccmvac, start, size);
}

HOT_PATH void arch_clean_invalidate(const void *start, uint32_t size)
{
	arch_dsb();
	each_line(arch_dccimvac, start, size);
}

HOT_PATH void arch_sync_code(void *start, uint32_t size)
{
	each_line(arch_dccmvau, start, size);
	arch_iciallu(0);
	arch_bpiall(0);
	arch_dsb();
	arch_isb();
}
