/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Makes the device tree that a guest operating system finds in its memory. It has the
 * guest's memory, processors and boot arguments; its devices, with the addresses and
 * vIRQ lines at which the guest sees them, and the clocks and regulators that they
 * refer to; and below /hypervisor everything else that the guest has, with capability
 * indices (dts/bindings/guest.yaml).
 */
#include "model.h"
#include "schema.h"

#include <libfdt.h>

#define FIRST_SIZE         0x4000
#define LAST_SIZE          0x400000
#define HYPERVISOR_PHANDLE 1

/** struct writer - a tree that is being written; it keeps the first error */
struct writer {
	void *fdt;
	int error;
};

static uint32_t segment_phandle(const struct segment *segment)
{
	return HYPERVISOR_PHANDLE + 1 + segment->index;
}

static bool is_for_disk(const struct system *sys, const struct segment *segment)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		if (channel_segment(sys, sys->channels[i]) == segment)
			return true;
	return false;
}

static void keep(struct writer *writer, int error)
{
	if (!writer->error)
		writer->error = error;
}

static void begin(struct writer *writer, const char *name)
{
	keep(writer, fdt_begin_node(writer->fdt, name));
}

static void end(struct writer *writer)
{
	keep(writer, fdt_end_node(writer->fdt));
}

static void add_bytes(struct writer *writer, const char *name, const void *bytes, size_t size)
{
	keep(writer, fdt_property(writer->fdt, name, bytes, (int)size));
}

static void add_flag(struct writer *writer, const char *name)
{
	add_bytes(writer, name, "", 0);
}

static void add_string(struct writer *writer, const char *name, const char *text)
{
	add_bytes(writer, name, text, strlen(text) + 1);
}

static void add_u32(struct writer *writer, const char *name, uint32_t value)
{
	keep(writer, fdt_property_u32(writer->fdt, name, value));
}

static void add_pair(struct writer *writer, const char *name, uint64_t first, uint64_t second)
{
	fdt32_t cells[2] = { cpu_to_fdt32((uint32_t)first), cpu_to_fdt32((uint32_t)second) };

	add_bytes(writer, name, cells, sizeof(cells));
}

/* A driver enables the line (of vCPU 0 unless the tree names another) and fetches by capability. */
static void add_interrupt(struct writer *writer, const struct virq *virq)
{
	if (!virq)
		return;
	add_pair(writer, "interrupts", virq->line, virq->cap);
	if (virq->vcpu->local)
		add_u32(writer, "vcpu", virq->vcpu->local);
}

static void add_cells(struct writer *writer, uint32_t address, uint32_t size)
{
	add_u32(writer, "#address-cells", address);
	add_u32(writer, "#size-cells", size);
}

/*
 * The guard page separates the stack from the rest of the memory. An operating system
 * is told only of the rest, and only up to this device tree, which it cannot write.
 */
static void add_memory(struct writer *writer, const struct cell *cell)
{
	uint64_t base = cell->image.span.size ? cell->image.span.start : MV_IMAGE_BASE;
	uint64_t rest = cell->memory.size > cell->stack ? cell->memory.size - cell->stack : 0;
	fdt32_t reg[4] = {
		cpu_to_fdt32((uint32_t)base),
		cpu_to_fdt32((uint32_t)(rest - (cell->vmmu ? cell->dtb_va.size : 0))),
		cpu_to_fdt32((uint32_t)(base + rest + PAGE)),
		cpu_to_fdt32((uint32_t)cell->stack),
	};

	begin(writer, mem_printf("memory@%llx", (unsigned long long)base));
	add_string(writer, "device_type", "memory");
	add_bytes(writer, "reg", reg, cell->vmmu ? sizeof(reg) / 2 : sizeof(reg));
	end(writer);
}

static void add_processors(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	const struct node *cpus = node_child(sys->tree.root, "cpus");
	const struct prop *compatible = cpus ? node_prop(cpus->child, "compatible") : NULL;

	begin(writer, "cpus");
	add_cells(writer, 1, 0);
	for (unsigned int i = 0; i < cell->nr_vcpus; i++) {
		begin(writer, mem_printf("cpu@%u", i));
		add_string(writer, "device_type", "cpu");
		if (compatible)
			add_bytes(writer, "compatible", compatible->data, compatible->size);
		add_u32(writer, "reg", i);
		end(writer);
	}
	end(writer);
}

static void add_timers(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "timers");
	for (size_t i = 0; i < sys->nr_timers; i++) {
		const struct timer *timer = sys->timers[i];

		if (timer->cell != cell)
			continue;
		begin(writer, timer->virq->name);
		add_u32(writer, "cap", timer->cap);
		add_interrupt(writer, timer->virq);
		end(writer);
	}
	end(writer);
}

/* The address is locally administered, and no other end in this product has the same. */
static void add_ethernet(struct writer *writer, const struct channel *channel, int side)
{
	uint8_t address[6] = {
		0x02,         'm', 'v', (uint8_t)(channel->index >> 8), (uint8_t)channel->index,
		(uint8_t)side
	};

	add_string(writer, "compatible", "mullion,ethernet");
	add_bytes(writer, "local-mac-address", address, sizeof(address));
}

