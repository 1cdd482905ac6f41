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
 * struct virq - a vIRQ's state, with a copy of the fields of its description in use
 * @payload: bits, or a count, not yet fetched (edge) or not yet lowered (level).
 *	Of no meaning unless its line is pending.
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
 * virq_assert - OR the payload in and make the line pending
 * A level vIRQ becomes pending only with a payload that is not 0.
 */
void virq_assert(struct virq *q, uint32_t payload);

/** virq_count - the same for a payload that is a count, as a timer's: add one */
void virq_count(struct virq *q);

/** virq_add - add to the count of a vIRQ that is pending */
void virq_add(struct virq *q, uint32_t count);

/** virq_raise - virq_assert() by index; MV_NONE: no-op */
void virq_raise(uint16_t index, uint32_t payload);

/** virq_open - its cell starts: unmask the physical interrupt, if it has one */
void virq_open(uint16_t index);

/** virq_close - its cell is out: mask the physical interrupt, if it has one */
void virq_close(uint16_t index);

#endif
