/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes tables.c: the constant tables of include/core/tables.h, one entry a
 * line with its name beside it. emit-objects.c adds the objects' memory and
 * emit-env.c the environments.
 */
#include "emit.h"

void emit_head(const struct system *sys, FILE *out, const char *what)
{
	fprintf(out, "/* SPDX-License-Identifier: BSD-2-Clause */\n");
	fprintf(out, "/* SPDX-FileCopyrightText: The Mullion authors */\n");
	fprintf(out, "/*\n * %s of the product ", what);
	emit_string(out, sys->product);
	fprintf(out, ".\n * Made by the system compiler from the system description: do not "
		     "edit.\n */\n");
}

void emit_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || *text == '?')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void emit_names(const struct system *sys, FILE *out)
{
	fprintf(out, "const char product_name[] TABLE = ");
	emit_string(out, sys->product);
	fprintf(out, ";\nstatic const char board_name[] TABLE = ");
	emit_string(out, sys->microvisor.board);
	fprintf(out, ";\n");
	for (size_t i = 0; i < sys->nr_cells; i++)
		fprintf(out, "static const char name_%s[] TABLE = \"%s\";\n", sys->cells[i]->symbol,
			sys->cells[i]->name);
	for (size_t i = 0; i < sys->nr_channels; i++)
		fprintf(out, "static const char name_channel_%zu[] TABLE = \"%s\";\n", i,
			sys->channels[i]->name);
}

/* A role without a device has no driver. Only reset may lack a device. */
static void emit_role(const struct system *sys, FILE *out, enum role role)
{
	const struct device *device = sys->microvisor.devices[role];
	const char *name = role_names[role];

	if (!device) {
		fprintf(out, "\t.%s = NULL,\n", name);
		return;
	}
	fprintf(out, "\t.%s = &%s,\n\t.%s_regs = {", name, device->driver->ops, name);
	for (unsigned int i = 0; i < device->driver->nr_regs; i++)
		fprintf(out, "%s 0x%08x", i ? "," : "", (unsigned int)device->regs[i].start);
	fprintf(out, " }, /* %s */\n", device->name);
}

static void emit_platform(const struct system *sys, FILE *out)
{
	const struct device *timer = sys->microvisor.devices[ROLE_TIMER];
	const struct device *serial = sys->microvisor.devices[ROLE_SERIAL];

	fprintf(out, "\n/* ---- the board ---- */\n\n");
	for (enum role role = 0; role < NR_ROLES; role++)
		if (sys->microvisor.devices[role])
			fprintf(out, "extern const struct %s_ops %s;\n", role_names[role],
				sys->microvisor.devices[role]->driver->ops);
	/* A call by name, not through the structure: so the compiler can inline it. */
	fprintf(out, "\nuint64_t platform_ticks(void)\n{\n\treturn %.*s_now();\n}\n",
		(int)(strlen(timer->driver->ops) - strlen("_timer_ops")), timer->driver->ops);
	fprintf(out, "\nconst struct platform_desc platform TABLE = {\n\t.board = board_name,\n");
	for (enum role role = 0; role < NR_ROLES; role++)
		emit_role(sys, out, role);
	fprintf(out, "\t.timer_hz = %u,\n", node_u32(timer->node, "clock-frequency", 0));
	fprintf(out, "\t.serial_hz = %u,\n", node_u32(serial->node, "clock-frequency", 0));
	fprintf(out, "\t.timer_irq = %u,\n", timer->irqs[0].number);
	fprintf(out, "\t.ram_base = 0x%08x,\n\t.ram_size = 0x%08x,\n", (unsigned int)sys->ram.start,
		(unsigned int)sys->ram.size);
	fprintf(out, "\t.free_base = 0x%08x,\n\t.free_size = 0x%08x,\n};\n",
		(unsigned int)sys->free.start, (unsigned int)sys->free.size);
}

