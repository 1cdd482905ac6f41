/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What is promised of the files in /dev/mullion. Each check leaves the channels empty.
 */
#include "channels.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As test/products/linux.dts has them. */
#define ECHO_SIZE  64
#define ECHO_DEPTH 4
#define UP_SIZE    16
#define UP_DEPTH   2
#define SOON       50 /* ms */

/* Returns from the check with the reason if there is one. */
#define MUST(reason)                         \
	do {                                 \
		const char *why_ = (reason); \
		if (why_)                    \
			return why_;         \
	} while (0)

static int echo = -1, up = -1, down = -1;

static void open_all(int flags)
{
	close(echo);
	close(up);
	close(down);
	echo = open_channel("echo", O_RDWR | flags);
	up = open_channel("up", O_WRONLY | flags);
	down = open_channel("down", O_RDONLY | flags);
}

static short polled(int file, short events, int timeout)
{
	struct pollfd one = { .fd = file, .events = events };

	poll(&one, 1, timeout);
	return one.revents;
}

static const char *round_trip(void)
{
	static const int sizes[] = { 1, 2, 3, 4, 31, ECHO_SIZE - 1, ECHO_SIZE };
	char out[ECHO_SIZE], in[2 * ECHO_SIZE];

	open_all(0);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (int k = 0; k < ECHO_SIZE; k++)
			out[k] = (char)(i * 37 + k);
		MUST(expect("write", write(echo, out, sizes[i]), sizes[i], 0));
	}
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		MUST(expect("read", read(echo, in, sizeof(in)), sizes[i], 0));
		for (int k = 0; k < sizes[i]; k++)
			if (in[k] != (char)(i * 37 + k))
				return wrong("byte %d of %d came back as %d", k, sizes[i], in[k]);
	}
	return NULL;
}

static const char *empty(void)
{
	char in[ECHO_SIZE];

	open_all(0);
	MUST(expect("write", write(echo, "", 0), 0, 0));
	MUST(expect("poll", polled(echo, POLLIN, 1000), POLLIN, 0));
	MUST(expect("read", read(echo, in, sizeof(in)), 0, 0));
	open_all(O_NONBLOCK);
	return expect("read again", read(echo, in, sizeof(in)), -1, EAGAIN);
}

static const char *too_long(void)
{
	char out[ECHO_SIZE + 1] = "";
	static char much[1 << 20];

	open_all(O_NONBLOCK);
	MUST(expect("write", write(echo, out, sizeof(out)), -1, EMSGSIZE));
	MUST(expect("write of very much", write(echo, much, sizeof(much)), -1, EMSGSIZE));
	return polled(echo, POLLIN, SOON) ? "something was sent all the same" : NULL;
}

static const char *too_small(void)
{
	char in[ECHO_SIZE];

	open_all(0);
	MUST(expect("write", write(echo, "ten bytes!", 10), 10, 0));
	MUST(expect("read of 9", read(echo, in, 9), -1, EMSGSIZE));
	MUST(expect("read of 0", read(echo, in, 0), -1, EMSGSIZE));
	MUST(expect("poll", polled(echo, POLLIN, 0), POLLIN, 0));
	MUST(expect("read of 10", read(echo, in, 10), 10, 0));
	return memcmp(in, "ten bytes!", 10) ? "it is another message" : NULL;
}

static const char *no_waiting(void)
{
	char in[256];

	open_all(O_NONBLOCK);
	MUST(expect("read", read(down, in, sizeof(in)), -1, EAGAIN));
	for (int i = 0; i < UP_DEPTH; i++)
		MUST(expect("write", write(up, "full", 4), 4, 0));
	MUST(expect("write to a full channel", write(up, "full", 4), -1, EAGAIN));
	tell(ORDER_TAKE, 1, 0);
	MUST(expect("poll", polled(up, POLLOUT, 1000), POLLOUT, 0));
	MUST(expect("write again", write(up, "room", 4), 4, 0));
	tell(ORDER_TAKE, UP_DEPTH, 0);
	return NULL;
}

static const char *reading_waits(void)
{
	char in[256];
	long start = now_ms();

	open_all(0);
	tell(ORDER_SEND, 200, SOON);
	MUST(expect("read", read(down, in, sizeof(in)), 200, 0));
	if (in[199] != (char)199)
		return "it is another message";
	return now_ms() - start < SOON ? "it came too early" : NULL;
}

static const char *writing_waits(void)
{
	long start;

	open_all(0);
	for (int i = 0; i < UP_DEPTH; i++)
		MUST(expect("write", write(up, "full", 4), 4, 0));
	start = now_ms();
	tell(ORDER_TAKE, 1, SOON);
	MUST(expect("write to a full channel", write(up, "wait", 4), 4, 0));
	tell(ORDER_TAKE, UP_DEPTH, 0);
	return now_ms() - start < SOON ? "it did not wait" : NULL;
}

static const char *polling(void)
{
	char in[256];

	open_all(O_NONBLOCK);
	MUST(expect("poll of an empty one", polled(down, POLLIN | POLLOUT, 0), 0, 0));
	MUST(expect("poll for room", polled(up, POLLIN | POLLOUT, 0), POLLOUT, 0));
	tell(ORDER_SEND, 1, SOON);
	MUST(expect("poll that waits", polled(down, POLLIN, 1000), POLLIN, 0));
	MUST(expect("read", read(down, in, sizeof(in)), 1, 0));
	for (int i = 0; i < UP_DEPTH; i++)
		MUST(expect("write", write(up, "full", 4), 4, 0));
	MUST(expect("poll of a full one", polled(up, POLLOUT, 0), 0, 0));
	tell(ORDER_TAKE, UP_DEPTH, SOON);
	return expect("poll for room that comes", polled(up, POLLOUT, 1000), POLLOUT, 0);
}

