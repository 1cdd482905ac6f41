/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of the files in /dev/mullion, each one a channel of this guest, in the product
 * test-linux: the cell at the other end does what orders.h says. A line `ok ID ...` or
 * `not ok ID ...` for each, then how many; the exit status is 0 if all were ok.
 */
#include "channels.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TIME_LIMIT 20 /* seconds for all; a wait that never ends is an error */

static char text[200];

const char *wrong(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return text;
}

int open_channel(const char *name, int flags)
{
	char path[50];

	snprintf(path, sizeof(path), "/dev/mullion/%s", name);
	return open(path, flags);
}

void tell(uint32_t what, uint32_t number, uint32_t delay)
{
	struct order order = { what, number, delay };
	int file = open_channel("orders", O_WRONLY);

	if (write(file, &order, sizeof(order)) != sizeof(order))
		perror("orders");
	close(file);
}

long now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

const char *expect(const char *what, long got, long wanted, int error)
{
	int was = errno;

	if (got != wanted)
		return wrong("%s gave %ld (%s), not %ld", what, got, strerror(was), wanted);
	if (got < 0 && was != error)
		return wrong("%s: '%s', not '%s'", what, strerror(was), strerror(error));
	return NULL;
}

/* An alarm interrupts what waits, unless the handler is for the limit of all. */
static void on_alarm(int signal)
{
	(void)signal;
}

void alarm_in_ms(int ms)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval time = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &time, NULL);
}

int main(void)
{
	unsigned int good = 0, bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct check *check = checks; check->id; check++) {
		const char *why;

		signal(SIGALRM, SIG_DFL);
		alarm(TIME_LIMIT);
		why = check->run();
		alarm(0);
		printf("%s %s %s%s%s\n", why ? "not ok" : "ok", check->id, check->sentence,
		       why ? ": " : "", why ? why : "");
		good += !why;
		bad += !!why;
	}
	printf("channels: %u ok, %u not ok\n", good, bad);
	return bad || !good;
}
