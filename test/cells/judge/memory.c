/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of isolation: the puppet touches what is not its own, in every way an
 * instruction can, and meets its fault policy each time.
 */
#include "judge.h"

#define NOP 0xe1a00000u

static const uint32_t kernel_places[] = {
	0xf0000000, 0xf0010000, 0xf0010008, 0xf0014000, 0xf0018000, 0xf0020000, 0xf0040000,
	0xf0100000, 0xf0200000, 0xf8000000, 0xfe000000, 0xfe001000, 0xffff0000, 0xfffffffc,
};

/* Physical addresses, of both boards: RAM, UARTs, GIC, timers, flash, Ethernet. */
static const uint32_t physical_places[] = {
	0x60000000, 0x60010000, 0x60100000, 0x60300000, 0x60400000, 0x6ffffffc, 0x70000000,
	0x70010000, 0x70300000, 0x70400000, 0x7ffffffc, 0x10000000, 0x10009000, 0x1000a000,
	0x10011000, 0x1e000000, 0x1e000100, 0x1e000200, 0x1e001000, 0x4e000000, 0x44000000,
};

static bool all_fault(uint32_t cause, uint32_t operation, const uint32_t *places, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++)
		if (!faults_at(&puppet, cause, operation, places[i], 0x12345678))
			return false;
	return true;
}

#define ALL_FAULT(cause, operation, places) \
	all_fault(cause, operation, places, MV_ARRAY_SIZE(places))

static bool read_kernel(void)
{
	return ALL_FAULT(MV_FAULT_READ, OP_READ, kernel_places) &&
	       ALL_FAULT(MV_FAULT_READ, OP_READ_BYTE, kernel_places) &&
	       ALL_FAULT(MV_FAULT_READ, OP_READ_USER, kernel_places);
}

static bool write_kernel(void)
{
	return ALL_FAULT(MV_FAULT_WRITE, OP_WRITE, kernel_places) &&
	       ALL_FAULT(MV_FAULT_WRITE, OP_WRITE_BYTE, kernel_places);
}

static bool jump_into_kernel(void)
{
	return ALL_FAULT(MV_FAULT_FETCH, OP_EXECUTE, kernel_places) &&
	       ALL_FAULT(MV_FAULT_FETCH, OP_JUMP_THUMB, kernel_places);
}

static bool physical_memory(void)
{
	return ALL_FAULT(MV_FAULT_READ, OP_READ, physical_places) &&
	       ALL_FAULT(MV_FAULT_WRITE, OP_WRITE, physical_places) &&
	       ALL_FAULT(MV_FAULT_FETCH, OP_EXECUTE, physical_places);
}

static bool exclusive_access(void)
{
	return faults_at(&puppet, MV_FAULT_READ, OP_WRITE_EXCLUSIVE, 0xf0010000, 1) &&
	       faults_at(&puppet, MV_FAULT_READ, OP_WRITE_EXCLUSIVE, 0x60000000, 1) &&
	       faults_with(&puppet, MV_FAULT_WRITE, OP_WRITE_EXCLUSIVE, puppet.order->rodata & ~3u,
			   1);
}

static bool across_the_end(void)
{
	uint32_t end = puppet.order->heap_end;

	return faults_with(&puppet, MV_FAULT_READ, OP_READ_SEVERAL, end - 8, 0) &&
	       faults_with(&puppet, MV_FAULT_WRITE, OP_WRITE_SEVERAL, end - 8, 1) &&
	       faults_with(&puppet, MV_FAULT_READ, OP_READ_SEVERAL, MV_KERNEL_BASE - 8, 0) &&
	       faults_with(&puppet, MV_FAULT_WRITE, OP_WRITE_SEVERAL, MV_KERNEL_BASE - 8, 1) &&
	       faults_with(&puppet, MV_FAULT_READ, OP_READ_SEVERAL, 0xfffc, 0);
}

/* A word in some slots of 1 MiB; test_isolation.py looks at all tables. */
static bool sweep(void)
{
	for (uint32_t slot = 3; slot < 4096; slot += slot < 0xf00 ? 31 : 4) {
		uint32_t address = slot << 20 | (slot * 0x9e4 & 0xffffc);

		if (slot >= 0x400 && slot < 0x410)
			continue; /* segments */
		if (slot == 0x800 || slot == MV_VCPU_PAGE_BASE >> 20)
			continue; /* devices, environment and vCPU pages */
		if (!faults_at(&puppet, MV_FAULT_READ, OP_READ, address, 0))
			return false;
	}
	return true;
}

static bool own_text(void)
{
	return faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, puppet.order->text & ~3u, NOP) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE_BYTE, puppet.order->text, 0) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, 0x10000, NOP) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, puppet.order->rodata, 0);
}

