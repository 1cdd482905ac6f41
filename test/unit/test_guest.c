/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of guests: the virtual mode after exceptions and vcpu_resume, the vMMU's
 * hypercalls, faults that are misses, and the calls that set registers and maintain
 * caches. The vMMU behind them is a stand-in (guest.c).
 */
#include "guest.h"

#include "software.h"
#include "unit.h"

#include <arch/cp15.h>
#include <core/check.h>
#include <core/panic.h>
#include <core/percpu.h>
#include <string.h>

#define TABLE   0x10204000u
#define USER_PC 0x00008004u
#define VECTOR  0x10000100u
#define MISS    0x7u

void trap_undefined(struct vcpu *v);
void trap_prefetch(struct vcpu *v);
void trap_data(struct vcpu *v);
void fault_registers(uint32_t status, uint32_t address); /* test_trap.c */

static struct vcpu *const beta = &vcpus[VCPU_BETA];

static struct mv_result call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return hypercall(number, (const uint32_t[6]){ a, b, c, d, 0, 0 });
}

static uint32_t error_of(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return call(number, a, b, c, d).error;
}

static void assert_asked(const char *name, uint32_t b, uint32_t c, uint32_t d)
{
	assert_string_equal(guest.name, name);
	assert_int_equal(guest.args[0], VCPU_BETA);
	assert_int_equal(guest.args[1], b);
	assert_int_equal(guest.args[2], c);
	assert_int_equal(guest.args[3], d);
}

/* Beta is in guest user mode, as vcpu_resume leaves it. */
static void to_user(void)
{
	struct mv_vcpu_page *p = page(VCPU_BETA);

	p->saved_pc = USER_PC;
	p->saved_psr = 0xa0000010;
	p->saved_sp = 0x7ff0;
	p->saved_r12 = 12;
	p->virq_master = 0;
	p->kernel_sp = 0x10107f00;
	beta->frame.sp = 0x10107000;
	mv_vcpu_resume();
}

static void in_software_space(void)
{
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, MV_VMMU_SOFTWARE, 7, 0), MV_OK);
}

/* Modes -------------------------------------------------------------------------- */

TEST_UNBOOTED(guest_001, "UNI-GUEST-001",
	      "a guest starts in guest kernel mode at its cell's addresses")
{
	guest_boot();
	assert_true(vcpu_is_guest(beta));
	assert_false(guest.user);
	assert_null(beta->space);
	assert_ptr_equal(beta->hw, &beta->cell->space);
	assert_false(vcpu_is_guest(&vcpus[VCPU_ALPHA]));
}

TEST_UNBOOTED(guest_002, "UNI-GUEST-002",
	      "vcpu_resume to guest user mode takes SP and leaves master at 0")
{
	guest_boot();
	to_user();
	assert_true(guest.user);
	assert_int_equal(beta->frame.pc, USER_PC);
	assert_int_equal(beta->frame.psr, 0xa0000000 | PSR_USER);
	assert_int_equal(beta->frame.sp, 0x7ff0);
	assert_int_equal(beta->frame.r[12], 12);
	assert_int_equal(page(VCPU_BETA)->virq_master, 0);
}

TEST_UNBOOTED(guest_003, "UNI-GUEST-003",
	      "vcpu_resume within guest kernel mode keeps SP and masks as saved")
{
	guest_boot();
	for (unsigned int masked = 0; masked < 2; masked++) {
		page(VCPU_BETA)->saved_psr = MV_PSR_KERNEL | (masked ? MV_PSR_MASKED : 0);
		page(VCPU_BETA)->virq_master = masked;
		beta->frame.sp = 0x10107000;
		mv_vcpu_resume();
		assert_false(guest.user);
		assert_int_equal(beta->frame.sp, 0x10107000);
		assert_int_equal(page(VCPU_BETA)->virq_master, !masked);
	}
}

TEST_UNBOOTED(guest_008, "UNI-GUEST-008", "bit 0 of saved_psr alone tells the modes apart")
{
	guest_boot();
	for (unsigned int mode = 0; mode < 32; mode++) {
		arch_set_user_mode(false);
		page(VCPU_BETA)->saved_psr = mode;
		mv_vcpu_resume();
		assert_int_equal(guest.user, !(mode & 1));
	}
}

