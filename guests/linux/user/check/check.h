/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the groups of checks share: how a check is described, and helpers to make
 * faults and processes. Included by all files here.
 */
#ifndef CHECK_H
#define CHECK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE              4096u
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/**
 * struct check - one promise
 * @id:       as it is printed and may be named on the command line
 * @sentence: what is promised
 * @run:      in a process of its own: NULL if it holds, else what was seen instead
 */
struct check {
	const char *id, *sentence;
	const char *(*run)(void);
};

/* Each group ends with an empty check. */
extern const struct check memory_checks[], shared_checks[], socket_checks[], thread_checks[],
	register_checks[], kernel_checks[], kuser_checks[], signal_checks[], process_checks[],
	isolation_checks[];

/* A sentence about what was seen, for the one check that runs in this process. */
const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What cannot be done here, with the reason in errno. */
const char *wrong_call(const char *call);

/**
 * struct fault - what an access or a jump led to
 * @number:  of the signal, 0 for none
 * @code:    si_code
 * @address: si_addr
 */
struct fault {
	int number, code;
	uintptr_t address;
};

/* Accesses of one word, and a call, that may fault. */
struct fault try_read(uintptr_t address);
struct fault try_write(uintptr_t address);
struct fault try_call(uintptr_t address);
/* Any code that may fault. */
struct fault try_body(void (*body)(uintptr_t argument), uintptr_t argument);

/* A private anonymous mapping, zero, or NULL. */
void *map_pages(unsigned int pages, int rights);

/* A child that runs @body, whose result is its exit status; its pid. */
int start_child(int (*body)(void *argument), void *argument);
/* Its exit status, or 1000 and the number of the signal that ended it. */
int end_child(int pid);
/* Run @body in a child to its end. */
int in_child(int (*body)(void *argument), void *argument);

/*
 * A process that runs every few hundred microseconds, takes the processor from everybody else and
 * uses all floating-point registers for itself. Ends with stop_disturber() or its parent.
 */
int start_disturber(void);
void stop_disturber(int pid);
/* How often this process has lost the processor against its will. */
long times_preempted(void);

#endif
