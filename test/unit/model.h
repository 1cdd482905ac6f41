/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A model of the microvisor's promises to its cells, in the simplest terms: no
 * queues, no scheduling order, no registers. It gives the right result of a hypercall
 * and changes its objects as they must change; model_compare() compares them with the
 * microvisor's own. It takes from the microvisor which vCPU of a priority runs.
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
		uint32_t state, faults, asked;
		uint32_t cap; /* visited, while it is out or starts */
	} cells[NR_CELLS];
	struct {
		uint32_t state, priority, pending;
	} vcpus[NR_VCPUS];
	uint32_t payload[NR_VIRQS];
	struct model_fifo fifos[NR_CHANNELS][2];
	struct {
		bool armed, spent; /* spent: expired, and its vIRQ not fetched since */
		uint64_t deadline, period;
	} timers[NR_TIMERS];
	bool open[NR_IRQS], waits[NR_IRQS]; /* unmasked; edge latched or level asserted */
	uint32_t sequence, logged, log[CONFIG_FAULT_RECORDS];
	bool poked; /* in this step an interrupt came between two steps of a cell */
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

/* Between the parts of the model. */

/** model_vcpu_of_timer - whose line a timer raises */
unsigned int model_vcpu_of_timer(unsigned int timer);

/** model_raise - OR payload into a vIRQ's; MV_NONE: no-op */
void model_raise(unsigned int virq, uint32_t payload);

/** model_forget - it is no longer pending */
void model_forget(unsigned int virq);

/** model_state - of a cell, as cell_status shows it */
uint32_t model_state(unsigned int cell);

/** model_stop, model_restart - of a cell, asked for by somebody of that priority */
void model_stop(unsigned int cell, uint32_t priority);
void model_restart(unsigned int cell, uint32_t priority);

/** model_count - one restart more, up to the end of the count */
void model_count(uint32_t *restarts);

/** model_timer_call - timer_set and timer_cancel */
uint32_t model_timer_call(uint32_t number, unsigned int t, const uint32_t a[6]);

/** model_fetch - a vIRQ is fetched: if it is a timer's, periods that have passed count */
void model_fetch(unsigned int virq);

/** model_late - timers expire that had to wait for somebody less urgent */
void model_late(void);

/** model_compare - the microvisor's objects are as in the model */
void model_compare(void);

#endif
