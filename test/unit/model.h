/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A model of what the microvisor promises its cells, in the simplest terms:
 * no queues, no scheduling order, no registers. It says what a hypercall must
 * return and changes as the objects must; model_compare() then looks at the
 * microvisor's own. Which vCPU of a priority runs is taken as it is.
 */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include "software.h"

#define MODEL_DEPTH 4

struct model_message {
	uint32_t length;
	uint8_t bytes[4096];
};

struct model_fifo {
	unsigned int count;
	struct model_message messages[MODEL_DEPTH]; /* the oldest first */
};

struct model {
	struct {
		uint32_t state, restarts;
		uint32_t then, cap, turn; /* of a stop: its aim, how far, since when */
	} cells[NR_CELLS];
	uint32_t turns;
	struct {
		uint32_t state, priority, pending;
	} vcpus[NR_VCPUS];
	uint32_t payload[NR_VIRQS];
	struct model_fifo fifos[NR_CHANNELS][2];
	struct {
		bool armed;
		uint64_t deadline, period;
	} timers[NR_TIMERS];
	bool open[NR_IRQS], waits[NR_IRQS]; /* unmasked; edge latched or level asserted */
	uint32_t sequence, logged, log[CONFIG_FAULT_RECORDS];
};

extern struct model model;

/** model_boot - as after boot; the fault log is as it was */
void model_boot(void);

/**
 * model_call - what a hypercall of a vCPU must return; it happens in the model
 * @value: expected result. Return: expected error, or MODEL_ANY if the model
 * does not know (the trace buffer).
 */
#define MODEL_ANY 0xffffffff
uint32_t model_call(unsigned int vcpu, uint32_t number, const uint32_t a[6], uint32_t *value);

/** model_fault - the vCPU faults */
void model_fault(unsigned int vcpu, uint32_t cause);

/** model_interrupts - what waits and is not masked reaches its cell */
void model_interrupts(void);

/** model_near_expiry - a timer expires so near before @ns that it is unclear */
bool model_near_expiry(uint64_t ns);

/** model_time - the clock has moved on to @ns */
void model_time(uint64_t ns);

/** model_compare - the microvisor's objects are as in the model */
void model_compare(void);

#endif
