/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of guests/lib that need the real machine. Prints a line for each,
 * `LIB01 ok: sentence` or `LIB01 FAILED: sentence`, and at the end `done`.
 */
#include <mv.h>

#define TICKS 300

uint32_t spin(volatile uint32_t *counter, uint32_t until);
void tick(void *argument);
extern uint32_t misaligned;

static volatile uint32_t ticks;
static bool talk;
static uint8_t stack[4096];

/* Called by tick() in spin.S. */
void ticked(void);

void ticked(void)
{
	ticks++;
	if (talk && ticks % 8 == 0)
		mv_printf("handler %u says a whole line\n", ticks);
}

static bool upcalls_keep_registers(void)
{
	static struct mv_timer timer;
	uint32_t changed;

	ticks = 0;
	mv_timer_start(&timer, 0, 200 * MV_US, tick, NULL);
	mv_virq_unmask();
	changed = spin(&ticks, TICKS);
	mv_virq_mask();
	mv_timer_stop(&timer);
	return !changed && !misaligned;
}

static bool lines_stay_whole(void)
{
	static struct mv_timer timer;

	ticks = 0;
	talk = true;
	mv_timer_start(&timer, 0, 200 * MV_US, tick, NULL);
	mv_virq_unmask();
	while (ticks < TICKS)
		mv_printf("main program at tick %u says a whole line\n", ticks);
	mv_virq_mask();
	mv_timer_stop(&timer);
	return true;
}

static bool sleep_while_interrupted(void)
{
	static struct mv_timer timer;
	uint64_t begin = mv_time_now(), slept;

	talk = false;
	ticks = 0;
	mv_timer_start(&timer, 0, MV_MS, tick, NULL);
	mv_virq_unmask();
	mv_sleep(50 * MV_MS);
	mv_virq_mask();
	mv_timer_stop(&timer);
	slept = mv_time_now() - begin;
	return slept >= 50 * MV_MS && ticks >= 5;
}

static bool stopped_timer_is_silent(void)
{
	uint32_t before = ticks;

	mv_sleep(5 * MV_MS);
	return ticks == before;
}

static void second(void *argument)
{
	mv_printf("second vCPU, a line of its own\n");
	*(volatile uint32_t *)argument = mv_page()->vcpu + 41;
}

static bool second_vcpu_runs_twice(void)
{
	for (int round = 0; round < 2; round++) {
		volatile uint32_t answer = 0;

		if (mv_vcpu_run(1, second, (void *)(uintptr_t)&answer, stack, sizeof(stack)))
			return false;
		mv_sleep(5 * MV_MS);
		if (answer != 42)
			return false;
	}
	return mv_vcpu_run(7, second, NULL, stack, sizeof(stack)) == MV_ERR_CAPABILITY;
}

static bool copies(uint32_t to, uint32_t from, uint32_t size)
{
	uint8_t bytes[64];

	for (uint32_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	memmove(bytes + to, bytes + from, size);
	for (uint32_t i = 0; i < sizeof(bytes); i++) {
		bool inside = i >= to && i < to + size;

		if (bytes[i] != (inside ? i - to + from : i))
			return false;
	}
	return true;
}

static bool memory_functions(void)
{
	static const char words[][4] = { "a\xff", "ab", "abc", "abd" };
	uint8_t bytes[40];

	for (uint32_t to = 0; to < 9; to++)
		for (uint32_t from = 0; from < 9; from++)
			for (uint32_t size = 0; size < 20; size++)
				if (!copies(to, from, size))
					return false;
	memset(bytes, 1, sizeof(bytes));
	memset(bytes + 3, -1, 30);
	return bytes[2] == 1 && bytes[3] == 0xff && bytes[32] == 0xff && bytes[33] == 1 &&
	       memcmp(bytes, bytes + 1, 2) == 0 && memcmp(bytes, bytes + 1, 3) < 0 &&
	       strcmp(words[0], words[1]) > 0 && strncmp(words[2], words[3], 2) == 0 &&
	       !strchr(words[2], 'd');
}

static const struct {
	const char *id, *sentence;
	bool (*check)(void);
} checks[] = {
	{ "LIB01", "Upcalls keep every register and align the stack.", upcalls_keep_registers },
	{ "LIB02", "Lines printed by handlers and by the program do not mix.", lines_stay_whole },
	{ "LIB03", "A sleep with handlers in between is long enough.", sleep_while_interrupted },
	{ "LIB04", "A stopped timer calls nobody.", stopped_timer_is_silent },
	{ "LIB05", "Another vCPU runs a function, ends, and runs again.", second_vcpu_runs_twice },
	{ "LIB06", "Memory and string functions do what C says.", memory_functions },
};

int mv_main(void)
{
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(checks); i++)
		mv_printf("%s %s: %s\n", checks[i].id, checks[i].check() ? "ok" : "FAILED",
			  checks[i].sentence);
	mv_printf("done\n");
	mv_panic("on purpose");
}
