/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test machine. Besides playing the devices it is strict: a copy into
 * memory that the address space in use does not have, an interrupt that is
 * ended without being active, or a device used before it was initialised
 * fails the test at once.
 */
#include "machine.h"

#include "guest.h"
#include "unit.h"

#include <core/cell.h>
#include <core/clock.h>
#include <core/percpu.h>
#include <core/timer.h>
#include <string.h>
#include <sys/mman.h>

struct machine machine;

/* Linker symbols that the fact sheet subtracts: 8 KiB of kernel. */
__asm__(".pushsection .bss\n.globl kernel_start, kernel_end\n"
	"kernel_start: .space 8192\nkernel_end: .space 1\n.popsection");

/* Memory of cells ------------------------------------------------------- */

static bool in_cell_memory(const void *p)
{
	return (uintptr_t)p < 1ull << 32;
}

static bool page_allows(const struct cell_desc *c, uint32_t va, uint32_t attr)
{
	for (unsigned int i = 0; i < c->nr_maps; i++) {
		const struct map_desc *m = &c->maps[i];

		if (va >= m->va && va - m->va < m->size)
			return (m->attr & attr) == attr;
	}
	return false;
}

bool machine_may(int space, uint32_t va, uint32_t size, uint32_t attr)
{
	uint64_t end = (uint64_t)va + size;

	if (!size)
		return true;
	if (space < 0 || end > MV_DEVICE_BASE)
		return false;
	for (uint64_t page = va & ~(MV_PAGE_SIZE - 1u); page < end; page += MV_PAGE_SIZE)
		if (!page_allows(&edit_cells[space], page, attr))
			return false;
	return true;
}

/* The kernel may write what user mode may only read, but not other cells. */
static void need_mapped(const void *p, uint32_t size)
{
	if (size && in_cell_memory(p) && !machine_may(machine.space, (uintptr_t)p, size, 0))
		fail_msg("memory %p..+%u touched, which the cell in use (%d) does not have", p,
			 size, machine.space);
}

static void touched(const void *to, uint32_t size)
{
	if (!size || !in_cell_memory(to))
		return;
	if (size > machine.longest_copy)
		machine.longest_copy = size;
	if (machine.on_copy)
		machine.on_copy();
}

static void make_memory(void)
{
	for (unsigned int i = 0; i < NR_CELLS; i++) {
		void *at = (void *)(uintptr_t)CELL_BASE(i);
		size_t size = CELL_END(i) - CELL_BASE(i);
		void *got = mmap(at, size, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		if (got != at)
			fail_msg("this host gives no memory at %p", at);
		memset(got, 0xa5, size);
	}
}

/* Processor ------------------------------------------------------------- */

struct percpu *arch_percpu(void)
{
	return &percpus[0];
}

void arch_wait_for_interrupt(void)
{
	if (machine.on_wait) {
		machine.on_wait();
		return;
	}
	machine.idle = true;
	longjmp(machine.resting, 1);
}

static _Noreturn void end_of_machine(enum machine_end how)
{
	if (!machine.ending_set)
		fail_msg("the microvisor ended, which this test does not expect. It printed:\n%s",
			 machine.line);
	machine.end = how;
	longjmp(machine.ending, 1);
}

_Noreturn void arch_halt(void)
{
	end_of_machine(END_HALTED);
}

bool arch_user_readable(uint32_t va, uint32_t size)
{
	return machine_may(machine.space, va, size, MAP_READ);
}

bool arch_user_writable(uint32_t va, uint32_t size)
{
	return machine_may(machine.space, va, size, MAP_WRITE);
}

void arch_copy(void *to, const void *from, uint32_t size)
{
	assert_int_equal((uintptr_t)to % 4, 0);
	assert_int_equal((uintptr_t)from % 4, 0);
	need_mapped(to, size);
	need_mapped(from, size);
	if (size)
		memcpy(to, from, size);
	touched(to, size);
}

void arch_zero(void *to, uint32_t size)
{
	assert_int_equal((uintptr_t)to % 4, 0);
	assert_int_equal(size % 4, 0);
	need_mapped(to, size);
	memset(to, 0, size);
	touched(to, size);
}

void arch_clean(const void *start, uint32_t size)
{
	machine.cleaned += start && size;
	machine.cleaned_at = (void *)(uintptr_t)start;
}

void arch_clean_invalidate(const void *start, uint32_t size)
{
	need_mapped(start, size);
	machine.invalidated += size;
}

void arch_sync_code(void *start, uint32_t size)
{
	need_mapped(start, size);
	machine.code_syncs++;
}

void arch_space_create(struct cell *cell)
{
	cell->space.cell = cell_index(cell);
	guest_create(cell);
}

void arch_space_switch(const struct arch_space *space)
{
	assert_in_range(space->cell, 0, NR_CELLS - 1);
	if (!guest_space(space))
		assert_ptr_equal(space, &cells[space->cell].space);
	machine.space = space->cell;
	machine.space_switches++;
}

void arch_vcpu_switch(struct vcpu *from, struct vcpu *to)
{
	assert_ptr_not_equal(from, to);
	guest_switch(from, to);
	machine.vcpu_switches++;
}

void *arch_map_device(uint32_t pa)
{
	return (void *)(uintptr_t)pa;
}

bool arch_ram_keeps(uint32_t pa)
{
	machine.probed = pa;
	return !machine.no_ram;
}

/* Interrupt controller --------------------------------------------------- */

static bool chip_ready;

static void chip_init(void *const regs[2], uint32_t nr)
{
	assert_ptr_equal(regs[0], (uintptr_t)platform.irqchip_regs[0]);
	assert_ptr_equal(regs[1], (uintptr_t)platform.irqchip_regs[1]);
	assert_int_equal(nr, NR_IRQS);
	memset(machine.masked, 1, sizeof(machine.masked));
	chip_ready = true;
}

static void known(uint32_t irq)
{
	assert_true(chip_ready);
	assert_in_range(irq, 0, NR_IRQS - 1);
}

static bool irq_waits(unsigned int irq)
{
	if (irq == platform.timer_irq)
		return machine.ticks >= machine.deadline;
	return machine.edge[irq] ? machine.latched[irq] : machine.asserted[irq];
}

static int next_irq(void)
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		if (!machine.masked[irq] && irq_waits(irq))
			return irq;
	return -1;
}

