/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes the rest of tables.c: routes of physical interrupts, the fault log's
 * reader, the memory of the objects, and static assertions that the tables fit
 * the structures they were made for.
 */
#include "emit.h"

static const struct device_irq *route_of(const struct system *sys, uint32_t number,
					 const struct device **device)
{
	for (size_t i = 0; i < sys->nr_devices; i++) {
		*device = sys->devices[i];
		for (unsigned int j = 0; (*device)->owner && j < (*device)->nr_irqs; j++)
			if ((*device)->irqs[j].number == number)
				return &(*device)->irqs[j];
	}
	return NULL;
}

/* Interrupts that go nowhere, as one line: no entry is initialised twice. */
static void emit_unrouted(FILE *out, uint32_t first, uint32_t end)
{
	if (end - first > 1)
		fprintf(out, "\t[%u ... %u] = { MV_NONE, IRQ_UNROUTED },\n", first, end - 1);
	else if (end > first)
		fprintf(out, "\t[%u] = { MV_NONE, IRQ_UNROUTED },\n", first);
}

static const char *trigger_of(const struct device_irq *irq)
{
	return irq->edge ? "IRQ_EDGE" : "IRQ_LEVEL";
}

static bool emit_route(const struct system *sys, FILE *out, uint32_t number, uint32_t first)
{
	const struct device *device = sys->microvisor.devices[ROLE_TIMER];
	const struct device_irq *irq = &device->irqs[0];

	if (number == irq->number) {
		emit_unrouted(out, first, number);
		fprintf(out, "\t[%u] = { MV_NONE, %s }, /* the microvisor's timer */\n", number,
			trigger_of(irq));
		return true;
	}
	irq = route_of(sys, number, &device);
	if (!irq)
		return false;
	emit_unrouted(out, first, number);
	fprintf(out, "\t[%u] = { %u, %s }, /* %s of %s */\n", number, irq->virq->index,
		trigger_of(irq), device->name, device->owner->name);
	return true;
}

static void emit_routes(const struct system *sys, FILE *out)
{
	uint32_t first = 0;

	fprintf(out, "\nconst struct irq_route irq_routes[] TABLE = {\n");
	for (uint32_t number = 0; number < sys->microvisor.nr_irqs; number++)
		if (emit_route(sys, out, number, first))
			first = number + 1;
	emit_unrouted(out, first, sys->microvisor.nr_irqs);
	fprintf(out, "};\n");
}

static void emit_log(const struct system *sys, FILE *out)
{
	const struct cell *reader = NULL;

	for (size_t i = 0; i < sys->nr_cells && !reader; i++)
		if (sys->cells[i]->fault_log)
			reader = sys->cells[i];
	if (reader)
		fprintf(out,
			"\nconst uint16_t log_cell TABLE = %u; /* %s */\nconst uint16_t log_virq "
			"TABLE = %u;\n",
			reader->index, reader->name, reader->log_virq->index);
	else
		fprintf(out, "\nconst uint16_t log_cell TABLE = MV_NONE;\nconst uint16_t log_virq "
			     "TABLE = MV_NONE;\n");
}

static size_t at_least_one(size_t nr)
{
	return nr ? nr : 1;
}

/* A vTLB for each guest. Without guests the arrays are empty and take no memory. */
static void emit_vtlbs(const struct system *sys, FILE *out)
{
	const char *separator = "\n/* vTLBs of";

	for (size_t i = 0; i < sys->nr_cells; i++)
		if (sys->cells[i]->vmmu) {
			fprintf(out, "%s %s", separator, sys->cells[i]->name);
			separator = ",";
		}
	fprintf(out, "%s */\n", sys->nr_vtlbs ? "" : "\n/* no guests, no vTLBs");
	fprintf(out, "struct vtlb vtlbs[%u];\n", sys->nr_vtlbs);
	fprintf(out,
		"uint8_t vtlb_l1[%u][CONFIG_VTLB_SPACES][L1_TABLE_BYTES] "
		"__attribute__((aligned(L1_TABLE_BYTES)));\n",
		sys->nr_vtlbs);
	fprintf(out,
		"uint8_t vtlb_l2[%u][CONFIG_VTLB_TABLES][L2_TABLE_BYTES] "
		"__attribute__((aligned(L2_TABLE_BYTES)));\n",
		sys->nr_vtlbs);
}

