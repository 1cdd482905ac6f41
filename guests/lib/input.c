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

static void edit(char c)
{
	static char line[80];
	static uint32_t length;

	if (c == '\r' || c == '\n') {
		mv_printf("\n");
		line[length] = '\0';
		length = 0;
		on_line(line);
	} else if ((c == BACKSPACE || c == DELETE) && length) {
		length--;
		mv_printf("\b \b");
	} else if (c >= ' ' && c < DELETE && length + 1 < sizeof(line)) {
		line[length++] = c;
		mv_printf("%c", c);
	}
}

void mv_on_line(void (*fn)(char *line))
{
	on_line = fn;
	mv_on_input(edit);
}
