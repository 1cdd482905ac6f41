/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: the functions that the kernel shows to programs at the end of the address space, as its
 * Documentation/arm/kernel_user_helpers.rst promises them. Run by main.c.
 */
#include "check.h"
#include "registers.h"
#include <pthread.h>

#define VERSION (*(volatile const int32_t *)0xffff0ffc)
#define GET_TLS ((uint32_t(*)(void))0xffff0fe0)
#define CMPXCHG ((int (*)(int32_t before, int32_t after, volatile int32_t * at))0xffff0fc0)
#define BARRIER ((void (*)(void))0xffff0fa0)
#define CMPXCHG64 \
	((int (*)(const int64_t *before, const int64_t *after, volatile int64_t *at))0xffff0f60)
#define NR_THREADS 4
#define ROUNDS     50000

static const char *check_version(void)
{
	return VERSION >= 5 && VERSION < 32 ? NULL : wrong("it is %d", VERSION);
}

static const char *check_tls(void)
{
	uint32_t got = GET_TLS();

	return got && got == thread_register() ? NULL : wrong("it is 0x%x", got);
}

static void *own_tls(void *unused)
{
	(void)unused;
	return (void *)(uintptr_t)(GET_TLS() == thread_register() ? GET_TLS() : 0);
}

static const char *check_tls_of_threads(void)
{
	uintptr_t seen[2];

	for (int i = 0; i < 2; i++) {
		pthread_t thread;
		void *result;

		if (pthread_create(&thread, NULL, own_tls, NULL) || pthread_join(thread, &result))
			return wrong_call("pthread_create");
		seen[i] = (uintptr_t)result;
	}
	return seen[0] && seen[1] && seen[0] != GET_TLS() ? NULL : "it is another thread's";
}

static const char *check_cmpxchg(void)
{
	volatile int32_t word = 5;

	if (CMPXCHG(5, 6, &word) || word != 6)
		return wrong("5 became %d", word);
	if (!CMPXCHG(5, 7, &word) || word != 6)
		return "it changed a word that was another one";
	return NULL;
}

static const char *check_cmpxchg64(void)
{
	volatile int64_t word = 0x500000001;
	const int64_t first = 0x500000001, second = 0x600000002, third = 7;

	if (CMPXCHG64(&first, &second, &word) || word != second)
		return "the word has not become the new one";
	if (!CMPXCHG64(&first, &third, &word) || word != second)
		return "it changed a word that was another one";
	return NULL;
}

static const char *check_barrier(void)
{
	register uint32_t kept __asm__("r4") = 4711;

	__asm__ volatile("" : "+r"(kept));
	BARRIER();
	__asm__ volatile("" : "+r"(kept));
	return kept == 4711 ? NULL : "it does not keep registers";
}

static volatile int32_t sum;
static volatile int64_t sum64;

static void *add(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		int32_t seen;
		int64_t seen64, next64;

		do
			seen = sum;
		while (CMPXCHG(seen, seen + 1, &sum));
		do {
			seen64 = sum64;
			next64 = seen64 + 0x100000001;
		} while (CMPXCHG64(&seen64, &next64, &sum64));
	}
	return NULL;
}

static const char *check_threads(void)
{
	pthread_t threads[NR_THREADS];
	int disturber = start_disturber();

	for (int i = 0; i < NR_THREADS; i++)
		if (pthread_create(&threads[i], NULL, add, NULL))
			return wrong_call("pthread_create");
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	stop_disturber(disturber);
	if (times_preempted() < 5)
		return "it was not pre-empted, so nothing was shown";
	if (sum != NR_THREADS * ROUNDS || sum64 != NR_THREADS * ROUNDS * 0x100000001)
		return wrong("the sums are %d and 0x%llx", sum, (unsigned long long)sum64);
	return NULL;
}

static const char *check_page(void)
{
	if (try_read(0xffff0ffc).number)
		return "it cannot be read";
	return try_write(0xffff0ffc).number == SIGSEGV && try_write(0xffff0000).number == SIGSEGV ?
		       NULL :
		       "it can be written";
}

const struct check kuser_checks[] = {
	{ "LNX110", "The kernel's helpers have a version", check_version },
	{ "LNX111", "The helper for the thread's data tells the thread register", check_tls },
	{ "LNX112", "The helper for the thread's data knows each thread", check_tls_of_threads },
	{ "LNX113", "The helper exchanges a word if it has not changed", check_cmpxchg },
	{ "LNX114", "The helper exchanges two words if they have not changed", check_cmpxchg64 },
	{ "LNX115", "The helper for barriers returns with all registers", check_barrier },
	{ "LNX116", "Exchanges of several threads all count", check_threads },
	{ "LNX117", "The helpers' page can be read and not written", check_page },
	{ 0 }
};
