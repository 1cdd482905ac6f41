/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes system.txt, which `make show-system` prints: cells, memory, interrupts,
 * channels, rights, and a matrix of the rights between cells.
 */
#include "emit.h"

#include <stdlib.h>

static void emit_cells(const struct system *sys, FILE *out)
{
	fprintf(out, "\nCells\n  %-15s %-15s %-14s %5s  %-9s %s\n", "name", "image", "priority",
		"vCPUs", "memory", "on a fault");
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];

		fprintf(out, "  %-15s %-15s %-14s %5u  %-9s %s%s\n", cell->name, cell->image_name,
			say_priorities(cell), cell->nr_vcpus, say_size(cell->memory.size),
			say_policy(cell), cell->manual ? "; started by hand" : "");
	}
}

static void emit_guests(const struct system *sys, FILE *out)
{
	if (!sys->nr_vtlbs)
		return;
	fprintf(out, "\nGuests\n");
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (sys->cells[i]->vmmu)
			fprintf(out,
				"  %-15s vMMU, %u address spaces and %u tables cached in %s of the "
				"microvisor\n",
				sys->cells[i]->name, sys->vtlb_spaces, sys->vtlb_tables,
				say_size(round_up(vtlb_size(sys), 1024)));
}

/* ---- memory ---- */

struct area {
	struct span span;
	const char *name;
};

static int compare_areas(const void *a, const void *b)
{
	const struct area *x = a, *y = b;

	return x->span.start < y->span.start ? -1 : x->span.start > y->span.start;
}

static void emit_area(FILE *out, struct span span, const char *name)
{
	if (span.size)
		fprintf(out, "  %s  %9s  %s\n", say_span(span), say_size(span.size), name);
}

/* RAM from end to end, with the free gaps between the areas. */
static void emit_memory(const struct system *sys, FILE *out)
{
	struct area *areas = NULL;
	size_t nr = 0;
	uint64_t at = sys->ram.start;

	*APPEND(areas, nr) = (struct area){ { sys->kernel_pa, sys->pool_start - sys->kernel_pa },
					    "microvisor, images of the cells" };
	for (size_t i = 0; i < sys->nr_cells; i++)
		*APPEND(areas, nr) = (struct area){ sys->cells[i]->memory,
						    mem_printf("cell %s", sys->cells[i]->name) };
	for (size_t i = 0; i < sys->nr_segments; i++)
		*APPEND(areas, nr) =
			(struct area){ sys->segments[i]->pa,
				       mem_printf("segment %s", sys->segments[i]->name) };
	for (size_t i = 0; i < sys->tree.nr_reserved; i++)
		*APPEND(areas, nr) =
			(struct area){ sys->tree.reserved[i], "kept free (/memreserve/)" };
	qsort(areas, nr, sizeof(*areas), compare_areas);
	fprintf(out, "\nMemory\n");
	for (size_t i = 0; i < nr; i++) {
		emit_area(out, (struct span){ at, areas[i].span.start - at },
			  at < sys->kernel_pa ? "left to the boot loader" : "free");
		emit_area(out, areas[i].span, areas[i].name);
		at = span_end(areas[i].span);
	}
	emit_area(out, (struct span){ at, span_end(sys->ram) - at }, "free");
}

/* ---- devices and interrupts ---- */

static const char *holder(const struct device *device)
{
	const char *role = device->role == ROLE_NONE ? NULL : role_names[device->role];

	if (device->owner && role)
		return mem_printf("%s (during boot the microvisor's %s)", device->owner->name,
				  role);
	if (device->owner)
		return device->owner->name;
	return role ? mem_printf("the microvisor's %s", role) : NULL;
}

static void emit_devices(const struct system *sys, FILE *out)
{
	fprintf(out, "\nDevices\n");
	for (size_t i = 0; i < sys->nr_devices; i++) {
		const struct device *device = sys->devices[i];

		for (unsigned int j = 0; j < device->nr_regs && holder(device); j++)
			fprintf(out, "  %s  %-15s %s%s\n", say_span(device->regs[j]),
				j ? mem_printf("%s.%u", device->name, j) : device->name,
				holder(device), device->dma ? ", does DMA" : "");
	}
}

