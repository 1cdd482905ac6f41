/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The serving half of the benchmark, at the higher priority: sleeps until
 * something comes, serves it as the driver has ordered, and sleeps again.
 */
#include "calls.h"
#include <orders.h>

typedef uint64_t (*receive_fn)(uint32_t channel, void *buffer, uint32_t size);

/* The timer chip (ARM DDI 0271D) and the serial port (ARM DDI 0183G). */
#define TIMER_LOAD    0x00
#define TIMER_CONTROL 0x08
#define TIMER_CLEAR   0x0c
#define TIMER_ONCE    0xa3 /* on, interrupt, 32 bits, one-shot */
#define TIMER_TICKS   50 /* of 1 MHz */
#define SERIAL_DATA   0x00
#define SERIAL_CTRL   0x30
#define SERIAL_MASK   0x38
#define SERIAL_CLEAR  0x44
#define SERIAL_ON     0x101 /* enable, transmit */
#define SERIAL_TX     0x20

static volatile struct board *board;
static const struct mv_env_entry *order, *signal, *timer, *chip, *serial, *monitor;
static const struct mv_env_entry *channels[NR_SIZES];
static uint32_t own_vcpu, watched, channel_lines;
static uint32_t message[LARGEST / 4];
static enum order todo;
static bool use_upcalls, revive;

static uint32_t line_of(const struct mv_env_entry *entry)
{
	return 1u << entry->line;
}

static void set(const struct mv_env_entry *device, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(device->address + offset) = value;
}

static void find_all(void)
{
	char name[] = "ch0";

	board = the_board();
	order = mv_env_need("order", MV_CAP_VIRQ);
	signal = mv_env_need("signal", MV_CAP_VIRQ);
	timer = mv_env_need("timer0", MV_CAP_TIMER);
	chip = mv_env_need("timer23", MV_ENV_DEVICE);
	serial = mv_env_need("uart1", MV_ENV_DEVICE);
	monitor = mv_env_need("monitor", MV_CAP_VIRQ);
	own_vcpu = mv_env_need("vcpu0", MV_CAP_VCPU)->cap;
	watched = mv_env_need("watched", MV_CAP_CELL)->cap;
	for (int i = 0; i < NR_SIZES; i++, name[2]++) {
		channels[i] = mv_env_need(name, MV_CAP_CHANNEL);
		channel_lines |= line_of(channels[i]);
	}
}

/* Serving ------------------------------------------------------------------ */

static uint32_t fetch(uint32_t virq)
{
	uint64_t result = bench_fetch(virq);

	expect(error_of(result));
	return (uint32_t)(result >> 32);
}

static void serve_channel(int n)
{
	static const receive_fn receive[NR_SIZES] = { bench_receive0, bench_receive1,
						      bench_receive2, bench_receive3 };
	uint64_t result = receive[n](channels[n]->cap, message, sizeof(message));

	expect(error_of(result));
	fetch(channels[n]->virq);
	expect(mv_channel_send(channels[n]->cap, message, (uint32_t)(result >> 32)));
}

static void serve_chip(void)
{
	set(chip, TIMER_CLEAR, 1);
	fetch(chip->virq);
	expect(error_of(bench_ack(chip->virq)));
	board->served++;
}

static void serve_serial(void)
{
	set(serial, SERIAL_MASK, 0);
	set(serial, SERIAL_CLEAR, SERIAL_TX);
	fetch(serial->virq);
	expect(error_of(bench_ack(serial->virq)));
	board->served++;
}

static void serve_timer(void)
{
	fetch(timer->virq);
	board->served++;
}

static void serve_monitor(void)
{
	fetch(monitor->virq);
	/* Odd times only: the driver starts it again itself. */
	revive = !revive;
	if (revive)
		expect(mv_cell_restart(watched));
}

