/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One half of the demo: at every tick, fills a frame in shared memory and sends
 * a message about it. Waits while the channel is full, so that nothing is ever
 * lost. `period=N` in its args: microseconds between two messages.
 */
#include "work.h"

#define PERIOD_US 10000

static const struct mv_env_entry *work, *frames;
static uint32_t nr_frames, sequence;
static volatile uint32_t ticks;

static void tick(void *argument)
{
	(void)argument;
	ticks++;
}

static uint32_t fill_frame(uint32_t frame)
{
	uint32_t *words = (uint32_t *)(uintptr_t)frames->address + frame * FRAME_WORDS;

	for (uint32_t i = 0; i < FRAME_WORDS; i++)
		words[i] = sequence * 0x9e3779b9 + i;
	return work_sum(words, FRAME_WORDS);
}

static void produce(void)
{
	struct work_message message = { .sequence = sequence, .frame = sequence % nr_frames };
	uint64_t now;
	uint32_t error;

	message.frame_sum = fill_frame(message.frame);
	now = mv_time_now();
	message.time[0] = (uint32_t)now;
	message.time[1] = (uint32_t)(now >> 32);
	message.sum = work_message_sum(&message);
	error = mv_channel_put(work, &message, sizeof(message));
	if (error)
		mv_panic("channel '%s': sending message %u gave error %u", work->name, sequence,
			 error);
	sequence++;
}

MV_NEEDS_CHANNEL("work");
MV_NEEDS_SEGMENT("frames");

int mv_main(void)
{
	static struct mv_timer timer;
	uint64_t period = mv_arg_number("period", PERIOD_US) * MV_US;

	work = mv_env_need("work", MV_CAP_CHANNEL);
	frames = mv_env_need("frames", MV_ENV_SEGMENT);
	nr_frames = frames->size / (FRAME_WORDS * 4);
	/* The channel can hold `size` messages; one more frame is being read, one written. */
	if (nr_frames < work->size + 2)
		mv_panic(
			"segment 'frames' holds %u frames, channel 'work' needs %u: make it larger",
			nr_frames, work->size + 2);
	mv_on_command("the producer: it sends messages and frames to the consumer", NULL, 0);
	mv_printf("one message and one frame of %u bytes every %u us\n", FRAME_WORDS * 4,
		  (uint32_t)(period / MV_US));
	mv_timer_start(&timer, period, period, tick, NULL);
	for (;;) {
		while (!ticks)
			mv_wait();
		ticks--;
		produce();
	}
}
