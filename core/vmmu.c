/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vMMU as an object: switching and flushing a guest's address spaces, entering
 * pages for a guest without tables of its own, statistics. This file checks the
 * arguments; translations are made by the architecture's code (arch/vmmu.h).
 * Called through the hypercall table by the vCPUs of the cell that owns the vMMU;
 * a cell that may read its statistics need not own it.
 */
#include <arch/vmmu.h>
#include <core/buffer.h>
#include <core/cap.h>
#include <core/hypercall.h>
#include <hypercall_protos.h>

_Static_assert(sizeof(struct mv_vmmu_stats) % 4 == 0, "copied by words");

/* Only the owner of a vMMU has the right to these calls, so it is the caller's own vMMU. */
static uint32_t find_own(uint32_t cap, uint8_t kind, uint8_t rights)
{
	uint16_t unused;

	return cap_find(cap, kind, rights, &unused);
}

uint64_t sys_vmmu_switch(uint32_t cap, uint32_t table, uint32_t asid)
{
	struct vcpu *v = current_vcpu();
	uint32_t error = find_own(cap, CAP_VMMU_SWITCH);

	if (error)
		return result(error, 0);
	if (asid > MV_ASID_MAX)
		return result(MV_ERR_ARGUMENT, 0);
	if (table == MV_VMMU_OFF) {
		vspace_leave(v);
		return result(MV_OK, 0);
	}
	if (table != MV_VMMU_SOFTWARE && table % MV_VMMU_TABLE_SIZE)
		return result(MV_ERR_ARGUMENT, 0);
	return result(MV_OK, vspace_switch(v, table, asid));
}

/* May the guest translate the whole range? It may below MV_GUEST_END and in the last slot. */
static bool translated(uint32_t start, uint32_t size)
{
	if (start >= MV_GUEST_HIGH)
		return size <= -start;
	return size <= MV_GUEST_END && start <= MV_GUEST_END - size;
}

uint64_t sys_vmmu_flush(uint32_t cap, uint32_t asid, uint32_t start, uint32_t size)
{
	struct vcpu *v = current_vcpu();
	uint32_t error = find_own(cap, CAP_VMMU_FLUSH);

	if (error)
		return result(error, 0);
	if (asid > MV_ASID_ALL)
		return result(MV_ERR_ARGUMENT, 0);
	if (!size)
		return result(MV_OK, vspace_flush_asid(v, asid));
	if ((start | size) % MV_PAGE_SIZE || !translated(start, size))
		return result(MV_ERR_ADDRESS, 0);
	return result(MV_OK, vspace_flush_range(v, asid, start, size));
}

uint64_t sys_vmmu_map(uint32_t cap, uint32_t va, uint32_t address, uint32_t rights)
{
	struct vcpu *v = current_vcpu();
	uint32_t error = find_own(cap, CAP_VMMU_MAP);

	if (error)
		return result(error, 0);
	if (rights > (MV_MAP_USER | MV_RIGHT_READ | MV_RIGHT_WRITE | MV_RIGHT_EXEC) ||
	    !(rights & MV_RIGHT_READ))
		return result(MV_ERR_ARGUMENT, 0);
	if (!v->space || !vspace_software(v->space))
		return result(MV_ERR_STATE, 0);
	if ((va | address) % MV_PAGE_SIZE)
		return result(MV_ERR_ADDRESS, 0);
	return result(vtlb_map(v, va, address, rights), 0);
}

static uint32_t decode_stats(const struct cell *c, uint32_t vcpu, uint32_t buffer, uint32_t size)
{
	if (vcpu >= c->desc->nr_vcpus)
		return MV_ERR_ARGUMENT;
	if (size < sizeof(struct mv_vmmu_stats))
		return MV_ERR_SIZE;
	if (!buffer_writable(buffer, sizeof(struct mv_vmmu_stats)))
		return MV_ERR_ADDRESS;
	return MV_OK;
}

uint64_t sys_vmmu_stats(uint32_t cap, uint32_t vcpu, uint32_t buffer, uint32_t size)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VMMU_STATS, &index);

	if (!error)
		error = decode_stats(&cells[index], vcpu, buffer, size);
	if (error)
		return result(error, 0);
	arch_copy((void *)(uintptr_t)buffer, &vcpus[cells[index].desc->first_vcpu + vcpu].stats,
		  sizeof(struct mv_vmmu_stats));
	return result(MV_OK, sizeof(struct mv_vmmu_stats));
}
