/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The other half of the demo: checks every message and every frame the producer
 * sends, and prints a line now and then. If it has a channel "report", it sends
 * its counts to the monitor. `every=N` in its args: the number of messages from
 * one line to the next.
 */
#include "../monitor/report.h"
#include "../producer/work.h"

#define EVERY       100
#define MESSAGE_MAX 256

static const struct mv_env_entry *work, *frames, *report;
static struct report total;
static uint32_t expected;
static uint64_t latency, since;

static bool frame_good(const struct work_message *m)
{
	const uint32_t *words = (const uint32_t *)(uintptr_t)frames->address;

	if (m->frame >= frames->size / (FRAME_WORDS * 4))
		return false;
	return work_sum(words + m->frame * FRAME_WORDS, FRAME_WORDS) == m->frame_sum;
}

/* A restart, of this cell or of the producer, does not count as a loss. */
static void explain(uint32_t sequence)
{
	uint32_t status = mv_cell_status(mv_env_need("cell", MV_CAP_CELL)->cap).value;
	bool restarted = MV_CELL_RESTARTS(status);

	if (!sequence) {
		mv_printf("the producer was started anew\n");
	} else if (restarted && !total.good) {
		mv_printf("started anew, goes on with message %u\n", sequence);
	} else {
		mv_printf("message %u came when %u was expected\n", sequence, expected);
		total.lost += sequence > expected ? sequence - expected : 1;
	}
}

static void check(const struct work_message *m, uint32_t size)
{
	uint64_t sent = (uint64_t)m->time[1] << 32 | m->time[0];

	if (size != sizeof(*m) || m->sum != work_message_sum(m) || !frame_good(m)) {
		total.damaged++;
		return;
	}
	if (m->sequence != expected)
		explain(m->sequence);
	expected = m->sequence + 1;
	latency += mv_time_now() - sent;
	total.good++;
}

static void tell(uint32_t every)
{
	uint64_t now = mv_time_now(), took = now - since;

	mv_printf("%u messages: %u lost, %u damaged; %u a second, on average %u ns old\n",
		  total.good, total.lost, total.damaged,
		  (uint32_t)((every * MV_S + took / 2) / took), (uint32_t)(latency / every));
	since = now;
	latency = 0;
	/* The monitor needs only the last report: one that finds no room may be dropped. */
	if (report)
		mv_channel_send(report->cap, &total, sizeof(total));
}

MV_NEEDS_CHANNEL("work");
MV_NEEDS_SEGMENT("frames");

int mv_main(void)
{
	static union {
		struct work_message message;
		uint32_t words[MESSAGE_MAX / 4];
	} buffer;
	uint32_t every = mv_arg_number("every", EVERY);
	struct mv_result got;

	work = mv_env_need("work", MV_CAP_CHANNEL);
	/* A longer message than the buffer holds would stay queued for ever. */
	if (work->address > sizeof(buffer))
		mv_panic("channel 'work': message-size is %u, at most %u can be taken",
			 work->address, (uint32_t)sizeof(buffer));
	frames = mv_env_need("frames", MV_ENV_SEGMENT);
	report = mv_env_find("report", MV_CAP_CHANNEL);
	since = mv_time_now();
	mv_on_command("the consumer: it checks what the producer sends", NULL, 0);
	for (;;) {
		got = mv_channel_get(work, &buffer, sizeof(buffer));
		if (got.error)
			mv_panic("channel '%s': receiving gave error %u", work->name, got.error);
		check(&buffer.message, got.value);
		if (every && (total.good + total.damaged) % every == 0)
			tell(every);
	}
}
