/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The hypercalls of the model: the result of each, and its effect on the objects.
 */
#include "model.h"

#include "unit.h"

#include <string.h>

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
		model_raise(c->virq[!(end % 2)], MV_CHANNEL_READABLE);
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
		model_raise(c->virq[!(end % 2)], MV_CHANNEL_WRITABLE);
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
		if (!runs)
			return MV_ERR_STATE;
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
			model_forget(q);
	} else if (number == MV_CALL_VIRQ_RAISE) {
		model_raise(q, a[1]);
	} else if (number == MV_CALL_VIRQ_FETCH) {
		model_fetch(q);
		*value = model.payload[q];
		if (!d->level)
			model_forget(q);
	} else {
		model.open[d->irq] = true;
	}
	return MV_OK;
}

static uint32_t cell_call(uint32_t number, unsigned int c, uint32_t priority, uint32_t *value)
{
	if (number == MV_CALL_CELL_STATUS) {
		*value =
			MV_CELL_STATUS(model_state(c), model.cells[c].faults, model.cells[c].asked);
	} else if (number == MV_CALL_CELL_RESTART) {
		model_count(&model.cells[c].asked);
		model_restart(c, priority);
	} else {
		if (model.cells[c].state == MV_CELL_STOPPED)
			return MV_ERR_STATE;
		model_stop(c, priority);
	}
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
		return model_timer_call(number, object, a);
	case MV_CAP_CELL:
		return cell_call(number, object, model.vcpus[vcpu].priority, value);
	case MV_CAP_LOG:
		return log_call(number, cell, a, value);
	case MV_CAP_SYSTEM:
		return system_call(number, a);
	default:
		return virq_call(number, object, a, value);
	}
}
