/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tells escape sequences from text, character by character, so that a sequence may
 * come in any number of messages: CSI (ESC [ ... letter), strings such as OSC (ESC ]
 * ... BEL or ESC \) and short ones (ESC letter). Their beginnings may be one byte, a
 * control character beyond ASCII that is no part of a character in UTF-8. The end of a line
 * ends each of them: what is cut off swallows no more than its line.
 */
#include "console.h"

#define BEL         '\a'
#define CANCEL      0x18
#define SUBSTITUTE  0x1a
#define ESC         0x1b
#define C1          0x80 /* control characters to 0x9f: each is ESC and another character */
#define C1_TO_SHORT 0x40
#define NUMBER_MAX  10000

enum state {
	TEXT,
	SHORT,
	CSI,
	STRING
};

static bool short_sequence(struct escape *e, char c)
{
	if (c == '[')
		*e = (struct escape){ .state = CSI };
	else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
		e->state = STRING;
	else if (c >= '0')
		e->state = TEXT;
	return true;
}

static bool csi(struct escape *e, char c)
{
	if (c >= '0' && c <= '9') {
		if (!e->counted && e->number < NUMBER_MAX)
			e->number = e->number * 10 + (uint32_t)(c - '0');
	} else if (c == ';') {
		e->counted = true;
	} else if (c < '@') {
		e->odd = true;
	} else {
		e->state = TEXT;
		e->final = e->odd ? 0 : c;
	}
	return true;
}

static bool string(struct escape *e, char c)
{
	if (c == BEL)
		e->state = TEXT;
	return true;
}

/* Whether the byte goes on with a character of several bytes, in UTF-8. */
static bool goes_on(struct escape *e, uint8_t byte)
{
	bool on = e->bytes && (byte & 0xc0) == 0x80;

	if (on)
		e->bytes--;
	else
		e->bytes = (byte >= 0xc2) + (byte >= 0xe0) + (byte >= 0xf0);
	return on;
}

/* Control characters within a short sequence or CSI mean what they always do. */
bool escape_take(struct escape *e, char c)
{
	uint8_t byte = (uint8_t)c;
	bool in_character = goes_on(e, byte);

	e->final = 0;
	if ((byte & 0xe0) == C1 && !in_character)
		return short_sequence(e, (char)(byte - C1_TO_SHORT));
	if (byte == ESC) {
		e->state = SHORT;
		return true;
	}
	if (byte == '\n' || byte == CANCEL || byte == SUBSTITUTE)
		e->state = TEXT;
	if (e->state == STRING)
		return string(e, c);
	if (byte < ' ')
		return false;
	if (byte >= 0x7f)
		e->state = TEXT;
	if (e->state == SHORT)
		return short_sequence(e, c);
	return e->state == CSI && csi(e, c);
}