TEST_UNBOOTED(guest_004, "UNI-GUEST-004",
	      "an exception of guest user mode enters the kernel on its stack")
{
	guest_boot();
	to_user();
	page(VCPU_BETA)->undefined = VECTOR;
	by_trap(trap_undefined);
	assert_false(guest.user);
	assert_int_equal(beta->frame.pc, VECTOR);
	assert_int_equal(beta->frame.sp, 0x10107f00);
	assert_int_equal(page(VCPU_BETA)->saved_pc, USER_PC);
	assert_int_equal(page(VCPU_BETA)->saved_psr, 0xa0000000 | MV_PSR_USER);
	assert_int_equal(page(VCPU_BETA)->saved_sp, 0x7ff0);
	assert_int_equal(page(VCPU_BETA)->saved_r12, 12);
}

TEST_UNBOOTED(guest_005, "UNI-GUEST-005",
	      "one of guest kernel mode keeps SP and shows mode and mask")
{
	guest_boot();
	for (unsigned int master = 0; master < 2; master++) {
		page(VCPU_BETA)->undefined = VECTOR;
		page(VCPU_BETA)->virq_master = master;
		beta->frame.pc = 0x10000040;
		beta->frame.sp = 0x10107000;
		by_trap(trap_undefined);
		assert_int_equal(beta->frame.sp, 0x10107000);
		assert_int_equal(page(VCPU_BETA)->saved_psr & MV_PSR_MODE, MV_PSR_KERNEL);
		assert_int_equal(page(VCPU_BETA)->saved_psr & MV_PSR_MASKED,
				 master ? 0 : MV_PSR_MASKED);
		assert_int_equal(page(VCPU_BETA)->virq_master, 0);
	}
}

TEST_UNBOOTED(guest_006, "UNI-GUEST-006",
	      "a vIRQ makes an upcall in guest user mode whatever master says")
{
	guest_boot();
	page(VCPU_BETA)->vector = VECTOR;
	page(VCPU_BETA)->virq_enabled = BIT(POKE_LINE);
	to_user();
	virq_raise(VIRQ_POKE(VCPU_BETA), 1);
	assert_true(arch_percpu()->resched);
	mv_vcpu_yield();
	assert_int_equal(beta->frame.pc, VECTOR);
	assert_int_equal(page(VCPU_BETA)->saved_psr & MV_PSR_MODE, MV_PSR_USER);
	assert_false(guest.user);
}

TEST_UNBOOTED(guest_007, "UNI-GUEST-007",
	      "a stopped cell that starts anew is in guest kernel mode again")
{
	guest_boot();
	in_software_space();
	to_user();
	fault(MV_FAULT_READ, 5, 0x1234);
	become(VCPU_BETA);
	assert_false(guest.user);
	assert_null(beta->space);
	assert_ptr_equal(beta->hw, &beta->cell->space);
	assert_int_equal(beta->cell->faults, 1);
}

/* Faults ----------------------------------------------------------------------------- */

TEST_UNBOOTED(guest_010, "UNI-GUEST-010",
	      "a miss that the vTLB fills is retried, with nothing changed")
{
	void (*const traps[])(struct vcpu *) = { trap_data, trap_data, trap_prefetch };
	const uint32_t status[] = { MISS, MISS | 0x800, MISS };
	const uint32_t access[] = { MAP_READ, MAP_WRITE, MAP_EXEC };

	guest_boot();
	in_software_space();
	for (unsigned int i = 0; i < 3; i++) {
		beta->frame.pc = 0x10000040;
		fault_registers(status[i], 0x5000);
		by_trap(traps[i]);
		assert_int_equal(beta->frame.pc, 0x10000040);
		assert_asked("vtlb_fault", 0x5000, access[i], 0);
	}
}