/* The first end of the channel has the disk; the other one uses it. */
static void add_disk(struct writer *writer, const struct segment *segment, int side)
{
	add_string(writer, "compatible", side ? "mullion,disk" : "mullion,disk-server");
	add_u32(writer, "segment", segment_phandle(segment));
}

static void add_channel(struct writer *writer, const struct system *sys,
			const struct channel *channel, int side)
{
	begin(writer, channel->end_name[side]);
	add_u32(writer, "cap", channel->cap[side]);
	add_string(writer, "peer", channel->end[!side]->name);
	add_u32(writer, "message-size", channel->message_size);
	add_u32(writer, "depth", channel->depth);
	if (channel->one_way)
		add_flag(writer, side ? "receive-only" : "send-only");
	add_interrupt(writer, channel->virq[side]);
	if (channel_carries(channel, "ethernet"))
		add_ethernet(writer, channel, side);
	if (channel_carries(channel, "disk") && channel_segment(sys, channel))
		add_disk(writer, channel_segment(sys, channel), side);
	end(writer);
}

static void add_channels(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "channel-ends");
	for (size_t i = 0; i < sys->nr_channels; i++)
		for (int side = 0; side < 2; side++)
			if (sys->channels[i]->end[side] == cell)
				add_channel(writer, sys, sys->channels[i], side);
	end(writer);
}

static void add_segments(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "shared-segments");
	add_cells(writer, 1, 1);
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];

		if (!refs_have(&segment->shared_by, cell))
			continue;
		begin(writer,
		      mem_printf("%s@%llx", segment->name, (unsigned long long)segment->va));
		add_pair(writer, "reg", segment->va, segment->pa.size);
		if (refs_have(&segment->read_only_for, cell))
			add_flag(writer, "read-only");
		if (is_for_disk(sys, segment))
			add_u32(writer, "phandle", segment_phandle(segment));
		end(writer);
	}
	end(writer);
}

static void add_virqs(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "virq-ends");
	for (size_t i = 0; i < sys->nr_sinks; i++) {
		const struct sink *sink = sys->sinks[i];
		const struct cell *peer = sink->to == cell ? sink->from : sink->to;

		if ((sink->to != cell && sink->from != cell) || !peer)
			continue;
		begin(writer, sink->name);
		add_string(writer, "peer", peer->name);
		if (sink->to == cell)
			add_interrupt(writer, sink->virq);
		else
			add_u32(writer, "cap", sink->source_cap);
		end(writer);
	}
	end(writer);
}

static void add_hypervisor(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "hypervisor");
	add_string(writer, "compatible", "mullion,microvisor-1");
	add_u32(writer, "phandle", HYPERVISOR_PHANDLE);
	add_flag(writer, "interrupt-controller");
	add_u32(writer, "#address-cells", 0);
	add_u32(writer, "#interrupt-cells", 2);
	add_string(writer, "cell", cell->name);
	add_u32(writer, "environment", MV_ENV_BASE);
	add_u32(writer, "priority", cell->priority);
	add_pair(writer, "priority-range", cell->floor, cell->ceiling);
	if (cell->vmmu)
		add_u32(writer, "vmmu", cell->vmmu_cap);
	add_timers(writer, sys, cell);
	add_channels(writer, sys, cell);
	add_segments(writer, sys, cell);
	add_virqs(writer, sys, cell);
	end(writer);
}

/* Clocks and regulators ---------------------------------------------------------- */

/* Nodes that are copied keep their order, behind /hypervisor and the segments. */
static uint32_t copied_phandle(const struct system *sys, uint32_t phandle)
{
	return HYPERVISOR_PHANDLE + (uint32_t)sys->nr_segments + phandle;
}

static bool refers(const struct system *sys, const struct prop *prop, const struct node *node)
{
	for (unsigned int i = 0; schema_referred(prop->name) && i < prop_nr_cells(prop); i++)
		if (tree_by_phandle(&sys->tree, prop_cell(prop, i)) == node)
			return true;
	return false;
}

/* Whether a device of the cell refers to the node. */
static bool is_needed(const struct system *sys, const struct cell *cell, const struct node *node)
{
	for (size_t i = 0; i < sys->nr_devices; i++) {
		const struct device *device = sys->devices[i];

		for (const struct prop *prop = device->node->props; prop; prop = prop->next)
			if (device->owner == cell && refers(sys, prop, node))
				return true;
	}
	return false;
}

/* Clocks and regulators are fixed, so every guest that needs one gets a copy. */
static void add_fixed(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	for (const struct node *node = sys->tree.root->child; node; node = node->next) {
		if (node->schema != &schema_clock && node->schema != &schema_regulator)
			continue;
		if (!is_needed(sys, cell, node))
			continue;
		begin(writer, node->name);
		for (const struct prop *prop = node->props; prop; prop = prop->next)
			if (schema_property(node->schema, prop->name))
				add_bytes(writer, prop->name, prop->data, prop->size);
		add_u32(writer, "phandle", copied_phandle(sys, node->phandle));
		end(writer);
	}
}

