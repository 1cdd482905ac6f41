/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The protocol of producer and consumer: each message on the channel "work" announces
 * one frame in the shared segment "frames".
 */
#ifndef WORK_H
#define WORK_H

#include <mv.h>

#define FRAME_WORDS 512 /* a frame is reused long after its message was taken */

struct work_message {
	uint32_t sequence; /* counts from 0 */
	uint32_t time[2]; /* when it was sent: nanoseconds, low word first */
	uint32_t frame; /* index of its frame */
	uint32_t frame_sum;
	uint32_t sum; /* of the words before */
};

/** work_sum - a checksum that depends on the order of the words, too */
static inline uint32_t work_sum(const uint32_t *words, uint32_t count)
{
	uint32_t sum = 0x6d756c6c;

	while (count--)
		sum = (sum << 5 | sum >> 27) ^ *words++;
	return sum;
}

static inline uint32_t work_message_sum(const struct work_message *m)
{
	return work_sum((const uint32_t *)m, sizeof(*m) / 4 - 1);
}

#endif