TEST_UNBOOTED(guest_011, "UNI-GUEST-011",
	      "another goes to the vector with the status of the guest's tables")
{
	guest_boot();
	in_software_space();
	page(VCPU_BETA)->data_abort = VECTOR;
	page(VCPU_BETA)->fetch_abort = VECTOR + 4;
	guest.status = 0xd;
	beta->frame.pc = 0x10000040;
	fault_registers(MISS | 0x800, 0x5004);
	by_trap(trap_data);
	assert_int_equal(beta->frame.pc, VECTOR);
	assert_int_equal(page(VCPU_BETA)->status, 0x80d);
	assert_int_equal(page(VCPU_BETA)->address, 0x5004);
	fault_registers(MISS, 0x6000);
	by_trap(trap_prefetch);
	assert_int_equal(beta->frame.pc, VECTOR + 4);
	assert_int_equal(page(VCPU_BETA)->status, 0xd);
	assert_int_equal(page(VCPU_BETA)->address, 0x6000);
}

TEST_UNBOOTED(guest_012, "UNI-GUEST-012", "alignment faults and bus errors are never misses")
{
	const uint32_t status[] = { 0x1, 0x2, 0x8, 0xc, 0xe };

	guest_boot();
	in_software_space();
	page(VCPU_BETA)->data_abort = VECTOR;
	for (unsigned int i = 0; i < 5; i++) {
		guest.name = "nothing";
		beta->frame.pc = 0x10000040;
		fault_registers(status[i], 0x5004);
		by_trap(trap_data);
		assert_string_equal(guest.name, "nothing");
		assert_int_equal(page(VCPU_BETA)->status, status[i]);
	}
}

TEST_UNBOOTED(guest_013, "UNI-GUEST-013",
	      "without a vector, or at the vector itself, the fault policy applies")
{
	for (unsigned int at_vector = 0; at_vector < 2; at_vector++) {
		guest_boot();
		page(VCPU_BETA)->undefined = at_vector ? VECTOR : 0;
		beta->frame.pc = VECTOR;
		by_trap(trap_undefined);
		assert_int_equal(beta->cell->faults, 1);
	}
}

TEST_UNBOOTED(guest_014, "UNI-GUEST-014",
	      "an undefined instruction that is floating point is retried")
{
	guest_boot();
	guest.fp_taken = true;
	page(VCPU_BETA)->undefined = VECTOR;
	beta->frame.pc = 0x10000040;
	by_trap(trap_undefined);
	assert_int_equal(beta->frame.pc, 0x10000040);
}

/* vMMU ------------------------------------------------------------------------------- */

TEST_UNBOOTED(guest_020, "UNI-GUEST-020",
	      "the vMMU's calls want its capability, with the right to control")
{
	const uint32_t calls[] = { MV_CALL_VMMU_SWITCH, MV_CALL_VMMU_FLUSH, MV_CALL_VMMU_MAP };

	guest_boot();
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(error_of(calls[i], NR_BETA_CAPS, 0, 0, 0), MV_ERR_CAPABILITY);
		assert_int_equal(error_of(calls[i], BETA_TIMER, 0, 0, 0), MV_ERR_CAPABILITY);
		assert_int_equal(error_of(calls[i], BETA_VMMU_OTHER, 0, 0, 0), MV_ERR_RIGHTS);
	}
	assert_int_equal(error_of(MV_CALL_VMMU_STATS, BETA_TIMER, 0, 0, 0), MV_ERR_CAPABILITY);
	assert_null(guest.name);
}

TEST_UNBOOTED(guest_021, "UNI-GUEST-021",
	      "vmmu_switch: tables are aligned, identifiers at most 255")
{
	guest_boot();
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, TABLE, 256, 0), MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, TABLE + 4, 0, 0),
			 MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, 3, 0, 0), MV_ERR_ARGUMENT);
	assert_null(guest.name);
	guest.again = 1;
	assert_int_equal(call(MV_CALL_VMMU_SWITCH, BETA_VMMU, TABLE, 255, 0).value, 1);
	assert_null(beta->space);
	guest.again = 0;
	assert_int_equal(call(MV_CALL_VMMU_SWITCH, BETA_VMMU, TABLE, 255, 0).value, 0);
	assert_asked("vspace_switch", TABLE, 255, 0);
	assert_non_null(beta->space);
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, MV_VMMU_OFF, 0, 0), MV_OK);
	assert_null(beta->space);
}