static void emit_routes(const struct system *sys, FILE *out)
{
	fprintf(out, "\nInterrupts\n");
	for (size_t i = 0; i < sys->nr_devices; i++) {
		const struct device *device = sys->devices[i];

		for (unsigned int j = 0; j < device->nr_irqs; j++) {
			const struct device_irq *irq = &device->irqs[j];

			if (device->owner)
				fprintf(out, "  %4u %-5s  %-15s -> %s, vCPU %u line %u\n",
					irq->number, irq->edge ? "edge" : "level", device->name,
					device->owner->name, irq->virq->vcpu->local,
					irq->virq->line);
			else if (device->role == ROLE_TIMER)
				fprintf(out, "  %4u %-5s  %-15s -> the microvisor\n", irq->number,
					irq->edge ? "edge" : "level", device->name);
		}
	}
}

/* ---- what cells have in common ---- */

static void emit_channels(const struct system *sys, FILE *out)
{
	fprintf(out, "\nChannels\n");
	for (size_t i = 0; i < sys->nr_channels; i++) {
		const struct channel *channel = sys->channels[i];

		fprintf(out, "  %-23s %s %s %s, %s\n", channel->name, channel->end[0]->name,
			channel->one_way ? "->" : "<->", channel->end[1]->name,
			say_messages(channel));
	}
	fprintf(out, "%s", sys->nr_channels ? "" : "  none\n");
}

static void emit_segments(const struct system *sys, FILE *out)
{
	fprintf(out, "\nSegments\n");
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];

		fprintf(out, "  %-23s %s at 0x%08llx:", segment->name, say_size(segment->pa.size),
			(unsigned long long)segment->va);
		for (size_t j = 0; j < segment->shared_by.nr; j++) {
			const struct cell *cell = refs_cell(&segment->shared_by, j);

			fprintf(out, "%s %s %s", j ? "," : "", cell->name,
				refs_have(&segment->read_only_for, cell) ? "reads" :
									   "reads and writes");
		}
		fprintf(out, "\n");
	}
	fprintf(out, "%s", sys->nr_segments ? "" : "  none\n");
}

static void emit_virqs(const struct system *sys, FILE *out)
{
	fprintf(out, "\nvIRQs\n");
	for (size_t i = 0; i < sys->nr_sinks; i++) {
		const struct sink *sink = sys->sinks[i];

		fprintf(out, "  %-23s %s -> %s, vCPU %u line %u, %s\n", sink->name,
			sink->from->name, sink->to->name, sink->virq->vcpu->local, sink->virq->line,
			sink->level ? "level" : "edge");
	}
	fprintf(out, "%s", sys->nr_sinks ? "" : "  none\n");
}

static void emit_rights(const struct system *sys, FILE *out)
{
	bool any = false;

	fprintf(out, "\nRights beyond the own cell\n");
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];
		const char *text = "";

		if (cell->fault_log)
			text = "reads the fault log";
		if (cell->may_reset)
			text = mem_printf("%s%sresets the machine", text, *text ? ", " : "");
		if (cell->may_check)
			text = mem_printf("%s%schecks the microvisor", text, *text ? ", " : "");
		for (size_t j = 0; j < sys->nr_cells; j++)
			if (cell_controls(cell, sys->cells[j]))
				text = mem_printf("%s%sstops and restarts %s%s", text,
						  *text ? ", " : "", sys->cells[j]->name,
						  sys->cells[j]->vmmu ? " and reads its vTLB's "
									"statistics" :
									"");
		if (cell->trusted)
			text = mem_printf("%s%sis trusted with DMA", text, *text ? ", " : "");
		if (*text)
			fprintf(out, "  %-15s %s\n", cell->name, text);
		any |= *text;
	}
	fprintf(out, "%s", any ? "" : "  none\n");
}

void emit_text(const struct system *sys, FILE *out)
{
	fprintf(out, "%s, on %s\n", sys->product, sys->microvisor.board);
	emit_cells(sys, out);
	emit_guests(sys, out);
	emit_matrix(sys, out);
	emit_channels(sys, out);
	emit_segments(sys, out);
	emit_virqs(sys, out);
	emit_rights(sys, out);
	emit_devices(sys, out);
	emit_routes(sys, out);
	emit_memory(sys, out);
}
