/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The model's objects and their rules, written from the manual of the
 * hypercalls and not from core/.
 */
#include "model.h"

#include "unit.h"

#include <core/channel.h>
#include <core/fault.h>
#include <core/timer.h>
#include <string.h>

struct model model;

static uint64_t now(void)
{
	return machine.ticks * 10;
}

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

static void raise(unsigned int virq, uint32_t payload)
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

static void forget(unsigned int virq)
{
	model.payload[virq] = 0;
	update_line(virq, false);
}

void model_interrupts(void)
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++) {
		if (!model.open[irq] || !model.waits[irq])
			continue;
		if (edit_routes[irq].edge)
			model.waits[irq] = false;
		else
			model.open[irq] = false;
		raise(edit_routes[irq].virq, 1);
	}
}

/* Cells ------------------------------------------------------------------- */

static void reset_end(unsigned int end)
{
	const struct channel_desc *c = &edit_channels[end / 2];

	model.fifos[end / 2][!(end % 2)].count = 0;
	raise(c->virq[!(end % 2)], MV_CHANNEL_RESET);
}

static void quieten(const struct cap *cap)
{
	const struct virq_desc *virq = &virq_descs[cap->index];

	if (cap->kind == MV_CAP_TIMER) {
		model.timers[cap->index].armed = false;
	} else if (cap->kind == MV_CAP_CHANNEL) {
		reset_end(cap->index);
	} else if (cap->kind == MV_CAP_VIRQ) {
		if (!virq->level)
			forget(cap->index);
		if (virq->irq != MV_NONE)
			model.open[virq->irq] = false;
	}
}

static void start_cell(unsigned int cell)
{
	const struct cell_desc *d = desc(cell);

	for (unsigned int i = 0; i < d->nr_vcpus; i++)
		model.vcpus[d->first_vcpu + i].priority = edit_vcpus[d->first_vcpu + i].priority;
	model.cells[cell].state = MV_CELL_LOADING;
	model.cells[cell].cap = 0;
	model.vcpus[d->first_vcpu].state = VCPU_READY;
}

static void settle(unsigned int cell)
{
	model.vcpus[desc(cell)->first_vcpu].state = VCPU_STOPPED;
	model.cells[cell].state = model.cells[cell].then;
	if (model.cells[cell].then == MV_CELL_LOADING)
		start_cell(cell);
}

static void stop_cell(unsigned int cell, uint32_t then)
{
	const struct cell_desc *d = desc(cell);

	for (unsigned int i = 0; i < d->nr_vcpus; i++)
		model.vcpus[d->first_vcpu + i].state = VCPU_STOPPED;
	model.cells[cell].then = then;
	model.cells[cell].turn = ++model.turns;
	if (model.cells[cell].state == MV_CELL_RUNNING ||
	    (model.cells[cell].state == MV_CELL_LOADING && model.cells[cell].cap)) {
		model.cells[cell].state = CELL_STOPPING;
		model.cells[cell].cap = 0;
	}
	if (model.cells[cell].state == CELL_STOPPING)
		model.vcpus[d->first_vcpu].state = VCPU_READY;
	else
		settle(cell);
}

static void restart_cell(unsigned int cell)
{
	if (model.cells[cell].restarts < 65535)
		model.cells[cell].restarts++;
	stop_cell(cell, MV_CELL_LOADING);
}

/* Of two that stop, the more urgent one comes first, then the earlier one. */
static bool stops_before(unsigned int a, unsigned int b)
{
	uint32_t pa = model.vcpus[desc(a)->first_vcpu].priority;
	uint32_t pb = model.vcpus[desc(b)->first_vcpu].priority;

	return pa > pb || (pa == pb && model.cells[a].turn < model.cells[b].turn);
}

/* How far a stop has come depends on who else runs: the microvisor says. */
static void follow_stop(unsigned int cell)
{
	bool done = cells[cell].state != CELL_STOPPING;
	uint32_t end = done ? desc(cell)->nr_caps : cells[cell].cap;

	while (model.cells[cell].cap < end)
		quieten(&desc(cell)->caps[model.cells[cell].cap++]);
	if (done)
		settle(cell);
}

