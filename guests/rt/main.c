/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A periodic real-time task that measures itself. vCPU 1 is the task: it is
 * released by a timer, reads the clock, works, and waits for the next release.
 * vCPU 0 reports on the console at a priority of its own, so that the task never
 * waits for a reader. Both belong to one cell and share the figures.
 *
 * In its args: `period=US` (default 1000); `work=N`: at each release run N thousand
 * rounds of a loop of two instructions (default 0); `speak=PRIORITY`: that of vCPU 0
 * (default: the cell's); `report=S`: report every S seconds (default 0: when asked).
 * On the console: `report`, `reset`, `stop`.
 */
#include "rt.h"

#define STACK 1024

static struct figures figures;
static volatile uint32_t version; /* odd while the task changes the figures */
static volatile bool reset_wanted, stop_wanted, stopped;
static uint64_t period;
static uint32_t work;

/* The task: vCPU 1 -------------------------------------------------------------- */

static void do_work(uint32_t rounds)
{
	if (rounds)
		__asm__ volatile("1:	subs	%0, %0, #1\n"
				 "	bne	1b\n"
				 : "+r"(rounds)
				 :
				 : "cc");
}

static uint32_t bucket(uint64_t late)
{
	uint32_t bits = late >> 32 ? 32 :
				     32 - (late ? (uint32_t)__builtin_clz((uint32_t)late) : 32);

	if (bits <= FIRST_BITS)
		return 0;
	return bits - FIRST_BITS < NR_BUCKETS ? bits - FIRST_BITS : NR_BUCKETS - 1;
}

static void count(uint64_t late, uint64_t response, uint32_t missed)
{
	version++;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	if (reset_wanted) {
		memset(&figures, 0, sizeof(figures));
		reset_wanted = false;
	}
	if (!figures.releases || late < figures.least)
		figures.least = late;
	if (late > figures.most)
		figures.most = late;
	if (response > figures.response)
		figures.response = response;
	figures.sum += late;
	figures.releases++;
	figures.missed += missed;
	figures.histogram[bucket(late)]++;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	version++;
}

/* Releases that pass while the task works are counted as missed, not made up for. */
static void task(void *unused)
{
	const struct mv_env_entry *timer = mv_env_need("timer1", MV_CAP_TIMER);
	uint64_t due = (mv_time_now() / period + 2) * period;

	(void)unused;
	mv_page()->virq_enabled = 1u << timer->line;
	while (!stop_wanted) {
		uint64_t start, end;
		uint32_t missed = 0;

		mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, due);
		mv_vcpu_wait();
		start = mv_time_now();
		mv_virq_fetch(timer->virq);
		do_work(work);
		end = mv_time_now();
		if (end >= due + period)
			missed = (uint32_t)((end - due) / period);
		count(start - due, end - due, missed);
		due += (missed + 1) * period;
	}
	stopped = true;
}

/* Reports: vCPU 0 --------------------------------------------------------------- */

static struct figures figures_now(void)
{
	struct figures copy;
	uint32_t before;

	do {
		before = version & ~1u;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		copy = figures;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (version != before);
	return copy;
}

static void report(void)
{
	struct figures copy = figures_now();

	report_print(&copy, period);
}

static void report_time(void *unused)
{
	(void)unused;
	report();
}

/* The figures are cleared at the next release; wait for that. */
static void reset(void)
{
	reset_wanted = true;
	while (reset_wanted)
		mv_sleep(period);
	mv_printf("the figures begin anew\n");
}

static void stop(void)
{
	stop_wanted = true;
	while (!stopped)
		mv_sleep(period);
	report();
	mv_exit();
}

static void (*wanted)(void);

/* Commands run outside of the handler, so that they may wait. */
static void want_report(const char *argument)
{
	(void)argument;
	wanted = report;
}

static void want_reset(const char *argument)
{
	(void)argument;
	wanted = reset;
}

static void want_stop(const char *argument)
{
	(void)argument;
	wanted = stop;
}

static const struct mv_command commands[] = {
	{ "report", "", "how late the task was, since boot or reset", want_report },
	{ "reset", "", "count from now on", want_reset },
	{ "stop", "", "a last report, then stop this cell", want_stop },
};

static void speak_at(uint32_t priority)
{
	if (priority &&
	    mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap, priority).error)
		mv_panic("args: speak=%u is outside of the cell's priority-range", priority);
}

static void begin(void)
{
	static uint8_t stack[STACK] __attribute__((aligned(8)));
	uint32_t error;

	period = mv_arg_number("period", 1000) * MV_US;
	work = mv_arg_number("work", 0) * 1000;
	if (period < 100 * MV_US)
		mv_panic("args: a period of %u us is too short: at least 100",
			 (uint32_t)(period / MV_US));
	speak_at(mv_arg_number("speak", 0));
	error = mv_vcpu_run(1, task, NULL, stack, STACK);
	if (error)
		mv_panic("the task cannot start (error %u): the cell needs `vcpus = <2>`", error);
}

int mv_main(void)
{
	static struct mv_timer timer;
	uint32_t seconds = mv_arg_number("report", 0);

	mv_console_patience(MV_S);
	begin();
	mv_printf("a release every %u us; commands: report, reset, stop\n",
		  (uint32_t)(period / MV_US));
	if (seconds)
		mv_timer_start(&timer, seconds * MV_S, seconds * MV_S, report_time, NULL);
	mv_on_command("a periodic real-time task that measures how late it is", commands,
		      MV_ARRAY_SIZE(commands));
	for (;;) {
		void (*fn)(void) = wanted;

		wanted = NULL;
		if (fn)
			fn();
		else
			mv_wait();
	}
}
