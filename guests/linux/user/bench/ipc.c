/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rows of the benchmark: a byte to another process and back, by pipes, by a
 * socket pair, and a hand-over and back by semaphores. Called by main.c.
 */
#include "bench.h"
#include <stddef.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <unistd.h>

static int to_partner, from_partner, semaphores;

static void run_round_trip(unsigned int times)
{
	char byte = 0;

	while (times--) {
		bench_check(write(to_partner, &byte, 1));
		bench_check(read(from_partner, &byte, 1));
	}
}

static const char *start_pipes(void)
{
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		return "pipe";
	to_partner = there[1];
	from_partner = back[0];
	return bench_spawn(bench_echo, there[0], back[1]) < 0 ? "fork" : NULL;
}

static const char *start_sockets(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return "socketpair";
	to_partner = from_partner = ends[0];
	return bench_spawn(bench_echo, ends[1], ends[1]) < 0 ? "fork" : NULL;
}

/* Wait for one semaphore, or give it. */
static void step(unsigned short semaphore, short change)
{
	struct sembuf operation = { .sem_num = semaphore, .sem_op = change };

	bench_check(semop(semaphores, &operation, 1));
}

static void partner(int mine, int other)
{
	while (!bench_failed) {
		step((unsigned short)mine, -1);
		step((unsigned short)other, 1);
	}
}

/* Semaphores outlive their processes. */
static void remove_semaphores(void)
{
	semctl(semaphores, 0, IPC_RMID);
}

static const char *start_semaphores(void)
{
	semaphores = semget(IPC_PRIVATE, 2, 0600);
	if (semaphores < 0)
		return "semget";
	atexit(remove_semaphores);
	return bench_spawn(partner, 0, 1) < 0 ? "fork" : NULL;
}

static void run_semaphores(unsigned int times)
{
	while (times--) {
		step(0, 1);
		step(1, -1);
	}
}

const struct operation bench_pipe = { .prepare = start_pipes, .run = run_round_trip };
const struct operation bench_unix = { .prepare = start_sockets, .run = run_round_trip };
const struct operation bench_semaphore = { .prepare = start_semaphores, .run = run_semaphores };
