/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One screen for several writers: every line begins with its writer's name, and
 * lines never mix. A writer moves in its own line only, by backspace, carriage return
 * and the escape sequences for left, right and erasing to the end; all other
 * sequences are swallowed, other control characters shown as '?'. So nobody can forge
 * another's name. A line is kept here and brought to the screen when it is complete
 * or shown, however often it was overwritten before.
 */
#include "console.h"

#define TAB     8
#define DELETE  0x7f
#define LEAD_C1 0xc2 /* what begins the control characters beyond ASCII, in UTF-8 */

static uint32_t name_width;
static void (*put)(char c);
static struct writer *owner; /* whose incomplete line is on the screen */

void screen_start(uint32_t width, void (*to)(char c))
{
	name_width = width;
	put = to;
}

static void put_text(const char *text)
{
	while (*text)
		put(*text++);
}

static void put_times(char c, uint32_t times)
{
	while (times--)
		put(c);
}

static void put_formatted(void *context, char c)
{
	(void)context;
	put(c);
}

MV_PRINTF(1, 2) static void put_format(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vformat(put_formatted, NULL, format, args);
	va_end(args);
}

/* Characters of several bytes count once. */
static uint32_t columns(const char *text, uint32_t length)
{
	uint32_t n = 0;

	while (length--)
		n += ((uint8_t)*text++ & 0xc0) != 0x80;
	return n;
}

static void put_line(const char *line, uint32_t from, uint32_t to)
{
	for (; from < to; from++) {
		bool c1 = from && (uint8_t)line[from - 1] == LEAD_C1 &&
			  ((uint8_t)line[from] & 0xe0) == 0x80;

		put(c1 ? '?' : line[from]);
	}
}

void screen_end_line(void)
{
	if (!owner)
		return;
	put_text("\r\n");
	owner->changed = true;
	owner = NULL;
}

static void put_name(const struct writer *w)
{
	if (w->colour)
		put_format("\033[%um", w->colour);
	put_text(w->name);
	for (uint32_t length = (uint32_t)strlen(w->name); length < name_width; length++)
		put(' ');
	put_text("| ");
	if (w->colour)
		put_text("\033[0m");
}

static void begin_line(struct writer *w)
{
	screen_end_line();
	put_name(w);
	w->same = w->cursor = w->column = w->width = 0;
	w->ascii = true;
	owner = w;
}

static bool is_ascii(const struct writer *w)
{
	for (uint32_t i = 0; i < w->length; i++)
		if ((uint8_t)w->line[i] >= 0x80)
			return false;
	return true;
}

/* Back to what has changed, that and all behind it, and to where the writer is. */
static void draw_steps(struct writer *w, uint32_t width)
{
	uint32_t from = w->same < w->cursor ? w->same : w->cursor;

	put_times('\b', w->column - columns(w->line, from));
	put_line(w->line, from, w->length);
	if (width < w->width)
		put_text("\033[K");
	put_times('\b', width - columns(w->line, w->at));
}

/*
 * The whole line with its name: nobody here knows how many columns a character beyond ASCII
 * takes, some take none. Steps back might end in the name, and the line would forge another.
 * @fresh: there is nothing but the name yet.
 */
static void draw_whole(struct writer *w, bool fresh)
{
	if (!fresh) {
		put('\r');
		put_name(w);
	}
	put_line(w->line, 0, w->length);
	if (!fresh)
		put_text("\033[K");
	if (w->at == w->length)
		return;
	put('\r');
	put_name(w);
	put_line(w->line, 0, w->at);
}

static void draw(struct writer *w)
{
	uint32_t width = columns(w->line, w->length);
	bool ascii = is_ascii(w), fresh = owner != w;

	if (fresh)
		begin_line(w);
	if (ascii && w->ascii)
		draw_steps(w, width);
	else
		draw_whole(w, fresh);
	w->ascii = ascii;
	w->column = columns(w->line, w->at);
	w->same = w->length;
	w->cursor = w->at;
	w->width = width;
	w->changed = false;
}

void screen_show(struct writer *w)
{
	if (w->changed && (w->length || owner == w))
		draw(w);
}

/* What was there from here on is not any more. */
static void change(struct writer *w, uint32_t from)
{
	w->changed = true;
	if (from < w->same)
		w->same = from;
}

static void complete(struct writer *w)
{
	w->at = w->length;
	draw(w);
	screen_end_line();
	w->length = w->at = 0;
	w->changed = false;
}

static void write(struct writer *w, char c)
{
	change(w, w->at);
	w->line[w->at++] = c;
	if (w->length < w->at)
		w->length = w->at;
	if (w->at == LINE_MAX)
		complete(w);
}

static void move(struct writer *w, uint32_t to)
{
	w->at = to < w->length ? to : w->length;
	w->changed = true;
}

static void tab(struct writer *w)
{
	do {
		if (w->at < w->length)
			move(w, w->at + 1);
		else
			write(w, ' ');
	} while (w->at % TAB);
}

/* The sequences that command lines and progress bars are made with. */
static void sequence(struct writer *w)
{
	const struct escape *e = &w->escape;
	uint32_t n = e->number ? e->number : 1;

	if (e->final == 'D') {
		move(w, n < w->at ? w->at - n : 0);
	} else if (e->final == 'C') {
		move(w, w->at + n);
	} else if ((e->final == 'K' || e->final == 'J') && !e->number) {
		w->length = w->at;
		change(w, w->at);
	}
}

/*
 * A carriage return moves when more of the line comes. Before a newline, which may come in
 * another message, it says nothing: the line would be drawn a second time.
 */
static void finish_return(struct writer *w, char c)
{
	if (w->returned && c != '\n')
		move(w, 0);
	w->returned = c == '\r';
}

void screen_put(struct writer *w, char c)
{
	finish_return(w, c);
	if (escape_take(&w->escape, c)) {
		sequence(w);
	} else if (c == '\n') {
		complete(w);
	} else if (c == '\b') {
		move(w, w->at ? w->at - 1 : 0);
	} else if (c == '\r') {
		return;
	} else if (c == '\t') {
		tab(w);
	} else if ((uint8_t)c >= ' ' && c != DELETE) {
		write(w, c);
	} else if (c != '\a') {
		write(w, '?');
	}
}
