/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: threads, their own data, and what makes them wait for each other. Run by
 * main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include "registers.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#define NR_THREADS 8
#define ROUNDS     20000

static __thread uint32_t own = 1;
static __thread uint32_t own_zero;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile uint32_t shared;

/* Run @body in all threads, with their numbers; how many of them did not return 0. */
static int in_threads(void *(*body)(void *number))
{
	pthread_t threads[NR_THREADS];
	int bad = 0;

	for (uintptr_t i = 0; i < NR_THREADS; i++)
		if (pthread_create(&threads[i], NULL, body, (void *)i))
			return NR_THREADS;
	for (uintptr_t i = 0; i < NR_THREADS; i++) {
		void *result;

		bad += pthread_join(threads[i], &result) || result;
	}
	return bad;
}

static void *count_own(void *number)
{
	uint32_t mine = (uint32_t)(uintptr_t)number, *at = &own;

	if (own != 1 || own_zero)
		return (void *)1;
	own = own_zero = mine * ROUNDS;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		own++;
		own_zero += 2;
		if (i % 100 == 0)
			sched_yield();
		if (at != &own)
			return (void *)2;
	}
	return (void *)(uintptr_t)(own != (mine + 1) * ROUNDS || own_zero != (mine + 2) * ROUNDS);
}

static const char *check_own(void)
{
	int disturber = start_disturber(), bad = in_threads(count_own);

	stop_disturber(disturber);
	if (bad)
		return wrong("%d threads have another thread's data", bad);
	return own == 1 && !own_zero ? NULL : "the first thread's data has changed";
}

static void *count_locked(void *number)
{
	(void)number;
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t seen;

		pthread_mutex_lock(&mutex);
		seen = shared;
		if (i % 1000 == 0)
			sched_yield();
		shared = seen + 1;
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static const char *check_mutex(void)
{
	int disturber = start_disturber(), bad = in_threads(count_locked);

	stop_disturber(disturber);
	return !bad && shared == NR_THREADS * ROUNDS ? NULL : wrong("the sum is %u", shared);
}

static void *take_turns(void *number)
{
	for (uint32_t i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		while (shared % NR_THREADS != (uintptr_t)number)
			pthread_cond_wait(&changed, &mutex);
		shared++;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

static const char *check_condition(void)
{
	return !in_threads(take_turns) && shared == 200 * NR_THREADS ?
		       NULL :
		       wrong("%u turns were taken", shared);
}

static void *count_atomically(void *number)
{
	(void)number;
	for (int i = 0; i < 10 * ROUNDS; i++)
		__atomic_add_fetch(&shared, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* Exclusive loads and stores are broken up by pre-emption. */
static const char *check_atomic(void)
{
	int disturber = start_disturber(), bad = in_threads(count_atomically);

	stop_disturber(disturber);
	if (times_preempted() < 5)
		return "it was not pre-empted, so nothing was shown";
	return !bad && shared == 10 * NR_THREADS * ROUNDS ? NULL : wrong("the sum is %u", shared);
}

static volatile pthread_t caught_by;

static void on_signal(int number)
{
	(void)number;
	caught_by = pthread_self();
}

static void *wait_until(void *number)
{
	(void)number;
	while (!shared)
		usleep(100);
	return NULL;
}

static const char *check_signal(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	pthread_t threads[2];

	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, wait_until, NULL))
			return wrong_call("pthread_create");
	pthread_kill(threads[1], SIGUSR1);
	for (int i = 0; i < 1000 && !caught_by; i++)
		usleep(100);
	shared = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return pthread_equal(caught_by, threads[1]) ? NULL : "another thread, or none, had it";
}

static void *fork_in_thread(void *number)
{
	uint32_t mine = (uint32_t)(uintptr_t)number + 100;
	int pid;

	own = mine;
	pid = fork();
	if (!pid)
		_exit(own != mine);
	return (void *)(uintptr_t)(end_child(pid) != 0);
}

static const char *check_fork(void)
{
	int bad = in_threads(fork_in_thread);

	return bad ? wrong("%d children have not their thread's data", bad) : NULL;
}

static void *tell_register(void *number)
{
	static uint32_t seen[NR_THREADS];
	uintptr_t mine = (uintptr_t)number;

	seen[mine] = thread_register();
	for (int i = 0; i < 100; i++) {
		sched_yield();
		if (thread_register() != seen[mine])
			return (void *)1;
	}
	for (uintptr_t i = 0; i < NR_THREADS; i++)
		if (i != mine && seen[i] == seen[mine])
			return (void *)2;
	return NULL;
}

static const char *check_register(void)
{
	int bad = in_threads(tell_register);

	return bad ? wrong("in %d threads it changed, or is another thread's", bad) : NULL;
}

const struct check thread_checks[] = {
	{ "LNX80", "Threads have data of their own", check_own },
	{ "LNX81", "A mutex excludes other threads", check_mutex },
	{ "LNX82", "Eight threads take turns by a condition", check_condition },
	{ "LNX83", "Atomic additions of several threads all count", check_atomic },
	{ "LNX84", "A signal reaches the thread it was sent to", check_signal },
	{ "LNX85", "A child has the data of the thread that made it", check_fork },
	{ "LNX86", "The thread register is each thread's own", check_register },
	{ 0 }
};
