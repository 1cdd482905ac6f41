/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Makes each cell's capability table, with the objects that it may name, and its
 * environment, where it finds all it has under the names of the description.
 */
#include "model.h"

static unsigned int add_cap(struct cell *cell, const char *kind, const char *rights,
			    unsigned int index, const char *what)
{
	struct cap *cap = APPEND(cell->caps, cell->nr_caps);

	cap->kind = kind;
	cap->rights = rights;
	cap->index = index;
	cap->what = what;
	return (unsigned int)cell->nr_caps - 1;
}

static struct env_entry *add_env(struct cell *cell, const char *name, const char *kind,
				 const char *rights, unsigned int cap)
{
	struct env_entry *entry = APPEND(cell->env, cell->nr_env);

	entry->name = name;
	entry->peer = "";
	entry->kind = kind;
	entry->rights = rights;
	entry->cap = cap;
	return entry;
}

static struct env_entry *add_object(struct cell *cell, const char *name, const char *kind,
				    const char *rights, unsigned int index, const char *what)
{
	return add_env(cell, name, kind, rights, add_cap(cell, kind, rights, index, what));
}

static void add_cell(struct cell *cell, const struct cell *other, const char *name,
		     const char *what)
{
	struct env_entry *entry = add_object(cell, name, "MV_CAP_CELL",
					     "MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL",
					     other->index, what);

	entry->size = other->priority;
	entry->after_cell = other != cell;
}

static void add_own(struct cell *cell)
{
	add_cap(cell, "MV_CAP_NULL", "0", 0, "null");
	add_cell(cell, cell, "cell", "this cell");
	for (unsigned int i = 0; i < cell->nr_vcpus; i++)
		add_object(cell, mem_printf("vcpu%u", i), "MV_CAP_VCPU",
			   "MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY", cell->first_vcpu + i,
			   mem_printf("its vCPU %u", i));
}

static void add_timers(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_timers; i++) {
		struct timer *timer = sys->timers[i];
		struct env_entry *entry;

		if (timer->cell != cell)
			continue;
		entry = add_object(cell, timer->virq->name, "MV_CAP_TIMER", "MV_RIGHT_TIMER_SET",
				   timer->index, timer->virq->name);
		entry->virq = timer->virq;
		timer->cap = entry->cap;
	}
}

static const char *channel_rights(const struct channel *channel, int end)
{
	if (!channel->one_way)
		return "MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV";
	return end ? "MV_RIGHT_CHANNEL_RECV" : "MV_RIGHT_CHANNEL_SEND";
}

static void add_channel_end(struct cell *cell, struct channel *channel, int end)
{
	const char *name = channel->end_name[end], *peer = channel->end[!end]->name;
	struct env_entry *entry = add_object(cell, name, "MV_CAP_CHANNEL",
					     channel_rights(channel, end), channel->index * 2 + end,
					     mem_printf("channel '%s' to %s", name, peer));

	entry->peer = peer;
	entry->node = channel->node;
	entry->after_cell = channel->console_of;
	entry->virq = channel->virq[end];
	entry->address = channel->message_size;
	entry->size = channel->depth;
	channel->cap[end] = entry->cap;
}

static void add_channels(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		for (int end = 0; end < 2; end++)
			if (sys->channels[i]->end[end] == cell)
				add_channel_end(cell, sys->channels[i], end);
}

/* The receiving end of every vIRQ, in the order of the table. */
static void add_virqs(struct cell *cell)
{
	for (size_t i = 0; i < cell->nr_virqs; i++) {
		struct virq *virq = cell->virqs[i];
		const char *rights = virq->irq == NONE ? "MV_RIGHT_VIRQ_FETCH" :
							 "MV_RIGHT_VIRQ_FETCH | MV_RIGHT_VIRQ_ACK";

		virq->cap = add_cap(cell, "MV_CAP_VIRQ", rights, virq->index,
				    mem_printf("vIRQ of '%s': vCPU %u line %u", virq->name,
					       virq->vcpu->local, virq->line));
	}
}

