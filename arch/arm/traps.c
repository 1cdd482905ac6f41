/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Exceptions that a cell caused: what the fault status registers mean, turned
 * into a cause. Called by entry.S with the vCPU's frame saved. Source: ARM DDI
 * 0406C, B3.13 (fault status encodings).
 */
#include <arch/mmu.h>
#include <core/cell.h>
#include <core/vcpu.h>

#define STATUS_WRITE 0x800u

/* Fault status, bits 10 and 3..0. */
#define FS_ALIGNMENT 0x1
#define FS_DEBUG     0x2

void trap_undefined(struct vcpu *v);
void trap_prefetch(struct vcpu *v);
void trap_data(struct vcpu *v);

static uint32_t fault_status(uint32_t status)
{
	return (status & 0xf) | (status >> 6 & 0x10);
}

/* External aborts, on the access or on a table walk. Late ones are masked: see PSR_USER. */
static bool is_external(uint32_t fs)
{
	return fs == 0x08 || fs == 0x0c || fs == 0x0e || fs == 0x19;
}

void trap_undefined(struct vcpu *v)
{
	cell_fault(v, MV_FAULT_UNDEFINED, 0, 0);
}

void trap_prefetch(struct vcpu *v)
{
	uint32_t status = arch_ifsr();
	uint32_t fs = fault_status(status), cause = MV_FAULT_FETCH;

	if (fs == FS_DEBUG)
		cause = MV_FAULT_BREAKPOINT;
	else if (is_external(fs))
		cause = MV_FAULT_EXTERNAL;
	cell_fault(v, cause, status, arch_ifar());
}

void trap_data(struct vcpu *v)
{
	uint32_t status = arch_dfsr();
	uint32_t fs = fault_status(status);
	uint32_t cause = status & STATUS_WRITE ? MV_FAULT_WRITE : MV_FAULT_READ;

	if (fs == FS_ALIGNMENT)
		cause = MV_FAULT_ALIGNMENT;
	else if (fs == FS_DEBUG)
		cause = MV_FAULT_BREAKPOINT;
	else if (is_external(fs))
		cause = MV_FAULT_EXTERNAL;
	cell_fault(v, cause, status, arch_dfar());
}
