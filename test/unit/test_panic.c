/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of panics: the text that is printed, the halt or reset of the board, and the
 * record that the next boot finds. boot_system() does not clear that record, as a reset
 * does not.
 */
#include "software.h"
#include "unit.h"

#include <core/panic.h>
#include <string.h>

TEST(panic_001, "UNI-PANIC-001", "a panic prints code and detail and restarts the board")
{
	ENDS(panic(PANIC_MAP, 0x1234abcd));
	assert_int_equal(machine.end, END_RESTARTED);
	assert_true(printed("\r\nmullion: PANIC 0x2002, detail 0x1234abcd (see core/panic.h)\r\n"));
	assert_true(printed("restarting the board"));
}

TEST(panic_002, "UNI-PANIC-002", "the next boot reports the panic, once")
{
	ENDS(panic(PANIC_DEVICE_WINDOW, 77));
	boot_system();
	assert_true(printed("the previous boot ended in PANIC 0x2003, detail 0x0000004d"));
	boot_system();
	assert_null(strstr(machine.line, "previous boot"));
}

TEST(panic_003, "UNI-PANIC-003", "the record is written back to memory before the board restarts")
{
	unsigned int before = machine.cleaned;

	ENDS(panic(PANIC_MAP, 0));
	assert_true(machine.cleaned > before);
}

TEST_UNBOOTED(panic_004, "UNI-PANIC-004", "a boot without a record reports nothing")
{
	boot_system();
	assert_null(strstr(machine.line, "previous boot"));
	assert_null(strstr(machine.line, "PANIC"));
}

TEST_UNBOOTED(panic_005, "UNI-PANIC-005", "a board that cannot restart halts")
{
	edit_platform.reset = NULL;
	boot_system();
	ENDS(panic(PANIC_VECTOR, 0));
	assert_int_equal(machine.end, END_HALTED);
	assert_true(printed("mullion: halted"));
	boot_system();
	assert_true(printed("PANIC 0x1004"));
}

TEST(panic_006, "UNI-PANIC-006",
     "an exception in the microvisor prints its registers and keeps its pc")
{
	struct panic_registers regs = { .sp = 0xf0001000,
					.lr = 0xf0002000,
					.pc = 0xf0003000,
					.psr = 0x200001d3,
					.status = 0x805,
					.address = 0xcafe };

	for (unsigned int i = 0; i < 13; i++)
		regs.r[i] = 0x11110000 + i;
	ENDS(panic_exception(PANIC_DATA_ABORT, &regs));
	assert_true(printed("PANIC 0x1001 at pc 0xf0003000 lr 0xf0002000"));
	assert_true(printed("status 0x00000805 address 0x0000cafe psr 0x200001d3 sp 0xf0001000"));
	assert_true(printed("  r0 0x11110000  r1 0x11110001  r2 0x11110002  r3 0x11110003\r\n"));
	assert_true(printed("  r12 0x1111000c\r\nmullion: restarting"));
	boot_system();
	assert_true(printed("the previous boot ended in PANIC 0x1001, detail 0xf0003000"));
}

TEST(panic_009, "UNI-PANIC-009", "an exception while RAM is tried says that there is none")
{
	struct panic_registers regs = { .pc = 0xf0003000, .address = 0xfe005ffc };

	panic_if_no_ram(0x6ffffffc);
	ENDS(panic_exception(PANIC_DATA_ABORT, &regs));
	assert_true(printed("mullion: PANIC 0x2004, detail 0x6ffffffc"));
	panic_if_no_ram(0);
	ENDS(panic_exception(PANIC_DATA_ABORT, &regs));
	assert_true(printed("mullion: PANIC 0x1001 at pc 0xf0003000"));
}

TEST(panic_007, "UNI-PANIC-007", "a second panic replaces the record of the first")
{
	ENDS(panic(PANIC_MAP, 1));
	ENDS(panic(PANIC_L2_TABLES, 2));
	boot_system();
	assert_true(printed("ended in PANIC 0x2001, detail 0x00000002"));
}

TEST(panic_008, "UNI-PANIC-008", "a record that was damaged, in any of its words, is not believed")
{
	for (unsigned int word = 0; word < 4; word++) {
		ENDS(panic(PANIC_MAP, 1));
		((uint32_t *)machine.cleaned_at)[word] ^= BIT(7);
		boot_system();
		assert_null(strstr(machine.line, "previous boot"));
	}
}
