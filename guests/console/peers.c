/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The cells that have their console here: a channel that bears the name of its peer is
 * that peer's console. Which of them is selected; what became of one, and its new
 * start, if the description has put it into our hands.
 */
#include "console.h"

struct peer peers[MAX_PEERS];
uint32_t nr_peers;
struct peer *selected;

void peer_select(struct peer *peer)
{
	if (selected)
		typed_leave(selected);
	selected = peer;
	peer->ready = true;
	say("input goes to '%s' (Ctrl-T: another cell)\n", peer->writer.name);
}

static void add(const struct mv_env_entry *channel, bool colour)
{
	struct peer *peer = &peers[nr_peers];

	if (nr_peers == MAX_PEERS || channel->address > MESSAGE_MAX) {
		say("no console for '%s': %s\n", channel->peer,
		    nr_peers == MAX_PEERS ? "too many cells" : "its messages are too long");
		return;
	}
	peer->channel = channel;
	peer->cell = mv_env_find(channel->peer, MV_CAP_CELL);
	memcpy(peer->writer.name, channel->name, sizeof(peer->writer.name) - 1);
	peer->writer.colour = colour ? 31 + nr_peers % 6 : 0;
	peer->ready = true;
	nr_peers++;
}

uint32_t peers_find(void)
{
	const struct mv_env_entry *channel = NULL;
	uint32_t width = 0, unused;
	bool colour = mv_arg("colour", &unused);

	while ((channel = mv_env_next(channel, MV_CAP_CHANNEL))) {
		if (strcmp(channel->name, channel->peer))
			continue;
		if (strlen(channel->name) > width)
			width = (uint32_t)strlen(channel->name);
		add(channel, colour);
	}
	return width;
}

static struct peer *find(const char *name, uint32_t length)
{
	for (uint32_t i = 0; i < nr_peers; i++)
		if (strlen(peers[i].writer.name) == length &&
		    !memcmp(peers[i].writer.name, name, length))
			return &peers[i];
	say("there is no cell '%.*s' to select\n", (int)length, name);
	return peers;
}

void peers_select_first(void)
{
	uint32_t length = 0;
	const char *name = mv_arg("select", &length);
	struct peer *first = name ? find(name, length) : peers;

	if (nr_peers)
		peer_select(first);
}

static bool is_stopped(uint32_t state)
{
	return state == MV_CELL_STOPPED || state == MV_CELL_FAULTED;
}

static uint32_t state_of(const struct peer *peer)
{
	return MV_CELL_STATE(mv_cell_status(peer->cell->cap).value);
}

bool peer_stopped(const struct peer *peer)
{
	return peer->cell && is_stopped(state_of(peer));
}

void peer_start(const struct peer *peer, bool force)
{
	const char *name = peer->writer.name;
	uint32_t error;

	if (!peer->cell) {
		say("'%s' is not in the console's hands: see 'controls' in the system "
		    "description\n",
		    name);
		return;
	}
	if (!force && !peer_stopped(peer)) {
		say("'%s' runs; Ctrl-T S stops it and starts it again\n", name);
		return;
	}
	error = mv_cell_restart(peer->cell->cap);
	if (error)
		say("'%s' cannot be started (error %u)\n", name, error);
	else
		say("'%s' is started again\n", name);
}

void peer_fate(const struct peer *peer, char *line, size_t size)
{
	uint32_t state = peer->cell ? state_of(peer) : MV_CELL_RUNNING;
	const char *fate = state == MV_CELL_FAULTED ? "stopped by a fault" : "stopped";

	if (!peer->cell)
		mv_snprintf(line, size, "[stopped or restarted]\n");
	else if (!is_stopped(state))
		mv_snprintf(line, size, "[started again]\n");
	else if (peer == selected)
		mv_snprintf(line, size, "[%s; Ctrl-T s starts it again]\n", fate);
	else
		mv_snprintf(line, size, "[%s; select it, then Ctrl-T s starts it again]\n", fate);
}