bool machine_irq_pending(void)
{
	return chip_ready && next_irq() >= 0;
}

static uint32_t chip_ack(void)
{
	int irq;

	if (machine.on_poll)
		machine.on_poll();
	irq = next_irq();
	assert_int_equal(machine.active, -1);
	if (machine.beyond) {
		irq = machine.beyond;
		machine.beyond = 0;
		machine.active = irq < 1020 ? irq : -1;
		return irq;
	}
	if (irq < 0)
		return 1023;
	machine.active = irq;
	machine.latched[irq] = 0;
	return irq;
}

static void chip_end(uint32_t irq)
{
	assert_int_equal(machine.active, irq);
	machine.active = -1;
}

static bool chip_drop(uint32_t irq)
{
	if (irq >= 1020)
		return false;
	chip_end(irq);
	if (irq < NR_IRQS)
		machine.masked[irq] = 1;
	machine.dropped++;
	return true;
}

static void chip_mask(uint32_t irq)
{
	known(irq);
	machine.masked[irq] = 1;
}

static void chip_end_masked(uint32_t irq)
{
	chip_end(irq);
	chip_mask(irq);
}

static void chip_unmask(uint32_t irq)
{
	known(irq);
	machine.masked[irq] = 0;
}

static void chip_trigger(uint32_t irq, bool edge)
{
	known(irq);
	machine.edge[irq] = edge;
}

const struct irqchip_ops machine_irqchip = {
	.init = chip_init,
	.ack = chip_ack,
	.drop = chip_drop,
	.end = chip_end,
	.end_masked = chip_end_masked,
	.mask = chip_mask,
	.unmask = chip_unmask,
	.trigger = chip_trigger,
};

/* Timer -------------------------------------------------------------------- */

static void timer_init(void *const regs[2], uint32_t hz)
{
	assert_ptr_equal(regs[0], (uintptr_t)platform.timer_regs[0]);
	assert_ptr_equal(regs[1], (uintptr_t)platform.timer_regs[1]);
	assert_int_equal(hz, platform.timer_hz);
}

uint64_t platform_ticks(void)
{
	return machine.ticks;
}

static void timer_set(uint64_t deadline)
{
	machine.deadline = deadline;
	machine.sets++;
}

static void timer_clear(void)
{
	machine.deadline = TIME_NEVER;
}

const struct timer_ops machine_timer = {
	.init = timer_init,
	.set = timer_set,
	.clear = timer_clear,
};

/* Serial line and reset ------------------------------------------------------ */

static bool serial_ready;

static void serial_init(void *const regs[1], uint32_t hz)
{
	assert_ptr_equal(regs[0], (uintptr_t)platform.serial_regs[0]);
	assert_int_equal(hz, platform.serial_hz);
	serial_ready = true;
}

static void serial_put(char c)
{
	assert_true(serial_ready);
	if (machine.length < sizeof(machine.line) - 1)
		machine.line[machine.length++] = c;
	machine.line[machine.length] = 0;
}

const struct serial_ops machine_serial = { .init = serial_init, .put = serial_put };

static bool reset_ready;

static void reset_init(void *const regs[1])
{
	reset_ready = true;
	assert_ptr_equal(regs[0], (uintptr_t)platform.reset_regs[0]);
}

static void reset_restart(void)
{
	assert_true(reset_ready);
	end_of_machine(END_RESTARTED);
}

static void reset_power_off(void)
{
	assert_true(reset_ready);
	end_of_machine(END_POWERED_OFF);
}

const struct reset_ops machine_reset = {
	.init = reset_init,
	.restart = reset_restart,
	.power_off = reset_power_off,
};

void machine_reset_devices(void)
{
	static bool have_memory;

	if (!have_memory)
		make_memory();
	have_memory = true;
	memset(&machine, 0, sizeof(machine));
	machine.deadline = TIME_NEVER;
	machine.active = -1;
	machine.space = -1;
	chip_ready = serial_ready = reset_ready = false;
}
