/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Buffers of words that the caller of a hypercall names. A hypercall asks these
 * functions before it reads or writes there.
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <arch/cpu.h>

/**
 * buffer_readable, buffer_writable - may the caller access all of it, and is it word aligned?
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
