/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell objects: start from the pristine image, stop, restart, fault policy.
 * A cell that stops or loads does so in small steps, which the scheduler takes
 * in place of its vCPU 0, at its priority (cell_step): it delays only less urgent
 * cells, and interrupts never for long. Relies on every other object kind for
 * what stopping means to it.
 */
#include <arch/vtlb.h>
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

/* Capabilities visited between two looks. */
#define CAP_STEP 8

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

static struct vcpu *first_vcpu(const struct cell *c)
{
	return &vcpus[c->desc->first_vcpu];
}

void cell_start(struct cell *c)
{
	for (uint16_t i = 0; i < c->desc->nr_vcpus; i++)
		vcpu_reset(first_vcpu(c) + i);
	if (c->vtlb)
		vtlb_reset(c->vtlb);
	c->state = MV_CELL_LOADING;
	c->load = 0;
	c->offset = 0;
	c->cap = 0;
	sched_ready(first_vcpu(c));
}

/* Some of the capabilities that were not visited yet; true: that was all. */
static bool visit_caps(struct cell *c, void (*visit)(const struct cap *cap))
{
	uint32_t end = MIN((uint32_t)c->cap + CAP_STEP, c->nr_caps);

	while (c->cap < end)
		visit(&c->caps[c->cap++]);
	return end == c->nr_caps;
}

static void open_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_VIRQ)
		virq_open(cap->index);
	else if (cap->kind == MV_CAP_CHANNEL)
		channel_open_end(cap->index);
}

static void load(struct cell *c, const struct load_desc *load)
{
	uint8_t *to = (uint8_t *)(uintptr_t)load->va + c->offset;
	uint32_t size;

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

/* When all is in place, vIRQs may come and vCPU 0 begins. */
static void start_step(struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	if (c->load < desc->nr_loads) {
		load(c, &desc->loads[c->load]);
	} else if (visit_caps(c, open_object)) {
		c->state = MV_CELL_RUNNING;
		vcpu_enter(first_vcpu(c), desc->entry, desc->stack, MV_ENV_BASE);
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

/* Nothing of the cell's acts any more: on to what it was stopped for. */
static void settle(struct cell *c)
{
	vcpu_halt(first_vcpu(c));
	c->state = c->then;
	if (c->then == MV_CELL_LOADING)
		cell_start(c);
}

void cell_step(struct cell *c)
{
	if (c->state == MV_CELL_LOADING)
		start_step(c);
	else if (visit_caps(c, stop_object))
		settle(c);
}

/*
 * From here on no vCPU of the cell runs. @then is the state it comes to when its
 * objects have been visited. One that is not running, nor about to, has none
 * that act.
 */
static void stop(struct cell *c, uint8_t then)
{
	for (uint16_t i = 0; i < c->desc->nr_vcpus; i++)
		vcpu_halt(first_vcpu(c) + i);
	c->then = then;
	if (c->state == MV_CELL_RUNNING || (c->state == MV_CELL_LOADING && c->cap)) {
		c->state = CELL_STOPPING;
		c->cap = 0;
	}
	if (c->state == CELL_STOPPING)
		sched_ready(first_vcpu(c));
	else
		settle(c);
}

static void restart(struct cell *c)
{
	if (c->restarts < UINT16_MAX)
		c->restarts++;
	stop(c, MV_CELL_LOADING);
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
	uint8_t state;

	if (error)
		return result(error, 0);
	/* That its objects are still being visited is nobody else's matter. */
	state = cells[index].state == CELL_STOPPING ? cells[index].then : cells[index].state;
	return result(MV_OK, (uint32_t)cells[index].restarts << 8 | state);
}

static bool is_stopped(const struct cell *c)
{
	return c->state == MV_CELL_STOPPED ||
	       (c->state == CELL_STOPPING && c->then == MV_CELL_STOPPED);
}

uint64_t sys_cell_stop(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, MV_CAP_CELL, MV_RIGHT_CELL_CONTROL, &index);

	if (error)
		return result(error, 0);
	if (is_stopped(&cells[index]))
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
