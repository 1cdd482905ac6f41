/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Invariant checks over all objects, made after every hypercall and interrupt
 * when CONFIG_DEBUG_CHECKS is set. A violation leads to a panic: whatever a cell
 * did, it is a bug of the microvisor.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include <core/types.h>

/** check_invariants - panic if an invariant is violated; return how many were checked */
uint32_t check_invariants(void);

#endif
