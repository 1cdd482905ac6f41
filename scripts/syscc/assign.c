/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Makes the objects that the description implies: vCPUs, timers and the vIRQs
 * of timers, channels, devices, the fault log and monitors, with their lines.
 */
#include "model.h"

static void add_vcpus(struct system *sys, struct cell *cell)
{
	cell->first_vcpu = (unsigned int)sys->nr_vcpus;
	for (unsigned int i = 0; i < cell->nr_vcpus; i++) {
		struct vcpu *vcpu = mem_alloc(sizeof(*vcpu));

		vcpu->cell = cell;
		vcpu->index = (unsigned int)sys->nr_vcpus;
		vcpu->local = i;
		cell->vcpus[i] = vcpu;
		*APPEND(sys->vcpus, sys->nr_vcpus) = vcpu;
	}
}

/* The next line of one of the cell's vCPUs. */
static struct virq *add_virq(struct system *sys, struct cell *cell, unsigned int local,
			     const char *name)
{
	struct virq *virq = mem_alloc(sizeof(*virq));

	virq->cell = cell;
	virq->vcpu = cell->vcpus[local < cell->nr_vcpus ? local : 0];
	virq->name = name;
	virq->index = (unsigned int)sys->nr_virqs;
	virq->line = virq->vcpu->lines++;
	virq->irq = NONE;
	*APPEND(sys->virqs, sys->nr_virqs) = virq;
	*APPEND(cell->virqs, cell->nr_virqs) = virq;
	return virq;
}

static void add_timers(struct system *sys, struct cell *cell)
{
	for (unsigned int i = 0; i < cell->nr_timers; i++) {
		struct timer *timer = mem_alloc(sizeof(*timer));

		timer->cell = cell;
		timer->index = (unsigned int)sys->nr_timers;
		timer->virq = add_virq(sys, cell, i % cell->nr_vcpus, mem_printf("timer%u", i));
		*APPEND(sys->timers, sys->nr_timers) = timer;
	}
}

static void add_channel_virqs(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		for (int end = 0; end < 2; end++)
			if (sys->channels[i]->end[end] == cell)
				sys->channels[i]->virq[end] =
					add_virq(sys, cell, 0, sys->channels[i]->end_name[end]);
}

static void add_sink_virqs(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_sinks; i++) {
		struct sink *sink = sys->sinks[i];

		if (sink->to != cell)
			continue;
		sink->virq = add_virq(sys, cell, sink->to_vcpu, sink->name);
		sink->virq->level = sink->level;
	}
}

/* Devices of one cell may share an interrupt: it is then one vIRQ. */
static struct virq *find_irq(const struct cell *cell, uint32_t number)
{
	for (size_t i = 0; i < cell->nr_virqs; i++)
		if (cell->virqs[i]->irq == number)
			return cell->virqs[i];
	return NULL;
}

static void add_device_virqs(struct system *sys, struct cell *cell, struct device *device)
{
	for (unsigned int i = 0; i < device->nr_irqs; i++) {
		struct device_irq *irq = &device->irqs[i];

		irq->virq = find_irq(cell, irq->number);
		if (irq->virq)
			continue;
		irq->virq = add_virq(sys, cell, 0, device->name);
		irq->virq->irq = irq->number;
	}
}

static bool is_monitor(const struct system *sys, const struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (sys->cells[i]->monitor == cell)
			return true;
	return false;
}

static void assign_cell(struct system *sys, struct cell *cell)
{
	add_timers(sys, cell);
	add_channel_virqs(sys, cell);
	add_sink_virqs(sys, cell);
	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell)
			add_device_virqs(sys, cell, sys->devices[i]);
	if (cell->fault_log)
		cell->log_virq = add_virq(sys, cell, 0, "faults");
	if (is_monitor(sys, cell))
		cell->monitor_virq = add_virq(sys, cell, 0, "monitor");
}

void assign_objects(struct system *sys)
{
	for (size_t i = 0; i < sys->nr_cells; i++)
		add_vcpus(sys, sys->cells[i]);
	for (size_t i = 0; i < sys->nr_cells; i++)
		assign_cell(sys, sys->cells[i]);
}
