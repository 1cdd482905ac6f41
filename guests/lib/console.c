/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Output on the console channel, line by line. Each vCPU fills a line of its
 * own, so that lines of two vCPUs never mix. Only vCPU 0 can wait for room,
 * because the channel's vIRQ is one of its lines.
 */
#include "local.h"

#define LINE_BYTES 128

struct console_line {
	char text[LINE_BYTES] __attribute__((aligned(4)));
	uint32_t length;
	uint32_t lost; /* lines dropped since the last that got through */
	bool dropping; /* the rest of this line is lost as well */
};

static struct console_line lines[CONFIG_MAX_VCPUS_PER_CELL];
static uint64_t patience = 10 * MV_MS;

void mv_console_patience(uint64_t nanoseconds)
{
	patience = nanoseconds;
}

const struct mv_env_entry *mv_console(void)
{
	return mv_env_find("console", MV_CAP_CHANNEL);
}

/* To wait, the channel's vIRQ must be enabled. A handler for input may have done that. */
static uint32_t console_line_bit(const struct mv_env_entry *console)
{
	if (!(mv_page()->virq_enabled & mv_line_bit(console)))
		mv_on_virq(console, NULL, NULL);
	return mv_line_bit(console);
}

static bool send(const struct mv_env_entry *console, const char *text, uint32_t length)
{
	uint64_t deadline = 0;
	uint32_t error, alarm;

	while ((error = mv_channel_send(console->cap, text, length)) == MV_ERR_FULL) {
		uint64_t now = mv_time_now();

		if (!deadline)
			deadline = now + patience;
		if (now >= deadline || mv_page()->vcpu)
			break;
		alarm = mv_timer_alarm(deadline);
		if (!alarm)
			break;
		mv_wait_only(console_line_bit(console) | alarm);
	}
	return error == MV_OK;
}

static bool report_lost(const struct mv_env_entry *console, struct console_line *line)
{
	char text[32] __attribute__((aligned(4)));
	uint32_t length;

	if (!line->lost)
		return true;
	length = (uint32_t)mv_snprintf(text, sizeof(text), "[%u lines lost]\n", line->lost);
	if (!send(console, text, length))
		return false;
	line->lost = 0;
	return true;
}

static void flush(struct console_line *line, bool complete)
{
	const struct mv_env_entry *console = mv_console();

	if (!line->dropping && line->length && console &&
	    (!report_lost(console, line) || !send(console, line->text, line->length)))
		line->dropping = true;
	line->length = 0;
	if (complete && line->dropping) {
		line->dropping = false;
		line->lost++;
	}
}

static uint32_t room(void)
{
	const struct mv_env_entry *console = mv_console();

	if (!console || console->address > LINE_BYTES)
		return LINE_BYTES;
	return console->address;
}

static void put_console(void *context, char c)
{
	struct console_line *line = context;

	line->text[line->length++] = c;
	if (c == '\n' || line->length == room())
		flush(line, c == '\n');
}

void mv_vprintf(const char *format, va_list args)
{
	uint32_t saved = mv_virq_mask();

	mv_vformat(put_console, &lines[mv_page()->vcpu], format, args);
	mv_virq_restore(saved);
}

void mv_printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vprintf(format, args);
	va_end(args);
}

void mv_console_flush(void)
{
	uint32_t saved = mv_virq_mask();

	flush(&lines[mv_page()->vcpu], false);
	mv_virq_restore(saved);
}
