/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Prints a fault record on the platform's serial line. It is used in products
 * without a cell that reads the fault log, and while that cell is not there.
 * Interrupts are masked while it prints, so a log reader that runs avoids it.
 */
#include <core/fault.h>
#include <core/print.h>

static const char *const causes[] = {
	[MV_FAULT_UNDEFINED] = "undefined or privileged instruction",
	[MV_FAULT_FETCH] = "instruction fetch",
	[MV_FAULT_READ] = "read",
	[MV_FAULT_WRITE] = "write",
	[MV_FAULT_BREAKPOINT] = "breakpoint",
	[MV_FAULT_ALIGNMENT] = "misaligned access",
	[MV_FAULT_EXTERNAL] = "bus error",
};

static const char *const policies[] = {
	[POLICY_HALT] = "halted",
	[POLICY_RESTART] = "restarted",
	[POLICY_MONITOR] = "left to its monitor",
};

RARE_PATH void fault_print(const struct mv_fault_record *r)
{
	print("\nmullion: cell '%s' vCPU %u: %s", r->name, r->vcpu, causes[r->cause]);
	if (r->cause != MV_FAULT_UNDEFINED)
		print(" at 0x%08x", r->address);
	print(", pc 0x%08x, status 0x%x\n", r->regs[15], r->status);
	for (unsigned int i = 0; i < 13; i++)
		print("  r%u%s 0x%08x%s", i, i < 10 ? " " : "", r->regs[i], i % 4 == 3 ? "\n" : "");
	print("  sp  0x%08x\n  lr  0x%08x  psr 0x%08x; the cell is %s\n", r->regs[13], r->regs[14],
	      r->regs[16], policies[r->policy]);
}