static void emit_counts(const struct system *sys, FILE *out)
{
	fprintf(out, "\n/* ---- how many of each ---- */\n\n");
	fprintf(out, "const uint16_t nr_cells TABLE = %zu;\n", sys->nr_cells);
	fprintf(out, "const uint16_t nr_vcpus TABLE = %zu;\n", sys->nr_vcpus);
	fprintf(out, "const uint16_t nr_virqs TABLE = %zu;\n", sys->nr_virqs);
	fprintf(out, "const uint16_t nr_channels TABLE = %zu;\n", sys->nr_channels);
	fprintf(out, "const uint16_t nr_timers TABLE = %zu;\n", sys->nr_timers);
	fprintf(out, "const uint16_t nr_irqs TABLE = %u;\n", sys->microvisor.nr_irqs);
	fprintf(out, "const uint16_t nr_l2_tables TABLE = %u;\n", sys->nr_l2_tables);
}

static void emit_caps(const struct cell *cell, FILE *out)
{
	fprintf(out, "\nstatic const struct cap caps_%s[] TABLE = {\n", cell->symbol);
	for (size_t i = 0; i < cell->nr_caps; i++) {
		const struct cap *cap = &cell->caps[i];

		fprintf(out, "\t[%zu] = { %s, %s, %u }, /* %s */\n", i, cap->kind, cap->rights,
			cap->index, cap->what);
	}
	fprintf(out, "};\n");
}

static void emit_attributes(const struct map *map, FILE *out)
{
	const char *separator = "";
	static const struct {
		unsigned int right;
		const char *name;
	} names[] = {
		{ MV_RIGHT_READ, "MAP_READ" },
		{ MV_RIGHT_WRITE, "MAP_WRITE" },
		{ MV_RIGHT_EXEC, "MAP_EXEC" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(map->attr & names[i].right))
			continue;
		fprintf(out, "%s%s", separator, names[i].name);
		separator = " | ";
	}
	fprintf(out, "%s", map->device ? " | MAP_DEVICE" : "");
}

static void emit_maps(const struct cell *cell, FILE *out)
{
	fprintf(out, "\nstatic const struct map_desc maps_%s[] TABLE = {\n\t/* va, pa, size */\n",
		cell->symbol);
	for (size_t i = 0; i < cell->nr_maps; i++) {
		const struct map *map = &cell->maps[i];

		fprintf(out, "\t{ 0x%08x, ", (unsigned int)map->va);
		if (map->pa_symbol)
			fprintf(out, "IMAGE_PA(%s)", map->pa_symbol);
		else
			fprintf(out, "0x%08x", (unsigned int)map->pa);
		fprintf(out, ", 0x%08x, ", (unsigned int)map->size);
		emit_attributes(map, out);
		fprintf(out, " }, /* %s */\n", map->what);
	}
	fprintf(out, "};\n");
}

static void emit_loads(const struct cell *cell, FILE *out)
{
	for (size_t i = 0; i < cell->nr_loads; i++)
		if (cell->loads[i].symbol)
			fprintf(out, "%sextern const uint8_t %s[];\n", i ? "" : "\n",
				cell->loads[i].symbol);
	fprintf(out,
		"\nstatic const struct load_desc loads_%s[] TABLE = {\n\t/* source, va, copy, zero "
		"*/\n",
		cell->symbol);
	for (size_t i = 0; i < cell->nr_loads; i++) {
		const struct load *load = &cell->loads[i];

		fprintf(out, "\t{ %s, 0x%08x, 0x%x, 0x%x }, /* %s */\n",
			load->symbol ? load->symbol : "NULL", (unsigned int)load->va,
			(unsigned int)load->copy, (unsigned int)load->zero, load->what);
	}
	fprintf(out, "};\n");
}

static void emit_virq_ref(FILE *out, const struct virq *virq)
{
	if (virq)
		fprintf(out, "%u", virq->index);
	else
		fprintf(out, "MV_NONE");
}

