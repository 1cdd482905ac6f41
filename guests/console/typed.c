/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What is typed for a cell, until the cell takes it. While this is full no more is
 * taken from the serial line, so that who sends has to wait. Only a cell that takes
 * nothing for as long as PATIENCE does not stop the line, or the keys of the console
 * would come to nothing: what is typed for it is then dropped, and told in
 * number. What is typed for a cell that is stopped is dropped at once: its next life shall
 * not find orders that were not meant for it.
 */
#include "console.h"

#define PATIENCE (10 * MV_S)
#define AT_ONCE  64u /* characters in a message to a cell */

static struct mv_timer timer;
static bool waiting; /* the timer runs, for the selected cell */

static void stop_waiting(void)
{
	if (waiting)
		mv_timer_stop(&timer);
	waiting = false;
}

static void give_up(void *unused)
{
	(void)unused;
	waiting = false;
	selected->typed.deaf = true;
	say("'%s' takes no input: what is typed for it is dropped\n", selected->writer.name);
	uart_pump();
}

bool typed_room(void)
{
	return selected->typed.length < TYPED_MAX || selected->typed.deaf;
}

void typed_put(char c)
{
	struct typed *t = &selected->typed;

	if (t->length == TYPED_MAX) {
		t->lost++;
		return;
	}
	t->text[t->length++] = c;
	if (t->length == TYPED_MAX)
		typed_send(selected);
}

static void tell_lost(struct peer *peer)
{
	if (peer->typed.lost)
		say("%u characters for '%s' lost\n", peer->typed.lost, peer->writer.name);
	peer->typed.lost = 0;
}

static bool drop_for_stopped(struct peer *peer)
{
	struct typed *t = &peer->typed;

	if (!t->length)
		return false;
	if (!peer_stopped(peer)) {
		t->told = false;
		return false;
	}
	if (!t->told)
		say("'%s' is stopped: what is typed for it is dropped; Ctrl-T s starts it again\n",
		    peer->writer.name);
	t->told = true;
	t->length = t->lost = 0;
	t->deaf = false;
	return true;
}

void typed_send(struct peer *peer)
{
	struct typed *t = &peer->typed;
	uint32_t longest = peer->channel->address < AT_ONCE ? peer->channel->address : AT_ONCE;

	if (drop_for_stopped(peer))
		return;
	while (t->length) {
		uint32_t size = t->length < longest ? t->length : longest;

		if (mv_channel_send(peer->channel->cap, t->text, size))
			return;
		t->length -= size;
		memmove(t->text, t->text + size, t->length);
		if (peer == selected)
			stop_waiting();
		t->deaf = false;
	}
	tell_lost(peer);
}

void typed_forget(struct peer *peer)
{
	if (peer == selected)
		stop_waiting();
	peer->typed.lost += peer->typed.length;
	peer->typed.length = 0;
	peer->typed.deaf = false;
	tell_lost(peer);
}

void typed_leave(struct peer *peer)
{
	stop_waiting();
	tell_lost(peer);
}

void typed_pause(void)
{
	if (!selected)
		return;
	typed_send(selected);
	if (typed_room()) {
		stop_waiting();
	} else if (!waiting) {
		waiting = true;
		mv_timer_start(&timer, PATIENCE, 0, give_up, NULL);
	}
}
