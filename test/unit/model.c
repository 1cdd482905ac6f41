/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The model's objects and their rules, written from the manual of the
 * hypercalls and not from core/. Its timers are in model-time.c, the hypercalls
 * in model-calls.c.
 */
#include "model.h"

#include "unit.h"

#include <core/channel.h>
#include <core/fault.h>
#include <core/timer.h>
#include <string.h>

struct model model;

static const struct cell_desc *desc(unsigned int cell)
{
	return &edit_cells[cell];
}

static unsigned int cell_of(unsigned int vcpu)
{
	return edit_vcpus[vcpu].cell;
}

/* vIRQs ------------------------------------------------------------------- */

static void update_line(unsigned int virq, bool pending)
{
	const struct virq_desc *d = &virq_descs[virq];
	uint32_t *lines = &model.vcpus[d->vcpu].pending;

	*lines = pending ? *lines | BIT(d->line) : *lines & ~BIT(d->line);
}

void model_raise(unsigned int virq, uint32_t payload)
{
	const struct virq_desc *d;

	if (virq == MV_NONE)
		return;
	d = &virq_descs[virq];
	model.payload[virq] |= payload;
	if (d->level && !model.payload[virq])
		return;
	update_line(virq, true);
	if (model.vcpus[d->vcpu].state == VCPU_WAITING &&
	    model.vcpus[d->vcpu].pending & page(d->vcpu)->virq_enabled)
		model.vcpus[d->vcpu].state = VCPU_READY;
}

void model_forget(unsigned int virq)
{
	model.payload[virq] = 0;
	update_line(virq, false);
}

static bool is_out(unsigned int cell)
{
	return model.cells[cell].state != MV_CELL_RUNNING &&
	       model.cells[cell].state != MV_CELL_LOADING;
}

void model_interrupts(void)
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		unsigned int virq = edit_routes[irq].virq;

		if (!model.open[irq] || !model.waits[irq])
			continue;
		if (edit_routes[irq].trigger == IRQ_EDGE)
			model.waits[irq] = false;
		if (edit_routes[irq].trigger == IRQ_LEVEL || is_out(cell_of(virq_descs[virq].vcpu)))
			model.open[irq] = false;
		model_raise(virq, 1);
	}
}

/* Cells ------------------------------------------------------------------- */

unsigned int model_vcpu_of_timer(unsigned int timer)
{
	return virq_descs[timer_descs[timer].virq].vcpu;
}

/* Nothing of the cell acts any more; messages and vIRQs on their way to it are dropped. */
static void quieten(unsigned int cell)
{
	for (unsigned int v = 0; v < NR_VCPUS; v++)
		if (cell_of(v) == cell)
			model.vcpus[v].state = VCPU_STOPPED;
	for (unsigned int t = 0; t < NR_TIMERS; t++)
		if (cell_of(model_vcpu_of_timer(t)) == cell)
			model.timers[t].armed = model.timers[t].spent = false;
	for (unsigned int q = 0; q < NR_VIRQS; q++)
		if (cell_of(virq_descs[q].vcpu) == cell && !virq_descs[q].level)
			model_forget(q);
	for (unsigned int c = 0; c < NR_CHANNELS; c++)
		for (unsigned int side = 0; side < 2; side++)
			if (cell_index(edit_channels[c].cell[side]) == cell)
				model.fifos[c][!side].count = 0;
}

/* vCPU 0 takes the cell's steps, for somebody of that priority. */
static void take_steps(unsigned int cell, uint32_t state, uint32_t priority)
{
	unsigned int v = desc(cell)->first_vcpu;

	model.cells[cell].state = state;
	model.vcpus[v].state = VCPU_READY;
	model.vcpus[v].priority = priority;
}

static void take_out(unsigned int cell, uint32_t state, uint32_t priority)
{
	quieten(cell);
	model.cells[cell].cap = 0;
	take_steps(cell, state, priority);
}

static void hasten(unsigned int cell, uint32_t state, uint32_t priority)
{
	uint32_t before = model.vcpus[desc(cell)->first_vcpu].priority;

	take_steps(cell, state, MAX(priority, before));
}

static void start_cell(unsigned int cell)
{
	model.cells[cell].cap = 0;
	take_steps(cell, MV_CELL_LOADING, edit_vcpus[desc(cell)->first_vcpu].priority);
}

