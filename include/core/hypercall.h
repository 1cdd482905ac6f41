/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The type of a hypercall's function: each argument is a word; error and result
 * come back in one 64-bit value (r0 and r1 in the ARM calling convention).
 */
#ifndef CORE_HYPERCALL_H
#define CORE_HYPERCALL_H

#include <core/types.h>
#include <mullion/abi.h>

typedef uint64_t (*hypercall_fn)(uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);

/** result - error for r0, value for r1 */
static inline uint64_t result(uint32_t error, uint32_t value)
{
	return (uint64_t)value << 32 | error;
}

#endif
