/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The witness: a well-behaved cell with a periodic timer that keeps watch on
 * its own memory, its vCPU page and the time, while others do their worst. What
 * it sees stands in the segment "pulse" (test/cells/lib/pulse.h).
 */
#include "pulse.h"
#include <mv.h>

#define NR_WORDS 2048

static volatile struct pulse *pulse;
static const struct mv_env_entry *timer, *inbox;
static uint32_t words[NR_WORDS];
static uint64_t expected;

static uint32_t pattern(uint32_t i)
{
	return (i + 1) * 0x9e3779b9u;
}

static void fill_words(void)
{
	for (uint32_t i = 0; i < NR_WORDS; i++)
		words[i] = pattern(i);
}

/* A few words each time: all of them within some tens of heartbeats. */
static void check_words(void)
{
	static uint32_t next;

	for (uint32_t i = 0; i < 64; i++, next = (next + 1) % NR_WORDS)
		if (words[next] != pattern(next))
			pulse->damaged++;
}

static void check_page(void)
{
	volatile struct mv_vcpu_page *page = mv_page();
	uint32_t lines = 1u << timer->line | (inbox ? 1u << inbox->line : 0);

	if (page->virq_enabled != lines || page->virq_master || page->vector != 0x1234)
		pulse->damaged++;
}

static void check_time(void)
{
	uint32_t late = (uint32_t)(mv_time_now() - expected);

	pulse->latest = late;
	if (late > pulse->worst)
		pulse->worst = late;
	if (late >= PULSE_NS)
		pulse->missed++;
	expected += PULSE_NS;
}

/* Messages may hold anything, but no more than the channel's size. */
static void empty_inbox(void)
{
	static uint32_t buffer[64 + 1];
	struct mv_result r;

	mv_virq_fetch(inbox->virq);
	for (;;) {
		buffer[inbox->address / 4] = 0x5afe5afe;
		r = mv_channel_receive(inbox->cap, buffer, inbox->address);
		if (r.error == MV_ERR_EMPTY)
			break;
		if (r.error || r.value > inbox->address || buffer[inbox->address / 4] != 0x5afe5afe)
			pulse->wrong++;
	}
}

static void start_pulse(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->virq_master = 0;
	page->vector = 0x1234;
	page->virq_enabled = 1u << timer->line | (inbox ? 1u << inbox->line : 0);
	expected = mv_time_now() + PULSE_NS;
	mv_timer_set(timer->cap, MV_TIMER_PERIODIC, PULSE_NS);
}

MV_NEEDS_SEGMENT("pulse");

int mv_main(void)
{
	pulse = (volatile struct pulse *)(uintptr_t)mv_env_need("pulse", MV_ENV_SEGMENT)->address;
	timer = mv_env_need("timer0", MV_CAP_TIMER);
	inbox = mv_env_find("inbox", MV_CAP_CHANNEL);
	pulse->lives++;
	fill_words();
	start_pulse();
	for (;;) {
		uint32_t pending = mv_vcpu_wait();

		if (pending & 1u << timer->line) {
			if (mv_virq_fetch(timer->virq).value != 1)
				pulse->wrong++;
			check_time();
			check_words();
			check_page();
			pulse->beats++;
		}
		if (inbox && pending & 1u << inbox->line)
			empty_inbox();
	}
}
