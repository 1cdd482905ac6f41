/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What timers cost cells that are more urgent than who has armed them. The most
 * urgent cell, "load", looks at how long the same work takes in each of 50
 * windows of 100 us, while the least urgent, "storm", has armed as many timers as
 * it was told to, as fast as allowed, and prints the largest and the sum of what
 * was lost, ns. In between are "busy" and "crowd" (late.c). Which one this is says
 * the cell's name.
 */
#include "timers.h"
#include "uart.h"

#define PERIOD_NS   (CONFIG_TIMER_MIN_PERIOD_US * MV_US)
#define WINDOW_NS   (100 * MV_US)
#define NR_WINDOWS  50

#define STORM_MAX   0xffu /* "go" carries how many timers are to be armed */
#define STORM_FETCH 0x100u /* and whether their vIRQs are fetched */

/* storm ------------------------------------------------------------------------------ */

static void arm(uint32_t number)
{
	const struct mv_env_entry *timer = NULL;

	while ((timer = mv_env_next(timer, MV_CAP_TIMER))) {
		mv_timer_cancel(timer->cap);
		mv_virq_fetch(timer->virq);
		if (number && number--)
			mv_timer_set(timer->cap, MV_TIMER_PERIODIC, PERIOD_NS);
	}
}

/* Also those of the other vCPU, which never runs. */
static void fetch_all(void)
{
	const struct mv_env_entry *timer = NULL;

	while ((timer = mv_env_next(timer, MV_CAP_TIMER)))
		mv_virq_fetch(timer->virq);
}

static _Noreturn void storm(void)
{
	const struct mv_env_entry *go = mv_env_need("go", MV_CAP_VIRQ);
	uint32_t told = 0;

	for (;;) {
		mv_page()->virq_enabled = told & STORM_FETCH ? ~0u : 1u << go->line;
		if (!(mv_vcpu_wait() & 1u << go->line)) {
			fetch_all();
			continue;
		}
		told = mv_virq_fetch(go->cap).value;
		arm(told & STORM_MAX);
		mv_virq_raise(mv_env_need("armed", MV_CAP_SOURCE)->cap, 1);
	}
}

/* busy ------------------------------------------------------------------------------- */

static _Noreturn void busy(void)
{
	mv_page()->virq_enabled = 1u << mv_env_need("begin", MV_CAP_VIRQ)->line;
	mv_vcpu_wait();
	for (;;)
		;
}

/* load ------------------------------------------------------------------------------- */

static uint64_t stamps[NR_WINDOWS + 1];
static uint32_t rounds, undisturbed;

static void work(uint32_t n)
{
	__asm__ volatile("1: subs %0, %0, #1\n\tbne 1b" : "+r"(n) : : "cc");
}

static void look(void)
{
	for (uint32_t i = 0; i <= NR_WINDOWS; i++) {
		stamps[i] = mv_time_now();
		work(rounds);
	}
}

static void calibrate(void)
{
	uint64_t start = mv_time_now();

	work(1000000);
	rounds = (uint32_t)(1000000 * WINDOW_NS / (mv_time_now() - start));
	look();
	undisturbed = (uint32_t)(stamps[NR_WINDOWS] - stamps[0]);
}

static void report(const char *phase)
{
	uint32_t worst = 0, all = (uint32_t)(stamps[NR_WINDOWS] - stamps[0]);

	for (uint32_t i = 0; i < NR_WINDOWS; i++)
		if (stamps[i + 1] - stamps[i] > worst)
			worst = (uint32_t)(stamps[i + 1] - stamps[i]);
	say("load: %s: worst %d, sum %d\n", phase, (int)(worst - undisturbed / NR_WINDOWS),
	    (int)(all - undisturbed));
}

/* @wait: how long the others get before. */
static void phase(const char *name, uint64_t wait)
{
	mv_sleep(wait);
	look();
	report(name);
}

/* At once when the storm has armed its timers, and when they have expired for long. */
static void told(const char *name, const char *later, uint32_t number)
{
	const struct mv_env_entry *armed = mv_env_need("armed", MV_CAP_VIRQ);

	mv_virq_raise(mv_env_need("go", MV_CAP_SOURCE)->cap, number);
	mv_virq_enable(armed);
	mv_vcpu_wait();
	mv_virq_fetch(armed->cap);
	mv_virq_disable(armed);
	look();
	report(name);
	phase(later, 5 * MV_MS);
}

/* Nobody fetches its vIRQ. */
static void own_timer(void)
{
	uint32_t timer = mv_env_need("timer1", MV_CAP_TIMER)->cap;

	mv_timer_set(timer, MV_TIMER_PERIODIC, PERIOD_NS);
	look();
	report("own");
	mv_timer_cancel(timer);
}

static void stop_storm(void)
{
	uint32_t storm_cell = mv_env_need("storm", MV_CAP_CELL)->cap;

	mv_cell_stop(storm_cell);
	say("load: storm's state is %u\n", MV_CELL_STATE(mv_cell_status(storm_cell).value));
	phase("stopped", MV_MS);
	phase("still stopped", 100 * MV_MS);
}

static _Noreturn void load(void)
{
	mv_sleep(5 * MV_MS);
	calibrate();
	phase("nothing", MV_MS);
	own_timer();
	told("one", "one later", 1);
	told("all", "all later", STORM_MAX);
	told("one fetched", "one fetched later", 1 | STORM_FETCH);
	told("all fetched", "all fetched later", STORM_MAX | STORM_FETCH);
	mv_virq_raise(mv_env_need("begin", MV_CAP_SOURCE)->cap, 1);
	phase("all with busy", 5 * MV_MS);
	stop_storm();
	device_beside_timers();
	sleep_beside_restarts();
	say("load: the end\n");
	for (;;)
		mv_wait();
}

int mv_main(void)
{
	if (!strcmp(mv_env->cell, "load"))
		load();
	if (!strcmp(mv_env->cell, "storm"))
		storm();
	if (!strcmp(mv_env->cell, "crowd"))
		crowd();
	busy();
}