static void follow_stops(void)
{
	bool followed[NR_CELLS] = { false };

	for (unsigned int n = 0; n < NR_CELLS; n++) {
		int next = -1;

		for (unsigned int c = 0; c < NR_CELLS; c++)
			if (model.cells[c].state == CELL_STOPPING && !followed[c] &&
			    (next < 0 || stops_before(c, next)))
				next = c;
		if (next < 0)
			return;
		followed[next] = true;
		follow_stop(next);
	}
}

static void open_end(unsigned int end)
{
	if (model.fifos[end / 2][!(end % 2)].count)
		raise(edit_channels[end / 2].virq[end % 2], MV_CHANNEL_READABLE);
}

static void open_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_VIRQ && virq_descs[cap->index].irq != MV_NONE)
		model.open[virq_descs[cap->index].irq] = true;
	else if (cap->kind == MV_CAP_CHANNEL)
		open_end(cap->index);
}

/* How far a load has come, likewise. */
static void follow_load(unsigned int cell)
{
	bool done = cells[cell].state == MV_CELL_RUNNING;
	uint32_t end = done ? desc(cell)->nr_caps : cells[cell].cap;

	while (model.cells[cell].cap < end)
		open_object(&desc(cell)->caps[model.cells[cell].cap++]);
	if (done)
		model.cells[cell].state = MV_CELL_RUNNING;
}

static bool log_read_by_another(unsigned int cell)
{
	return cell != CELL_MONITOR && model.cells[CELL_MONITOR].state == MV_CELL_RUNNING;
}

void model_fault(unsigned int vcpu, uint32_t cause)
{
	unsigned int cell = cell_of(vcpu);
	const struct cell_desc *d = desc(cell);
	bool restarts = d->policy == POLICY_RESTART &&
			(!d->restart_limit || model.cells[cell].restarts < d->restart_limit);

	model.sequence++;
	if (log_read_by_another(cell) && model.logged < CONFIG_FAULT_RECORDS) {
		model.log[model.logged++] = model.sequence;
		raise(VIRQ_FAULTS, 1);
	}
	if (restarts) {
		restart_cell(cell);
		return;
	}
	stop_cell(cell, MV_CELL_FAULTED);
	if (d->policy == POLICY_MONITOR)
		raise(d->monitor_virq, BIT(cell));
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

/* Time -------------------------------------------------------------------- */

bool model_near_expiry(uint64_t ns)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++) {
		uint64_t deadline = model.timers[t].deadline, period = model.timers[t].period;

		if (!model.timers[t].armed || deadline > ns)
			continue;
		if ((period ? (ns - deadline) % period : ns - deadline) < 40)
			return true;
	}
	return false;
}

void model_time(uint64_t ns)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++) {
		uint64_t period = model.timers[t].period, late;

		if (!model.timers[t].armed || model.timers[t].deadline > ns)
			continue;
		late = ns - model.timers[t].deadline;
		model.timers[t].armed = period != 0;
		if (period)
			model.timers[t].deadline += (late / period + 1) * period;
		raise(timer_descs[t].virq, 1);
	}
}

static uint32_t set_timer(unsigned int timer, uint32_t flags, uint64_t time)
{
	if (flags > MV_TIMER_PERIODIC || time > 1ull << 62)
		return MV_ERR_ARGUMENT;
	if (flags == MV_TIMER_PERIODIC && time < CONFIG_TIMER_MIN_PERIOD_US * US)
		return MV_ERR_ARGUMENT;
	model.timers[timer].armed = true;
	model.timers[timer].deadline = flags & MV_TIMER_ABSOLUTE ? time : now() + time;
	model.timers[timer].period = flags & MV_TIMER_PERIODIC ? time : 0;
	model_time(now());
	return MV_OK;
}

/* Channels ---------------------------------------------------------------- */

static uint32_t send(unsigned int cell, unsigned int end, uint32_t buffer, uint32_t size)
{
	const struct channel_desc *c = &edit_channels[end / 2];
	struct model_fifo *f = &model.fifos[end / 2][end % 2];

	if (size > c->message_size)
		return MV_ERR_SIZE;
	if (f->count == c->depth)
		return MV_ERR_FULL;
	if (buffer % 4 || !machine_may(cell, buffer, size, MAP_READ))
		return MV_ERR_ADDRESS;
	f->messages[f->count].length = size;
	if (size)
		memcpy(f->messages[f->count].bytes, at(buffer), size);
	if (f->count++ == 0)
		raise(c->virq[!(end % 2)], MV_CHANNEL_READABLE);
	return MV_OK;
}

