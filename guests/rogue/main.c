/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A cell that misbehaves on purpose, in another way each time it is started, so
 * that one can watch it being caught. Its own restart count tells it which way
 * is next. `pause=N` in its args: milliseconds before it misbehaves.
 */
#include <mv.h>

#define PAUSE_MS 200

static void write_null(void)
{
	volatile uint32_t *nowhere = NULL;

	__asm__("" : "+r"(nowhere)); /* else the compiler would see that it is NULL */
	*nowhere = 1;
}

static void jump_into_microvisor(void)
{
	((void (*)(void))(uintptr_t)(MV_KERNEL_BASE + 0x10000))();
}

static void write_microvisor(void)
{
	*(volatile uint32_t *)(uintptr_t)(MV_KERNEL_BASE + 0x10000) = 0;
}

static void execute_undefined(void)
{
	__asm__ volatile("udf #0");
}

__attribute__((noinline)) static uint32_t recurse(uint32_t depth)
{
	volatile uint32_t room[64];

	room[depth % 64] = depth;
	if (depth == UINT32_MAX)
		return 0;
	return recurse(depth + 1) + room[depth % 64];
}

static void overflow_stack(void)
{
	recurse(0);
}

static void write_code(void)
{
	*(volatile uint32_t *)(uintptr_t)mv_main = 0;
}

static void execute_data(void)
{
	static uint32_t code[] = { 0xe12fff1e }; /* bx lr */

	((void (*)(void))(uintptr_t)code)();
}

static void switch_mmu_off(void)
{
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 0" ::"r"(0));
}

static void read_unassigned_device(void)
{
	(void)*(volatile uint32_t *)(uintptr_t)MV_DEVICE_BASE;
}

static const struct {
	const char *text;
	void (*act)(void);
} deeds[] = {
	{ "write to address 0", write_null },
	{ "jump into the microvisor", jump_into_microvisor },
	{ "write to the microvisor's memory", write_microvisor },
	{ "execute an undefined instruction", execute_undefined },
	{ "overflow its stack", overflow_stack },
	{ "write to its own code", write_code },
	{ "execute its own data", execute_data },
	{ "switch the MMU off", switch_mmu_off },
	{ "read a device it was not given", read_unassigned_device },
};

int mv_main(void)
{
	const struct mv_env_entry *cell = mv_env_need("cell", MV_CAP_CELL);
	uint32_t restarts = MV_CELL_RESTARTS(mv_cell_status(cell->cap).value);
	uint32_t n = restarts % MV_ARRAY_SIZE(deeds);

	mv_printf("restarted %u times; now going to %s\n", restarts, deeds[n].text);
	mv_sleep(mv_arg_number("pause", PAUSE_MS) * MV_MS);
	deeds[n].act();
	mv_printf("FAILURE: this was allowed\n");
	return 0;
}
