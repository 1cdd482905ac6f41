/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * How late the most urgent cell is when a guest's hypercalls take long: the guest
 * sends messages whose buffers lie in two pages that its vTLB never holds, each in
 * a slot that is on the other side and for which a table has to be taken from
 * another slot. With the argument "sink" it is a native cell that receives them and
 * looks whether each has come whole and once; with "urgent", one that sleeps for
 * irregular times, so that its interrupts meet these hypercalls everywhere, and ends
 * the run. Counted by QEMU's plugin; whatever is wrong faults, and the run does not end.
 */
#include <guest.h>

#define TICKS     600
#define SLEEP_NS  (100 * MV_US)
#define SPREAD_NS 20011 /* prime, about what one message takes */
#define SIZE      PAGE
#define PLAY      0x20000000u
#define BUFFER    (PLAY + MIB - SIZE / 2)
#define OTHERS    (PLAY + 16 * MIB)
#define NR_OTHERS (CONFIG_VTLB_TABLES + 8)
#define STEP      0x9e3779b9u

static void expect(bool good)
{
	if (!good)
		__builtin_trap();
}

/* Word @i of message @n. */
static uint32_t pattern(uint32_t n, uint32_t i)
{
	return i ? n * STEP ^ i : n;
}

/* The buffer's two pages are the kernel's alone; beside each is one of the user's. */
static uint32_t *make_space(uint32_t pages)
{
	uint32_t *l1 = space_new();

	space_page(l1, BUFFER, SMALL(pages, AP_KERNEL) | PAGE_NG);
	space_page(l1, BUFFER + PAGE, SMALL(pages + PAGE, AP_KERNEL) | PAGE_NG);
	space_page(l1, PLAY, SMALL(pages, AP_BOTH) | PAGE_NG);
	space_page(l1, PLAY + 2 * MIB - PAGE, SMALL(pages, AP_BOTH) | PAGE_NG);
	space_page(l1, OTHERS, SMALL(pages, AP_BOTH) | PAGE_NG);
	for (uint32_t i = 1; i < NR_OTHERS; i++)
		l1[OTHERS / MIB + i] = l1[OTHERS / MIB];
	return l1;
}

/* The slots change to the user's side, and no table is free. */
static void prepare(uint32_t n)
{
	uint32_t word;

	for (uint32_t i = 0; i < 4; i++)
		expect(!kernel_try(READ, OTHERS + (n * 4 + i) % NR_OTHERS * MIB, &word));
	expect(!user_try(READ, PLAY, &word));
	expect(!user_try(READ, PLAY + 2 * MIB - PAGE, &word));
}

static _Noreturn void guest_main(void)
{
	const struct mv_env_entry *channel = mv_env_need("messages", MV_CAP_CHANNEL);
	uint32_t *pages, *message;

	guest_begin();
	pool_reset();
	pages = pool_take(2 * PAGE, PAGE);
	message = pages + BUFFER % PAGE / 4;
	space_use(make_space((uint32_t)pages), 1);
	for (uint32_t n = 0;; n++) {
		for (uint32_t i = 0; i < SIZE / 4; i++)
			message[i] = pattern(n, i);
		prepare(n);
		expect(!mv_channel_send(channel->cap, (void *)BUFFER, SIZE));
	}
}

static _Noreturn void sink_main(void)
{
	static uint32_t message[SIZE / 4];
	const struct mv_env_entry *channel = mv_env_need("messages", MV_CAP_CHANNEL);

	for (uint32_t n = 0;; n++) {
		struct mv_result got = mv_channel_get(channel, message, sizeof(message));

		expect(!got.error && got.value == SIZE);
		for (uint32_t i = 0; i < SIZE / 4; i++)
			expect(message[i] == pattern(n, i));
	}
}

static _Noreturn void urgent_main(void)
{
	for (uint32_t i = 0; i < TICKS; i++)
		mv_sleep(SLEEP_NS + i * 7919u % SPREAD_NS);
	mv_system_reset(mv_env_need("system", MV_CAP_SYSTEM)->cap, MV_SYSTEM_RESTART);
	for (;;)
		mv_vcpu_wait();
}

int mv_main(void)
{
	uint32_t length;

	if (mv_arg("sink", &length))
		sink_main();
	if (mv_arg("urgent", &length))
		urgent_main();
	guest_main();
}
