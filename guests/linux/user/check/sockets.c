/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: sockets, and waiting for several descriptors. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define BULK 1000000u /* bytes */

static unsigned char bulk_byte(uint32_t i)
{
	return (unsigned char)(i * 7 + (i >> 8) * 13);
}

static int send_bulk(void *argument)
{
	unsigned char buffer[4099]; /* a prime: pieces of all alignments */
	uint32_t sent = 0;

	while (sent < BULK) {
		uint32_t size = BULK - sent < sizeof(buffer) ? BULK - sent : sizeof(buffer);
		ssize_t some;

		for (uint32_t i = 0; i < size; i++)
			buffer[i] = bulk_byte(sent + i);
		some = write(*(int *)argument, buffer, size);
		if (some <= 0)
			return 1;
		sent += (uint32_t)some;
	}
	return 0;
}

static const char *receive_bulk(int fd, int pid)
{
	unsigned char buffer[5003];
	uint32_t got = 0;
	ssize_t some;

	while (got < BULK && (some = read(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t i = 0; i < some; i++, got++)
			if (buffer[i] != bulk_byte(got))
				return wrong("byte %u is 0x%02x", got, buffer[i]);
	}
	if (got != BULK)
		return wrong("%u bytes arrived", got);
	return end_child(pid) ? "the sender failed" : NULL;
}

static const char *check_pipe(void)
{
	int ends[2];

	if (pipe(ends))
		return wrong_call("pipe");
	return receive_bulk(ends[0], start_child(send_bulk, &ends[1]));
}

static const char *check_unix(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return wrong_call("socketpair");
	return receive_bulk(ends[0], start_child(send_bulk, &ends[1]));
}

/* A socket at a port of the loopback address. */
static int bound(int type, struct sockaddr_in *at)
{
	socklen_t length = sizeof(*at);
	int fd = socket(AF_INET, type, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof(*at)) ||
	    getsockname(fd, (struct sockaddr *)at, &length))
		return -1;
	return fd;
}

static const char *check_tcp(void)
{
	struct sockaddr_in at;
	int listener = bound(SOCK_STREAM, &at), client = socket(AF_INET, SOCK_STREAM, 0), server;

	if (listener < 0 || listen(listener, 1) ||
	    connect(client, (struct sockaddr *)&at, sizeof(at)))
		return wrong_call("connect");
	server = accept(listener, NULL, NULL);
	if (server < 0)
		return wrong_call("accept");
	return receive_bulk(server, start_child(send_bulk, &client));
}

static const char *check_udp(void)
{
	struct sockaddr_in here, there, from;
	socklen_t length = sizeof(from);
	int fd = bound(SOCK_DGRAM, &here), other = bound(SOCK_DGRAM, &there);
	char text[32];

	if (fd < 0 || other < 0)
		return wrong_call("socket");
	if (sendto(fd, "datagram", 9, 0, (struct sockaddr *)&there, sizeof(there)) != 9)
		return wrong_call("sendto");
	if (recvfrom(other, text, sizeof(text), 0, (struct sockaddr *)&from, &length) != 9)
		return wrong_call("recvfrom");
	return !strcmp(text, "datagram") && from.sin_port == here.sin_port ? NULL :
									     "it is another one";
}

/* A descriptor that travels through a socket. */
static int send_descriptor(void *argument)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec data = { "x", 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int ends[2];

	if (pipe(ends) || write(ends[1], "by descriptor", 14) != 14)
		return 1;
	control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(sizeof(int)) };
	memcpy(CMSG_DATA(&control.head), &ends[0], sizeof(int));
	return sendmsg(*(int *)argument, &message, 0) != 1;
}

static const char *check_descriptor(void)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte, text[32];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int ends[2], fd;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return wrong_call("socketpair");
	if (in_child(send_descriptor, &ends[1]) || recvmsg(ends[0], &message, 0) != 1)
		return "it was not sent";
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return read(fd, text, sizeof(text)) == 14 && !strcmp(text, "by descriptor") ?
		       NULL :
		       "what it leads to is something else";
}

static const char *check_select(void)
{
	struct timeval soon = { .tv_usec = 20000 };
	int a[2], b[2];
	fd_set set;

	if (pipe(a) || pipe(b) || write(b[1], "", 1) != 1)
		return wrong_call("pipe");
	FD_ZERO(&set);
	FD_SET(a[0], &set);
	FD_SET(b[0], &set);
	if (select(b[1] + 1, &set, NULL, NULL, &soon) != 1 || FD_ISSET(a[0], &set))
		return "select says something else";
	FD_SET(a[0], &set);
	FD_CLR(b[0], &set);
	soon = (struct timeval){ .tv_usec = 20000 };
	return select(b[1] + 1, &set, NULL, NULL, &soon) == 0 ? NULL : "it did not end by time";
}

static int write_later(void *argument)
{
	usleep(20000);
	return write(*(int *)argument, "12345678", 8) != 8;
}

static const char *check_poll(void)
{
	int event = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0), set, pid;
	struct itimerspec late = { .it_value.tv_sec = 10 };
	struct epoll_event found, wanted = { .events = EPOLLIN, .data.u32 = 4711 };
	struct pollfd both[2] = { { timer, POLLIN, 0 }, { event, POLLIN, 0 } };

	timerfd_settime(timer, 0, &late, NULL);
	pid = start_child(write_later, &event);
	if (poll(both, 2, 5000) != 1 || !(both[1].revents & POLLIN) || end_child(pid))
		return "poll says something else";
	set = epoll_create1(0);
	if (epoll_ctl(set, EPOLL_CTL_ADD, event, &wanted))
		return wrong_call("epoll_ctl");
	return epoll_wait(set, &found, 1, 5000) == 1 && found.data.u32 == 4711 ?
		       NULL :
		       "epoll says something else";
}

static const char *check_timer(void)
{
	struct itimerspec period = { .it_value.tv_nsec = 20000000,
				     .it_interval.tv_nsec = 20000000 };
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t expired = 0, sum = 0;

	if (timer < 0 || timerfd_settime(timer, 0, &period, NULL))
		return wrong_call("timerfd");
	for (int i = 0; i < 5; i++) {
		if (read(timer, &expired, sizeof(expired)) != sizeof(expired))
			return wrong_call("read");
		sum += expired;
	}
	return sum >= 5 && sum <= 7 ? NULL : wrong("it expired %u times", (unsigned int)sum);
}

const struct check socket_checks[] = {
	{ "LNX60", "A megabyte goes through a pipe unchanged", check_pipe },
	{ "LNX61", "A megabyte goes through a UNIX socket unchanged", check_unix },
	{ "LNX62", "A megabyte goes through TCP unchanged", check_tcp },
	{ "LNX63", "A datagram arrives, with its sender", check_udp },
	{ "LNX64", "A descriptor goes through a socket", check_descriptor },
	{ "LNX65", "select tells what is ready, and ends in time", check_select },
	{ "LNX66", "poll and epoll wait for another process", check_poll },
	{ "LNX67", "A periodic timer expires as often as it should", check_timer },
	{ 0 }
};
