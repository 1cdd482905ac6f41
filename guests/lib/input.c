/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Input from the console channel, as bytes or as edited lines with echo.
 */
#include "local.h"

#define BACKSPACE '\b'
#define DELETE    0x7f

static void (*on_char)(char c);
static void (*on_line)(char *line);

static void input(uint32_t payload, void *argument)
{
	char bytes[256] __attribute__((aligned(4)));
	struct mv_result got;

	(void)payload;
	(void)argument;
	for (;;) {
		got = mv_channel_receive(mv_console()->cap, bytes, sizeof(bytes));
		if (got.error)
			return;
		for (uint32_t i = 0; i < got.value; i++)
			on_char(bytes[i]);
		mv_console_flush(); /* the echo */
	}
}

void mv_on_input(void (*fn)(char c))
{
	const struct mv_env_entry *console = mv_env_need("console", MV_CAP_CHANNEL);

	on_char = fn;
	mv_on_virq(console, input, NULL);
	input(0, NULL);
}

static void end_line(char *line, uint32_t length, uint32_t lost)
{
	mv_printf("\n");
	line[length] = '\0';
	if (lost)
		mv_printf("[%u characters lost: the line is too long and not taken]\n", lost);
	else
		on_line(line);
}

static void edit(char c)
{
	static char line[80];
	static uint32_t length, lost;

	if (c == '\r' || c == '\n') {
		end_line(line, length, lost);
		length = lost = 0;
	} else if ((c == BACKSPACE || c == DELETE) && lost) {
		lost--;
	} else if ((c == BACKSPACE || c == DELETE) && length) {
		length--;
		mv_printf("\b \b");
	} else if (c >= ' ' && c < DELETE && length + 1 < sizeof(line)) {
		line[length++] = c;
		mv_printf("%c", c);
	} else if (c >= ' ' && c < DELETE) {
		lost++;
	}
}

void mv_on_line(void (*fn)(char *line))
{
	on_line = fn;
	mv_on_input(edit);
}
