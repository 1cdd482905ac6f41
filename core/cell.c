/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell objects: start from the pristine image, stop, restart, fault policy. One
 * table of states decides. A cell is taken out at once: nothing of it acts from
 * then on. Telling its peers and closing its devices follows in small steps
 * (cell_step). The scheduler takes these steps instead of running the cell's
 * vCPU 0, at the priority of the vCPU that asked. Loading is done in the same
 * way, at the cell's own priority. So steps delay only less urgent vCPUs, and
 * interrupts never for long. Every other kind of object knows itself what the
 * end and the start of a cell mean to it.
 */
#include <arch/vmmu.h>
#include <core/cap.h>
#include <core/channel.h>
#include <core/fault.h>
#include <core/hypercall.h>
#include <core/sched.h>
#include <core/virq.h>
#include <hypercall_protos.h>

/* Bytes copied or cleared between two looks at the interrupt controller. */
#define LOAD_STEP 2048

/* Capabilities, or cells, visited between two looks. */
#define VISIT_STEP 8

/* The events of a cell. A fault whose policy is a restart is EVENT_RESTART. */
enum event {
	EVENT_STOP,
	EVENT_RESTART,
	EVENT_FAULT,
	EVENT_DONE, /* the last step was taken */
	NR_EVENTS
};

enum action {
	REFUSE, /* answer MV_ERR_STATE, or the event cannot happen in this state */
	NOTHING,
	TAKE_OUT, /* nothing of the cell acts any more; messages sent to it are dropped */
	HASTEN, /* it is out already; the remaining steps take the asker's priority if higher */
	REST,
	LOAD,
	RUN,
};

struct transition {
	uint8_t action;
	uint8_t to;
};

/*
 * Each event in each state (docs/internals.md section 12). Only TAKE_OUT drops
 * messages and vIRQs. Those that come while the cell is out wait for its next
 * start, whoever causes it.
 */
static const struct transition transitions[NR_CELL_STATES][NR_EVENTS] = {
	[MV_CELL_STOPPED] = {
		[EVENT_RESTART] = { LOAD, MV_CELL_LOADING },
	},
	[MV_CELL_LOADING] = {
		[EVENT_STOP] = { TAKE_OUT, CELL_STOPPING },
		[EVENT_RESTART] = { TAKE_OUT, CELL_RESTARTING },
		[EVENT_DONE] = { RUN, MV_CELL_RUNNING },
	},
	[MV_CELL_RUNNING] = {
		[EVENT_STOP] = { TAKE_OUT, CELL_STOPPING },
		[EVENT_RESTART] = { TAKE_OUT, CELL_RESTARTING },
		[EVENT_FAULT] = { TAKE_OUT, CELL_FAULTING },
	},
	[MV_CELL_FAULTED] = {
		[EVENT_STOP] = { NOTHING, MV_CELL_STOPPED },
		[EVENT_RESTART] = { LOAD, MV_CELL_LOADING },
	},
	[CELL_STOPPING] = {
		[EVENT_STOP] = { HASTEN, CELL_STOPPING },
		[EVENT_RESTART] = { HASTEN, CELL_RESTARTING },
		[EVENT_DONE] = { REST, MV_CELL_STOPPED },
	},
	[CELL_RESTARTING] = {
		/* cell_status shows this state as loading, so it acts like MV_CELL_LOADING. */
		[EVENT_STOP] = { TAKE_OUT, CELL_STOPPING },
		[EVENT_RESTART] = { TAKE_OUT, CELL_RESTARTING },
		[EVENT_DONE] = { LOAD, MV_CELL_LOADING },
	},
	[CELL_FAULTING] = {
		[EVENT_STOP] = { HASTEN, CELL_STOPPING },
		[EVENT_RESTART] = { HASTEN, CELL_RESTARTING },
		[EVENT_DONE] = { REST, MV_CELL_FAULTED },
	},
};

