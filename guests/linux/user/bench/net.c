/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: bulk transfers over the loopback interface to another process; an operation
 * is 1 KiB. Both send 8 KiB at a time. TCP is waited for at the end of a round; UDP
 * has no flow control, so the partner answers every few datagrams. Called by main.c.
 */
#include "net.h"
#include "bench.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE  8192u
#define KIB_EACH (MESSAGE / 1024)
#define BURST    4 /* datagrams that fit into a socket's buffer with the kernel's book-keeping */
#define ROW_KIB  1024u /* of rows.h: the TCP partner must know when a round ends */

static int fd;
static char buffer[MESSAGE];

static const char *loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int some = socket(AF_INET, SOCK_DGRAM, 0);
	const char *missing = NULL;

	if (some < 0)
		return "socket";
	if (ioctl(some, SIOCSIFFLAGS, &request))
		missing = "loopback interface";
	close(some);
	return missing;
}

/* A socket at a free port of the loopback address, which is told. */
static int bound(int type, struct sockaddr_in *at)
{
	socklen_t length = sizeof(*at);
	int some = socket(AF_INET, type, 0);

	memset(at, 0, sizeof(*at));
	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (some < 0 || bind(some, (struct sockaddr *)at, sizeof(*at)) ||
	    getsockname(some, (struct sockaddr *)at, &length))
		return -1;
	return some;
}

const char *bench_tcp_pair(int ends[2])
{
	struct sockaddr_in at, other;
	const char *missing = loopback_up();
	int listener;

	if (missing)
		return missing;
	listener = bound(SOCK_STREAM, &at);
	ends[0] = bound(SOCK_STREAM, &other);
	if (listener < 0 || ends[0] < 0 || listen(listener, 1))
		return "TCP socket";
	if (connect(ends[0], (struct sockaddr *)&at, sizeof(at)))
		return "TCP connection";
	ends[1] = accept(listener, NULL, NULL);
	close(listener);
	return ends[1] < 0 ? "accept" : NULL;
}

static void tcp_partner(int in, int out)
{
	unsigned int arrived = 0;
	ssize_t some;

	while ((some = read(in, buffer, sizeof(buffer))) > 0) {
		arrived += (unsigned int)some;
		if (arrived == ROW_KIB * 1024) {
			arrived = 0;
			bench_check(write(out, "", 1));
		}
	}
}

static const char *start_tcp(void)
{
	int ends[2];
	const char *missing = bench_tcp_pair(ends);

	if (missing)
		return missing;
	fd = ends[0];
	return bench_spawn(tcp_partner, ends[1], ends[1]) < 0 ? "fork" : NULL;
}

static void run_tcp(unsigned int times)
{
	for (unsigned int kib = 0; kib < times; kib += KIB_EACH)
		bench_failed += write(fd, buffer, MESSAGE) != MESSAGE;
	bench_failed += read(fd, buffer, 1) != 1;
}

static void udp_partner(int in, int out)
{
	for (unsigned int i = 1; read(in, buffer, sizeof(buffer)) == MESSAGE; i++)
		if (i % BURST == 0)
			bench_check(write(out, "", 1));
}

static const char *start_udp(void)
{
	struct sockaddr_in here, there;
	const char *missing = loopback_up();
	int other;

	if (missing)
		return missing;
	fd = bound(SOCK_DGRAM, &here);
	other = bound(SOCK_DGRAM, &there);
	if (fd < 0 || other < 0)
		return "UDP socket";
	if (connect(fd, (struct sockaddr *)&there, sizeof(there)) ||
	    connect(other, (struct sockaddr *)&here, sizeof(here)))
		return "UDP connection";
	return bench_spawn(udp_partner, other, other) < 0 ? "fork" : NULL;
}

static void run_udp(unsigned int times)
{
	for (unsigned int kib = 0; kib < times; kib += KIB_EACH * BURST) {
		for (int i = 0; i < BURST; i++)
			bench_failed += write(fd, buffer, MESSAGE) != MESSAGE;
		bench_failed += read(fd, buffer, 1) != 1;
	}
}

const struct operation bench_tcp = { .prepare = start_tcp, .run = run_tcp };
const struct operation bench_udp = { .prepare = start_udp, .run = run_udp };
