/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The console cell: owns the serial line and gives every other cell a console.
 * Cells are served in turn, a few messages each, and only while the serial line takes
 * them: who floods fills its own channel and loses its own lines.
 *
 * Ctrl-T begins what is for the console itself: see keys.c. Words in its args:
 * `colour`, `select=CELL`.
 */
#include "console.h"

#define MESSAGES_A_ROUND 4

static struct writer self = { .name = "console" };
/* What the console itself has to say, until there is room on the screen. */
static char said[2048];
static uint32_t nr_said, said_at;

static void put_said(void *context, char c)
{
	(void)context;
	if (nr_said < sizeof(said))
		said[nr_said++] = c;
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vformat(put_said, NULL, format, args);
	va_end(args);
}

static void put_screen(char c)
{
	if (raw_on())
		raw_keep(c);
	else
		uart_put(c);
}

/* Whether the next character or line of this one (NULL: of the console itself) can appear. */
static bool room_for(const struct peer *peer)
{
	if (raw_on())
		return !raw_shows(peer) || uart_room();
	return !raw_kept() && uart_room() >= SCREEN_ROOM;
}

static void put(struct peer *peer, char c)
{
	if (raw_shows(peer))
		uart_put(c);
	else
		screen_put(&peer->writer, c);
}

/* The console's own words come first, and then the raw view, if it is wished. */
static void serve_self(void)
{
	while (said_at < nr_said && room_for(NULL))
		screen_put(&self, said[said_at++]);
	if (said_at < nr_said)
		return;
	said_at = nr_said = 0;
	if (raw_wished() && !raw_on() && room_for(NULL))
		raw_enter();
}

/* After everything the cell said before; false: there is no room yet. */
static bool tell_reset(struct peer *peer)
{
	char text[64];

	if (raw_shows(peer))
		raw_leave();
	if (!room_for(peer))
		return false;
	peer_fate(peer, text, sizeof(text));
	if (peer->writer.length)
		screen_put(&peer->writer, '\n');
	peer->writer.escape = (struct escape){ 0 };
	for (const char *c = text; *c; c++)
		screen_put(&peer->writer, *c);
	peer->reset = false;
	return true;
}

/* A cell that always writes has its end told when all that the channel can have held is shown. */
static bool next_message(struct peer *peer)
{
	struct mv_result got;

	if (peer->reset && !peer->before && !tell_reset(peer))
		return false;
	got = mv_channel_receive(peer->channel->cap, peer->message, sizeof(peer->message));
	if (got.error) {
		peer->ready = peer->reset && !tell_reset(peer);
		return false;
	}
	peer->before -= peer->before > 0;
	peer->length = got.value;
	peer->at = 0;
	return true;
}

/* A cell that is not selected shows whole lines only. */
static void serve(struct peer *peer)
{
	for (int i = 0; i < MESSAGES_A_ROUND; i++) {
		while (peer->at < peer->length && room_for(peer))
			put(peer, peer->message[peer->at++]);
		if (!room_for(peer) || !next_message(peer))
			break;
	}
	if (peer == selected && !raw_on() && room_for(peer))
		screen_show(&peer->writer);
}

static void round_robin(void)
{
	raw_pump();
	serve_self();
	for (uint32_t i = 0; i < nr_peers; i++)
		if (peers[i].ready)
			serve(&peers[i]);
	uart_pump();
}

/* Whether another round would bring something, or the serial line has to go on first. */
static bool more_to_do(void)
{
	if (raw_kept())
		return uart_room();
	if (nr_said || raw_wished() != raw_on())
		return room_for(NULL);
	for (uint32_t i = 0; i < nr_peers; i++)
		if (peers[i].ready && room_for(&peers[i]))
			return true;
	return false;
}

static void on_channel(uint32_t payload, void *argument)
{
	struct peer *peer = argument;

	peer->ready = true;
	if (payload & MV_CHANNEL_RESET) {
		peer->reset = true;
		peer->before = peer->channel->size;
		typed_forget(peer);
	}
	typed_send(peer);
}

int mv_main(void)
{
	const struct mv_env_entry *device = mv_env_next(NULL, MV_ENV_DEVICE);
	uint32_t width, own = (uint32_t)strlen(self.name);

	if (!device)
		mv_panic("no serial line: give the console cell one in 'devices'");
	uart_start(device);
	raw_start();
	width = peers_find();
	screen_start(width > own ? width : own, put_screen);
	peers_select_first();
	for (uint32_t i = 0; i < nr_peers; i++)
		mv_on_virq(peers[i].channel, on_channel, &peers[i]);
	for (;;) {
		round_robin();
		if (more_to_do())
			mv_poll();
		else
			mv_wait();
	}
}
