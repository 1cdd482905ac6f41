/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vIRQ: a line of a vCPU with a payload word. Devices, timers, channels and
 * cells with a source capability raise it.
 */
#ifndef CORE_VIRQ_H
#define CORE_VIRQ_H

#include <core/tables.h>

struct vcpu;

/**
 * struct virq - a vIRQ's state, with what is needed of its description nearby
 * @payload: bits, or a count, not yet fetched (edge) or not yet lowered (level);
 *	nothing unless its line is pending.
 * @bit: its line in the vCPU's pending word.
 */
struct virq {
	uint32_t payload;
	uint32_t bit;
	struct vcpu *vcpu;
	uint16_t irq;
	uint8_t edge;
};

extern struct virq virqs[];

void virq_create(uint16_t index);

/**
 * virq_assert - OR the payload in; the line is pending from now on
 * Not so a level vIRQ without payload.
 */
void virq_assert(struct virq *q, uint32_t payload);

/** virq_count - likewise, but the payload is how often, as that of a timer is */
void virq_count(struct virq *q);

/** virq_add - to the payload of one that is pending, which is how often */
void virq_add(struct virq *q, uint32_t count);

/** virq_raise - virq_assert() by index; MV_NONE: no-op */
void virq_raise(uint16_t index, uint32_t payload);

/** virq_open - its cell starts: a device's interrupt may come (again) */
void virq_open(uint16_t index);

/** virq_close - its cell is out: a device's interrupt does not come any more */
void virq_close(uint16_t index);

#endif