static const char *policy_symbol(const char *policy)
{
	if (!strcmp(policy, "restart"))
		return "POLICY_RESTART";
	return !strcmp(policy, "monitor") ? "POLICY_MONITOR" : "POLICY_HALT";
}

static void emit_cell(const struct cell *cell, FILE *out)
{
	const char *symbol = cell->symbol;

	fprintf(out, "\t[%u] = {\n\t\t.name = name_%s,\n", cell->index, symbol);
	fprintf(out, "\t\t.caps = caps_%s,\n\t\t.maps = maps_%s,\n", symbol, symbol);
	fprintf(out, "\t\t.loads = loads_%s,\n", symbol);
	fprintf(out, "\t\t.env = (const struct mv_env *)&env_%s,\n", symbol);
	fprintf(out, "\t\t.env_size = sizeof(env_%s),\n", symbol);
	fprintf(out, "\t\t.entry = 0x%08x,\n", cell->image.entry);
	fprintf(out, "\t\t.stack = 0x%08x,\n", (unsigned int)cell->stack_top);
	fprintf(out, "\t\t.nr_caps = %zu,\n\t\t.nr_maps = %zu,\n\t\t.nr_loads = %zu,\n",
		cell->nr_caps, cell->nr_maps, cell->nr_loads);
	fprintf(out, "\t\t.first_vcpu = %u,\n\t\t.nr_vcpus = %u,\n", cell->first_vcpu,
		cell->nr_vcpus);
	fprintf(out, "\t\t.monitor_virq = ");
	emit_virq_ref(out, cell->monitor ? cell->monitor->monitor_virq : NULL);
	if (cell->vmmu)
		fprintf(out, ",\n\t\t.vtlb = %u", cell->vtlb);
	else
		fprintf(out, ",\n\t\t.vtlb = MV_NONE");
	fprintf(out, ",\n\t\t.floor = %u,\n\t\t.ceiling = %u,\n", cell->floor, cell->ceiling);
	fprintf(out, "\t\t.policy = %s,\n", policy_symbol(cell->policy));
	fprintf(out, "\t\t.restart_limit = %u,\n", cell->restart_limit);
	fprintf(out, "\t\t.start_at_boot = %u,\n\t},\n", !cell->manual);
}

/* Declares the files, and IMAGE_PA(): the physical address at which the linker puts one. */
static void emit_symbol_files(const struct system *sys, FILE *out)
{
	if (!sys->nr_symbol_files)
		return;
	fprintf(out, "\n/* ---- symbol files, in the image store ---- */\n\n");
	fprintf(out, "#define IMAGE_PA(image) ((uint32_t)(image) - 0x%08xu)\n",
		(unsigned int)(MV_KERNEL_BASE + sys->kernel_pa % MIB - sys->kernel_pa));
	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		fprintf(out, "extern const uint8_t %s[];\n", sys->symbol_files[i]->symbol);
}