static struct env_entry *add_virq_env(struct cell *cell, const char *name, const struct virq *virq,
				      const char *peer)
{
	struct env_entry *entry =
		add_env(cell, name, "MV_CAP_VIRQ", "MV_RIGHT_VIRQ_FETCH", virq->cap);

	entry->peer = peer;
	entry->virq = virq;
	return entry;
}

static void add_source(struct cell *cell, struct sink *sink)
{
	struct env_entry *entry = add_object(
		cell, sink->name, "MV_CAP_SOURCE", "MV_RIGHT_SOURCE_RAISE", sink->virq->index,
		mem_printf("raises vIRQ '%s' of %s", sink->name, sink->to->name));

	entry->peer = sink->to->name;
	entry->node = sink->node;
	sink->source_cap = entry->cap;
}

static void add_sinks(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_sinks; i++) {
		struct sink *sink = sys->sinks[i];

		if (sink->to == cell)
			add_virq_env(cell, sink->name, sink->virq,
				     sink->from ? sink->from->name : "")
				->node = sink->node;
		if (sink->from == cell && sink->virq)
			add_source(cell, sink);
	}
}

static const char *system_rights(const struct cell *cell)
{
	if (!cell->may_check)
		return "MV_RIGHT_SYSTEM_RESET";
	return cell->may_reset ? "MV_RIGHT_SYSTEM_RESET | MV_RIGHT_SYSTEM_CHECK" :
				 "MV_RIGHT_SYSTEM_CHECK";
}

static void add_privileges(struct system *sys, struct cell *cell)
{
	if (cell->fault_log) {
		add_object(cell, "log", "MV_CAP_LOG", "MV_RIGHT_LOG_READ", 0, "the fault log")
			->virq = cell->log_virq;
		add_virq_env(cell, "faults", cell->log_virq, "");
	}
	if (cell->vmmu)
		cell->vmmu_cap = add_object(cell, "vmmu", "MV_CAP_VMMU",
					    "MV_RIGHT_VMMU_CONTROL | MV_RIGHT_VMMU_STATS",
					    cell->index, "its vMMU")
					 ->cap;
	if (cell->may_reset || cell->may_check)
		add_object(cell, "system", "MV_CAP_SYSTEM", system_rights(cell), 0, "the machine");
	if (cell->monitor_virq)
		add_virq_env(cell, "monitor", cell->monitor_virq, "");
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *other = sys->cells[i];

		if (other == cell || (other->monitor != cell && !refs_have(&cell->controls, other)))
			continue;
		add_cell(cell, other, other->name, mem_printf("cell %s", other->name));
		if (other->vmmu)
			add_object(cell, mem_printf("%s.vmmu", other->name), "MV_CAP_VMMU",
				   "MV_RIGHT_VMMU_STATS", other->index,
				   mem_printf("statistics of %s's vTLB", other->name));
	}
}

static bool may_write(const struct segment *segment, const struct cell *cell)
{
	return !refs_have(&segment->read_only_for, cell);
}

static void add_segments(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];
		struct env_entry *entry;

		if (!refs_have(&segment->shared_by, cell))
			continue;
		entry = add_env(cell, segment->name, "MV_ENV_SEGMENT",
				may_write(segment, cell) ? "MV_RIGHT_READ | MV_RIGHT_WRITE" :
							   "MV_RIGHT_READ",
				0);
		entry->node = segment->node;
		entry->address = segment->va;
		entry->size = segment->pa.size;
	}
}

/* Add the symbol file of each cell whose image has one. */
static void add_symbols(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_cells && cell->symbols; i++) {
		const struct cell *other = sys->cells[i];
		struct env_entry *entry;

		if (!other->symbol_file)
			continue;
		entry = add_env(cell, "symbols", "MV_ENV_SEGMENT", "MV_RIGHT_READ", 0);
		entry->peer = other->name;
		entry->address = other->symbol_file->va;
		entry->size = other->symbol_file->size;
		entry->many = true;
	}
}

