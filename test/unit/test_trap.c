/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the way in which arch/arm/traps.c decodes the fault status registers (ARM DDI
 * 0406C, B3.13): every status is tried, and the record of the fault is checked.
 */
#include "software.h"
#include "unit.h"

#include <arch/cp15.h>

#define WRITE 0x800u

void trap_undefined(struct vcpu *v);
void trap_prefetch(struct vcpu *v);
void trap_data(struct vcpu *v);

static uint32_t status, address;

void fault_registers(uint32_t new_status, uint32_t new_address);
void fault_registers(uint32_t new_status, uint32_t new_address)
{
	status = new_status;
	address = new_address;
}

uint32_t arch_ifsr(void)
{
	return status;
}

uint32_t arch_ifar(void)
{
	return address;
}

uint32_t arch_dfsr(void)
{
	return status;
}

uint32_t arch_dfar(void)
{
	return address;
}

/* Cause recorded for beta when it traps so. */
static uint32_t cause_of(void (*trap)(struct vcpu *v), uint32_t status_)
{
	const struct mv_fault_record *r = data(CELL_MONITOR, 0);

	status = status_;
	address = 0x1234abcc;
	become(VCPU_BETA);
	by_trap(trap);
	become(VCPU_MONITOR);
	assert_int_equal(mv_fault_read(MONITOR_LOG, data(CELL_MONITOR, 0), 4096).error, MV_OK);
	assert_int_equal(r->status, trap == trap_undefined ? 0 : status_);
	assert_int_equal(r->address, trap == trap_undefined ? 0 : 0x1234abcc);
	return r->cause;
}

static uint32_t encode(unsigned int fs)
{
	return (fs & 0xf) | (fs & 0x10) << 6 | 0x1f0; /* domain bits are of no matter */
}

static bool bus(unsigned int fs)
{
	return fs == 0x08 || fs == 0x0c || fs == 0x0e || fs == 0x19;
}

TEST(trap_001, "UNI-TRAP-001", "an undefined instruction is one, without address or status")
{
	assert_int_equal(cause_of(trap_undefined, 0x805), MV_FAULT_UNDEFINED);
}

TEST(trap_002, "UNI-TRAP-002", "every status of a data abort has its cause; bit 11 tells writes")
{
	for (unsigned int fs = 0; fs < 32; fs++) {
		uint32_t read = MV_FAULT_READ, write = MV_FAULT_WRITE;

		if (fs == 0x01)
			read = write = MV_FAULT_ALIGNMENT;
		else if (fs == 0x02)
			read = write = MV_FAULT_BREAKPOINT;
		else if (bus(fs))
			read = write = MV_FAULT_EXTERNAL;
		assert_int_equal(cause_of(trap_data, encode(fs)), read);
		assert_int_equal(cause_of(trap_data, encode(fs) | WRITE), write);
	}
}

TEST(trap_003, "UNI-TRAP-003", "every status of a prefetch abort has its cause")
{
	for (unsigned int fs = 0; fs < 32; fs++) {
		uint32_t cause = MV_FAULT_FETCH;

		if (fs == 0x01) /* never seen: ARMv7 has none for fetches */
			cause = MV_FAULT_ALIGNMENT;
		else if (fs == 0x02)
			cause = MV_FAULT_BREAKPOINT;
		else if (bus(fs))
			cause = MV_FAULT_EXTERNAL;
		assert_int_equal(cause_of(trap_prefetch, encode(fs)), cause);
	}
}
