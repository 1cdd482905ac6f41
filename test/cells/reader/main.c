/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Somebody at a console. Words in its args: `sum`, the CRC of as many bytes as it is told,
 * read slowly; `deaf`, reads nothing; `paint`, draws and shows each byte that it gets, and
 * has the cell at the other end of the channel "go" flood; `flood`, that cell; `line`, lines
 * that are commands; `tick`, a numbered line every millisecond; `endless`, lines without a pause.
 */
#include <mv.h>

#define FLOOD_LINES 3000

static bool is(const char *word)
{
	uint32_t length;

	return mv_arg(word, &length) != NULL;
}

static uint32_t add_crc(uint32_t crc, uint8_t byte)
{
	crc ^= byte;
	for (int i = 0; i < 8; i++)
		crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	return crc;
}

/* "NUMBER\n", then that many bytes. */
static void take(uint8_t byte)
{
	static uint32_t left, total, crc;
	static bool counting = true;

	if (counting && byte != '\n') {
		total = total * 10 + byte - '0';
		return;
	}
	if (counting) {
		counting = false;
		left = total;
		crc = UINT32_MAX;
		mv_printf("ready for %u\n", total);
		return;
	}
	crc = add_crc(crc, byte);
	if (--left)
		return;
	mv_printf("%u bytes, CRC %08x\n", total, ~crc);
	counting = true;
	total = 0;
}

static void sum(void)
{
	const struct mv_env_entry *console = mv_env_need("console", MV_CAP_CHANNEL);
	char bytes[128] __attribute__((aligned(4)));

	mv_printf("reader\n");
	for (;;) {
		struct mv_result got = mv_channel_get(console, bytes, sizeof(bytes));

		for (uint32_t i = 0; i < got.value; i++)
			take((uint8_t)bytes[i]);
		mv_sleep(100 * MV_US);
	}
}

static void flood(void)
{
	const struct mv_env_entry *go = mv_env_need("go", MV_CAP_CHANNEL);
	char order[4] __attribute__((aligned(4)));

	for (;;) {
		mv_channel_get(go, order, sizeof(order));
		for (uint32_t i = 0; i < FLOOD_LINES; i++)
			mv_printf("line %u of a flood that ends\n", i);
		mv_channel_put(go, order, sizeof(order));
	}
}

static void have_flooded(void)
{
	const struct mv_env_entry *go = mv_env_need("go", MV_CAP_CHANNEL);
	char order[4] __attribute__((aligned(4))) = "go";

	mv_channel_put(go, order, sizeof(order));
	mv_channel_get(go, order, sizeof(order));
	mv_printf("\033[10;1Hflooded");
}

static void paint(char c)
{
	if (c == 'p')
		mv_printf(
			"\033[?1002h\033[?1006h\033[2J\033[3;5Hthird\033[1;1H\033[31mfirst\033[0m "
			"\033]0;title\a\033[5;1H");
	else if (c == 'q')
		mv_printf("\033[6n");
	else if (c == 'f')
		have_flooded();
	else
		mv_printf("<%02x>", (uint8_t)c);
	mv_console_flush();
}

static void bar(void)
{
	for (uint32_t i = 1; i <= 100; i++) {
		mv_printf("\r%u %% \033[32mdone\033[0m\033[K", i);
		mv_console_flush();
	}
	mv_printf("\n");
}

static void command(char *line)
{
	if (!strcmp(line, "exit"))
		mv_exit();
	if (!strcmp(line, "fault"))
		mv_panic("on purpose");
	if (!strcmp(line, "bar"))
		bar();
	else
		mv_printf("line of %u\n", (uint32_t)strlen(line));
}

static void tick(void)
{
	for (uint32_t i = 0;; i++) {
		mv_printf("%u tick\n", i);
		mv_sleep(MV_MS);
	}
}

static void endless(void)
{
	for (uint32_t i = 0;; i++)
		mv_printf("%u of no end\n", i);
}

int mv_main(void)
{
	if (is("sum"))
		sum();
	if (is("flood"))
		flood();
	if (is("tick"))
		tick();
	if (is("endless"))
		endless();
	mv_printf("here\n");
	if (is("paint"))
		mv_on_input(paint);
	if (is("line"))
		mv_on_line(command);
	for (;;)
		mv_wait();
}
