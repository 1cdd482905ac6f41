/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Physical interrupts. Each goes to the timer code or, as a vIRQ, to the cell
 * that owns the device.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include <core/types.h>

/** irq_init - switch the interrupt controller on, set triggers (boot) */
void irq_init(void);

/**
 * irq_dispatch - serve the pending interrupt, if any
 * Called from entry.S, and where a long operation lets an interrupt in.
 */
void irq_dispatch(void);

/** irq_strays - how many interrupts without an owner came since boot; for debugging */
uint32_t irq_strays(void);

#endif
