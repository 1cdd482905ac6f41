/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Memory of one run of the system compiler: everything is allocated from here,
 * zeroed, and given back at once by mem_free_all(). Nothing returns NULL: a
 * host without memory ends the program. Every source file includes this first.
 */
#ifndef SYSCC_MEM_H
#define SYSCC_MEM_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/** A new, zeroed element at the end of a growing array with a count. */
#define APPEND(array, nr) ((array) = mem_grow((array), (nr), sizeof(*(array))), &(array)[(nr)++])

void *mem_alloc(size_t size);
void *mem_grow(void *array, size_t nr, size_t size);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_copy(const char *text, size_t length);
void mem_free_all(void);

static inline uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static inline uint64_t round_down(uint64_t value, uint64_t unit)
{
	return value / unit * unit;
}

#endif
