/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A processor's MMU as bad as the architecture allows (ARM DDI 0406C, B3.9, B3.10).
 * It sees only words that were cleaned to memory. It keeps every translation and every
 * first-level entry that it has ever read until it is told to drop it and a DSB has been
 * done. It looks ahead at addresses that were used. Every translation that it takes is
 * checked: it leads to the cell's own memory, with no more than the cell's rights, and
 * is never global.
 */
#ifndef TEST_MMU_HARDWARE_H
#define TEST_MMU_HARDWARE_H

#include "reference.h"

/** struct hw_answer - @status 0: the access reaches @pa */
struct hw_answer {
	uint32_t status, pa;
	bool device, cached;
};

void hw_begin(void);

/** hw_access - an unprivileged access in the address space in use */
struct hw_answer hw_access(uint32_t va, bool user, uint32_t access);

/** hw_expect - addresses that may be looked ahead at; up to 16 are remembered */
void hw_expect(uint32_t va);

/** hw_settled - is no invalidation waiting for its DSB? */
bool hw_settled(void);

/** hw_kernel_access - the same for the microvisor's own access to a buffer */
bool hw_kernel_access(uint32_t va, uint32_t access);

#endif
