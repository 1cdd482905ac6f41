/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A correct client of a disk; cases.c spoils the rings that are made here.
 */
#include "client.h"

#include <mv.h>

#define DRIVER_OK 4u
#define READY     2u
#define PATIENCE  5000u /* milliseconds */

struct page_of_state *shared;
uint32_t segment_size;

static const struct mv_env_entry *channel;

void *in_segment(uint32_t at)
{
	return (uint8_t *)shared + at;
}

struct descriptor *descriptors(void)
{
	return in_segment(RING_DESC);
}

volatile uint16_t *avail(void)
{
	return in_segment(RING_AVAIL);
}

volatile uint16_t *used(void)
{
	return in_segment(RING_USED);
}

volatile uint8_t *status(void)
{
	return in_segment(STATUS_AT);
}

void client_poke(void)
{
	__asm__ volatile("dmb" ::: "memory");
	mv_channel_send(channel->cap, NULL, 0);
}

/* Also takes what the server sent: the channel shall not fill. */
void client_sleep(void)
{
	uint32_t buffer[16];

	mv_sleep(MV_MS);
	while (!mv_channel_receive(channel->cap, buffer, sizeof(buffer)).error)
		continue;
}

MV_NEEDS_CHANNEL("disk");
MV_NEEDS_SEGMENT("buffers");

void client_find(void)
{
	const struct mv_env_entry *segment = mv_env_need("buffers", MV_ENV_SEGMENT);

	channel = mv_env_need("disk", MV_CAP_CHANNEL);
	shared = (struct page_of_state *)segment->address;
	segment_size = segment->size;
	while (shared->state != READY)
		client_sleep();
}

bool client_session(void)
{
	shared->client_status = 0;
	memset(in_segment(RING_DESC), 0, 0x1000);
	shared->num = RING_NUM;
	shared->desc = RING_DESC;
	shared->avail = RING_AVAIL;
	shared->used = RING_USED;
	shared->client_identity = shared->identity;
	shared->session++;
	client_poke();
	for (uint32_t i = 0; i < PATIENCE && shared->answer != shared->session; i++)
		client_sleep();
	shared->client_status = DRIVER_OK;
	return shared->answer == shared->session;
}

void client_prepare(uint32_t type, uint64_t sector)
{
	struct descriptor *d = descriptors();
	uint32_t *head = in_segment(HEAD_AT);

	head[0] = type;
	head[1] = 0;
	memcpy(head + 2, &sector, sizeof(sector));
	d[0] = (struct descriptor){ HEAD_AT, 16, NEXT, 1 };
	d[1] = (struct descriptor){ DATA_AT, 512, type == 1 ? NEXT : NEXT | WRITE, 2 };
	d[2] = (struct descriptor){ STATUS_AT, 1, WRITE, 0 };
	*status() = NO_STATUS;
	avail()[2] = 0;
	avail()[1] = 1;
}

enum outcome client_outcome(void)
{
	client_poke();
	for (uint32_t i = 0; i < PATIENCE; i++) {
		if (shared->status)
			return REFUSED;
		if (used()[1] == avail()[1])
			return DONE;
		client_sleep();
	}
	return SILENT;
}
