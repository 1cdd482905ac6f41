/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * How late the most urgent cell is, beside a less urgent one, "crowd", that does
 * what may take long: have 60 timers due at the moment when the other's device
 * interrupts, or restart a cell again and again.
 */
#include "timers.h"
#include "uart.h"

#define LEAD_US       1000 /* from the order to the interrupt */
#define NR_MEETINGS   20
#define NR_SLEEPS     200
#define RESTARTS      1 /* in place of a time that ends in it: those are even */

#define SP804_LOAD    0
#define SP804_CONTROL 2
#define SP804_CLEAR   3
#define SP804_ONCE    0xa3 /* enabled, with interrupt, 32 bits, one-shot */

/* crowd ------------------------------------------------------------------------------ */

/* All timers at the time that ends in these bits. */
static void arm_all(uint32_t low)
{
	const struct mv_env_entry *timer = NULL;
	uint64_t now = mv_time_now(), time = now + (uint32_t)(low - (uint32_t)now);

	while ((timer = mv_env_next(timer, MV_CAP_TIMER))) {
		mv_virq_fetch(timer->virq);
		mv_timer_set(timer->cap, MV_TIMER_ABSOLUTE, time);
	}
}

static void restart_for_ever(void)
{
	uint32_t victim = mv_env_need("storm", MV_CAP_CELL)->cap;

	for (;;) {
		mv_cell_restart(victim);
		mv_sleep(150 * MV_US);
	}
}

_Noreturn void crowd(void)
{
	const struct mv_env_entry *meet = mv_env_need("meet", MV_CAP_VIRQ);
	uint32_t order;

	for (;;) {
		mv_virq_enable(meet);
		mv_vcpu_wait();
		order = mv_virq_fetch(meet->cap).value;
		mv_virq_disable(meet);
		if (order == RESTARTS)
			restart_for_ever();
		arm_all(order);
	}
}

/* load ------------------------------------------------------------------------------- */

static uint32_t interrupt_after(const struct mv_env_entry *clock, uint32_t us)
{
	volatile uint32_t *regs = (volatile uint32_t *)(uintptr_t)clock->address;
	uint64_t due = mv_time_now() + us * MV_US;

	regs[SP804_LOAD] = us;
	regs[SP804_CONTROL] = SP804_ONCE;
	mv_virq_enable(clock);
	mv_vcpu_wait();
	due = mv_time_now() - due;
	regs[SP804_CLEAR] = 0;
	mv_virq_disable(clock);
	mv_virq_fetch(clock->virq);
	mv_virq_ack(clock->virq);
	return (uint32_t)due;
}

/* The interrupt comes ever later after the moment when the timers are due. */
void device_beside_timers(void)
{
	const struct mv_env_entry *clock = mv_env_need("timer23", MV_ENV_DEVICE);
	uint32_t go = mv_env_need("meet", MV_CAP_SOURCE)->cap, worst = 0;
	uint32_t alone = interrupt_after(clock, LEAD_US);

	for (uint32_t i = 0; i < NR_MEETINGS; i++) {
		uint64_t when = mv_time_now() + (LEAD_US - i) * MV_US;
		uint32_t late;

		mv_virq_raise(go, (uint32_t)when & ~1u);
		late = interrupt_after(clock, LEAD_US);
		worst = late > worst ? late : worst;
	}
	say("load: device: alone %u, beside timers %u\n", alone, worst);
}

static uint32_t latest_sleep(void)
{
	uint32_t worst = 0;

	for (uint32_t i = 0; i < NR_SLEEPS; i++) {
		uint64_t due = mv_time_now() + 100 * MV_US + i * 77;
		uint32_t late;

		mv_sleep(due - mv_time_now());
		late = (uint32_t)(mv_time_now() - due);
		worst = late > worst ? late : worst;
	}
	return worst;
}

/* The crowd does not stop any more. */
void sleep_beside_restarts(void)
{
	uint32_t victim = mv_env_need("storm", MV_CAP_CELL)->cap;
	uint32_t alone = latest_sleep(), before, with;

	before = MV_CELL_ASKED(mv_cell_status(victim).value);
	mv_virq_raise(mv_env_need("meet", MV_CAP_SOURCE)->cap, RESTARTS);
	with = latest_sleep();
	say("load: sleep: alone %u, beside %u restarts %u\n", alone,
	    (unsigned int)MV_CELL_ASKED(mv_cell_status(victim).value) - before, with);
}