TEST_UNBOOTED(guest_022, "UNI-GUEST-022",
	      "vmmu_flush: whole pages that are the guest's to translate; what is left comes back")
{
	guest_boot();
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 257, 0, 0), MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 0, 4, 0x1000), MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 0, 0, 0x1004), MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 0, MV_GUEST_END, 0x1000),
			 MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 0, 0x1000, MV_GUEST_END),
			 MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 0, 0x1000, 0xfffff000),
			 MV_ERR_ADDRESS);
	assert_null(guest.name);
	guest.again = 0x3000;
	assert_int_equal(call(MV_CALL_VMMU_FLUSH, BETA_VMMU, MV_ASID_ALL, 0x1000, 0x5000).value,
			 0x3000);
	assert_asked("vspace_flush_range", MV_ASID_ALL, 0x1000, 0x5000);
	assert_int_equal(call(MV_CALL_VMMU_FLUSH, BETA_VMMU, 9, 0x123, 0).value, 0x3000);
	assert_asked("vspace_flush_asid", 9, 0, 0);
}

TEST_UNBOOTED(guest_032, "UNI-GUEST-032",
	      "vmmu_flush: the last megabyte is one of the guest's, what lies before it is not")
{
	static const uint32_t wrong[][2] = {
		{ MV_GUEST_HIGH - 0x1000, 0x1000 }, /* the end of the hole */
		{ MV_GUEST_HIGH - 0x1000, 0x101000 },
		{ MV_GUEST_END - 0x1000, 0x2000 }, /* from below into the hole */
		{ MV_GUEST_END - 0x1000, 0 - (MV_GUEST_END - 0x1000) },
		{ MV_KERNEL_BASE, 0x1000 },
		{ MV_GUEST_HIGH, 0x101000 }, /* over the end */
		{ MV_GUEST_HIGH + 0x1000, 0x100000 },
		{ 0xfffff000, 0x2000 },
		{ 0xfffff000, 0xfffff000 },
	};
	static const uint32_t right[][2] = {
		{ MV_GUEST_HIGH, 0x100000 }, { MV_GUEST_HIGH, 0x1000 },
		{ 0xffff0000, 0x1000 },      { 0xfffff000, 0x1000 },
		{ 0, MV_GUEST_END },         { MV_GUEST_END - 0x1000, 0x1000 },
	};

	guest_boot();
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(
			error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 1, wrong[i][0], wrong[i][1]),
			MV_ERR_ADDRESS);
		assert_null(guest.name);
	}
	assert_int_equal(error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 1, 0xffff0004, 0x1000),
			 MV_ERR_ADDRESS);
	for (unsigned int i = 0; i < ARRAY_SIZE(right); i++) {
		assert_int_equal(
			error_of(MV_CALL_VMMU_FLUSH, BETA_VMMU, 1, right[i][0], right[i][1]),
			MV_OK);
		assert_asked("vspace_flush_range", 1, right[i][0], right[i][1]);
	}
}

TEST_UNBOOTED(guest_023, "UNI-GUEST-023", "vmmu_map: rights, state and addresses in this order")
{
	guest_boot();
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0, 0, 16), MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0, 0, MV_RIGHT_WRITE),
			 MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0, 0, MV_RIGHT_READ), MV_ERR_STATE);
	assert_int_equal(error_of(MV_CALL_VMMU_SWITCH, BETA_VMMU, TABLE, 1, 0), MV_OK);
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0, 0, MV_RIGHT_READ), MV_ERR_STATE);
	in_software_space();
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 4, 0, 1), MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0, 4, 1), MV_ERR_ADDRESS);
	guest.error = MV_ERR_RIGHTS;
	assert_int_equal(error_of(MV_CALL_VMMU_MAP, BETA_VMMU, 0x5000, 0x6000, 11), MV_ERR_RIGHTS);
	assert_asked("vtlb_map", 0x5000, 0x6000, 11);
}

