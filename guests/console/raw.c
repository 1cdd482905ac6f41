/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The raw view: one cell has the terminal for itself, for programs that draw.
 * What the others write meanwhile is kept, as whole lines, in all memory that the cell has
 * to spare, and shown afterwards. It begins when all that was written before is on the
 * screen, and no line is shown after its end before what was kept.
 */
#include "console.h"

/*
 * Brings the terminal back from whatever a program has made of it: the alternate
 * screen, modes of keypad, mouse, focus and paste, colours, a hidden cursor, a scroll
 * region; then to the bottom.
 */
static const char leaving[] =
	"\033[?1049l\033[?1l\033>\033[?1000;1002;1003;1004;1005;1006;1015;2004l\033(B\017"
	"\033[m\033[?7h\033[?25h\033[r\033[999;1H\r\n";

static bool wished, on;
static char *kept;
static uint32_t kept_size, nr_kept, line_start, lost;
static bool dropping; /* the rest of a line that did not fit */
static const char *rest = ""; /* of @leaving */
static uint32_t shown; /* of what was kept */

void raw_start(void)
{
	const struct mv_env_entry *heap = mv_env_find("heap", MV_ENV_HEAP);

	if (!heap)
		return;
	kept = (char *)(uintptr_t)heap->address;
	kept_size = heap->size;
}

bool raw_on(void)
{
	return on;
}

bool raw_wished(void)
{
	return wished;
}

bool raw_shows(const struct peer *peer)
{
	return on && peer == selected;
}

void raw_wish(void)
{
	say("'%s' alone: Ctrl-T ends it\n", selected->writer.name);
	wished = true;
}

/* The cell finds the cursor where its own line ends. */
void raw_enter(void)
{
	struct writer *w = &selected->writer;

	screen_end_line();
	for (uint32_t i = 0; i < w->length; i++)
		uart_put(w->line[i]);
	w->length = w->at = 0;
	w->changed = false;
	on = true;
}

void raw_leave(void)
{
	wished = false;
	if (!on)
		return;
	on = false;
	selected->writer.escape = (struct escape){ 0 };
	rest = leaving;
	say("input goes to '%s' (Ctrl-T: another cell)\n", selected->writer.name);
}

void raw_keep(char c)
{
	if (nr_kept == kept_size)
		dropping = true;
	if (!dropping)
		kept[nr_kept++] = c;
	if (c != '\n')
		return;
	if (dropping) {
		nr_kept = line_start;
		lost++;
	}
	dropping = false;
	line_start = nr_kept;
}

static void forget(void)
{
	if (lost)
		say("%u lines of other cells did not fit and are lost\n", lost);
	nr_kept = line_start = lost = shown = 0;
}

bool raw_kept(void)
{
	return !on && (*rest || nr_kept || lost);
}

void raw_pump(void)
{
	if (!raw_kept())
		return;
	while (*rest && uart_room())
		uart_put(*rest++);
	while (!*rest && shown < nr_kept && uart_room())
		uart_put(kept[shown++]);
	if (!*rest && shown == nr_kept)
		forget();
}