/* The state that cell_status returns. */
static const uint8_t shown[NR_CELL_STATES] = {
	[MV_CELL_STOPPED] = MV_CELL_STOPPED, [MV_CELL_LOADING] = MV_CELL_LOADING,
	[MV_CELL_RUNNING] = MV_CELL_RUNNING, [MV_CELL_FAULTED] = MV_CELL_FAULTED,
	[CELL_STOPPING] = MV_CELL_STOPPED,   [CELL_RESTARTING] = MV_CELL_LOADING,
	[CELL_FAULTING] = MV_CELL_FAULTED,
};

RARE_PATH void cell_create(uint16_t index)
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

/*
 * Let the scheduler take the cell's steps: vCPU 0 becomes ready at @priority. Before that
 * it was not ready, or ready for steps that somebody else asked for.
 */
static void take_steps(struct cell *c, uint8_t priority)
{
	struct vcpu *v = first_vcpu(c);

	vcpu_halt(v);
	vcpu_prioritise(v, priority);
	sched_ready_first(v);
}

static void take_out(struct cell *c, uint8_t priority)
{
	for (uint16_t i = 0; i < c->desc->nr_vcpus; i++)
		vcpu_out(first_vcpu(c) + i);
	c->life++;
	c->caps_visited = 0;
	take_steps(c, priority);
}

static void load_begin(struct cell *c)
{
	struct vcpu *v = first_vcpu(c);

	c->vcpus_reset = 0;
	c->loads_done = 0;
	c->offset = 0;
	c->caps_visited = 0;
	c->cells_asked = 0;
	vcpu_prioritise(v, v->desc->priority);
	if (v->state != VCPU_READY)
		sched_ready(v);
}

/*
 * Make the transition for @event. @priority is that of the vCPU that caused it; the
 * steps that follow run at this priority. Return: MV_OK or MV_ERR_STATE.
 */
static RARE_PATH uint32_t happen(struct cell *c, enum event event, uint8_t priority)
{
	const struct transition *t = &transitions[c->state][event];

	if (t->action == REFUSE)
		return MV_ERR_STATE;
	c->state = t->to;
	if (t->action == TAKE_OUT)
		take_out(c, priority);
	else if (t->action == HASTEN)
		take_steps(c, MAX(priority, first_vcpu(c)->priority));
	else if (t->action == REST)
		vcpu_halt(first_vcpu(c));
	else if (t->action == LOAD)
		load_begin(c);
	else if (t->action == RUN)
		vcpu_enter(first_vcpu(c), c->desc->entry, c->desc->stack, MV_ENV_BASE);
	return MV_OK;
}

void cell_start(struct cell *c)
{
	happen(c, EVENT_RESTART, 0);
}

/* Visit the next VISIT_STEP capabilities; true when none is left. */
static bool visit_caps(struct cell *c, void (*visit)(const struct cap *cap))
{
	uint32_t end = MIN((uint32_t)c->caps_visited + VISIT_STEP, c->nr_caps);

	while (c->caps_visited < end)
		visit(&c->caps[c->caps_visited++]);
	return end == c->nr_caps;
}

static void close_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_CHANNEL)
		channel_reset_end(cap->index);
	else if (cap->kind == MV_CAP_VIRQ)
		virq_close(cap->index);
}

static void open_object(const struct cap *cap)
{
	if (cap->kind == MV_CAP_VIRQ)
		virq_open(cap->index);
	else if (cap->kind == MV_CAP_CHANNEL)
		channel_open_end(cap->index);
}

/* A monitor that starts is told of cells that faulted before, so that no fault is lost. */
static void ask_cell(const struct cell *monitor, const struct cell *c)
{
	uint16_t virq = c->desc->monitor_virq;

	if (virq != MV_NONE && virqs[virq].vcpu->cell == monitor &&
	    shown[c->state] == MV_CELL_FAULTED)
		virq_raise(virq, MV_FAULT_BIT(cell_index(c)));
}

