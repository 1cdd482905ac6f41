/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell objects: start from the pristine image, stop, restart, fault policy.
 * Loading is done by the scheduler in small steps at the cell's own priority
 * (cell_load_step), so that it delays only less urgent cells. Relies on every
 * other object kind for what stopping means to it.
 */
#include <core/cap.h>
#include <core/channel.h>
#include <core/fault.h>
#include <core/hypercall.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/virq.h>
#include <hypercall_protos.h>

/* Bytes copied or cleared between two looks at the interrupt controller. */
#define LOAD_STEP 2048

void cell_create(uint16_t index)
{
	struct cell *c = &cells[index];
	const struct cell_desc *desc = &cell_descs[index];

	c->desc = desc;
	c->caps = desc->caps;
	c->nr_caps = desc->nr_caps;
	arch_space_create(c);
	for (uint16_t i = 0; i < desc->nr_vcpus; i++)
		vcpu_create(desc->first_vcpu + i);
}

void cell_start(struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	for (uint16_t i = 0; i < desc->nr_vcpus; i++)
		vcpu_reset(&vcpus[desc->first_vcpu + i]);
	c->state = MV_CELL_LOADING;
	c->load = 0;
	c->offset = 0;
	sched_ready(&vcpus[desc->first_vcpu]);
}

/* All is in place: vIRQs may come and vCPU 0 begins. */
static void begin(struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	c->state = MV_CELL_RUNNING;
	for (uint16_t i = 0; i < desc->nr_caps; i++)
		if (desc->caps[i].kind == MV_CAP_VIRQ)
			virq_open(desc->caps[i].index);
	vcpu_enter(&vcpus[desc->first_vcpu], desc->entry, desc->stack, MV_ENV_BASE);
}

void cell_load_step(struct cell *c)
{
	const struct load_desc *load = &c->desc->loads[c->load];
	uint8_t *to;
	uint32_t size;

	if (c->load == c->desc->nr_loads) {
		begin(c);
		return;
	}
	to = (uint8_t *)(uintptr_t)load->va + c->offset;
	if (c->offset < load->copy) {
		size = MIN(load->copy - c->offset, LOAD_STEP);
		arch_copy(to, (const uint8_t *)load->source + c->offset, size);
		arch_sync_code(to, size);
	} else {
		size = MIN(load->copy + load->zero - c->offset, LOAD_STEP);
		arch_zero(to, size);
	}
	c->offset += size;
	if (c->offset == load->copy + load->zero) {
		c->load++;
		c->offset = 0;
	}
}

static void stop_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_TIMER)
		timer_disarm(cap->index);
	else if (cap->kind == MV_CAP_CHANNEL)
		channel_reset_end(cap->index);
	else if (cap->kind == MV_CAP_VIRQ)
		virq_silence(cap->index);
}

/* No vCPU runs, nothing of the cell's acts any more; @state says why. */
static void stop(struct cell *c, uint8_t state)
{
	const struct cell_desc *desc = c->desc;

	for (uint16_t i = 0; i < desc->nr_vcpus; i++)
		vcpu_halt(&vcpus[desc->first_vcpu + i]);
	if (c->state == MV_CELL_RUNNING)
		for (uint16_t i = 0; i < desc->nr_caps; i++)
			stop_object(&desc->caps[i]);
	c->state = state;
}

static void restart(struct cell *c)
{
	stop(c, MV_CELL_STOPPED);
	if (c->restarts < UINT16_MAX)
		c->restarts++;
	cell_start(c);
}

static uint32_t policy_now(const struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	if (desc->policy == POLICY_RESTART && desc->restart_limit &&
	    c->restarts >= desc->restart_limit)
		return POLICY_HALT;
	return desc->policy;
}

void cell_fault(struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address)
{
	struct cell *c = v->cell;
	uint32_t policy = policy_now(c);

	fault_log(v, cause, status, address, policy);
	if (policy == POLICY_RESTART) {
		restart(c);
		return;
	}
	stop(c, MV_CELL_FAULTED);
	if (policy == POLICY_MONITOR)
		virq_raise(c->desc->monitor_virq, 1u << (cell_index(c) % 32));
}

uint64_t sys_cell_status(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_CELL, MV_RIGHT_CELL_STATUS, &index);

	if (error)
		return result(error, 0);
	return result(MV_OK, (uint32_t)cells[index].restarts << 8 | cells[index].state);
}

uint64_t sys_cell_stop(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_CELL, MV_RIGHT_CELL_CONTROL, &index);

	if (error)
		return result(error, 0);
	if (cells[index].state == MV_CELL_STOPPED)
		return result(MV_ERR_STATE, 0);
	stop(&cells[index], MV_CELL_STOPPED);
	return result(MV_OK, 0);
}

uint64_t sys_cell_restart(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_CELL, MV_RIGHT_CELL_CONTROL, &index);

	if (error)
		return result(error, 0);
	restart(&cells[index]);
	return result(MV_OK, 0);
}