static void emit_cells(const struct system *sys, FILE *out)
{
	emit_symbol_files(sys, out);
	for (size_t i = 0; i < sys->nr_cells; i++) {
		fprintf(out, "\n/* ---- cell %s ---- */\n", sys->cells[i]->name);
		emit_caps(sys->cells[i], out);
		emit_maps(sys->cells[i], out);
		emit_loads(sys->cells[i], out);
	}
	fprintf(out, "\n/* ---- cells ---- */\n\nconst struct cell_desc cell_descs[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_cells; i++)
		emit_cell(sys->cells[i], out);
	fprintf(out, "};\n");
}

static void emit_vcpus(const struct system *sys, FILE *out)
{
	fprintf(out, "\nconst struct vcpu_desc vcpu_descs[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_vcpus; i++) {
		const struct vcpu *vcpu = sys->vcpus[i];

		fprintf(out,
			"\t[%zu] = { .cell = %u, .local = %u, .priority = %u, .cpu = %u }, /* %s "
			"*/\n",
			i, vcpu->cell->index, vcpu->local, vcpu->cell->priority, vcpu->cell->cpu,
			vcpu->cell->name);
	}
	fprintf(out, "};\n");
}

static void emit_virqs(const struct system *sys, FILE *out)
{
	fprintf(out, "\nconst struct virq_desc virq_descs[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_virqs; i++) {
		const struct virq *virq = sys->virqs[i];

		fprintf(out, "\t[%zu] = { .vcpu = %u, .irq = ", i, virq->vcpu->index);
		if (virq->irq == NONE)
			fprintf(out, "MV_NONE");
		else
			fprintf(out, "%u", virq->irq);
		fprintf(out, ", .line = %u, .level = %u }, /* %s: %s */\n", virq->line, virq->level,
			virq->cell->name, virq->name);
	}
	fprintf(out, "%s};\n", sys->nr_virqs ? "" : "\t{ 0 }, /* none */\n");
}

static void emit_channel(const struct channel *channel, FILE *out)
{
	fprintf(out, "\t[%u] = {\n\t\t.name = name_channel_%u,\n", channel->index, channel->index);
	fprintf(out, "\t\t.fifo = { fifo_%u_0, fifo_%u_1 },\n", channel->index, channel->index);
	fprintf(out, "\t\t.cell = { &cells[%u], &cells[%u] }, /* %s, %s */\n",
		channel->end[0]->index, channel->end[1]->index, channel->end[0]->name,
		channel->end[1]->name);
	fprintf(out, "\t\t.virq = { ");
	emit_virq_ref(out, channel->virq[0]);
	fprintf(out, ", ");
	emit_virq_ref(out, channel->virq[1]);
	fprintf(out, " },\n\t\t.message_size = %u,\n\t\t.depth = %u,\n\t\t.slot = %u,\n\t},\n",
		channel->message_size, channel->depth, channel_slot(channel));
}

static void emit_channels(const struct system *sys, FILE *out)
{
	fprintf(out, "\n/* FIFO n carries what end n sends. */\n");
	for (size_t i = 0; i < sys->nr_channels; i++)
		for (int end = 0; end < 2; end++)
			fprintf(out,
				"static uint8_t fifo_%zu_%d[%u * %u] "
				"__attribute__((aligned(32)));\n",
				i, end, sys->channels[i]->depth, channel_slot(sys->channels[i]));
	fprintf(out, "\nconst struct channel_desc channel_descs[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_channels; i++)
		emit_channel(sys->channels[i], out);
	fprintf(out, "%s};\n", sys->nr_channels ? "" : "\t{ .name = NULL }, /* none */\n");
}

static void emit_timers(const struct system *sys, FILE *out)
{
	fprintf(out, "\nconst struct timer_desc timer_descs[] TABLE = {\n");
	for (size_t i = 0; i < sys->nr_timers; i++)
		fprintf(out, "\t[%zu] = { .virq = %u }, /* %s: %s */\n", i,
			sys->timers[i]->virq->index, sys->timers[i]->cell->name,
			sys->timers[i]->virq->name);
	fprintf(out, "%s};\n", sys->nr_timers ? "" : "\t{ 0 }, /* none */\n");
}

void emit_tables(const struct system *sys, FILE *out)
{
	emit_head(sys, out, "The boot-time tables");
	fprintf(out, "#include <stddef.h>\n\n#include <core/tables.h>\n#include <core/cell.h>\n"
		     "#include <core/vcpu.h>\n#include <core/virq.h>\n#include <core/channel.h>\n"
		     "#include <core/timer.h>\n#include <arch/vtlb.h>\n#include <drivers/ops.h>\n\n"
		     "#define TABLE __attribute__((section(\".rodata.system\")))\n\n");
	emit_names(sys, out);
	emit_platform(sys, out);
	emit_counts(sys, out);
	emit_environments(sys, out);
	emit_cells(sys, out);
	emit_vcpus(sys, out);
	emit_virqs(sys, out);
	emit_channels(sys, out);
	emit_timers(sys, out);
	emit_objects(sys, out);
}