/* As cell_status shows it. */
uint32_t model_state(unsigned int cell)
{
	switch (model.cells[cell].state) {
	case CELL_STOPPING:
		return MV_CELL_STOPPED;
	case CELL_RESTARTING:
		return MV_CELL_LOADING;
	case CELL_FAULTING:
		return MV_CELL_FAULTED;
	default:
		return model.cells[cell].state;
	}
}

static bool steps_of_end(unsigned int cell)
{
	return model.cells[cell].state >= CELL_STOPPING;
}

void model_stop(unsigned int cell, uint32_t priority)
{
	uint32_t shown = model_state(cell);

	if (shown == MV_CELL_RUNNING || shown == MV_CELL_LOADING)
		take_out(cell, CELL_STOPPING, priority);
	else if (steps_of_end(cell))
		hasten(cell, CELL_STOPPING, priority);
	else
		model.cells[cell].state = MV_CELL_STOPPED;
}

void model_restart(unsigned int cell, uint32_t priority)
{
	uint32_t shown = model_state(cell);

	if (shown == MV_CELL_RUNNING || shown == MV_CELL_LOADING)
		take_out(cell, CELL_RESTARTING, priority);
	else if (steps_of_end(cell))
		hasten(cell, CELL_RESTARTING, priority);
	else
		start_cell(cell);
}

void model_count(uint32_t *restarts)
{
	if (*restarts < MV_CELL_COUNT_MAX)
		++*restarts;
}

static void close_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_CHANNEL)
		model_raise(edit_channels[cap->index / 2].virq[!(cap->index % 2)],
			    MV_CHANNEL_RESET);
	else if (cap->kind == MV_CAP_VIRQ && virq_descs[cap->index].irq != MV_NONE)
		model.open[virq_descs[cap->index].irq] = false;
}

/* The progress of a cell's end depends on the other vCPUs, so it is taken from the microvisor. */
static void follow_end(unsigned int cell)
{
	uint32_t state = model.cells[cell].state;
	bool done = cells[cell].state != state;
	uint32_t end = done ? desc(cell)->nr_caps : cells[cell].caps_visited;

	while (model.cells[cell].cap < end)
		close_object(&desc(cell)->caps[model.cells[cell].cap++]);
	if (!done)
		return;
	if (state == CELL_RESTARTING) {
		start_cell(cell);
		return;
	}
	model.vcpus[desc(cell)->first_vcpu].state = VCPU_STOPPED;
	model.cells[cell].state = model_state(cell);
}

static void open_end(unsigned int end)
{
	if (model.fifos[end / 2][!(end % 2)].count)
		model_raise(edit_channels[end / 2].virq[end % 2], MV_CHANNEL_READABLE);
}

static void open_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_VIRQ && virq_descs[cap->index].irq != MV_NONE)
		model.open[virq_descs[cap->index].irq] = true;
	else if (cap->kind == MV_CAP_CHANNEL)
		open_end(cap->index);
}

/* A cell that starts is told of what waits for its decision and of the log. */
static void tell(unsigned int cell)
{
	for (unsigned int c = 0; c < NR_CELLS; c++) {
		uint32_t virq = desc(c)->monitor_virq;

		if (virq != MV_NONE && cell_of(virq_descs[virq].vcpu) == cell &&
		    model_state(c) == MV_CELL_FAULTED)
			model_raise(virq, BIT(c));
	}
	if (cell == CELL_MONITOR && model.logged)
		model_raise(VIRQ_FAULTS, 1);
}

static void reset_priorities(unsigned int cell, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		model.vcpus[desc(cell)->first_vcpu + i].priority =
			edit_vcpus[desc(cell)->first_vcpu + i].priority;
}

/* How far a load has come, likewise. */
static void follow_load(unsigned int cell)
{
	bool done = cells[cell].state == MV_CELL_RUNNING;
	uint32_t end = done ? desc(cell)->nr_caps : cells[cell].caps_visited;

	reset_priorities(cell, done ? desc(cell)->nr_vcpus : cells[cell].vcpus_reset);
	while (model.cells[cell].cap < end)
		open_object(&desc(cell)->caps[model.cells[cell].cap++]);
	if (!done)
		return;
	tell(cell);
	model.cells[cell].state = MV_CELL_RUNNING;
}

static void follow_steps(void)
{
	for (unsigned int c = 0; c < NR_CELLS; c++)
		if (steps_of_end(c))
			follow_end(c);
	for (unsigned int c = 0; c < NR_CELLS; c++)
		if (model.cells[c].state == MV_CELL_LOADING)
			follow_load(c);
}