static void emit_memory(const struct system *sys, FILE *out)
{
	fprintf(out, "\n/* ---- objects, in .bss ---- */\n\n");
	fprintf(out, "struct cell cells[%zu];\n", at_least_one(sys->nr_cells));
	fprintf(out, "struct vcpu vcpus[%zu];\n", at_least_one(sys->nr_vcpus));
	fprintf(out, "struct virq virqs[%zu];\n", at_least_one(sys->nr_virqs));
	fprintf(out, "struct channel channels[%zu];\n", at_least_one(sys->nr_channels));
	fprintf(out, "struct timer timers[%zu];\n", at_least_one(sys->nr_timers));
	fprintf(out,
		"uint8_t l1_tables[%zu][L1_TABLE_BYTES] "
		"__attribute__((aligned(L1_TABLE_BYTES)));\n",
		at_least_one(sys->nr_cells));
	fprintf(out,
		"uint8_t l2_tables[%u][L2_TABLE_BYTES] __attribute__((aligned(L2_TABLE_BYTES)));\n",
		sys->nr_l2_tables);
	emit_vtlbs(sys, out);
}

/* A page of its own for each, because cells see the whole page. */
static void emit_vcpu_pages(const struct system *sys, FILE *out)
{
	fprintf(out,
		"\nstatic union {\n\tstruct mv_vcpu_page page;\n\tuint8_t bytes[MV_PAGE_SIZE];\n"
		"} pages[%zu] __attribute__((aligned(MV_PAGE_SIZE)));\n",
		at_least_one(sys->nr_vcpus));
	fprintf(out, "\nstruct mv_vcpu_page *const vcpu_pages[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_vcpus; i++)
		fprintf(out, "\t[%zu] = &pages[%zu].page, /* %s vCPU %u */\n", i, i,
			sys->vcpus[i]->cell->name, sys->vcpus[i]->local);
	fprintf(out, "};\n");
}

static void emit_asserts(const struct system *sys, FILE *out)
{
	static const struct {
		const char *array;
		size_t offset; /* of the count in struct system */
	} tables[] = {
		{ "cell_descs", offsetof(struct system, nr_cells) },
		{ "vcpu_descs", offsetof(struct system, nr_vcpus) },
		{ "virq_descs", offsetof(struct system, nr_virqs) },
		{ "channel_descs", offsetof(struct system, nr_channels) },
		{ "timer_descs", offsetof(struct system, nr_timers) },
		{ "vcpu_pages", offsetof(struct system, nr_vcpus) },
	};

	fprintf(out, "\n/* ---- the tables are what they were meant to be ---- */\n\n"
		     "#define HOLDS(table, nr) \\\n"
		     "\t_Static_assert(sizeof(table) / sizeof((table)[0]) == (nr), #table)\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		size_t nr;

		memcpy(&nr, (const char *)sys + tables[i].offset, sizeof(nr));
		fprintf(out, "HOLDS(%s, %zu);\n", tables[i].array, at_least_one(nr));
	}
	fprintf(out, "HOLDS(irq_routes, %u);\n", sys->microvisor.nr_irqs);
	for (size_t i = 0; i < sys->nr_cells; i++)
		fprintf(out, "HOLDS(caps_%s, %zu);\nHOLDS(maps_%s, %zu);\n", sys->cells[i]->symbol,
			sys->cells[i]->nr_caps, sys->cells[i]->symbol, sys->cells[i]->nr_maps);
	fprintf(out,
		"_Static_assert(sizeof(pages[0]) == MV_PAGE_SIZE, \"a page for each vCPU\");\n");
	fprintf(out, "_Static_assert(MV_ABI_VERSION == 0x%08x, \"made for this interface\");\n",
		MV_ABI_VERSION);
}

void emit_objects(const struct system *sys, FILE *out)
{
	fprintf(out, "\n/* ---- physical interrupts ---- */\n");
	emit_routes(sys, out);
	emit_log(sys, out);
	emit_memory(sys, out);
	emit_vcpu_pages(sys, out);
	emit_asserts(sys, out);
}
