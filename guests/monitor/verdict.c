/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Judges the demo. The consumer reports over the channel "report", the monitor
 * itself restarts the rogue. The demo passes when `messages=N` messages have
 * arrived, none lost or damaged, and the monitor has restarted cells `faults=N`
 * times. It fails when anything else goes wrong or `seconds=N` have passed.
 */
#include "monitor.h"
#include "report.h"

#define MESSAGES 300
#define FAULTS   9
#define SECONDS  45

static const struct mv_env_entry *channel;
static struct report last;
static bool judged;
static uint32_t messages, faults;

static void judge(bool passed, const char *reason)
{
	judged = true;
	mv_printf("demo: %u messages and frames arrived, %u lost, %u damaged, "
		  "while %u faults were caught\n",
		  last.good, last.lost, last.damaged, monitor_restarts);
	mv_printf("demo: %s%s\n", passed ? "PASS" : "FAIL: ", reason);
}

void verdict_look(void)
{
	if (!channel || judged)
		return;
	if (last.lost || last.damaged)
		judge(false, "messages were lost or damaged");
	else if (last.good >= messages && monitor_restarts >= faults)
		judge(true, "");
}

void verdict_fault(const char *cell, bool planned)
{
	(void)cell;
	if (channel && !judged && !planned)
		judge(false, "a cell faulted that should not");
}

static void timeout(void *argument)
{
	(void)argument;
	if (!judged)
		judge(false, "too few messages or faults in the time given");
}

static void reported(uint32_t payload, void *argument)
{
	(void)payload;
	(void)argument;
	while (!mv_channel_receive(channel->cap, &last, sizeof(last)).error)
		;
	verdict_look();
}

void verdict_start(void)
{
	static struct mv_timer timer;

	channel = mv_env_find("report", MV_CAP_CHANNEL);
	if (!channel)
		return;
	messages = mv_arg_number("messages", MESSAGES);
	faults = mv_arg_number("faults", FAULTS);
	mv_on_virq(channel, reported, NULL);
	mv_timer_start(&timer, mv_arg_number("seconds", SECONDS) * MV_S, 0, timeout, NULL);
}