static bool log_read_by_another(unsigned int cell)
{
	uint32_t shown = model_state(CELL_MONITOR);

	return cell != CELL_MONITOR && (shown == MV_CELL_RUNNING || shown == MV_CELL_LOADING);
}

void model_fault(unsigned int vcpu, uint32_t cause)
{
	unsigned int cell = cell_of(vcpu);
	const struct cell_desc *d = desc(cell);
	uint32_t priority = model.vcpus[vcpu].priority;
	bool restarts = d->policy == POLICY_RESTART &&
			(!d->restart_limit || model.cells[cell].faults < d->restart_limit);

	model.sequence++;
	if (log_read_by_another(cell) && model.logged < CONFIG_FAULT_RECORDS) {
		model.log[model.logged++] = model.sequence;
		model_raise(VIRQ_FAULTS, 1);
	}
	if (restarts) {
		model_count(&model.cells[cell].faults);
		model_restart(cell, priority);
		return;
	}
	take_out(cell, CELL_FAULTING, priority);
	if (d->policy == POLICY_MONITOR)
		model_raise(d->monitor_virq, BIT(cell));
}

void model_boot(void)
{
	uint32_t sequence = model.sequence, logged = model.logged, log[CONFIG_FAULT_RECORDS];

	memcpy(log, model.log, sizeof(log));
	memset(&model, 0, sizeof(model));
	memcpy(model.log, log, sizeof(log));
	model.sequence = sequence;
	model.logged = logged;
	for (unsigned int v = 0; v < NR_VCPUS; v++)
		model.vcpus[v].priority = edit_vcpus[v].priority;
	for (unsigned int c = 0; c < NR_CELLS; c++)
		if (desc(c)->start_at_boot)
			start_cell(c);
}

/* Comparison --------------------------------------------------------------- */

static void compare_fifo(unsigned int c, unsigned int n)
{
	const struct model_fifo *m = &model.fifos[c][n];
	const struct channel_desc *d = &edit_channels[c];
	const struct fifo *f = &channels[c].fifos[n];
	bool past = f->life != d->cell[!n]->life;

	assert_int_equal(past ? 0 : f->count, m->count);
	for (unsigned int i = 0; i < m->count; i++) {
		const uint8_t *slot = d->fifo[n] + (f->first + i) % d->depth * d->slot;

		assert_int_equal(*(const uint32_t *)slot, m->messages[i].length);
		assert_memory_equal(slot + 32, m->messages[i].bytes, m->messages[i].length);
	}
}

static void compare_timers(void)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++) {
		const struct timer_queue *q = &vcpus[model_vcpu_of_timer(t)].timers;
		uint32_t bit = timers[t].virq->bit;

		assert_int_equal(!!((q->waiting | q->spent) & bit), model.timers[t].armed);
		assert_int_equal(!!(q->spent & bit), model.timers[t].spent);
		if (model.timers[t].armed)
			assert_int_equal(timers[t].deadline, model.timers[t].deadline);
	}
}

static void compare_cells(void)
{
	for (unsigned int c = 0; c < NR_CELLS; c++) {
		assert_int_equal(cells[c].state, model.cells[c].state);
		assert_int_equal(cells[c].faults, model.cells[c].faults);
		assert_int_equal(cells[c].asked, model.cells[c].asked);
	}
}

void model_compare(void)
{
	model_late();
	follow_steps();
	model_interrupts();
	model_late();
	model.poked = false;
	compare_cells();
	for (unsigned int v = 0; v < NR_VCPUS; v++) {
		assert_int_equal(vcpus[v].state, model.vcpus[v].state);
		assert_int_equal(vcpus[v].priority, model.vcpus[v].priority);
		assert_int_equal(vcpus[v].pending, model.vcpus[v].pending);
	}
	for (unsigned int q = 0; q < NR_VIRQS; q++)
		if (vcpus[virq_descs[q].vcpu].pending & BIT(virq_descs[q].line))
			assert_int_equal(virqs[q].payload, model.payload[q]);
	for (unsigned int c = 0; c < NR_CHANNELS; c++)
		for (unsigned int n = 0; n < 2; n++)
			compare_fifo(c, n);
	compare_timers();
	assert_int_equal(fault_log_count(), model.logged);
}
