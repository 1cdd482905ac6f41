/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The native-cell library: everything a cell written in C needs above the
 * hypercalls. A cell defines mv_main(), finds its objects by name (mv_env_*),
 * sets handlers for events (mv_on_*) and waits. It declares the objects that it
 * cannot do without (MV_NEEDS_* of mullion/note.h), so that the build fails if
 * the description does not give them. Handlers run inside mv_wait(), one after
 * the other, so a cell needs no locks. A cell that wants to be interrupted
 * instead calls mv_virq_unmask().
 *
 * Nothing here allocates memory, and functions that are not used are not linked.
 */
#ifndef MV_H
#define MV_H

#include <mullion/hypercalls.h>
#include <mullion/note.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define MV_US            1000ull /* in nanoseconds, as all times are */
#define MV_MS            1000000ull
#define MV_S             1000000000ull

#define MV_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MV_PRINTF(f, a)  __attribute__((format(printf, f, a)))

/** mv_main - the cell's program. When it returns, the cell is stopped. */
int mv_main(void);

/* Environment (env.c) ---------------------------------------------------- */

/** mv_env - this cell's environment, set before mv_main() */
extern const struct mv_env *mv_env;

/** mv_env_find - the entry of that name and kind, or NULL */
const struct mv_env_entry *mv_env_find(const char *name, uint32_t kind);

/** mv_env_need - the same; without the entry the cell panics and says so */
const struct mv_env_entry *mv_env_need(const char *name, uint32_t kind);

/** mv_env_next - the next entry of a kind after @last (NULL: the first), or NULL */
const struct mv_env_entry *mv_env_next(const struct mv_env_entry *last, uint32_t kind);

/**
 * mv_env_compatible - the @index-th string of the device's `compatible`, or NULL
 * The most special one comes first. A driver is chosen by them.
 */
const char *mv_env_compatible(const struct mv_env_entry *device, uint32_t index);

/**
 * mv_arg - the value of @key in the cell's `args`, words like "rate=10 quiet"
 * Returns the text behind "key=", "" for a word without "=", and NULL if the word is
 * not there. The value is @length characters long and does not end with a NUL.
 */
const char *mv_arg(const char *key, uint32_t *length);
uint32_t mv_arg_number(const char *key, uint32_t missing);

/* vIRQs (virq.c) --------------------------------------------------------- */

/**
 * A handler gets the payload word that was fetched, and its own argument. The payload of a
 * timer counts how often it expired.
 */
typedef void (*mv_handler)(uint32_t payload, void *argument);

/**
 * mv_on_virq - call @handler when the vIRQ of @entry comes, and enable its line
 * @entry: a vIRQ, channel, timer, device or log. Affects the calling vCPU,
 * which must be the one that the line belongs to. NULL as @handler: only wake.
 * A level vIRQ comes again and again until its source lowers it.
 */
void mv_on_virq(const struct mv_env_entry *entry, mv_handler handler, void *argument);
void mv_virq_disable(const struct mv_env_entry *entry);
void mv_virq_enable(const struct mv_env_entry *entry);

/** mv_wait - sleep until enabled vIRQs come, run their handlers, return the lines */
uint32_t mv_wait(void);
/** mv_poll - run the handlers of vIRQs that have come already; do not sleep */
void mv_poll(void);

/** mv_virq_mask - no upcalls from now on; returns the old state, for mv_virq_restore() */
uint32_t mv_virq_mask(void);
void mv_virq_restore(uint32_t saved);
/** mv_virq_unmask - from now on handlers interrupt the calling vCPU at any time */
void mv_virq_unmask(void);

#ifdef __arm__
/** mv_page - the calling vCPU's page; start.S keeps its address in TPIDRURW */
static inline volatile struct mv_vcpu_page *mv_page(void)
{
	volatile struct mv_vcpu_page *page;

	__asm__("mrc p15, 0, %0, c13, c0, 2" : "=r"(page));
	return page;
}
#else
volatile struct mv_vcpu_page *mv_page(void);
#endif

/* Time (timer.c) --------------------------------------------------------- */

/** struct mv_timer - one of any number of timers, all served by "timer0" */
struct mv_timer {
	uint64_t deadline;
	uint64_t period; /* 0: once */
	void (*fn)(void *argument);
	void *argument;
	struct mv_timer *next;
};

