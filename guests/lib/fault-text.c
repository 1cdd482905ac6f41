/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Prints a fault record in words: the act of the cell, the reason why it is not
 * allowed, a hint at the cause, and the consequence. Status codes are those of the
 * short descriptor format (ARM DDI 0406C, table B3-23).
 */
#include <mv.h>

#define SP             13
#define LR             14
#define PC             15

#define PSR_THUMB      0x20u
#define LIKELY_NULL    0x1000u
#define NEAR_THE_STACK 0x1000u

/* Bits 10 and 3..0 of the status register. */
static uint32_t status_code(uint32_t status)
{
	return (status & 0xf) | (status >> 6 & 0x10);
}

static bool is_translation(uint32_t code)
{
	return code == 0x05 || code == 0x07;
}

static const char *status_text(uint32_t code)
{
	static const char *const texts[32] = {
		[0x01] = "the address is not a multiple of the size of the access",
		[0x02] = "a breakpoint or watchpoint",
		[0x03] = "the section's access flag is clear",
		[0x04] = "cache maintenance failed",
		[0x05] = "nothing is mapped there, nor in the megabyte around it",
		[0x06] = "the page's access flag is clear",
		[0x07] = "nothing is mapped there",
		[0x08] = "the bus answered with an error: no device, or it refused",
		[0x09] = "the section's domain is closed to this cell",
		[0x0b] = "the page's domain is closed to this cell",
		[0x0c] = "the bus failed while the translation table was read",
		[0x0d] = "the section is mapped, but not for this kind of access",
		[0x0e] = "the bus failed while the translation table was read",
		[0x0f] = "the page is mapped, but not for this kind of access",
		[0x10] = "two TLB entries match",
		[0x14] = "a locked-down TLB or cache entry",
		[0x16] = "the bus failed some time after an access",
		[0x18] = "a parity error some time after an access",
		[0x19] = "a parity error in memory",
		[0x1a] = "a coprocessor refused",
		[0x1c] = "a parity error while the translation table was read",
		[0x1e] = "a parity error while the translation table was read",
	};

	return texts[code] ? texts[code] : "an unknown fault status";
}

/* As its guest kernel said in r0: its end is an undefined instruction. */
static bool panicked(const struct mv_fault_record *r)
{
	return r->cause == MV_FAULT_UNDEFINED && r->regs[0] == MV_PANICKED;
}

const char *mv_fault_what(const struct mv_fault_record *r)
{
	static const char *const texts[] = {
		[MV_FAULT_UNDEFINED] = "executed an undefined or privileged instruction",
		[MV_FAULT_FETCH] = "tried to execute what lies at",
		[MV_FAULT_READ] = "tried to read",
		[MV_FAULT_WRITE] = "tried to write",
		[MV_FAULT_BREAKPOINT] = "met a breakpoint at",
		[MV_FAULT_ALIGNMENT] = "made a misaligned access to",
		[MV_FAULT_EXTERNAL] = "got a bus error from",
	};

	if (panicked(r))
		return "its operating system panicked";
	return r->cause < MV_ARRAY_SIZE(texts) && texts[r->cause] ? texts[r->cause] :
								    "did something at";
}

static bool near(uint32_t a, uint32_t b)
{
	return a - b < NEAR_THE_STACK || b - a < NEAR_THE_STACK;
}

static const char *region_advice(uint32_t address)
{
	if (address >= MV_KERNEL_BASE)
		return "the address belongs to the microvisor: no cell may touch it";
	if (address >= MV_ENV_BASE)
		return "the environment is there: it can only be read";
	if (address >= MV_VCPU_PAGE_BASE)
		return "vCPU pages are there: one for each vCPU of the cell, not executable";
	if (address >= MV_DEVICE_BASE)
		return "devices are mapped there: is this one in the cell's 'devices'?";
	if (address >= MV_SEGMENT_BASE)
		return "shared segments are mapped there: is the cell in 'shared-by', or only "
		       "in 'read-only-for'?";
	return NULL;
}

/* A hint at the most likely cause, or NULL. */
static const char *advice(const struct mv_fault_record *r, const char *function)
{
	if (panicked(r))
		return "no second fault: its last lines on the console say why";
	if (r->cause == MV_FAULT_UNDEFINED) {
		if (function && !strcmp(function, "mv_panic"))
			return "the cell gave itself up: its last line on the console says why";
		return "floating point, coprocessors and system registers are undefined in cells";
	}
	if (r->address < LIKELY_NULL)
		return "a null pointer, perhaps with an offset";
	if (r->cause != MV_FAULT_FETCH && is_translation(status_code(r->status)) &&
	    near(r->address, r->regs[SP]))
		return "stack overflow: the address is next to sp, where no memory is; see 'stack'";
	if (region_advice(r->address))
		return region_advice(r->address);
	if (r->cause == MV_FAULT_FETCH)
		return "a wild jump: lr tells where from, if it was a call";
	if (r->cause == MV_FAULT_WRITE && !is_translation(status_code(r->status)))
		return "code and constants of a cell can only be read";
	return NULL;
}

static void print_place(const struct mv_fault_record *r, mv_print_fn print, const char *name,
			uint32_t address)
{
	uint32_t offset;
	const char *function = mv_symbol_find(r->name, address, &offset);

	if (function)
		print(", %s 0x%08x (%s+0x%x)", name, address, function, offset);
	else
		print(", %s 0x%08x", name, address);
}

static void print_registers(const struct mv_fault_record *r, mv_print_fn print)
{
	for (unsigned int i = 0; i < SP; i++)
		print("%sr%-2u %08x%s", i % 4 ? "  " : "  ", i, r->regs[i], i % 4 == 3 ? "\n" : "");
	print("  sp  %08x\n", r->regs[SP]);
	print("  lr  %08x  pc  %08x  psr %08x (%s)\n", r->regs[LR], r->regs[PC], r->regs[16],
	      r->regs[16] & PSR_THUMB ? "Thumb" : "ARM");
}

static const char *consequence(uint32_t policy)
{
	static const char *const texts[] = {
		"it stays halted",
		"it is restarted",
		"its monitor decides",
	};

	return policy < MV_ARRAY_SIZE(texts) ? texts[policy] : "unknown";
}

void mv_fault_print(const struct mv_fault_record *r, mv_print_fn print)
{
	uint64_t us = ((uint64_t)r->time[1] << 32 | r->time[0]) / 1000;
	uint32_t offset;
	const char *function = mv_symbol_find(r->name, r->regs[PC], &offset);
	const char *hint = advice(r, function);

	print("fault %u: cell '%s', vCPU %u, %u.%06u s after boot, restarted %u times before\n",
	      r->sequence, r->name, r->vcpu, (uint32_t)(us / 1000000), (uint32_t)(us % 1000000),
	      r->restarts);
	print("  what: %s", mv_fault_what(r));
	if (r->cause != MV_FAULT_UNDEFINED)
		print(" 0x%08x", r->address);
	print_place(r, print, "pc", r->regs[PC]);
	print_place(r, print, "lr", r->regs[LR]);
	print("\n");
	if (r->status)
		print("  why:  %s (status 0x%03x)\n", status_text(status_code(r->status)),
		      r->status);
	if (hint)
		print("  hint: %s\n", hint);
	print_registers(r, print);
	print("  then: %s\n", consequence(r->policy));
}
