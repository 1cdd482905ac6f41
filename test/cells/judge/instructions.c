/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of instructions that must have no effect outside user mode. The puppet
 * executes them (test/cells/puppet/probe.S).
 */
#include "judge.h"

#define MODE_USER 0x10

static bool undefined(const uint8_t *list, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++) {
		note("instruction %u", list[i]);
		if (!faults_with(&puppet, MV_FAULT_UNDEFINED, OP_INSTRUCTION, list[i], 0))
			return false;
		SAME(puppet.fault.status | puppet.fault.address, 0);
	}
	return true;
}

/* Fault or go on, but in user mode with interrupts unmasked. */
static bool harmless(const uint8_t *list, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++) {
		enum outcome outcome = order(&puppet, OP_INSTRUCTION, list[i], 0);

		note("instruction %u", list[i]);
		MUST(outcome == DONE || outcome == FAULTED);
		if (outcome == FAULTED)
			MUST(revive(&puppet));
		SAME(order(&puppet, OP_INSTRUCTION, INSN_MRS, 0), DONE);
		SAME(puppet.order->result[0] & 0x1f, MODE_USER);
		SAME(puppet.order->result[0] & 0x80, 0);
	}
	return true;
}

static bool mode_change(void)
{
	static const uint8_t list[] = { INSN_CPS, INSN_MSR_CONTROL, INSN_MSR_SPSR, INSN_RFE,
					INSN_SRS, INSN_LDM_USER,    INSN_SUBS_PC };

	SAME(order(&puppet, OP_INSTRUCTION, INSN_CPS, 0), DONE);
	SAME(puppet.order->result[0] & 0x9f, MODE_USER);
	SAME(order(&puppet, OP_INSTRUCTION, INSN_MSR_CONTROL, 0), DONE);
	SAME(puppet.order->result[0] & 0x9f, MODE_USER);
	return harmless(list, sizeof(list));
}

static bool control_registers(void)
{
	static const uint8_t list[] = {
		INSN_READ_SCTLR, INSN_WRITE_SCTLR,      INSN_WRITE_TTBR0,   INSN_WRITE_DACR,
		INSN_WRITE_VBAR, INSN_WRITE_CONTEXTIDR, INSN_READ_TPIDRPRW, INSN_WRITE_TPIDRURO,
	};

	return undefined(list, sizeof(list));
}

static bool maintenance(void)
{
	static const uint8_t list[] = { INSN_FLUSH_TLB, INSN_CLEAN_CACHE, INSN_TRANSLATE };

	return undefined(list, sizeof(list));
}

static bool debug_and_counters(void)
{
	static const uint8_t list[] = { INSN_READ_PMCCNTR, INSN_DEBUG_CONTROL, INSN_CP14_TEECR };

	return undefined(list, sizeof(list));
}

static bool other_modes(void)
{
	static const uint8_t list[] = { INSN_SMC, INSN_HVC };

	return undefined(list, sizeof(list));
}

/* Where it is, as the microvisor says. */
static bool coprocessors(void)
{
	static const uint8_t list[] = { INSN_VFP, INSN_VMRS, INSN_NEON, INSN_CP10_CDP };
	uint32_t error = mv_vcpu_set(MV_VCPU_FP, 1);

#ifndef CONFIG_VFP
	SAME(error, MV_ERR_ARGUMENT);
#endif
	if (error)
		return undefined(list, sizeof(list));
	for (uint32_t i = 0; i < sizeof(list); i++)
		SAME(order(&puppet, OP_INSTRUCTION, list[i], 0), DONE);
	return true;
}

static bool permanently_undefined(void)
{
	static const uint8_t list[] = { INSN_UDF, INSN_UDF_THUMB };

	if (!undefined(list, sizeof(list)))
		return false;
	MUST(puppet.fault.regs[16] & 0x20);
	SAME(puppet.fault.regs[15] & 1, 0);
	return true;
}

static bool breakpoints(void)
{
	return faults_with(&puppet, MV_FAULT_BREAKPOINT, OP_INSTRUCTION, INSN_BKPT, 0) &&
	       faults_with(&puppet, MV_FAULT_BREAKPOINT, OP_INSTRUCTION, INSN_BKPT_THUMB, 0);
}

static bool hints(void)
{
	static const uint8_t list[] = { INSN_WFI, INSN_WFE, INSN_SEV, INSN_BARRIERS,
					INSN_PRELOAD_KERNEL };

	for (uint32_t i = 0; i < sizeof(list); i++) {
		note("instruction %u", list[i]);
		SAME(order(&puppet, OP_INSTRUCTION, list[i], 0), DONE);
		SAME(puppet.order->result[0], 1);
	}
	return true;
}

static bool big_endian(void)
{
	SAME(order(&puppet, OP_INSTRUCTION, INSN_SETEND, 0), DONE);
	SAME(puppet.order->result[0], 0x44332211);
	return obeys(&puppet) && obeys(&phoenix);
}

static bool misaligned(void)
{
	SAME(order(&puppet, OP_INSTRUCTION, INSN_LDR_UNALIGNED, 0), DONE);
	SAME(puppet.order->result[0], 0x88112233);
	return faults_with(&puppet, MV_FAULT_ALIGNMENT, OP_INSTRUCTION, INSN_LDM_UNALIGNED, 0) &&
	       faults_with(&puppet, MV_FAULT_ALIGNMENT, OP_INSTRUCTION, INSN_LDREX_UNALIGNED, 0) &&
	       faults_with(&puppet, MV_FAULT_ALIGNMENT, OP_INSTRUCTION, INSN_LDRD_UNALIGNED, 0);
}

static const struct check instructions[] = {
	{ "INS01", "No instruction leaves user mode or masks interrupts", mode_change },
	{ "INS02", "System control registers are out of reach", control_registers },
	{ "INS03", "TLB and cache maintenance and translation are out of reach", maintenance },
	{ "INS04", "Counters and debug registers are out of reach", debug_and_counters },
	{ "INS05", "SMC and HVC are undefined", other_modes },
	{ "INS06", "Floating point and NEON can be used, or are undefined where there is none",
	  coprocessors },
	{ "INS07", "UDF faults its cell, in ARM and Thumb code", permanently_undefined },
	{ "INS08", "BKPT is reported as a breakpoint", breakpoints },
	{ "INS09", "Hints, barriers and preloads do no harm", hints },
	{ "INS10", "A hypercall works from big-endian state", big_endian },
	{ "INS11", "Misaligned words can be loaded, several at once cannot", misaligned },
};

CHECK_SET(instructions);
