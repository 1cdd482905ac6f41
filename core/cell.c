/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell objects: start from the pristine image, stop, restart, fault policy, by
 * one table of states. A cell is taken out in one go: nothing of it acts from
 * then on. What is left, telling its peers and closing its devices, is done in
 * small steps (cell_step), which the scheduler takes in place of its vCPU 0, at
 * the priority of whoever asked; so are the steps of loading, at its own. They
 * delay only who is less urgent, and interrupts never for long. Relies on every
 * other object kind for what an end and a start mean to it.
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

/* What may happen to a cell; a fault whose policy restarts it is EVENT_RESTART. */
enum event {
	EVENT_STOP,
	EVENT_RESTART,
	EVENT_FAULT,
	EVENT_DONE, /* the last step was taken */
	NR_EVENTS
};

enum action {
	REFUSE, /* MV_ERR_STATE, or cannot be */
	NOTHING,
	TAKE_OUT, /* nothing of it acts any more, and what was sent to it is forgotten */
	HASTEN, /* it is out already: the rest is done for this asker now */
	REST,
	LOAD,
	RUN,
};

struct transition {
	uint8_t action;
	uint8_t to;
};

/*
 * All that can happen, in every state (docs/internals.md section 12). Only TAKE_OUT
 * forgets: what comes to a cell that is out is for its next start, however that
 * comes about.
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
		/* Whoever asks for its status is told that it loads: as in that state. */
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

/* What cell_status says. */
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

/* vCPU 0 stands for the steps of its cell. It is not ready, or it is for others already. */
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
 * Return: MV_OK or MV_ERR_STATE. @priority: of who made it happen; the steps that
 * follow are at that one's expense.
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

/* Some of the capabilities that were not visited yet; true: that was all. */
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

/* That a cell faulted is never lost: its monitor need not have been there to hear it. */
static void ask_cell(const struct cell *monitor, const struct cell *c)
{
	uint16_t virq = c->desc->monitor_virq;

	if (virq != MV_NONE && virqs[virq].vcpu->cell == monitor &&
	    shown[c->state] == MV_CELL_FAULTED)
		virq_raise(virq, MV_FAULT_BIT(cell_index(c)));
}

/* Some of the cells that were not asked yet; true: that was all. */
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

	/* vCPU 0, whose turn this is, has its own since load_begin(). */
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

/* When all is in place, vIRQs may come and vCPU 0 begins. */
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

/* Not inlined: the scheduler does without its registers. */
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
