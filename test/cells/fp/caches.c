/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of cache maintenance by a cell.
 */
#include "judge.h"

#include "guest.h"

#define CODE   0x08300000u
#define PLAIN  0x08301000u /* a page behind it, which belongs to the guest too */
#define MOV_R0 0xe3a00000u /* mov r0, #immediate */
#define NR_OPS 3u
#define BYTES  (3 * PAGE + 100)

static uint8_t bytes[BYTES + PAGE] __attribute__((aligned(4096)));

static bool bad_arguments(void)
{
	uint32_t place = (uint32_t)bytes;

	SAME(mv_cache_range(NR_OPS, place, 4).error, MV_ERR_ARGUMENT);
	SAME(mv_cache_range(~0u, place, 4).error, MV_ERR_ARGUMENT);
	for (uint32_t op = 0; op < NR_OPS; op++) {
		SAME(mv_cache_range(op, 0, 4).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, MV_DEVICE_BASE, 4).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, MV_KERNEL_BASE, 4).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, ~0u, 4).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, ~0u, ~0u).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, ~31u, 32).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, ~0u, 0).error, MV_OK);
		SAME(mv_cache_range(op, 1, 0).value, 0);
	}
	return true;
}

/* In steps that end, with nothing left out. */
static bool whole(uint32_t op, uint32_t start, uint32_t size)
{
	struct mv_result result;
	uint32_t end = start + size;

	while (size) {
		result = mv_cache_range(op, end - size, size);
		SAME(result.error, MV_OK);
		MUST(result.value < size && size - result.value <= PAGE);
		size = result.value;
	}
	return true;
}

static bool steps(void)
{
	for (uint32_t op = 0; op < NR_OPS; op++)
		for (uint32_t offset = 0; offset < PAGE; offset += 977) {
			memset(bytes, (int)(op + offset), sizeof(bytes));
			MUST(whole(op, (uint32_t)bytes + offset, BYTES));
			for (uint32_t i = 0; i < sizeof(bytes); i++)
				MUST(bytes[i] == (uint8_t)(op + offset));
		}
	return true;
}

static bool constants(void)
{
	static const uint32_t word = 0xc0de;

	for (uint32_t op = 0; op < NR_OPS; op++) {
		MUST(whole(op, (uint32_t)&word, sizeof(word)));
		MUST(whole(op, (uint32_t)constants, 16));
	}
	return *(const volatile uint32_t *)&word == 0xc0de;
}

static bool end(bool holds)
{
	space_off();
	mv_page()->undefined = mv_page()->fetch_abort = mv_page()->data_abort = 0;
	return holds;
}

static void begin(void)
{
	uint32_t *l1;

	guest_begin();
	pool_reset();
	l1 = space_new();
	space_page(l1, CODE, SMALL((uint32_t)pool_take(PAGE, PAGE), AP_KERNEL));
	space_page(l1, PLAIN, SMALL((uint32_t)pool_take(PAGE, PAGE), AP_BOTH));
	space_flush(MV_ASID_ALL, 0, 0);
	space_use(l1, 1);
}

static bool execute(void)
{
	uint32_t (*code)(void) = (uint32_t(*)(void))CODE;
	volatile uint32_t *words = (volatile uint32_t *)CODE;

	for (uint32_t n = 0; n < 200; n++) {
		words[0] = MOV_R0 | n;
		words[1] = RETURN_INSN;
		SAME(mv_cache_range(MV_CACHE_CODE, CODE, 8).error, MV_OK);
		SAME(code(), n);
	}
	return true;
}

static bool written_code(void)
{
	begin();
	return end(execute());
}

static bool translated(void)
{
	struct mv_result result;

	for (uint32_t op = 0; op < NR_OPS; op++) {
		space_flush(MV_ASID_ALL, 0, 0);
		MUST(whole(op, CODE + 8, 2 * PAGE - 8));
		/* Behind them there is nothing; in front of them neither. */
		result = mv_cache_range(op, PLAIN + 8, PAGE);
		SAME(result.error, MV_OK);
		SAME(result.value, 8);
		SAME(mv_cache_range(op, PLAIN + PAGE, 8).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, CODE - 4, 8).error, MV_ERR_ADDRESS);
		SAME(mv_cache_range(op, MV_DEVICE_BASE, 8).error, MV_ERR_ADDRESS);
	}
	SAME(seen()->traps, 0);
	return true;
}

static bool in_a_space(void)
{
	begin();
	return end(translated());
}

static const struct check caches[] = {
	{ "FPU30", "Caches are maintained only by known operations on the caller's memory",
	  bad_arguments },
	{ "FPU31", "A range is done page by page, and stays what it was", steps },
	{ "FPU32", "Constants and code may be cleaned too", constants },
	{ "FPU33", "Code that a guest has written is what it then executes", written_code },
	{ "FPU34", "In a guest's space its own translations count, cached or not", in_a_space },
};

CHECK_SET(caches);
