/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A bad neighbour on the console. Words in its args choose what it sends. `flood`:
 * lines without end. `forge`: lines that pretend to come from another cell, with all
 * control characters. `halves`: lines that never end. `calm`: a numbered line every
 * 20 ms, of which none may be missing.
 */
#include <mv.h>

static bool wants(const char *word)
{
	uint32_t length;

	return mv_arg(word, &length) != NULL;
}

static void forge(void)
{
	for (char c = 1; c < ' '; c++)
		if (c != '\n')
			mv_printf("%c", c);
	mv_printf("\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b");
	mv_printf("calm| 99 forged\n\rcalm| 98 forged\n");
	mv_sleep(MV_MS);
}

static void calm(void)
{
	static uint32_t n;

	mv_printf("%u calm\n", n++);
	mv_sleep(20 * MV_MS);
}

int mv_main(void)
{
	bool flooding = wants("flood"), forging = wants("forge"), halves = wants("halves");

	if (flooding)
		mv_console_patience(0);
	for (uint32_t i = 0;; i++) {
		if (flooding)
			mv_printf("line %u of a flood that says nothing of any use to anybody\n",
				  i);
		else if (forging)
			forge();
		else if (halves)
			mv_printf("half a line, ");
		else
			calm();
		if (halves)
			mv_console_flush();
	}
}
