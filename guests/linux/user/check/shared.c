/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks: memory and files that processes share, and System V's ways to
 * communicate. Run by main.c.
 */
#define _GNU_SOURCE
#include "check.h"
#include <fcntl.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#define READ_WRITE   (PROT_READ | PROT_WRITE)
#define FILE_NAME    "/tmp/check.file"
#define TURNS        2000
#define NR_PROCESSES 4

/* Child adds 1 where it finds an even number, parent where it finds an odd one. */
static int take_turns(volatile uint32_t *word, uint32_t parity)
{
	while (*word < TURNS) {
		if (*word % 2 == parity)
			*word += 1;
		else
			usleep(0);
	}
	return 0;
}

static int even_turns(void *argument)
{
	return take_turns(argument, 0);
}

static const char *check_shared(void)
{
	volatile uint32_t *word = mmap(NULL, PAGE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int pid;

	if (word == MAP_FAILED)
		return wrong_call("mmap");
	pid = start_child(even_turns, (void *)word);
	take_turns(word, 1);
	return end_child(pid) || *word < TURNS ? "the other's writes were not seen" : NULL;
}

/* The same memory at two addresses of one process. */
static const char *check_aliases(void)
{
	int fd = memfd_create("check", 0);
	volatile uint32_t *a, *b;

	if (fd < 0 || ftruncate(fd, 4 * PAGE))
		return wrong_call("memfd_create");
	a = mmap(NULL, 4 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
	b = mmap(NULL, 4 * PAGE, READ_WRITE, MAP_SHARED, fd, 0);
	if (a == MAP_FAILED || b == MAP_FAILED)
		return wrong_call("mmap");
	for (uint32_t i = 0; i < 4096; i++) {
		a[i] = i + 1;
		if (b[i] != i + 1)
			return wrong("word %u is 0x%x at its other address", i, b[i]);
		b[i] = ~i;
		if (a[i] != ~i)
			return wrong("word %u is 0x%x at its first address", i, a[i]);
	}
	return NULL;
}

static const char *check_file(void)
{
	int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *shared, *private, text[8] = "";

	if (fd < 0 || ftruncate(fd, PAGE))
		return wrong_call(FILE_NAME);
	shared = mmap(NULL, PAGE, READ_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, PAGE, READ_WRITE, MAP_PRIVATE, fd, 0);
	if (shared == MAP_FAILED || private == MAP_FAILED)
		return wrong_call("mmap");
	strcpy(shared + 100, "shared");
	strcpy(private + 200, "private");
	if (pread(fd, text, 7, 100) != 7 || strcmp(text, "shared"))
		return "the file has not what was written to its mapping";
	if (pread(fd, text, 7, 200) != 7 || text[0])
		return "the file has what was written to a private mapping";
	if (pwrite(fd, "file", 5, 300) != 5 || strcmp(shared + 300, "file"))
		return "the mapping has not what was written to the file";
	return NULL;
}

static const char *check_beyond_file(void)
{
	int fd = open(FILE_NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	uintptr_t map;
	struct fault fault;

	if (fd < 0 || ftruncate(fd, PAGE))
		return wrong_call(FILE_NAME);
	map = (uintptr_t)mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	fault = try_read(map + PAGE);
	if (try_read(map).number)
		return "the file's own page cannot be read";
	return fault.number == SIGBUS ? NULL : wrong("signal %d, not SIGBUS", fault.number);
}

static int write_segment(void *argument)
{
	volatile uint32_t *elsewhere = shmat(*(int *)argument, NULL, 0);

	if (elsewhere == (void *)-1 || elsewhere[1] != 1)
		return 1;
	elsewhere[0] = 4711;
	return 0;
}

static const char *check_segment(void)
{
	int id = shmget(IPC_PRIVATE, 8 * PAGE, 0600), status;
	volatile uint32_t *here = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (here == (void *)-1)
		return wrong_call("shmget");
	here[1] = 1;
	status = in_child(write_segment, &id);
	shmctl(id, IPC_RMID, NULL);
	if (status || here[0] != 4711)
		return wrong("status %d, the word is %u", status, here[0]);
	shmdt((void *)here);
	return try_read((uintptr_t)here).number == SIGSEGV ? NULL : "it can be read after shmdt";
}

struct counter {
	int semaphore;
	volatile uint32_t *word;
};

static int change(int semaphore, short by)
{
	struct sembuf operation = { .sem_op = by };

	return semop(semaphore, &operation, 1);
}

/* Read, let others run, write: only the semaphore keeps the sum right. */
static int count(void *argument)
{
	struct counter *counter = argument;

	for (int i = 0; i < 100; i++) {
		uint32_t seen;

		if (change(counter->semaphore, -1))
			return 1;
		seen = *counter->word;
		usleep(0);
		*counter->word = seen + 1;
		if (change(counter->semaphore, 1))
			return 1;
	}
	return 0;
}

static const char *check_semaphore(void)
{
	struct counter counter = { semget(IPC_PRIVATE, 1, 0600),
				   mmap(NULL, PAGE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
					0) };
	int pids[NR_PROCESSES], bad = 0;

	if (counter.semaphore < 0 || change(counter.semaphore, 1))
		return wrong_call("semget");
	for (int i = 0; i < NR_PROCESSES; i++)
		pids[i] = start_child(count, &counter);
	for (int i = 0; i < NR_PROCESSES; i++)
		bad += end_child(pids[i]) != 0;
	semctl(counter.semaphore, 0, IPC_RMID);
	if (bad || *counter.word != 100 * NR_PROCESSES)
		return wrong("the sum is %u, %d processes failed", *counter.word, bad);
	return NULL;
}

struct message {
	long type;
	char text[64];
};

static int answer(void *argument)
{
	struct message message;

	if (msgrcv(*(int *)argument, &message, sizeof(message.text), 1, 0) != 6)
		return 1;
	message.type = 2;
	message.text[0] = 'H';
	return msgsnd(*(int *)argument, &message, 6, 0) != 0;
}

static const char *check_messages(void)
{
	int queue = msgget(IPC_PRIVATE, 0600), pid, status;
	struct message message = { 1, "hello" };

	if (queue < 0 || msgsnd(queue, &message, 6, 0))
		return wrong_call("msgget");
	pid = start_child(answer, &queue);
	message.text[0] = '\0';
	if (msgrcv(queue, &message, sizeof(message.text), 2, 0) != 6)
		return wrong_call("msgrcv");
	status = end_child(pid);
	msgctl(queue, IPC_RMID, NULL);
	return status || strcmp(message.text, "Hello") ? "the answer is another one" : NULL;
}

const struct check shared_checks[] = {
	{ "LNX50", "Two processes see each other's writes to shared memory", check_shared },
	{ "LNX51", "Memory mapped twice is the same memory", check_aliases },
	{ "LNX52", "A file and its mappings agree", check_file },
	{ "LNX53", "Beyond a file's end is SIGBUS", check_beyond_file },
	{ "LNX54", "A System V segment is shared, and gone when detached", check_segment },
	{ "LNX55", "A System V semaphore excludes other processes", check_semaphore },
	{ "LNX56", "System V messages arrive by their type", check_messages },
	{ 0 }
};