TEST_UNBOOTED(guest_024, "UNI-GUEST-024",
	      "vmmu_stats: of a vCPU that there is, into memory that there is")
{
	struct mv_vmmu_stats *to = data(CELL_BETA, 0);
	uint32_t at = (uintptr_t)to, size = sizeof(*to);

	guest_boot();
	beta->stats.flips = 77;
	assert_int_equal(error_of(MV_CALL_VMMU_STATS, BETA_VMMU, 1, at, size), MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_VMMU_STATS, BETA_VMMU, 0, at, size - 1), MV_ERR_SIZE);
	assert_int_equal(error_of(MV_CALL_VMMU_STATS, BETA_VMMU, 0, at + 2, size), MV_ERR_ADDRESS);
	assert_int_equal(error_of(MV_CALL_VMMU_STATS, BETA_VMMU, 0, 0x1000, size), MV_ERR_ADDRESS);
	assert_int_equal(call(MV_CALL_VMMU_STATS, BETA_VMMU, 0, at, size).value, size);
	assert_int_equal(to->flips, 77);
	assert_int_equal(call(MV_CALL_VMMU_STATS, BETA_VMMU_OTHER, 1, at, size).value, size);
}

/* Registers and caches ------------------------------------------------------------------ */

TEST_UNBOOTED(guest_030, "UNI-GUEST-030",
	      "vcpu_set sets the thread ID, and floating point where there is one")
{
	guest_boot();
	assert_int_equal(error_of(MV_CALL_VCPU_SET, MV_VCPU_THREAD_ID, 0x1234, 0, 0), MV_OK);
	assert_int_equal(guest.thread_id, 0x1234);
	assert_int_equal(error_of(MV_CALL_VCPU_SET, MV_VCPU_FP, 1, 0, 0), MV_ERR_ARGUMENT);
	guest.fp = true;
	assert_int_equal(error_of(MV_CALL_VCPU_SET, MV_VCPU_FP, 1, 0, 0), MV_OK);
	assert_true(guest.fp_on);
	assert_int_equal(error_of(MV_CALL_VCPU_SET, MV_VCPU_FP, 0, 0, 0), MV_OK);
	assert_false(guest.fp_on);
	assert_int_equal(error_of(MV_CALL_VCPU_SET, 99, 0, 0, 0), MV_ERR_ARGUMENT);
}

TEST_UNBOOTED(guest_031, "UNI-GUEST-031",
	      "cache_range does a page at most, of memory that the cell may read")
{
	uint32_t at = (uintptr_t)data(CELL_BETA, 0) & ~(MV_PAGE_SIZE - 1);

	guest_boot();
	assert_int_equal(error_of(MV_CALL_CACHE_RANGE, 3, at, 4, 0), MV_ERR_ARGUMENT);
	assert_int_equal(error_of(MV_CALL_CACHE_RANGE, MV_CACHE_CLEAN, 0x1000, 4, 0),
			 MV_ERR_ADDRESS);
	machine.cleaned = machine.code_syncs = 0;
	assert_int_equal(call(MV_CALL_CACHE_RANGE, MV_CACHE_CLEAN, at + 16, 0x1800, 0).value,
			 0x810);
	assert_int_equal(machine.cleaned, 1);
	assert_int_equal(call(MV_CALL_CACHE_RANGE, MV_CACHE_CLEAN_INVALIDATE, at, 64, 0).value, 0);
	assert_int_equal(machine.invalidated, 64);
	assert_int_equal(call(MV_CALL_CACHE_RANGE, MV_CACHE_CODE, at, 64, 0).value, 0);
	assert_int_equal(machine.code_syncs, 1);
}

/* Invariants -------------------------------------------------------------------------- */

static void broken_space(unsigned int how)
{
	guest_boot();
	in_software_space();
	assert_true(check_invariants() > 0);
	if (how == 0)
		beta->hw = &beta->cell->space;
	else if (how == 1)
		beta->space->valid = false;
	else if (how == 2)
		beta->space->users = 0;
	else
		beta->cell->vtlb = NULL;
	ENDS(check_invariants());
	assert_panicked(PANIC_SPACE);
}

TEST_UNBOOTED(guest_040, "UNI-GUEST-040", "a vCPU that uses another space than it says is found")
{
	broken_space(0);
}

TEST_UNBOOTED(guest_041, "UNI-GUEST-041", "a space in use that is nobody's is found")
{
	broken_space(1);
}

TEST_UNBOOTED(guest_042, "UNI-GUEST-042", "a space in use that counts no user is found")
{
	broken_space(2);
}

TEST_UNBOOTED(guest_043, "UNI-GUEST-043", "a space of another cell is found")
{
	broken_space(3);
}