static uint32_t receive(unsigned int cell, unsigned int end, uint32_t buffer, uint32_t size,
			uint32_t *value)
{
	const struct channel_desc *c = &edit_channels[end / 2];
	struct model_fifo *f = &model.fifos[end / 2][!(end % 2)];
	uint32_t length = f->messages[0].length;

	if (!f->count)
		return MV_ERR_EMPTY;
	if (length > size)
		return MV_ERR_SIZE;
	if (buffer % 4 || !machine_may(cell, buffer, length, MAP_WRITE))
		return MV_ERR_ADDRESS;
	*value = length;
	memmove(f->messages, f->messages + 1, sizeof(f->messages) - sizeof(f->messages[0]));
	if (f->count-- == c->depth)
		raise(c->virq[!(end % 2)], MV_CHANNEL_WRITABLE);
	return MV_OK;
}

static uint32_t channel_status(unsigned int end)
{
	return model.fifos[end / 2][!(end % 2)].count << 16 |
	       (edit_channels[end / 2].depth - model.fifos[end / 2][end % 2].count);
}

/* Hypercalls -------------------------------------------------------------- */

static uint32_t find(unsigned int cell, uint32_t index, uint8_t kind, uint8_t rights,
		     unsigned int *object)
{
	const struct cap *cap;

	if (index >= desc(cell)->nr_caps || desc(cell)->caps[index].kind != kind)
		return MV_ERR_CAPABILITY;
	cap = &desc(cell)->caps[index];
	*object = cap->index;
	return (cap->rights & rights) == rights ? MV_OK : MV_ERR_RIGHTS;
}

static uint32_t vcpu_call(uint32_t number, unsigned int v, const uint32_t a[6], uint32_t *value)
{
	const struct cell_desc *d = desc(cell_of(v));
	bool runs = model.cells[cell_of(v)].state == MV_CELL_RUNNING;
	bool stopped = model.vcpus[v].state == VCPU_STOPPED;

	if (number == MV_CALL_VCPU_SET_PRIORITY) {
		if (a[1] < d->floor || a[1] > d->ceiling)
			return MV_ERR_ARGUMENT;
		*value = model.vcpus[v].priority;
		model.vcpus[v].priority = a[1];
		return MV_OK;
	}
	if (!runs || stopped != (number == MV_CALL_VCPU_START))
		return MV_ERR_STATE;
	model.vcpus[v].state = stopped ? VCPU_READY : VCPU_STOPPED;
	return MV_OK;
}

static uint32_t virq_call(uint32_t number, unsigned int q, const uint32_t a[6], uint32_t *value)
{
	const struct virq_desc *d = &virq_descs[q];

	if (number == MV_CALL_VIRQ_LOWER) {
		if (!d->level)
			return MV_ERR_STATE;
		model.payload[q] &= ~a[1];
		if (!model.payload[q])
			forget(q);
	} else if (number == MV_CALL_VIRQ_RAISE) {
		raise(q, a[1]);
	} else if (number == MV_CALL_VIRQ_FETCH) {
		*value = model.payload[q];
		if (!d->level)
			forget(q);
	} else {
		model.open[d->irq] = true;
	}
	return MV_OK;
}

static uint32_t cell_call(uint32_t number, unsigned int c, uint32_t *value)
{
	uint32_t state = model.cells[c].state;

	state = state == CELL_STOPPING ? model.cells[c].then : state;
	if (number == MV_CALL_CELL_STATUS) {
		*value = model.cells[c].restarts << 8 | state;
	} else if (number == MV_CALL_CELL_RESTART) {
		restart_cell(c);
	} else {
		if (state == MV_CELL_STOPPED)
			return MV_ERR_STATE;
		stop_cell(c, MV_CELL_STOPPED);
	}
	return MV_OK;
}

static uint32_t timer_call(uint32_t number, unsigned int t, const uint32_t a[6])
{
	if (number == MV_CALL_TIMER_SET)
		return set_timer(t, a[1], (uint64_t)a[3] << 32 | a[2]);
	if (!model.timers[t].armed)
		return MV_ERR_STATE;
	model.timers[t].armed = false;
	return MV_OK;
}

