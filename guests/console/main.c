/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The console cell: owns the serial line and gives every other cell a console.
 * A channel that bears the name of its peer is that peer's console. Peers are
 * served in turn, a few messages each, and only while the serial line takes
 * them: who floods fills its own channel and loses its own lines.
 *
 * Ctrl-T and a digit, or Ctrl-T twice for the next cell, chooses who gets the
 * input. Words in its args: `colour`, `select=CELL`.
 */
#include "console.h"

#define SWITCH_KEY       0x14 /* Ctrl-T */
#define MAX_PEERS        31
#define MESSAGE_MAX      256
#define MESSAGES_A_ROUND 4
#define TYPED_MAX        64 /* of a message to a cell */

struct peer {
	struct writer writer;
	const struct mv_env_entry *channel;
	bool ready; /* there may be messages */
	bool reset; /* the cell was stopped or restarted: say so */
	char message[MESSAGE_MAX] __attribute__((aligned(4)));
	uint32_t length, at; /* of the message, and what is done of it */
};

static struct peer peers[MAX_PEERS];
static uint32_t nr_peers;
static struct peer *selected;
static struct writer self = { .name = "console" };
static bool switching; /* the switch key was the last one */
/* What was typed for the selected cell, until it takes it. */
static char typed[1024] __attribute__((aligned(4)));
static uint32_t nr_typed;

MV_PRINTF(1, 2) static void say(const char *format, ...);

static void put_self(void *context, char c)
{
	(void)context;
	/* Own lines are few; if there is no room, they are cut short. */
	if (uart_room() >= SCREEN_ROOM)
		screen_put(&self, c);
}

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vformat(put_self, NULL, format, args);
	va_end(args);
	uart_pump();
}

static void select_peer(struct peer *peer)
{
	selected = peer;
	say("input goes to '%s' (Ctrl-T: another cell)\n", peer->writer.name);
	if (peer->writer.length && uart_room() >= SCREEN_ROOM)
		screen_show(&peer->writer);
}

static void list_peers(void)
{
	say("Ctrl-T and then:");
	for (uint32_t i = 0; i < nr_peers; i++)
		say(" %u %s%s,", i + 1, peers[i].writer.name, &peers[i] == selected ? "*" : "");
	say(" Ctrl-T for the next\n");
}

static void choose(char c)
{
	uint32_t n = (uint32_t)(c - '1');

	if (c == SWITCH_KEY)
		select_peer(&peers[(selected - peers + 1) % nr_peers]);
	else if (c >= '1' && n < nr_peers)
		select_peer(&peers[n]);
	else
		list_peers();
}

static void bell(void)
{
	if (uart_room() >= SCREEN_ROOM)
		uart_put('\a');
}

/* As much as the cell has room for; the rest when it says that it has again. */
static void send_typed(void)
{
	uint32_t size;

	while (nr_typed) {
		size = nr_typed < TYPED_MAX ? nr_typed : TYPED_MAX;
		if (mv_channel_send(selected->channel->cap, typed, size))
			return;
		nr_typed -= size;
		memmove(typed, typed + size, nr_typed);
	}
}

/* The selected cell will not take the rest: it changes, or was restarted. */
static void forget_typed(void)
{
	if (nr_typed)
		bell();
	nr_typed = 0;
}

static void key(char c)
{
	if (!nr_peers)
		return;
	if (switching || c == SWITCH_KEY)
		send_typed();
	if (switching) {
		switching = false;
		forget_typed();
		choose(c);
	} else if (c == SWITCH_KEY) {
		switching = true;
	} else if (nr_typed == sizeof(typed)) {
		bell();
	} else {
		typed[nr_typed++] = c;
		if (nr_typed == sizeof(typed))
			send_typed();
	}
}

static void on_channel(uint32_t payload, void *argument)
{
	struct peer *peer = argument;

	peer->ready = true;
	if (payload & MV_CHANNEL_RESET)
		peer->reset = true;
	if (peer != selected)
		return;
	if (payload & MV_CHANNEL_RESET)
		forget_typed();
	send_typed();
}

/* After everything the cell said before. */
static void tell_reset(struct peer *peer)
{
	static const char text[] = "[stopped or restarted]\n";

	peer->reset = false;
	if (peer->writer.length)
		screen_put(&peer->writer, '\n');
	for (const char *c = text; *c && uart_room() >= SCREEN_ROOM; c++)
		screen_put(&peer->writer, *c);
}

static bool next_message(struct peer *peer)
{
	struct mv_result got =
		mv_channel_receive(peer->channel->cap, peer->message, sizeof(peer->message));

	if (got.error) {
		peer->ready = false;
		if (peer->reset)
			tell_reset(peer);
		return false;
	}
	peer->length = got.value;
	peer->at = 0;
	return true;
}

static bool no_room(void)
{
	return uart_room() < SCREEN_ROOM;
}

/* A cell that is not selected shows whole lines only. */
static void serve(struct peer *peer)
{
	for (int i = 0; i < MESSAGES_A_ROUND; i++) {
		while (peer->at < peer->length && !no_room())
			screen_put(&peer->writer, peer->message[peer->at++]);
		if (no_room() || !next_message(peer))
			break;
	}
	if (peer == selected && peer->writer.length != peer->writer.shown && !no_room())
		screen_show(&peer->writer);
}

static bool round_robin(void)
{
	bool more = false;

	for (uint32_t i = 0; i < nr_peers; i++) {
		if (peers[i].ready)
			serve(&peers[i]);
		more |= peers[i].ready;
	}
	uart_pump();
	return more && !no_room();
}

static void add_peer(const struct mv_env_entry *channel, bool colour)
{
	struct peer *peer = &peers[nr_peers];

	if (nr_peers == MAX_PEERS || channel->address > MESSAGE_MAX) {
		say("no console for '%s': %s\n", channel->peer,
		    nr_peers == MAX_PEERS ? "too many cells" : "its messages are too long");
		return;
	}
	peer->channel = channel;
	memcpy(peer->writer.name, channel->name, sizeof(peer->writer.name) - 1);
	peer->writer.colour = colour ? 31 + nr_peers % 6 : 0;
	nr_peers++;
}

static void find_peers(void)
{
	const struct mv_env_entry *channel = NULL;
	uint32_t width = (uint32_t)strlen(self.name), unused;
	bool colour = mv_arg("colour", &unused);

	while ((channel = mv_env_next(channel, MV_CAP_CHANNEL))) {
		if (strcmp(channel->name, channel->peer))
			continue;
		if (strlen(channel->name) > width)
			width = (uint32_t)strlen(channel->name);
		add_peer(channel, colour);
	}
	screen_width(width);
}

static void select_first(void)
{
	uint32_t length = 0;
	const char *name = mv_arg("select", &length);

	selected = peers;
	for (uint32_t i = 0; i < nr_peers; i++)
		if (name && strlen(peers[i].writer.name) == length &&
		    !memcmp(peers[i].writer.name, name, length))
			selected = &peers[i];
	if (nr_peers)
		select_peer(selected);
}

int mv_main(void)
{
	const struct mv_env_entry *device = mv_env_next(NULL, MV_ENV_DEVICE);

	if (!device)
		mv_panic("no serial line: give the console cell one in 'devices'");
	uart_start(device, key, send_typed);
	find_peers();
	select_first();
	for (uint32_t i = 0; i < nr_peers; i++) {
		mv_on_virq(peers[i].channel, on_channel, &peers[i]);
		peers[i].ready = true;
	}
	for (;;) {
		if (round_robin())
			mv_poll();
		else
			mv_wait();
	}
}
