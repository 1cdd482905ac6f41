// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * Time: nanoseconds since the microvisor's boot as clock source and scheduler
 * clock, and the cell's first timer, one-shot, for clock events. The clocks of
 * devices, which are those of the device tree, are made known here too.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/of.h>
#include <linux/of_clk.h>
#include <linux/of_irq.h>
#include <linux/sched_clock.h>
#include <asm/delay.h>
#include <asm/mullion.h>

#include "mullion.h"

static unsigned int timer;

static u64 notrace read_clock(void)
{
	return mv_time_now();
}

static u64 read_source(struct clocksource *source)
{
	return mv_time_now();
}

static struct clocksource source = {
	.name = "mullion",
	.rating = 400,
	.read = read_source,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static int set_next(unsigned long ns, struct clock_event_device *device)
{
	return mv_timer_set(timer, 0, ns) ? -EINVAL : 0;
}

static int shut_down(struct clock_event_device *device)
{
	mv_timer_cancel(timer);
	return 0;
}

static struct clock_event_device event = {
	.name = "mullion",
	.rating = 400,
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.set_next_event = set_next,
	.set_state_shutdown = shut_down,
	.set_state_oneshot_stopped = shut_down,
};

static irqreturn_t expired(int irq, void *unused)
{
	event.event_handler(&event);
	return IRQ_HANDLED;
}

static unsigned long read_delay(void)
{
	return mv_time_now();
}

static struct delay_timer delay = {
	.read_current_timer = read_delay,
	.freq = NSEC_PER_SEC,
};

void __init mullion_init_time(void)
{
	struct device_node *node = of_find_node_by_path("/hypervisor/timers/timer0");

	if (!node)
		panic("the device tree has no /hypervisor/timers/timer0");
	timer = mullion_cap(node);
	event.irq = irq_of_parse_and_map(node, 0);
	event.cpumask = cpumask_of(0);
	sched_clock_register(read_clock, 64, NSEC_PER_SEC);
	clocksource_register_hz(&source, NSEC_PER_SEC);
	register_current_timer_delay(&delay);
	if (request_irq(event.irq, expired, IRQF_TIMER | IRQF_IRQPOLL, "mullion-timer", NULL))
		panic("no interrupt for the timer");
	clockevents_config_and_register(&event, NSEC_PER_SEC, 1000, 0x7fffffff);
	of_clk_init(NULL);
}
