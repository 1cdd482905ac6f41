/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Small helpers for all privileged code: sizes, containers, Kconfig tests in C
 * expressions. Relies on the compiler only.
 */
#ifndef CORE_TYPES_H
#define CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a)                   (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)                       ((a) < (b) ? (a) : (b))
#define MAX(a, b)                       ((a) > (b) ? (a) : (b))
#define ROUND_UP(x, to)                 (((x) + (to)-1) & ~((to)-1))
#define container_of(ptr, type, member) ((type *)((uintptr_t)(ptr)-offsetof(type, member)))
#define likely(x)                       __builtin_expect(!!(x), 1)
#define unlikely(x)                     __builtin_expect(!!(x), 0)

/* For functions on measured paths: the compiler inlines everything they call. */
#define HOT_PATH __attribute__((flatten))

/* For boot, panics, and starts and stops of cells: small rather than fast, never inlined. */
#define RARE_PATH __attribute__((cold, noinline))

/*
 * IS_ENABLED(CONFIG_X) is 1 when autoconf.h defines CONFIG_X as 1, else 0: an
 * option can be tested in an expression, and both branches are compiled.
 */
#define ENABLED_PLACEHOLDER_1               0,
#define ENABLED_SECOND(ignored, value, ...) value
#define ENABLED_EXPAND(junk)                ENABLED_SECOND(junk 1, 0, 0)
#define ENABLED_JOIN(value)                 ENABLED_EXPAND(ENABLED_PLACEHOLDER_##value)
#define IS_ENABLED(option)                  ENABLED_JOIN(option)

#endif
