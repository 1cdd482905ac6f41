/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Any number of timers over the one "timer0": they form a list sorted by deadline,
 * and timer0 is armed for its head. All of it belongs to vCPU 0, which has timer0.
 */
#include "local.h"

static const struct mv_env_entry *timer0;
static struct mv_timer *first;

static void arm(uint64_t deadline)
{
	uint32_t error = mv_timer_set(timer0->cap, MV_TIMER_ABSOLUTE, deadline);

	if (error)
		mv_panic("timer0 cannot be set: error %u", error);
}

static void insert(struct mv_timer *timer)
{
	struct mv_timer **link = &first;

	while (*link && (*link)->deadline <= timer->deadline)
		link = &(*link)->next;
	timer->next = *link;
	*link = timer;
}

static bool unlink(struct mv_timer *timer)
{
	for (struct mv_timer **link = &first; *link; link = &(*link)->next) {
		if (*link == timer) {
			*link = timer->next;
			return true;
		}
	}
	return false;
}

static void next_period(struct mv_timer *timer, uint64_t now)
{
	timer->deadline += timer->period;
	if (timer->deadline <= now)
		timer->deadline += (now - timer->deadline) / timer->period * timer->period;
	insert(timer);
}

/*
 * Timers that fall due while the functions run are served with the next vIRQ: a
 * function that takes longer than its period must not keep out everything else.
 */
static void expired(uint32_t payload, void *argument)
{
	uint64_t now = mv_time_now();

	(void)payload;
	(void)argument;
	while (first && first->deadline <= now) {
		struct mv_timer *timer = first;

		first = timer->next;
		if (timer->period)
			next_period(timer, now);
		timer->fn(timer->argument);
	}
	if (first)
		arm(first->deadline);
}

static void need_timer0(void)
{
	if (timer0)
		return;
	timer0 = mv_env_need("timer0", MV_CAP_TIMER);
	mv_on_virq(timer0, expired, NULL);
}

void mv_timer_start(struct mv_timer *timer, uint64_t delay, uint64_t period,
		    void (*fn)(void *argument), void *argument)
{
	uint32_t saved = mv_virq_mask();

	need_timer0();
	unlink(timer);
	timer->deadline = mv_time_now() + delay;
	timer->period = period;
	timer->fn = fn;
	timer->argument = argument;
	insert(timer);
	if (first == timer)
		arm(timer->deadline);
	mv_virq_restore(saved);
}

void mv_timer_stop(struct mv_timer *timer)
{
	uint32_t saved = mv_virq_mask();

	unlink(timer);
	mv_virq_restore(saved);
}

uint32_t mv_timer_alarm(uint64_t deadline)
{
	if (!timer0 && !mv_env_find("timer0", MV_CAP_TIMER))
		return 0;
	need_timer0();
	if (!first || first->deadline > deadline)
		arm(deadline);
	return mv_line_bit(timer0);
}

static void set_flag(void *argument)
{
	*(volatile bool *)argument = true;
}

void mv_sleep(uint64_t nanoseconds)
{
	uint32_t saved = mv_virq_mask();
	volatile bool done = false;
	struct mv_timer timer;

	mv_timer_start(&timer, nanoseconds, 0, set_flag, (void *)(uintptr_t)&done);
	while (!done)
		mv_wait();
	mv_virq_restore(saved);
}
