/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A bad peer of Linux at both of its channels. On "wild": when a frame comes, sends
 * messages that are too short for frames and one that is too long for the channel,
 * then frames of nonsense, and never receives again. On "disk": cases.c.
 */
#include "client.h"

#include <mv.h>

#define SHORT 16 /* padding and Ethernet header: what is less is no frame */
#define WILD  50

static const struct mv_env_entry *wild;
static uint32_t random_state = 1;

uint32_t test_random(void)
{
	random_state = random_state * 1664525 + 1013904223;
	return random_state >> 8;
}

static uint32_t put(const void *message, uint32_t size)
{
	uint32_t error;

	while ((error = mv_channel_send(wild->cap, message, size)) == MV_ERR_FULL)
		mv_sleep(MV_MS);
	return error;
}

/* The header is right: to the guest, from somebody, IPv4. */
static void send_nonsense(uint8_t *message, const uint8_t *guest, uint32_t size)
{
	static const uint8_t rest[] = { 2, 0, 0, 0, 0, 7, 8, 0 };

	for (uint32_t i = 0; i < size; i++)
		message[i] = (uint8_t)test_random();
	memcpy(message + 2, guest, 6);
	memcpy(message + 8, rest, sizeof(rest));
	if (test_random() % 2)
		message[16] = 0x45;
	put(message, size);
}

static void misbehave(const uint8_t *guest)
{
	static uint32_t buffer[1024];
	uint32_t shorts = 0, sent = 0;

	for (uint32_t size = 0; size < SHORT; size++)
		shorts += !put(buffer, size);
	mv_printf("wild: %u bytes gave error %u\n", wild->address + 1,
		  put(buffer, wild->address + 1));
	while (sent++ < WILD)
		send_nonsense((uint8_t *)buffer, guest,
			      SHORT + test_random() % (wild->address - SHORT + 1));
	mv_printf("wild: %u short messages and %u wild ones sent\n", shorts, WILD);
}

static void on_frame(uint32_t payload, void *argument)
{
	static uint32_t buffer[1024];
	struct mv_result got = mv_channel_receive(wild->cap, buffer, sizeof(buffer));
	uint8_t guest[6];

	(void)payload;
	(void)argument;
	if (got.error)
		return;
	mv_virq_disable(wild);
	memcpy(guest, (uint8_t *)buffer + 8, sizeof(guest));
	misbehave(guest);
}

MV_NEEDS_CHANNEL("wild");

int mv_main(void)
{
	wild = mv_env_need("wild", MV_CAP_CHANNEL);
	mv_on_virq(wild, on_frame, NULL);
	mv_console_patience(10 * MV_S);
	test_client();
	for (;;)
		mv_wait();
}