static const char *signals(void)
{
	char in[256];

	open_all(0);
	alarm_in_ms(SOON);
	MUST(expect("read", read(down, in, sizeof(in)), -1, EINTR));
	for (int i = 0; i < UP_DEPTH; i++)
		MUST(expect("write", write(up, "full", 4), 4, 0));
	alarm_in_ms(SOON);
	MUST(expect("write", write(up, "full", 4), -1, EINTR));
	tell(ORDER_TAKE, UP_DEPTH, 0);
	return NULL;
}

static const char *one_way(void)
{
	int back = open_channel("up", O_RDWR), forth = open_channel("down", O_RDWR);
	char in[256];

	MUST(expect("read", read(back, in, sizeof(in)), -1, EBADF));
	MUST(expect("write", write(forth, "no", 2), -1, EBADF));
	MUST(expect("poll", polled(forth, POLLOUT, 0), 0, 0));
	close(back);
	close(forth);
	return NULL;
}

static const char *bad_pointers(void)
{
	char *volatile nowhere = (char *)16, *volatile kernel = (char *)0xc0008000u;
	char in[ECHO_SIZE];

	open_all(0);
	MUST(expect("write", write(echo, nowhere, 4), -1, EFAULT));
	MUST(expect("write of the kernel", write(echo, kernel, 4), -1, EFAULT));
	MUST(expect("write", write(echo, "good", 4), 4, 0));
	MUST(expect("read", read(echo, nowhere, ECHO_SIZE), -1, EFAULT));
	MUST(expect("read", read(echo, in, sizeof(in)), 4, 0));
	return memcmp(in, "good", 4) ? "it is another message" : NULL;
}

/* Each child counts what it gets until the one of no bytes, and leaves that for the other. */
static int reader(void)
{
	char in[ECHO_SIZE];
	int count = 0;
	ssize_t got;

	while ((got = read(echo, in, sizeof(in))) > 0) {
		for (int i = 1; i < got; i++)
			if (in[i] != in[0])
				return 255;
		count++;
	}
	write(echo, "", 0);
	return count;
}

static const char *many_readers(void)
{
	enum {
		CHILDREN = 3,
		MESSAGES = 120
	};
	char out[ECHO_SIZE];
	int sum = 0, status;

	open_all(0);
	for (int i = 0; i < CHILDREN; i++)
		if (!fork())
			_exit(reader());
	for (int i = 0; i < MESSAGES; i++) {
		memset(out, i, sizeof(out));
		MUST(expect("write", write(echo, out, 1 + i % ECHO_SIZE), 1 + i % ECHO_SIZE, 0));
	}
	write(echo, "", 0);
	for (int i = 0; i < CHILDREN; i++) {
		wait(&status);
		if (!WIFEXITED(status) || WEXITSTATUS(status) == 255)
			return "a reader got parts of two messages";
		sum += WEXITSTATUS(status);
	}
	MUST(expect("the last read", read(echo, out, sizeof(out)), 0, 0));
	return sum == MESSAGES ? NULL : wrong("%d messages of %d came", sum, MESSAGES);
}

static const char *restart(void)
{
	int second = open_channel("echo", O_RDWR | O_NONBLOCK);
	char in[ECHO_SIZE];

	open_all(0);
	tell(ORDER_RESTART, 0, 0);
	MUST(expect("read that waits", read(echo, in, sizeof(in)), -1, ECONNRESET));
	MUST(expect("poll", polled(second, POLLIN, 0), POLLIN | POLLERR, 0));
	MUST(expect("read of another file", read(second, in, sizeof(in)), -1, ECONNRESET));
	MUST(expect("the next read", read(second, in, sizeof(in)), -1, EAGAIN));
	MUST(expect("write", write(echo, "anew", 4), 4, 0));
	MUST(expect("read", read(echo, in, sizeof(in)), 4, 0));
	close(second);
	return NULL;
}

static const char *no_place(void)
{
	open_all(0);
	MUST(expect("lseek", lseek(echo, 0, SEEK_SET), -1, ESPIPE));
	return expect("pread", pread(echo, &(char){ 0 }, 1, 0), -1, ESPIPE);
}

static const char *root_only(void)
{
	int status;

	if (!fork()) {
		if (setuid(1000))
			_exit(2);
		_exit(open_channel("echo", O_RDWR) < 0 && errno == EACCES);
	}
	wait(&status);
	return expect("a child without rights", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 1, 0);
}

const struct check checks[] = {
	{ "LNX140", "A message comes back as it was, and each is one, up to the longest",
	  round_trip },
	{ "LNX141", "An empty message is one, and reads as 0", empty },
	{ "LNX142", "What is longer than a message is refused, and nothing is sent", too_long },
	{ "LNX143", "What is longer than the buffer is refused, and stays", too_small },
	{ "LNX144", "Without waiting, nothing to read and no room are EAGAIN", no_waiting },
	{ "LNX145", "Reading waits until a message comes", reading_waits },
	{ "LNX146", "Writing waits until there is room", writing_waits },
	{ "LNX147", "poll() tells of messages and of room, and waits for them", polling },
	{ "LNX148", "A signal interrupts both", signals },
	{ "LNX149", "A one-way channel refuses the other way", one_way },
	{ "LNX150", "A bad pointer is EFAULT, sends nothing and loses nothing", bad_pointers },
	{ "LNX151", "Several readers get whole messages, each once", many_readers },
	{ "LNX152", "A restart of the other cell is told once to each open file", restart },
	{ "LNX153", "There are no places in a channel", no_place },
	{ "LNX154", "Only root may open one", root_only },
	{ 0 },
};
