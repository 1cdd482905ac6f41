/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A cell with as many objects as a cell can have, which keeps the microvisor
 * busy as long as it can: all its timers expire at once and wake all its vCPUs, its
 * messages have the greatest size, and it faults or is stopped with all of that
 * armed. Looks for the longest stretch with interrupts off; says nothing itself.
 */
#include <worst.h>

#define MAX_TIMERS 64
#define ROUNDS     3
#define SOON       (2 * MV_MS)
#define GRID       0x3fffffu /* ns: a point of time that all such cells choose, too */
#define MAX_VCPUS  8

static volatile struct worst *page;
static uint32_t buffer[4096 / 4 + 1];
static uint8_t stacks[MAX_VCPUS][1024] __attribute__((aligned(8)));

/* Each vCPU takes every vIRQ of its own, and nothing else. */
static void take_all(void *unused)
{
	(void)unused;
	mv_page()->virq_enabled = ~0u;
	for (;;)
		for (uint32_t pending = mv_vcpu_wait(); pending; pending &= pending - 1)
			for (const struct mv_env_entry *e = NULL;
			     (e = mv_env_next(e, MV_CAP_TIMER));)
				if (1u << e->line == (pending & -pending))
					mv_virq_fetch(e->virq);
}

/* The last to be armed has the longest way through the list. */
static void arm_all(uint64_t when)
{
	const struct mv_env_entry *e = NULL;

	while ((e = mv_env_next(e, MV_CAP_TIMER)))
		mv_timer_set(e->cap, MV_TIMER_ABSOLUTE, when);
}

static void send_all(void)
{
	const struct mv_env_entry *e = NULL;

	while ((e = mv_env_next(e, MV_CAP_CHANNEL))) {
		uint32_t size = e->address < sizeof(buffer) ? e->address : sizeof(buffer);

		mv_channel_send(e->cap, buffer, size);
		mv_channel_receive(e->cap, buffer, sizeof(buffer));
	}
}

/* vCPU 0 sleeps on one timer, which it arms last, a little later. */
static void sleep_until(uint64_t when)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);

	mv_page()->virq_enabled = 1u << timer->line;
	mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, when);
	mv_vcpu_wait();
	mv_virq_fetch(timer->virq);
}

int mv_main(void)
{
	page = the_page();
	page->lives++;
	for (uint32_t i = 1; i < mv_arg_number("vcpus", 4); i++)
		mv_vcpu_run(i, take_all, NULL, stacks[i], sizeof(stacks[i]));
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t when = ((mv_time_now() + SOON) | GRID) + 1;

		arm_all(when);
		send_all();
		sleep_until(when + SOON);
	}
	arm_all(mv_time_now() + MV_S);
	if (page->lives % 2)
		__builtin_trap();
	page->idle = 1;
	sleep_until(mv_time_now() + MV_S);
	return 0;
}