/**
 * mv_timer_start - call @fn after @delay, and then every @period nanoseconds
 * Only on vCPU 0. The phase is kept. If several calls are late, only one of them is
 * made up for.
 */
void mv_timer_start(struct mv_timer *timer, uint64_t delay, uint64_t period,
		    void (*fn)(void *argument), void *argument);
void mv_timer_stop(struct mv_timer *timer);

/** mv_sleep - wait that long; handlers run meanwhile */
void mv_sleep(uint64_t nanoseconds);

/* Channels (channel.c) --------------------------------------------------- */

/* Only for the vCPU that has the channel's vIRQ, which is vCPU 0. */

/** mv_channel_put - send, waiting for room (handlers run meanwhile) */
uint32_t mv_channel_put(const struct mv_env_entry *channel, const void *message, uint32_t size);

/** mv_channel_get - receive, waiting for a message (handlers run meanwhile) */
struct mv_result mv_channel_get(const struct mv_env_entry *channel, void *buffer, uint32_t size);

/* Console (console.c, input.c, command.c) -------------------------------- */

/**
 * mv_printf - print on the cell's console: %d %i %u %x %X %p %s %c %%, with
 * l, ll, z, width, precision of strings, and the flags 0 and -.
 *
 * A line is sent when it is complete (or too long for a message). If the
 * console does not take it within the patience, the whole line is dropped, and
 * "[n lines lost]" precedes the next line that gets through. So a console never
 * holds a cell up for ever.
 */
void mv_printf(const char *format, ...) MV_PRINTF(1, 2);
void mv_vprintf(const char *format, va_list args) MV_PRINTF(1, 0);

/** mv_console_flush - send an incomplete line, such as a prompt, now */
void mv_console_flush(void);

/** mv_console_patience - how long to wait for a full console; default 10 ms */
void mv_console_patience(uint64_t nanoseconds);

/** mv_on_input - call @fn with each byte that is typed, without echo */
void mv_on_input(void (*fn)(char c));

/** mv_on_line - call @fn with each line typed; echoes, knows backspace */
void mv_on_line(void (*fn)(char *line));

/** struct mv_command - a word that a cell takes from its console, with an argument or "" */
struct mv_command {
	const char *name, *argument, *text;
	void (*run)(const char *argument);
};

/** mv_on_command - take the words of a table; `help` says @what the cell is and lists them */
void mv_on_command(const char *what, const struct mv_command *table, uint32_t nr);

/* Text (format.c) -------------------------------------------------------- */

typedef void (*mv_put_fn)(void *context, char c);
void mv_vformat(mv_put_fn put, void *context, const char *format, va_list args) MV_PRINTF(3, 0);
/** mv_snprintf - returns the length of the whole text, as in C */
int mv_snprintf(char *buffer, size_t size, const char *format, ...) MV_PRINTF(3, 4);

/* Cell and vCPUs (cell.c) ------------------------------------------------ */

/** mv_exit - stop this cell */
_Noreturn void mv_exit(void);

/** mv_panic - print a message, then fault: the cell's fault policy decides */
_Noreturn void mv_panic(const char *format, ...) MV_PRINTF(1, 2);

/**
 * mv_vcpu_run - let vCPU @index of this cell run @fn
 * @stack, @size: its stack, used from the end down. When @fn returns, the vCPU stops.
 * Returns an error of vcpu_start, or MV_ERR_CAPABILITY if there is no such vCPU.
 */
uint32_t mv_vcpu_run(uint32_t index, void (*fn)(void *argument), void *argument, void *stack,
		     size_t size);

/* Faults (fault-text.c, symbols.c) --------------------------------------- */

typedef void (*mv_print_fn)(const char *format, ...) MV_PRINTF(1, 2);

/** mv_fault_what - what the cell did; an address follows, except of MV_FAULT_UNDEFINED */
const char *mv_fault_what(const struct mv_fault_record *record);

/** mv_fault_print - print what happened, why, and a hint at the cause */
void mv_fault_print(const struct mv_fault_record *record, mv_print_fn print);

/**
 * mv_symbol_find - the function that holds @address in the image of a cell
 * Returns NULL if it is not known. Needs `symbols;` in the description.
 */
const char *mv_symbol_find(const char *cell, uint32_t address, uint32_t *offset);

/* Memory and strings (string.c): as in C. */
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *s, int c);

#endif
