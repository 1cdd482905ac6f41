/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Buffers of words that the caller of a hypercall names: the question to be asked
 * before anything is read or written there.
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <arch/cpu.h>

/**
 * buffer_readable, buffer_writable - is it all the caller's, and aligned as copies need it?
 * Always inlined: else the compiler inlines arch_user_*() here, once for each call.
 */
static inline bool __attribute__((always_inline)) buffer_readable(uint32_t buffer, uint32_t size)
{
	return buffer % sizeof(uint32_t) == 0 && arch_user_readable(buffer, size);
}

static inline bool __attribute__((always_inline)) buffer_writable(uint32_t buffer, uint32_t size)
{
	return buffer % sizeof(uint32_t) == 0 && arch_user_writable(buffer, size);
}

#endif
