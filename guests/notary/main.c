/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The notary: signs messages with a key that never leaves this cell, and tells
 * whether a MAC is right. Every channel of the system description except "console"
 * belongs to a client. Clients are served in turn, one request each. A client that
 * does not take its replies is not served until it does. service.c answers the
 * requests.
 */
#include "service.h"

#include <mv.h>

#define CLIENTS     4
#define REQUEST_MAX 4096
#define KEY_LEAST   16
#define KEY_MOST    64

static const char key_text[] = CONFIG_GUEST_NOTARY_KEY;

/** struct peer - a client and its channel; @reset: it was stopped or restarted */
static struct peer {
	const struct mv_env_entry *channel;
	struct client client;
	bool reset;
} peers[CLIENTS];

static uint32_t nr_peers;

/* The key ------------------------------------------------------------------------ */

static uint32_t digit(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (uint32_t)(c - 'a') + 10;
	mv_panic("CONFIG_GUEST_NOTARY_KEY must be digits and letters a to f, two for each byte");
}

static void read_key(void)
{
	uint8_t key[KEY_MOST];
	uint32_t size = (sizeof(key_text) - 1) / 2;

	if (size < KEY_LEAST || size > KEY_MOST || sizeof(key_text) != 2 * size + 1)
		mv_panic("CONFIG_GUEST_NOTARY_KEY must have %u to %u bytes", KEY_LEAST, KEY_MOST);
	for (uint32_t i = 0; i < size; i++)
		key[i] = (uint8_t)(digit(key_text[2 * i]) << 4 | digit(key_text[2 * i + 1]));
	mac_set_key(key, size);
	memset(key, 0, sizeof(key));
	__asm__ volatile("" : : "r"(key) : "memory"); /* the compiler must overwrite it */
}

/* Clients ------------------------------------------------------------------------ */

static void on_channel(uint32_t payload, void *argument)
{
	struct peer *peer = argument;

	if (payload & MV_CHANNEL_RESET)
		peer->reset = true;
}

static void find_clients(void)
{
	const struct mv_env_entry *channel = NULL;

	while ((channel = mv_env_next(channel, MV_CAP_CHANNEL))) {
		struct peer *peer = &peers[nr_peers];

		if (!strcmp(channel->name, "console"))
			continue;
		if (nr_peers == CLIENTS || channel->address > REQUEST_MAX ||
		    channel->address < sizeof(struct notary_reply))
			mv_panic(
				"channel '%s': at most %u clients, with messages of %u to %u bytes",
				channel->name, CLIENTS, sizeof(struct notary_reply), REQUEST_MAX);
		peer->channel = channel;
		service_begin(&peer->client, mv_time_now());
		mv_on_virq(channel, on_channel, peer);
		nr_peers++;
	}
}

/* Serve one request, if there is one and room for its reply: so a reply never has to wait. */
static bool serve(struct peer *peer)
{
	static uint8_t request[REQUEST_MAX] __attribute__((aligned(4)));
	struct notary_reply reply __attribute__((aligned(4)));
	struct mv_result got;

	if (peer->reset) {
		peer->reset = false;
		service_begin(&peer->client, mv_time_now());
	}
	if (!(mv_channel_status(peer->channel->cap).value & 0xffff))
		return false;
	got = mv_channel_receive(peer->channel->cap, request, sizeof(request));
	if (got.error)
		return false;
	service_answer(&peer->client, request, got.value, mv_time_now(), &reply);
	mv_channel_send(peer->channel->cap, &reply, sizeof(reply));
	return true;
}

int mv_main(void)
{
	read_key();
	find_clients();
	mv_on_command(
		"a notary: it signs and verifies for its clients, with a key that it alone has",
		NULL, 0);
	mv_printf("signs with HMAC-SHA-256 for %u client%s\n", nr_peers, nr_peers == 1 ? "" : "s");
	for (;;) {
		bool more = false;

		for (uint32_t i = 0; i < nr_peers; i++)
			more |= serve(&peers[i]);
		if (more)
			mv_poll();
		else
			mv_wait();
	}
}
