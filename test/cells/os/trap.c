/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Faults and interrupts. A fault is a page to be supplied, or goes to the
 * process's handler, or ends the process. In kernel mode only copies between
 * kernel and user may fault.
 */
#include "os.h"

#define STATUS_WRITE 0x800u

/* The handler starts like a function called where the fault was: see user/probe.S. */
static struct regs *signal(struct process *p, uint32_t address, uint32_t kind)
{
	if (p->handler) {
		counts.handled++;
		p->regs.pc = p->handler;
		p->regs.r[0] = address;
		p->regs.r[1] = kind;
		return &p->regs;
	}
	counts.killed++;
	process_exit(p, KILLED, 0);
	return process_choose(true);
}

struct regs *on_fault(struct regs *regs, uint32_t address, uint32_t status, uint32_t kind)
{
	uint32_t access = kind == FAULT_FETCH   ? RIGHT_EXEC :
			  status & STATUS_WRITE ? RIGHT_WRITE :
						  RIGHT_READ;

	if (vm_fault(current, address, access))
		return regs;
	return signal(current, address, kind);
}

struct regs *on_undefined(struct regs *regs)
{
	if (fp_undefined(current))
		return regs;
	return signal(current, regs->pc, FAULT_UNDEFINED);
}

struct regs *on_tick(struct regs *regs)
{
	struct regs *next;

	machine_tick();
	process_ticked();
	next = process_choose(true);
	counts.preempted += next != regs;
	return next;
}

void on_kernel_tick(void)
{
	machine_tick();
	process_ticked();
	counts.kernel_ticks++;
}

uint32_t on_kernel_fault(uint32_t pc, uint32_t address, uint32_t status)
{
	uint32_t access = status & STATUS_WRITE ? RIGHT_WRITE : RIGHT_READ;

	if (pc < (uint32_t)(uintptr_t)user_copy_start || pc >= (uint32_t)(uintptr_t)user_copy_end) {
		say("test-os: seed %u: the kernel faulted at %x, address %x, status %x\n",
		    plan.seed, pc, address, status);
		machine_end();
	}
	counts.kernel_faults++;
	if (vm_fault(current, address, access))
		return pc;
	return (uint32_t)(uintptr_t)user_copy_failed;
}
