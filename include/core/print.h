/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Text output on the platform's serial line: for the boot fact sheet, for
 * panics and for faults that no cell reports. Polled.
 */
#ifndef CORE_PRINT_H
#define CORE_PRINT_H

#include <core/types.h>

/**
 * print - formatted text: %s %c %u %x and %%, with width and 0 for numbers
 * Not declared as printf-like: the compiler would demand %lu, as uint32_t is a long here.
 */
void print(const char *format, ...);

#endif
