/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Has the cell "notary" (guests/notary) sign and verify. Whoever can open the channel's
 * file may use it; one at a time, which the lock on that file sees to.
 *
 * notary sign [FILE]        prints the MAC of the file, or of standard input
 * notary verify MAC [FILE]  prints `ok`, or `different` and ends with status 1
 * NOTARY=NAME in the environment: another channel than "notary". Other errors: status 2.
 */
#include "notary.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LONGEST       4096
#define BUSY_US       20000
#define TROUBLE       2
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* One request. `data` is where the data begin. */
static struct {
	struct notary_request head;
	uint8_t data[LONGEST];
} request;

static int channel;
static size_t room; /* bytes of data that fit in a request */

static void open_channel(const char *name)
{
	char path[100];
	unsigned int size;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/misc/mullion!%s/message_size", name);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%u", &size) != 1)
		errx(TROUBLE,
		     "this guest has no channel '%s': give it one in the system description", name);
	fclose(file);
	if (size < sizeof(request.head) + NOTARY_MAC + 4 || size > sizeof(request))
		errx(TROUBLE, "the messages of channel '%s' have %u bytes: at least %zu are needed",
		     name, size, sizeof(request.head) + NOTARY_MAC + 4);
	room = size - sizeof(request.head);
	snprintf(path, sizeof(path), "/dev/mullion/%s", name);
	channel = open(path, O_RDWR);
	if (channel < 0 || flock(channel, LOCK_EX))
		err(TROUBLE, "%s", path);
}

static struct notary_reply exchange(size_t size)
{
	struct notary_reply reply;
	ssize_t got;

	if (write(channel, &request, sizeof(request.head) + size) < 0)
		err(TROUBLE, "the notary cannot be asked");
	got = read(channel, &reply, sizeof(reply));
	if (got < 0)
		err(TROUBLE, "the notary does not answer");
	if (got != sizeof(reply) || reply.id != request.head.id)
		errx(TROUBLE, "this is no answer of a notary");
	return reply;
}

/* Ask, and again while it says that this is too much at once. */
static struct notary_reply ask(uint32_t op, size_t size)
{
	struct notary_reply reply;

	request.head.op = op;
	request.head.id++;
	while ((reply = exchange(size)).status == NOTARY_BUSY)
		usleep(BUSY_US);
	return reply;
}

static void check(uint32_t status)
{
	static const char *const texts[] = {
		[NOTARY_MALFORMED] = "it does not understand the request",
		[NOTARY_TOO_LONG] = "the message is too long",
	};

	if (status == NOTARY_OK || status == NOTARY_DIFFERENT)
		return;
	if (status < ARRAY_SIZE(texts) && texts[status])
		errx(TROUBLE, "the notary refuses: %s", texts[status]);
	errx(TROUBLE, "the notary refuses: error %u", status);
}

/* Replies that somebody else did not wait for, and pieces that he left. */
static void begin(void)
{
	char old[LONGEST];

	fcntl(channel, F_SETFL, O_NONBLOCK);
	while (read(channel, old, sizeof(old)) >= 0 || errno == ECONNRESET)
		continue;
	fcntl(channel, F_SETFL, 0);
	request.head.id = (uint32_t)getpid() << 8;
	check(ask(NOTARY_FORGET, 0).status);
}

/* Send the file in pieces; the last request has `before` bytes in front of its piece. */
static struct notary_reply send_file(const char *path, uint32_t op, const uint8_t *before,
				     size_t size)
{
	int file = path ? open(path, O_RDONLY) : STDIN_FILENO;
	struct notary_reply reply;
	ssize_t got;

	if (file < 0)
		err(TROUBLE, "%s", path);
	while ((got = read(file, request.data, room)) > 0)
		check(ask(NOTARY_ADD, (size_t)got).status);
	if (got < 0)
		err(TROUBLE, "%s", path ? path : "standard input");
	if (size)
		memcpy(request.data, before, size);
	reply = ask(op, size);
	check(reply.status);
	return reply;
}

static void parse_mac(const char *text, uint8_t *mac)
{
	unsigned int byte;
	int used;

	for (int i = 0; i < NOTARY_MAC; i++, text += 2)
		if (sscanf(text, "%2x%n", &byte, &used) != 1 || used != 2)
			errx(TROUBLE, "a MAC has %u hexadecimal digits", 2 * NOTARY_MAC);
		else
			mac[i] = (uint8_t)byte;
	if (*text)
		errx(TROUBLE, "a MAC has %u hexadecimal digits", 2 * NOTARY_MAC);
}

static int sign(const char *path)
{
	struct notary_reply reply = send_file(path, NOTARY_SIGN, NULL, 0);

	for (int i = 0; i < NOTARY_MAC; i++)
		printf("%02x", reply.mac[i]);
	printf("\n");
	return 0;
}

static int verify(const char *text, const char *path)
{
	uint8_t mac[NOTARY_MAC];
	bool good;

	parse_mac(text, mac);
	good = send_file(path, NOTARY_VERIFY, mac, sizeof(mac)).status == NOTARY_OK;
	printf("%s\n", good ? "ok" : "different");
	return !good;
}

int main(int argc, char **argv)
{
	const char *name = getenv("NOTARY");
	bool to_sign = (argc == 2 || argc == 3) && !strcmp(argv[1], "sign");

	if (!to_sign && ((argc != 3 && argc != 4) || strcmp(argv[1], "verify"))) {
		fprintf(stderr, "usage: notary sign [FILE] | notary verify MAC [FILE]\n");
		return TROUBLE;
	}
	open_channel(name ? name : "notary");
	begin();
	return to_sign ? sign(argv[2]) : verify(argv[2], argc == 4 ? argv[3] : NULL);
}