static void add_text(struct cell *cell, const char *name, const char *text, size_t size)
{
	struct env_entry *entry = add_env(cell, name, "MV_ENV_STRING", "MV_RIGHT_READ", 0);

	entry->text = text;
	entry->size = size;
}

/* What drivers are chosen by: all strings of `compatible`, one behind the other. */
static void add_compatible(struct cell *cell, const struct device *device)
{
	const struct prop *compatible = node_prop(device->node, "compatible");

	if (!compatible || !prop_is_strings(compatible))
		return;
	add_text(cell, device->name, (const char *)compatible->data, compatible->size);
	cell->env[cell->nr_env - 1].describes = true;
}

/* Entry n has the device's n-th registers and interrupt: "uart0", "uart0.1". */
static void add_device(struct cell *cell, const struct device *device)
{
	unsigned int nr = device->nr_regs > device->nr_irqs ? device->nr_regs : device->nr_irqs;

	for (unsigned int i = 0; i < nr; i++) {
		const char *name = i ? mem_printf("%s.%u", device->name, i) : device->name;
		struct env_entry *entry =
			add_env(cell, name, "MV_ENV_DEVICE", "MV_RIGHT_READ | MV_RIGHT_WRITE", 0);

		entry->node = device->node;
		if (i < device->nr_irqs)
			entry->virq = device->irqs[i].virq;
		if (i >= device->nr_regs)
			continue;
		entry->address = device->va[i];
		entry->size = device->regs[i].size;
	}
	add_compatible(cell, device);
}

static void add_memory(struct cell *cell)
{
	add_env(cell, "heap", "MV_ENV_HEAP",
		cell->vmmu ? "MV_RIGHT_READ | MV_RIGHT_WRITE | MV_RIGHT_EXEC" :
			     "MV_RIGHT_READ | MV_RIGHT_WRITE",
		0);
	if (cell->device_tree)
		add_env(cell, "device-tree", "MV_ENV_SEGMENT", "MV_RIGHT_READ", 0);
	if (cell->args)
		add_text(cell, "args", cell->args, strlen(cell->args) + 1);
}

static void assign_cell(struct system *sys, struct cell *cell)
{
	add_own(cell);
	add_timers(sys, cell);
	add_channels(sys, cell);
	add_virqs(cell);
	add_sinks(sys, cell);
	add_privileges(sys, cell);
	add_segments(sys, cell);
	add_symbols(sys, cell);
	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell)
			add_device(cell, sys->devices[i]);
	add_memory(cell);
}

uint64_t env_text_bytes(const struct cell *cell)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < cell->nr_env; i++)
		bytes += cell->env[i].text ? cell->env[i].size : 0;
	return bytes;
}

void assign_caps(struct system *sys)
{
	for (size_t i = 0; i < sys->nr_cells; i++) {
		struct cell *cell = sys->cells[i];

		assign_cell(sys, cell);
		cell->env_size = round_up(sizeof(struct mv_env) +
						  cell->nr_env * sizeof(struct mv_env_entry) +
						  env_text_bytes(cell),
					  PAGE);
	}
}

/* Fill in the values that are known only when the cell's memory is laid out. */
void env_finish(struct cell *cell)
{
	uint64_t text =
		MV_ENV_BASE + sizeof(struct mv_env) + cell->nr_env * sizeof(struct mv_env_entry);

	for (size_t i = 0; i < cell->nr_env; i++) {
		struct env_entry *entry = &cell->env[i];

		if (!strcmp(entry->kind, "MV_ENV_HEAP")) {
			entry->address = cell->heap.start;
			entry->size = cell->heap.size;
		} else if (!strcmp(entry->name, "device-tree") && cell->device_tree) {
			entry->address = cell->dtb_va.start;
			entry->size = cell->dtb_size;
		} else if (entry->text) {
			entry->address = text;
			text += entry->size;
		}
	}
}
