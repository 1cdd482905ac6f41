/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Connections over the loopback interface, made in net.c, also for
 * select.c.
 */
#ifndef BENCH_NET_H
#define BENCH_NET_H

/* Both ends of a TCP connection over loopback; what failed, or NULL. */
const char *bench_tcp_pair(int ends[2]);

#endif