/* Ask the next VISIT_STEP cells; true when none is left. */
static bool ask_cells(struct cell *c)
{
	uint32_t end = MIN((uint32_t)c->cells_asked + VISIT_STEP, nr_cells);

	while (c->cells_asked < end)
		ask_cell(c, &cells[c->cells_asked++]);
	return end == nr_cells;
}

static void reset_vcpu(struct cell *c)
{
	struct vcpu *v = first_vcpu(c) + c->vcpus_reset;

	/* load_begin() has given vCPU 0, which stands for these steps, its priority. */
	if (c->vcpus_reset++)
		vcpu_prioritise(v, v->desc->priority);
	vcpu_reset(v);
}

static void copy(struct cell *c, const struct load_desc *part)
{
	uint8_t *to = (uint8_t *)(uintptr_t)part->va + c->offset;
	uint32_t size;

	if (c->offset < part->copy) {
		size = MIN(part->copy - c->offset, LOAD_STEP);
		arch_copy(to, (const uint8_t *)part->source + c->offset, size);
		arch_sync_code(to, size);
	} else {
		size = MIN(part->copy + part->zero - c->offset, LOAD_STEP);
		arch_zero(to, size);
	}
	c->offset += size;
	if (c->offset == part->copy + part->zero) {
		c->loads_done++;
		c->offset = 0;
	}
}

/* One step of loading. vIRQs are let in, and vCPU 0 begins, only after all the rest. */
static void start_step(struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	if (c->vcpus_reset < desc->nr_vcpus) {
		reset_vcpu(c);
		if (c->vcpus_reset == desc->nr_vcpus && c->vtlb)
			vtlb_reset(c->vtlb);
	} else if (c->loads_done < desc->nr_loads) {
		copy(c, &desc->loads[c->loads_done]);
	} else if (visit_caps(c, open_object) && ask_cells(c)) {
		fault_log_open(c);
		happen(c, EVENT_DONE, 0);
	}
}

/* Not inlined: else schedule() would save more registers on every call. */
void __attribute__((noinline)) cell_step(struct cell *c)
{
	if (c->state == MV_CELL_LOADING)
		start_step(c);
	else if (visit_caps(c, close_object))
		happen(c, EVENT_DONE, 0);
}

static void count(uint16_t *restarts)
{
	if (*restarts < MV_CELL_COUNT_MAX)
		++*restarts;
}

static uint32_t policy_now(const struct cell *c)
{
	const struct cell_desc *desc = c->desc;

	if (desc->policy == POLICY_RESTART && desc->restart_limit &&
	    c->faults >= desc->restart_limit)
		return POLICY_HALT;
	return desc->policy;
}

void cell_fault(struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address)
{
	struct cell *c = v->cell;
	uint32_t policy = policy_now(c);

	fault_log(v, cause, status, address, policy);
	if (policy == POLICY_RESTART) {
		count(&c->faults);
		happen(c, EVENT_RESTART, v->priority);
		return;
	}
	happen(c, EVENT_FAULT, v->priority);
	if (policy == POLICY_MONITOR)
		virq_raise(c->desc->monitor_virq, MV_FAULT_BIT(cell_index(c)));
}

uint64_t sys_cell_status(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_CELL_STATUS, &index);
	const struct cell *c;

	if (error)
		return result(error, 0);
	c = &cells[index];
	return result(MV_OK, MV_CELL_STATUS(shown[c->state], c->faults, c->asked));
}

uint64_t sys_cell_stop(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_CELL_STOP, &index);

	if (!error)
		error = happen(&cells[index], EVENT_STOP, current_vcpu()->priority);
	return result(error, 0);
}

uint64_t sys_cell_restart(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_CELL_RESTART, &index);

	if (error)
		return result(error, 0);
	count(&cells[index].asked);
	happen(&cells[index], EVENT_RESTART, current_vcpu()->priority);
	return result(MV_OK, 0);
}