static void add_references(struct writer *writer, const struct system *sys, const struct prop *prop)
{
	unsigned int nr = prop_nr_cells(prop);
	fdt32_t *cells = mem_alloc(nr * sizeof(*cells));

	for (unsigned int i = 0; i < nr; i++)
		cells[i] = cpu_to_fdt32(copied_phandle(sys, prop_cell(prop, i)));
	add_bytes(writer, prop->name, cells, nr * sizeof(*cells));
}

/* Devices ------------------------------------------------------------------------ */

/* Properties that are written anew below, or are of no use without the board's own tree. */
static bool is_replaced(const char *name)
{
	static const char *const names[] = {
		"phandle",    "linux,phandle", "accept-hints", "interrupt-parent",
		"interrupts", "reg",           "status",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return !strncmp(name, "mullion,", strlen("mullion,"));
}

static const char *device_node_name(const struct device *device)
{
	return mem_printf("%s@%llx", mem_copy(device->node->name, strcspn(device->node->name, "@")),
			  (unsigned long long)device->va[0]);
}

/* Aliases of the guest's devices, so that they have the same numbers as on the board. */
static void add_aliases(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	const struct node *aliases = node_child(sys->tree.root, "aliases");
	bool any = false;

	for (const struct prop *prop = aliases ? aliases->props : NULL; prop; prop = prop->next) {
		const char *path = prop_string(prop, 0);
		const struct node *node = path ? tree_find(&sys->tree, path) : NULL;

		if (!node || !node->device || node->device->owner != cell)
			continue;
		if (!any)
			begin(writer, "aliases");
		any = true;
		add_string(writer, prop->name,
			   mem_printf("/soc/%s", device_node_name(node->device)));
	}
	if (any)
		end(writer);
}

static void add_device(struct writer *writer, const struct system *sys, const struct device *device)
{
	fdt32_t reg[2 * MAX_REGS], irqs[2 * MAX_DEV_IRQS];

	for (unsigned int i = 0; i < device->nr_regs; i++) {
		reg[2 * i] = cpu_to_fdt32((uint32_t)device->va[i]);
		reg[2 * i + 1] = cpu_to_fdt32((uint32_t)device->regs[i].size);
	}
	for (unsigned int i = 0; i < device->nr_irqs; i++) {
		irqs[2 * i] = cpu_to_fdt32(device->irqs[i].virq->line);
		irqs[2 * i + 1] = cpu_to_fdt32(device->irqs[i].virq->cap);
	}
	begin(writer, device_node_name(device));
	for (const struct prop *prop = device->node->props; prop; prop = prop->next)
		if (schema_referred(prop->name))
			add_references(writer, sys, prop);
		else if (!is_replaced(prop->name))
			add_bytes(writer, prop->name, prop->data, prop->size);
	add_bytes(writer, "reg", reg, 8 * device->nr_regs);
	if (device->nr_irqs)
		add_bytes(writer, "interrupts", irqs, 8 * device->nr_irqs);
	end(writer);
}

static void add_devices(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	begin(writer, "soc");
	add_string(writer, "compatible", "simple-bus");
	add_cells(writer, 1, 1);
	add_flag(writer, "ranges");
	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell)
			add_device(writer, sys, sys->devices[i]);
	end(writer);
}

static void write_tree(struct writer *writer, const struct system *sys, const struct cell *cell)
{
	keep(writer, fdt_finish_reservemap(writer->fdt));
	begin(writer, "");
	add_cells(writer, 1, 1);
	add_string(writer, "compatible", "mullion,cell");
	add_string(writer, "model", sys->product);
	add_u32(writer, "interrupt-parent", HYPERVISOR_PHANDLE);
	begin(writer, "chosen");
	if (cell->bootargs)
		add_string(writer, "bootargs", cell->bootargs);
	end(writer);
	add_aliases(writer, sys, cell);
	add_memory(writer, cell);
	add_processors(writer, sys, cell);
	add_hypervisor(writer, sys, cell);
	add_fixed(writer, sys, cell);
	add_devices(writer, sys, cell);
	end(writer);
	keep(writer, fdt_finish(writer->fdt));
}

/* Tries ever larger buffers: the size of the tree is known only when it is done. */
void guest_dtb_make(struct system *sys, struct cell *cell)
{
	for (size_t size = FIRST_SIZE; size <= LAST_SIZE; size *= 4) {
		struct writer writer = { .fdt = mem_alloc(size) };

		keep(&writer, fdt_create(writer.fdt, (int)size));
		write_tree(&writer, sys, cell);
		if (writer.error)
			continue;
		cell->dtb = writer.fdt;
		cell->dtb_size = fdt_totalsize(writer.fdt);
		return;
	}
}
