/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Panic and its memory: the record lies in .noinit, which neither the boot
 * code nor a loader touches, so a warm reset leaves it for the next boot.
 */
#include <arch/cpu.h>
#include <core/panic.h>
#include <core/print.h>
#include <core/tables.h>
#include <drivers/ops.h>

#define RECORD_MAGIC 0x4d50414eu /* "MPAN" */

static struct panic_record {
	uint32_t magic;
	uint32_t code;
	uint32_t detail;
	uint32_t check;
} last __attribute__((section(".noinit")));

static uint32_t probed; /* physical address of RAM that may not be there, or 0 */

static uint32_t check_word(const struct panic_record *r)
{
	return ~(r->magic ^ r->code ^ r->detail);
}

static void remember(enum panic_code code, uint32_t detail)
{
	last = (struct panic_record){ .magic = RECORD_MAGIC, .code = code, .detail = detail };
	last.check = check_word(&last);
	arch_clean(&last, sizeof(last));
}

static _Noreturn void end(void)
{
	if (IS_ENABLED(CONFIG_PANIC_RESET) && platform.reset) {
		print("mullion: restarting the board\n");
		platform.reset->restart();
	}
	print("mullion: halted\n");
	arch_halt();
}

RARE_PATH _Noreturn void panic(enum panic_code code, uint32_t detail)
{
	remember(code, detail);
	print("\nmullion: PANIC 0x%04x, detail 0x%08x (see core/panic.h)\n", code, detail);
	end();
}

RARE_PATH void panic_if_no_ram(uint32_t pa)
{
	probed = pa;
}

RARE_PATH _Noreturn void panic_exception(enum panic_code code, const struct panic_registers *regs)
{
	if (probed)
		panic(PANIC_RAM, probed);
	remember(code, regs->pc);
	print("\nmullion: PANIC 0x%04x at pc 0x%08x lr 0x%08x\n", code, regs->pc, regs->lr);
	print("  status 0x%08x address 0x%08x psr 0x%08x sp 0x%08x\n", regs->status, regs->address,
	      regs->psr, regs->sp);
	for (unsigned int i = 0; i < ARRAY_SIZE(regs->r); i++)
		print("  r%u 0x%08x%s", i, regs->r[i], i % 4 == 3 ? "\n" : "");
	print("\n");
	end();
}

RARE_PATH void panic_report(void)
{
	if (last.magic == RECORD_MAGIC && last.check == check_word(&last))
		print("mullion: the previous boot ended in PANIC 0x%04x, detail 0x%08x\n",
		      last.code, last.detail);
	last.magic = 0;
	arch_clean(&last, sizeof(last));
}
