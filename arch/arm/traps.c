/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Exceptions that a cell caused. In a guest address space an abort may be a
 * miss of the vTLB, which is then filled. Any other exception goes to the guest's
 * own vector or, if there is none, to the cell's fault policy. Called by entry.S
 * with the vCPU's frame saved. Source: ARM DDI 0406C, B3.13 (fault status
 * encodings).
 */
#include <arch/cp15.h>
#include <arch/fp.h>
#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <arch/walk.h>
#include <core/cell.h>
#include <core/vcpu.h>

#define STATUS_WRITE 0x800u
#define STATUS_SEEN  0xc0fu /* without the domain: it is the microvisor's, not the guest's */

/* A vTLB miss shows as one of these: translation, domain and permission faults. */
#define MISSES                                                                    \
	(1u << FS_L1_TRANSLATION | 1u << FS_L2_TRANSLATION | 1u << FS_L1_DOMAIN | \
	 1u << FS_L2_DOMAIN | 1u << FS_L1_PERMISSION | 1u << FS_L2_PERMISSION)

void trap_undefined(struct vcpu *v);
void trap_prefetch(struct vcpu *v);
void trap_data(struct vcpu *v);

/* The fault status is bit 10 and bits 3..0 of the register. */
static uint32_t fault_status(uint32_t status)
{
	return (status & 0xf) | (status >> 6 & 0x10);
}

static bool is_miss(uint32_t fs)
{
	return fs < 16 && MISSES >> fs & 1;
}

/* External aborts on an access or a table walk. Asynchronous ones are masked: see PSR_USER. */
static bool is_external(uint32_t fs)
{
	return fs == FS_EXTERNAL || fs == FS_L1_WALK_EXTERNAL || fs == FS_L2_WALK_EXTERNAL ||
	       fs == FS_PARITY;
}

static uint32_t cause_of(uint32_t fs, uint32_t otherwise)
{
	if (fs == FS_ALIGNMENT)
		return MV_FAULT_ALIGNMENT;
	if (fs == FS_DEBUG)
		return MV_FAULT_BREAKPOINT;
	return is_external(fs) ? MV_FAULT_EXTERNAL : otherwise;
}

/*
 * Make an upcall to the guest's own vector, if the cell has a vMMU and set one. Not if
 * the exception came at the vector itself: the guest would take upcalls for ever.
 */
static bool deliver(struct vcpu *v, uint32_t vector, uint32_t status, uint32_t address)
{
	if (!vcpu_is_guest(v) || !vector ||
	    (!arch_user_mode() && v->frame.pc == arch_frame_target(vector)))
		return false;
	v->page->status = status & STATUS_SEEN;
	v->page->address = address;
	vcpu_exception(v, vector);
	return true;
}

void trap_undefined(struct vcpu *v)
{
	if (fp_take(v))
		return;
	if (!deliver(v, v->page->undefined, 0, 0))
		cell_fault(v, MV_FAULT_UNDEFINED, 0, 0);
}

void trap_prefetch(struct vcpu *v)
{
	uint32_t status = arch_ifsr(), address = arch_ifar();
	uint32_t fs = fault_status(status);

	if (v->space && is_miss(fs)) {
		fs = vtlb_fault(v, address, MAP_EXEC);
		if (!fs)
			return;
		status = fs;
	}
	if (!deliver(v, v->page->fetch_abort, status, address))
		cell_fault(v, cause_of(fs, MV_FAULT_FETCH), status, address);
}

void trap_data(struct vcpu *v)
{
	uint32_t status = arch_dfsr(), address = arch_dfar();
	uint32_t fs = fault_status(status), write = status & STATUS_WRITE;

	if (v->space && is_miss(fs)) {
		fs = vtlb_fault(v, address, write ? MAP_WRITE : MAP_READ);
		if (!fs)
			return;
		status = fs | write;
	}
	if (!deliver(v, v->page->data_abort, status, address))
		cell_fault(v, cause_of(fs, write ? MV_FAULT_WRITE : MV_FAULT_READ), status,
			   address);
}