static uint32_t channel_call(uint32_t number, unsigned int cell, unsigned int end,
			     const uint32_t a[6], uint32_t *value)
{
	if (number == MV_CALL_CHANNEL_SEND)
		return send(cell, end, a[1], a[2]);
	if (number == MV_CALL_CHANNEL_RECEIVE)
		return receive(cell, end, a[1], a[2], value);
	*value = channel_status(end);
	return MV_OK;
}

static uint32_t log_call(uint32_t number, unsigned int cell, const uint32_t a[6], uint32_t *value)
{
	uint32_t size = sizeof(struct mv_fault_record);

	if (number == MV_CALL_TRACE_READ)
		return a[2] > 1024 ? MV_ERR_SIZE : MODEL_ANY;
	if (a[2] < size)
		return MV_ERR_SIZE;
	if (!model.logged)
		return MV_ERR_EMPTY;
	if (a[1] % 4 || !machine_may(cell, a[1], size, MAP_WRITE))
		return MV_ERR_ADDRESS;
	*value = size;
	model.logged--;
	memmove(model.log, model.log + 1, sizeof(model.log) - sizeof(model.log[0]));
	return MV_OK;
}

static uint32_t system_call(uint32_t number, const uint32_t a[6])
{
	if (a[1] > 1)
		return MV_ERR_ARGUMENT;
	assert_int_equal(number, MV_CALL_SYSTEM_CHECK);
	return MODEL_ANY;
}

static uint32_t plain_call(unsigned int v, uint32_t number, uint32_t *value)
{
	if (number >= MV_NR_CALLS)
		return MV_ERR_CALL;
	if (number == MV_CALL_VERSION) {
		*value = MV_ABI_VERSION;
	} else if (number == MV_CALL_VCPU_WAIT) {
		*value = model.vcpus[v].pending & page(v)->virq_enabled;
		if (!*value)
			model.vcpus[v].state = VCPU_WAITING;
	} else if (number == MV_CALL_TIME_NOW) {
		*value = now() >> 32;
		return now();
	}
	return MV_OK;
}

static const struct {
	uint8_t kind, rights;
} needs[MV_NR_CALLS] = {
	[MV_CALL_VCPU_START] = { MV_CAP_VCPU, MV_RIGHT_VCPU_CONTROL },
	[MV_CALL_VCPU_STOP] = { MV_CAP_VCPU, MV_RIGHT_VCPU_CONTROL },
	[MV_CALL_VCPU_SET_PRIORITY] = { MV_CAP_VCPU, MV_RIGHT_VCPU_PRIORITY },
	[MV_CALL_VIRQ_RAISE] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE },
	[MV_CALL_VIRQ_LOWER] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE },
	[MV_CALL_VIRQ_FETCH] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH },
	[MV_CALL_VIRQ_ACK] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_ACK },
	[MV_CALL_CHANNEL_SEND] = { MV_CAP_CHANNEL, MV_RIGHT_CHANNEL_SEND },
	[MV_CALL_CHANNEL_RECEIVE] = { MV_CAP_CHANNEL, MV_RIGHT_CHANNEL_RECV },
	[MV_CALL_CHANNEL_STATUS] = { MV_CAP_CHANNEL, 0 },
	[MV_CALL_TIMER_SET] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET },
	[MV_CALL_TIMER_CANCEL] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET },
	[MV_CALL_CELL_STATUS] = { MV_CAP_CELL, MV_RIGHT_CELL_STATUS },
	[MV_CALL_CELL_STOP] = { MV_CAP_CELL, MV_RIGHT_CELL_CONTROL },
	[MV_CALL_CELL_RESTART] = { MV_CAP_CELL, MV_RIGHT_CELL_CONTROL },
	[MV_CALL_FAULT_READ] = { MV_CAP_LOG, MV_RIGHT_LOG_READ },
	[MV_CALL_TRACE_READ] = { MV_CAP_LOG, MV_RIGHT_LOG_READ },
	[MV_CALL_SYSTEM_RESET] = { MV_CAP_SYSTEM, MV_RIGHT_SYSTEM_RESET },
	[MV_CALL_SYSTEM_CHECK] = { MV_CAP_SYSTEM, MV_RIGHT_SYSTEM_CHECK },
};

