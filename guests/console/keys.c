/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The keys of the console itself: Ctrl-T and what follows it. All else is for the
 * selected cell. In the raw view Ctrl-T does nothing but leave it.
 */
#include "console.h"

#define SWITCH_KEY 0x14 /* Ctrl-T */

static enum {
	PLAIN,
	COMMAND,
	TENS,
	ONES
} expected;
static uint32_t tens;

static void select_number(uint32_t n)
{
	if (n && n <= nr_peers)
		peer_select(&peers[n - 1]);
	else
		say("there is no cell %u\n", n);
}

static void help(void)
{
	say("Ctrl-T and then:");
	for (uint32_t i = 0; i < nr_peers; i++)
		say(" %s%u %s%s,", i < 9 ? "" : "0", i + 1, peers[i].writer.name,
		    &peers[i] == selected ? "*" : "");
	say(" Ctrl-T for the next\n");
	say("also: r its bytes alone, as they are (Ctrl-T ends it); s start it again if it stopped,"
	    " S also if it runs; ? this\n");
}

static void command(char c)
{
	if (c == SWITCH_KEY)
		peer_select(&peers[(uint32_t)(selected - peers + 1) % nr_peers]);
	else if (c == '0')
		expected = TENS;
	else if (c >= '1' && c <= '9' && (uint32_t)(c - '0') <= nr_peers)
		select_number((uint32_t)(c - '0'));
	else if (c == 'r')
		raw_wish();
	else if (c == 's' || c == 'S')
		peer_start(selected, c == 'S');
	else
		help();
}

/* Numbers above 9: Ctrl-T, 0 and two digits. */
static void digit(char c)
{
	bool first = expected == TENS;

	expected = PLAIN;
	if (c < '0' || c > '9') {
		help();
	} else if (first) {
		expected = ONES;
		tens = (uint32_t)(c - '0');
	} else {
		select_number(tens * 10 + (uint32_t)(c - '0'));
	}
}

bool keys_room(void)
{
	return !selected || expected != PLAIN || typed_room();
}

void key(char c)
{
	if (!selected)
		return;
	if (expected == TENS || expected == ONES) {
		digit(c);
	} else if (expected == COMMAND) {
		expected = PLAIN;
		command(c);
	} else if (c != SWITCH_KEY) {
		typed_put(c);
	} else if (raw_wished()) {
		raw_leave();
	} else {
		typed_send(selected);
		expected = COMMAND;
	}
}
