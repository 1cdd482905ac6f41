/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One screen for several writers: every line begins with its writer's name, and
 * lines never mix. A writer can neither move the cursor out of its own line nor
 * forge another's name: control characters other than newline, tab and
 * backspace are shown as '?'.
 */
#include "console.h"

#define TAB 8

static uint32_t name_width;
static struct writer *owner; /* whose incomplete line is on the screen */

void screen_width(uint32_t width)
{
	name_width = width;
}

static void put_text(const char *text, uint32_t length)
{
	while (length--)
		uart_put(*text++);
}

static void end_line(void)
{
	put_text("\r\n", 2);
	if (owner)
		owner->shown = 0;
	owner = NULL;
}

static void put_uart(void *context, char c)
{
	(void)context;
	uart_put(c);
}

MV_PRINTF(1, 2) static void put_format(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vformat(put_uart, NULL, format, args);
	va_end(args);
}

static void begin_line(struct writer *w)
{
	if (w->colour)
		put_format("\033[%um", w->colour);
	put_format("%s", w->name);
	for (uint32_t length = (uint32_t)strlen(w->name); length < name_width; length++)
		uart_put(' ');
	put_text("| ", 2);
	if (w->colour)
		put_format("\033[0m");
	w->shown = 0;
	owner = w;
}

void screen_show(struct writer *w)
{
	if (owner != w) {
		if (owner)
			end_line();
		begin_line(w);
	}
	put_text(w->line + w->shown, w->length - w->shown);
	w->shown = w->length;
}

static void take_back(struct writer *w)
{
	if (!w->length)
		return;
	w->length--;
	if (w->shown > w->length) {
		put_text("\b \b", 3);
		w->shown--;
	}
}

static void complete(struct writer *w)
{
	screen_show(w);
	end_line();
	w->length = 0;
}

static void append(struct writer *w, char c)
{
	w->line[w->length++] = c;
	if (w->length == LINE_MAX)
		complete(w);
}

void screen_put(struct writer *w, char c)
{
	if (c == '\n') {
		complete(w);
	} else if (c == '\b') {
		take_back(w);
	} else if (c == '\t') {
		do
			append(w, ' ');
		while (w->length % TAB);
	} else if ((uint8_t)c >= ' ' && c != 0x7f) {
		append(w, c);
	} else if (c != '\r') {
		append(w, '?');
	}
}