static uint32_t cache_call(unsigned int cell, const uint32_t a[6], uint32_t *value)
{
	uint32_t step = MIN(a[2], MV_PAGE_SIZE - a[1] % MV_PAGE_SIZE);
	uint32_t error = machine_may(cell, a[1], step, MAP_READ) ? MV_OK : MV_ERR_ADDRESS;

	*value = error || a[0] > MV_CACHE_CODE ? 0 : a[2] - step;
	return a[0] > MV_CACHE_CODE ? MV_ERR_ARGUMENT : error;
}

uint32_t model_call(unsigned int vcpu, uint32_t number, const uint32_t a[6], uint32_t *value)
{
	unsigned int cell = cell_of(vcpu), object;
	uint32_t error;

	*value = 0;
	if (number == MV_CALL_VCPU_SET) /* the test machine has no floating point */
		return a[0] == MV_VCPU_THREAD_ID ? MV_OK : MV_ERR_ARGUMENT;
	if (number == MV_CALL_CACHE_RANGE)
		return cache_call(cell, a, value);
	if (number >= MV_CALL_VMMU_SWITCH && number <= MV_CALL_VMMU_STATS)
		return MV_ERR_CAPABILITY; /* nobody is a guest */
	if (number >= MV_NR_CALLS || !needs[number].kind)
		return plain_call(vcpu, number, value);
	error = find(cell, a[0], needs[number].kind, needs[number].rights, &object);
	if (error)
		return error;
	switch (needs[number].kind) {
	case MV_CAP_VCPU:
		return vcpu_call(number, object, a, value);
	case MV_CAP_CHANNEL:
		return channel_call(number, cell, object, a, value);
	case MV_CAP_TIMER:
		return timer_call(number, object, a);
	case MV_CAP_CELL:
		return cell_call(number, object, value);
	case MV_CAP_LOG:
		return log_call(number, cell, a, value);
	case MV_CAP_SYSTEM:
		return system_call(number, a);
	default:
		return virq_call(number, object, a, value);
	}
}

/* Comparison --------------------------------------------------------------- */

static void compare_fifo(unsigned int c, unsigned int n)
{
	const struct model_fifo *m = &model.fifos[c][n];
	const struct channel_desc *d = &edit_channels[c];
	const struct fifo *f = &channels[c].fifos[n];

	assert_int_equal(f->count, m->count);
	for (unsigned int i = 0; i < m->count; i++) {
		const uint8_t *slot = d->fifo[n] + (f->first + i) % d->depth * d->slot;

		assert_int_equal(*(const uint32_t *)slot, m->messages[i].length);
		assert_memory_equal(slot + 32, m->messages[i].bytes, m->messages[i].length);
	}
}

static void compare_timers(void)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++) {
		assert_int_equal(list_linked(&timers[t].node), model.timers[t].armed);
		if (model.timers[t].armed)
			assert_int_equal(timers[t].deadline, model.timers[t].deadline);
	}
}

void model_compare(void)
{
	follow_stops();
	for (unsigned int c = 0; c < NR_CELLS; c++)
		if (model.cells[c].state == MV_CELL_LOADING)
			follow_load(c);
	model_interrupts();
	for (unsigned int c = 0; c < NR_CELLS; c++) {
		assert_int_equal(cells[c].state, model.cells[c].state);
		assert_int_equal(cells[c].restarts, model.cells[c].restarts);
	}
	for (unsigned int v = 0; v < NR_VCPUS; v++) {
		assert_int_equal(vcpus[v].state, model.vcpus[v].state);
		assert_int_equal(vcpus[v].priority, model.vcpus[v].priority);
		assert_int_equal(vcpus[v].pending, model.vcpus[v].pending);
	}
	for (unsigned int q = 0; q < NR_VIRQS; q++)
		assert_int_equal(virqs[q].payload, model.payload[q]);
	for (unsigned int c = 0; c < NR_CHANNELS; c++)
		for (unsigned int n = 0; n < 2; n++)
			compare_fifo(c, n);
	compare_timers();
	assert_int_equal(fault_log_count(), model.logged);
}