static void serve(uint32_t pending)
{
	if (pending & line_of(order))
		todo = (enum order)fetch(order->virq);
	if (pending & line_of(signal))
		fetch(signal->virq);
	if (pending & line_of(timer))
		serve_timer();
	if (pending & line_of(chip))
		serve_chip();
	if (pending & line_of(serial))
		serve_serial();
	if (pending & line_of(monitor))
		serve_monitor();
	for (int n = 0; pending & channel_lines && n < NR_SIZES; n++)
		if (pending & line_of(channels[n]))
			serve_channel(n);
}

void bench_serve(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	serve(page->virq_pending & page->virq_enabled);
}

/* Orders ------------------------------------------------------------------- */

static void upcalls_to(void (*vector)(void))
{
	use_upcalls = true;
	mv_page()->vector = (uint32_t)(uintptr_t)vector;
	mv_page()->virq_master = 1;
}

static void obey_quiet(void)
{
	mv_page()->virq_enabled &= ~(channel_lines | line_of(signal));
}

/* With more to come, receiving makes no vIRQ at the sender: FIFOs are never full. */
static void obey_drain(void)
{
	static const receive_fn take[NR_SIZES] = { bench_take0, bench_take1, bench_take2,
						   bench_take3 };

	for (int n = 0; n < NR_SIZES; n++) {
		while (mv_channel_status(channels[n]->cap).value >> 16)
			expect(error_of(take[n](channels[n]->cap, message, sizeof(message))));
		mv_virq_fetch(channels[n]->virq);
	}
	mv_virq_fetch(signal->virq);
	mv_page()->virq_enabled |= channel_lines | line_of(signal);
}

static void obey_timer(void (*vector)(void))
{
	upcalls_to(vector);
	expect(error_of(bench_timer_set_b(timer->cap, 0, (uint32_t)DELAY_NS, 0)));
}

static void obey_device(void)
{
	upcalls_to(bench_upcall_device);
	set(chip, TIMER_LOAD, TIMER_TICKS);
	set(chip, TIMER_CONTROL, TIMER_ONCE);
}

/* What is sent leaves at once, and the port asks for more. */
static void obey_serial(void)
{
	upcalls_to(bench_upcall_serial);
	set(serial, SERIAL_CTRL, SERIAL_ON);
	set(serial, SERIAL_DATA, '.');
	set(serial, SERIAL_MASK, SERIAL_TX);
}

static void obey_yield(void)
{
	use_upcalls = false;
	mv_page()->virq_master = 0;
	expect(error_of(bench_set_priority(own_vcpu, LOW)));
	for (int i = 0; i < REPEAT; i++)
		expect(error_of(bench_b_yield()));
	expect(error_of(bench_set_priority(own_vcpu, HIGH)));
}

static void obey(enum order what)
{
	switch (what) {
	case ORDER_NONE:
		break;
	case ORDER_WAKE:
		use_upcalls = false;
		break;
	case ORDER_UPCALL:
		upcalls_to(bench_upcall_signal);
		break;
	case ORDER_QUIET:
		obey_quiet();
		break;
	case ORDER_DRAIN:
		obey_drain();
		break;
	case ORDER_TIMER:
		obey_timer(bench_upcall_timer);
		break;
	case ORDER_IDLE:
		obey_timer(bench_upcall_idle);
		break;
	case ORDER_DEVICE:
		obey_device();
		break;
	case ORDER_SERIAL:
		obey_serial();
		break;
	case ORDER_YIELD:
		obey_yield();
		break;
	case ORDER_REVIVE:
		upcalls_to(bench_upcall_monitor);
		break;
	}
}

int mv_main(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	find_all();
	page->virq_enabled = line_of(order) | line_of(signal) | line_of(timer) | line_of(chip) |
			     line_of(serial) | line_of(monitor) | channel_lines;
	for (;;) {
		bool woken = !use_upcalls;
		uint64_t result;

		page->virq_master = use_upcalls;
		result = bench_wait();
		if (woken)
			serve((uint32_t)(result >> 32));
		obey(todo);
		todo = ORDER_NONE;
	}
}
