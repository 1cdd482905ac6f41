/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The cell as a whole, and its other vCPUs.
 */
#include "local.h"

_Noreturn void mv_exit(void)
{
	mv_console_flush();
	for (;;)
		mv_cell_stop(mv_env_find("cell", MV_CAP_CELL)->cap);
}

/* Kept out of line: the crash report names it, see fault-text.c. */
__attribute__((noinline)) _Noreturn void mv_panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_printf("panic: ");
	mv_vprintf(format, args);
	mv_printf("\n");
	va_end(args);
	__builtin_trap();
}

uint32_t mv_vcpu_run(uint32_t index, void (*fn)(void *argument), void *argument, void *stack,
		     size_t size)
{
	uint32_t *top = (uint32_t *)(((uintptr_t)stack + size) & ~(uintptr_t)7);
	const struct mv_env_entry *vcpu;
	char name[8];

	mv_snprintf(name, sizeof(name), "vcpu%u", index);
	vcpu = mv_env_find(name, MV_CAP_VCPU);
	if (!vcpu)
		return MV_ERR_CAPABILITY;
	*--top = (uint32_t)(uintptr_t)fn;
	*--top = (uint32_t)(uintptr_t)argument;
	return mv_vcpu_start(vcpu->cap, (uint32_t)(uintptr_t)mv_vcpu_entry,
			     (uint32_t)(uintptr_t)top, 0);
}

/* A vCPU's function has returned: called by start.S. */
_Noreturn void mv_vcpu_end(void)
{
	char name[8];

	mv_console_flush();
	mv_snprintf(name, sizeof(name), "vcpu%u", mv_page()->vcpu);
	for (;;)
		mv_vcpu_stop(mv_env_find(name, MV_CAP_VCPU)->cap);
}