static bool read_only_memory(void)
{
	SAME(order(&puppet, OP_READ, MV_ENV_BASE, 0), DONE);
	SAME(puppet.order->result[0], MV_ENV_MAGIC);
	SAME(order(&puppet, OP_READ, puppet.order->display, 0), DONE);
	return faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, MV_ENV_BASE, 0) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, MV_ENV_BASE + 0xffc, 0) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, puppet.order->display, 0) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE_BYTE, puppet.order->display + 0xfff, 0);
}

/* The producer of a read-only segment can write it, and the consumer sees it. */
static bool shared_segment(void)
{
	volatile uint32_t *display =
		(volatile uint32_t *)(uintptr_t)mv_env_need("display", MV_ENV_SEGMENT)->address;

	display[5] = 0xd15b1a11;
	SAME(order(&puppet, OP_READ, puppet.order->display + 20, 0), DONE);
	SAME(puppet.order->result[0], 0xd15b1a11);
	return true;
}

static bool data_not_executed(void)
{
	const volatile struct order *o = puppet.order;
	const uint32_t places[] = { o->data & ~3u,     o->bss & ~3u,
				    o->heap_end - 64,  o->stack & ~3u,
				    o->display,        (uint32_t)(uintptr_t)o->scratch,
				    MV_VCPU_PAGE_BASE, MV_ENV_BASE,
				    o->rodata & ~3u,   o->device };

	return ALL_FAULT(MV_FAULT_FETCH, OP_EXECUTE, places) &&
	       faults_with(&puppet, MV_FAULT_FETCH, OP_CODE_WORD, NOP, 0);
}

static bool null(void)
{
	return faults_at(&puppet, MV_FAULT_READ, OP_READ, 0, 0) &&
	       faults_at(&puppet, MV_FAULT_READ, OP_READ, 0xfffc, 0) &&
	       faults_at(&puppet, MV_FAULT_WRITE, OP_WRITE, 0, 0) &&
	       faults_at(&puppet, MV_FAULT_FETCH, OP_EXECUTE, 0, 0);
}

static bool stack_guard(void)
{
	uint32_t end = puppet.order->heap_end;

	SAME(order(&puppet, OP_RECURSE, 0, 0), FAULTED);
	SAME(puppet.fault.cause, MV_FAULT_WRITE);
	note("address 0x%x, heap ends at 0x%x", puppet.fault.address, end);
	MUST(puppet.fault.address >= end && puppet.fault.address < end + 4096);
	MUST(revive(&puppet));
	return faults_at(&puppet, MV_FAULT_READ, OP_READ, end, 0) &&
	       faults_at(&puppet, MV_FAULT_READ, OP_READ, end + 0xffc, 0);
}

static bool other_cells_addresses(void)
{
	/* The judge's segments and devices that the puppet does not share. */
	const uint32_t places[] = {
		mv_env_need("pulse", MV_ENV_SEGMENT)->address,
		(uint32_t)(uintptr_t)phoenix.order,
		(uint32_t)(uintptr_t)low.order,
		MV_VCPU_PAGE_BASE + 2 * MV_PAGE_SIZE,
		MV_VCPU_PAGE_BASE + 3 * MV_PAGE_SIZE,
		puppet.order->device + 0x1000,
		puppet.order->device + 0x2000,
	};

	SAME(order(&puppet, OP_READ, puppet.order->device + 0xfe0, 0), DONE);
	SAME(puppet.order->result[0], 0x11);
	return ALL_FAULT(MV_FAULT_READ, OP_READ, places) &&
	       ALL_FAULT(MV_FAULT_WRITE, OP_WRITE, places);
}

static const struct check memory[] = {
	{ "MEM01", "The kernel cannot be read", read_kernel },
	{ "MEM02", "The kernel cannot be written", write_kernel },
	{ "MEM03", "The kernel cannot be jumped into", jump_into_kernel },
	{ "MEM04", "Physical addresses of RAM and devices mean nothing", physical_memory },
	{ "MEM05", "Exclusive accesses obey the same rules", exclusive_access },
	{ "MEM06", "An access across the end of memory faults", across_the_end },
	{ "MEM07", "All over the address space, what is not given is not there", sweep },
	{ "MEM08", "A cell cannot write its text and constants", own_text },
	{ "MEM09", "A cell cannot write its environment and read-only segments", read_only_memory },
	{ "MEM10", "What one writes to a shared segment the other reads", shared_segment },
	{ "MEM11", "Nothing but text can be executed", data_not_executed },
	{ "MEM12", "Null pointers fault", null },
	{ "MEM13", "A stack that overflows meets a guard page", stack_guard },
	{ "MEM14", "What another cell has is not there, what one has is", other_cells_addresses },
};

CHECK_SET(memory);
