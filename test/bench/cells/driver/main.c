/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The driving half of the benchmark, at the lower priority: does each thing
 * REPEAT times and tells the server what part to play. It prints nothing and
 * measures nothing; QEMU's plugin sees the marks (calls.S). Ends by restarting
 * the machine, at which QEMU stops.
 */
#include "calls.h"
#include <orders.h>

static volatile struct board *board;
static uint32_t order, signal, own_cell, revived, watched, timer, timer_virq;
static uint32_t channels[NR_SIZES];
static uint32_t message[LARGEST / 4];
static volatile uint32_t upcalls;
static const uint32_t sizes[NR_SIZES] = { 8, 64, 1024, LARGEST };

static void tell(enum order what)
{
	expect(mv_virq_raise(order, what));
}

static void find_all(void)
{
	char name[] = "ch0";

	board = the_board();
	order = mv_env_need("order", MV_CAP_SOURCE)->cap;
	signal = mv_env_need("signal", MV_CAP_SOURCE)->cap;
	own_cell = mv_env_need("cell", MV_CAP_CELL)->cap;
	revived = mv_env_need("revived", MV_CAP_CELL)->cap;
	watched = mv_env_need("watched", MV_CAP_CELL)->cap;
	timer = mv_env_need("timer0", MV_CAP_TIMER)->cap;
	timer_virq = mv_env_need("timer0", MV_CAP_TIMER)->virq;
	for (int i = 0; i < NR_SIZES; i++, name[2]++)
		channels[i] = mv_env_need(name, MV_CAP_CHANNEL)->cap;
}

/* Hypercalls that switch to nobody. */
static void measure_calls(void)
{
	for (int i = 0; i < REPEAT; i++) {
		bench_null();
		bench_time_now();
		expect(error_of(bench_cell_status(own_cell)));
		expect(error_of(bench_channel_status(channels[0])));
		expect(error_of(bench_fetch_empty(timer_virq)));
		expect(error_of(bench_timer_set(timer, 0, (uint32_t)MV_S, 0)));
		expect(error_of(bench_timer_cancel(timer)));
		expect(error_of(bench_refused(timer)) != MV_ERR_CAPABILITY);
	}
}

/* The same signal three ways: to one that sleeps, and to nobody. */
static void measure_signals(void)
{
	tell(ORDER_UPCALL);
	for (int i = 0; i < REPEAT; i++)
		expect(error_of(bench_raise_upcall(signal, 1)));
	tell(ORDER_WAKE);
	for (int i = 0; i < REPEAT; i++)
		expect(error_of(bench_raise_wake(signal, 1)));
	tell(ORDER_QUIET);
	for (int i = 0; i < REPEAT; i++)
		expect(error_of(bench_raise_quiet(signal, 1)));
	tell(ORDER_DRAIN);
}

/* Messages that nobody waits for, then there and back. */
static void measure_channels(void)
{
	static uint64_t (*const lie[])(uint32_t, const void *, uint32_t) = { bench_lie0, bench_lie1,
									     bench_lie2,
									     bench_lie3 };
	static uint64_t (*const send[])(uint32_t, const void *,
					uint32_t) = { bench_send0, bench_send1, bench_send2,
						      bench_send3 };
	static uint64_t (*const answer[])(uint32_t, void *,
					  uint32_t) = { bench_answer0, bench_answer1, bench_answer2,
							bench_answer3 };

	tell(ORDER_QUIET);
	for (int i = 0; i < REPEAT; i++)
		for (int n = 0; n < NR_SIZES; n++)
			expect(error_of(lie[n](channels[n], message, sizes[n])));
	tell(ORDER_DRAIN);
	tell(ORDER_WAKE);
	for (int n = 0; n < NR_SIZES; n++)
		for (int i = 0; i < REPEAT; i++) {
			expect(error_of(send[n](channels[n], message, sizes[n])));
			expect(error_of(answer[n](channels[n], message, sizes[n])));
		}
}

/* Upcalls of this cell come from its timer only. */
void bench_serve(void)
{
	expect(mv_virq_fetch(timer_virq).error);
	upcalls++;
}

/* A timer's interrupt while its own cell runs. */
static void measure_own_timer(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->vector = (uint32_t)(uintptr_t)bench_upcall_a_timer;
	page->virq_enabled = 1u << mv_env_need("timer0", MV_CAP_TIMER)->line;
	page->virq_master = 1;
	for (uint32_t i = 0; i < REPEAT; i++) {
		expect(mv_timer_set(timer, 0, DELAY_NS));
		while (upcalls == i)
			;
		bench_seen();
	}
	page->virq_master = 0;
}

/* Interrupts for the server while this cell runs. */
static void measure_interrupts(enum order what)
{
	for (int i = 0; i < REPEAT; i++) {
		uint32_t before = board->served;

		tell(what);
		while (board->served == before)
			;
		bench_seen();
	}
}

/* An interrupt for the server while the machine idles; a later one wakes this cell. */
static void measure_idle(void)
{
	for (int i = 0; i < REPEAT; i++) {
		tell(ORDER_IDLE);
		expect(mv_timer_set(timer, 0, 4 * DELAY_NS));
		mv_vcpu_wait();
		expect(mv_virq_fetch(timer_virq).error);
	}
}

static void measure_yield(void)
{
	tell(ORDER_YIELD);
	for (int i = 0; i <= REPEAT; i++)
		expect(error_of(bench_a_yield()));
}

/* fault-restart faults at once when started; restarts itself until its limit. */
static void measure_faults(void)
{
	uint32_t log = mv_env_need("log", MV_CAP_LOG)->cap;
	static struct mv_fault_record record;

	for (int i = 0; i < REPEAT; i++) {
		expect(error_of(bench_restart_r(revived)));
		expect(error_of(bench_fault_read(log, &record, sizeof(record))));
		while (!mv_fault_read(log, &record, sizeof(record)).error)
			;
	}
	tell(ORDER_REVIVE);
	for (int i = 0; i < REPEAT; i++)
		expect(error_of(bench_restart_w(watched)));
}

int mv_main(void)
{
	find_all();
	measure_calls();
	measure_signals();
	measure_channels();
	measure_own_timer();
	measure_interrupts(ORDER_TIMER);
	measure_interrupts(ORDER_DEVICE);
	measure_interrupts(ORDER_SERIAL);
	measure_idle();
	measure_yield();
	measure_faults();
	bench_done();
	mv_system_reset(mv_env_need("system", MV_CAP_SYSTEM)->cap, MV_SYSTEM_RESTART);
	return 0;
}
