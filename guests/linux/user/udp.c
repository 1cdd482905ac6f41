/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * UDP from a shell, which busybox has not:
 *
 *	udp ADDRESS PORT TEXT         send it, print the answer; status 1 if none comes in 2 s
 *	udp ADDRESS PORT -n COUNT     send so many datagrams of 1400 bytes, as fast as it goes
 *
 * The second prints how many the kernel took.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 2000

static int connected(const char *address, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((unsigned short)atoi(port)) };
	int s = socket(AF_INET, SOCK_DGRAM, 0), yes = 1;

	/* The address may be that of all. */
	if (s < 0 || setsockopt(s, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) ||
	    inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(s, (struct sockaddr *)&to, sizeof(to))) {
		fprintf(stderr, "udp: %s cannot be reached. Write a numeric IPv4 address\n",
			address);
		exit(2);
	}
	return s;
}

static int ask(int s, const char *text)
{
	struct pollfd one = { .fd = s, .events = POLLIN };
	char answer[2048];
	ssize_t size;

	if (send(s, text, strlen(text), 0) < 0 || poll(&one, 1, WAIT_MS) != 1)
		return 1;
	size = recv(s, answer, sizeof(answer), 0);
	if (size < 0)
		return 1;
	printf("%.*s\n", (int)size, answer);
	return 0;
}

static int flood(int s, int count)
{
	static char datagram[1400];
	int taken = 0;

	while (count-- > 0)
		taken += send(s, datagram, sizeof(datagram), 0) == sizeof(datagram);
	printf("%d\n", taken);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[3], "-n"))
		return flood(connected(argv[1], argv[2]), atoi(argv[4]));
	if (argc == 4)
		return ask(connected(argv[1], argv[2]), argv[3]);
	fprintf(stderr, "usage: udp ADDRESS PORT TEXT | udp ADDRESS PORT -n COUNT\n");
	return 2;
}
