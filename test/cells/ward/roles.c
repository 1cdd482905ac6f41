/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The roles of a ward: victims, which have timers and a peer and may be made to
 * fault; their monitor, which reads the fault log too; a bystander that keeps the
 * processor busy; the driver of two devices.
 */
#include "ward.h"

/* Registers of an SP804 timer. */
#define SP804_LOAD    0
#define SP804_CONTROL 2
#define SP804_CLEAR   3
#define SP804_ONCE    0xa3 /* enabled, with interrupt, 32 bits, one-shot */

/* Of a PL011. */
#define UART_DATA    0
#define UART_CONTROL 12
#define UART_MASK    14
#define UART_CLEAR   17
#define UART_TX_IRQ  0x20

static uint32_t line_of(const struct mv_env_entry *entry)
{
	return 1u << entry->line;
}

/* Victims ------------------------------------------------------------------------- */

static uint32_t read_mail(void)
{
	uint32_t channel = mine("mail", MV_CAP_CHANNEL)->cap, message, all = 0;

	while (!mv_channel_receive(channel, &message, sizeof(message)).error)
		all |= message;
	return all;
}

static uint32_t early_timers(void)
{
	const struct mv_env_entry *timer = NULL;
	uint32_t early = 0;

	while ((timer = mv_env_next(timer, MV_CAP_TIMER)))
		early += fetch_if(timer);
	return early;
}

/* All timers: of those but the first, nobody fetches anything. */
static void arm_timers(void)
{
	const struct mv_env_entry *timer = NULL;

	while ((timer = mv_env_next(timer, MV_CAP_TIMER)))
		mv_timer_set(timer->cap, MV_TIMER_PERIODIC, BEAT_NS);
}

static void come_when_due(uint32_t place)
{
	const struct mv_env_entry *timer = NULL, *due = mv_env_need("timer1", MV_CAP_TIMER);

	while ((timer = mv_env_next(timer, MV_CAP_TIMER)))
		mv_timer_cancel(timer->cap);
	mv_virq_fetch(due->virq);
	mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap, mv_arg_number("lowest", 0));
	mv_timer_set(due->cap, MV_TIMER_ABSOLUTE, stage->due[place]);
	mv_page()->virq_enabled = line_of(due);
	mv_vcpu_wait();
	stage->came[stage->nr_came++] = place;
	mv_virq_fetch(due->virq);
}

static void act(uint32_t what, uint32_t place)
{
	uint32_t self = mv_env_need("cell", MV_CAP_CELL)->cap;

	if (what & ACT_SPIN)
		busy(BUSY_NS);
	if (what & ACT_DUE)
		come_when_due(place);
	if (what & ACT_FAULT)
		__builtin_trap();
	if (what & ACT_RESTART)
		mv_cell_restart(self);
	if (what & ACT_STOP)
		mv_cell_stop(self);
}

/* One that is mortal or brief lives only as long as it takes to say so. */
void victim(uint32_t place)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER), *orders;

	me->lives++;
	if (place == MORTAL || place == BRIEF)
		__builtin_trap();
	orders = mine("act", MV_CAP_VIRQ);
	me->early = early_timers();
	me->bell = fetch_if(mine("bell", MV_CAP_VIRQ));
	me->mail = read_mail();
	arm_timers();
	for (;;) {
		mv_page()->virq_enabled = line_of(timer) | line_of(orders);
		mv_vcpu_wait();
		me->beats += fetch_if(timer);
		act(fetch_if(orders), place);
	}
}

/* The monitor ---------------------------------------------------------------------- */

static void read_log(uint32_t log)
{
	struct mv_fault_record record;

	while (!mv_fault_read(log, &record, sizeof(record)).error)
		me->records++;
}

static void revive(void)
{
	static const char *const names[] = { "upper", "lower" };

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(names); i++) {
		uint32_t cell = mv_env_need(names[i], MV_CAP_CELL)->cap;

		if (MV_CELL_STATE(mv_cell_status(cell).value) != MV_CELL_FAULTED)
			continue;
		me->restarts++;
		mv_cell_restart(cell);
	}
}

/* It looks for nothing that it was not told of. */
_Noreturn void monitor(void)
{
	const struct mv_env_entry *faults = mv_env_need("monitor", MV_CAP_VIRQ);
	const struct mv_env_entry *log = mv_env_need("log", MV_CAP_LOG);

	me->lives++;
	me->told = 0;
	me->reset = fetch_if(mv_env_need("link", MV_CAP_CHANNEL)) & MV_CHANNEL_RESET;
	mv_page()->virq_enabled = line_of(faults) | line_of(log);
	for (;;) {
		mv_vcpu_wait();
		if (fetch_if(log))
			read_log(log->cap);
		me->told |= fetch_if(faults);
		if (me->told && stage->revives)
			revive();
	}
}

/* The bystander -------------------------------------------------------------------- */

_Noreturn void bystander(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	const struct mv_env_entry *orders = mine("act", MV_CAP_VIRQ);

	me->lives++;
	mv_page()->virq_enabled = line_of(timer) | line_of(orders);
	for (;;) {
		uint32_t what, expired;

		mv_vcpu_wait();
		what = fetch_if(orders);
		expired = fetch_if(timer);
		if (what)
			mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap,
					     stage->priority);
		if (what & ACT_LATER)
			mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, stage->busy_from);
		if (what & ACT_SPIN || expired)
			busy(BUSY_NS);
	}
}

/* The driver ----------------------------------------------------------------------- */

static volatile uint32_t *registers(const struct mv_env_entry *device)
{
	return (volatile uint32_t *)(uintptr_t)device->address;
}

static void quiet(const struct mv_env_entry *clock, const struct mv_env_entry *uart)
{
	registers(clock)[SP804_CONTROL] = 0;
	registers(clock)[SP804_CLEAR] = 0;
	registers(uart)[UART_MASK] = 0;
	registers(uart)[UART_CLEAR] = 0x7ff;
	mv_virq_ack(uart->virq);
	fetch_if(clock);
	fetch_if(uart);
}

static void interrupt(uint32_t what, const struct mv_env_entry *clock,
		      const struct mv_env_entry *uart)
{
	if (what & ACT_ALARM) {
		registers(clock)[SP804_LOAD] = stage->delay;
		registers(clock)[SP804_CONTROL] = SP804_ONCE;
	}
	if (what & ACT_LINE) {
		registers(uart)[UART_CONTROL] = 0x301;
		registers(uart)[UART_MASK] = UART_TX_IRQ;
		registers(uart)[UART_DATA] = '.';
	}
}

/* It enables neither device's line, so that what has come stays pending. */
_Noreturn void driver(void)
{
	const struct mv_env_entry *clock = mv_env_need("timer23", MV_ENV_DEVICE);
	const struct mv_env_entry *uart = mv_env_need("uart1", MV_ENV_DEVICE);
	const struct mv_env_entry *orders = mine("act", MV_CAP_VIRQ);

	busy(50 * MV_US);
	me->edge = fetch_if(clock);
	me->level = fetch_if(uart);
	quiet(clock, uart);
	me->lives++;
	mv_page()->virq_enabled = line_of(orders);
	for (;;) {
		mv_vcpu_wait();
		interrupt(fetch_if(orders), clock, uart);
	}
}
