/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about devices: their owners, and other registers in the same pages.
 */
#include "../rules.h"

/* The device that an entry in `devices` names; NULL: it is no device. */
static const struct device *device_at(const struct cell *cell, size_t entry)
{
	const struct node *node = cell->device_refs.nodes[entry];

	return node ? node->device : NULL;
}

static void check_references(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < cell->device_refs.nr; i++)
			if (!device_at(cell, i))
				fail(check, node_loc(cell->node, "devices"),
				     "entry %zu in `devices` of cell '%s' is no device. Refer to "
				     "nodes "
				     "below /soc by their labels",
				     i + 1, cell->name);
}

static void check_one_owner(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < cell->device_refs.nr; i++) {
			const struct device *device = device_at(cell, i);
			const struct cell *owner = device ? device->owner : NULL;

			if (owner && owner != cell)
				fail(check, node_loc(cell->node, "devices"),
				     "device '%s' is given to cell '%s' and to cell '%s' (%s). "
				     "Give it to "
				     "one of them",
				     device->name, cell->name, owner->name,
				     place(node_loc(owner->node, "devices")));
		}
}

static void check_listed_once(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < cell->device_refs.nr; i++)
			if (device_at(cell, i) && refs_repeat(&cell->device_refs, i))
				fail(check, node_loc(cell->node, "devices"),
				     "device '%s' is in `devices` of cell '%s' twice. Remove one",
				     device_at(cell, i)->name, cell->name);
}

static bool is_kept(const struct device *device)
{
	return device->role != ROLE_NONE && device->role != ROLE_SERIAL;
}

static void check_kept(const struct check *check)
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->nr_devices; i++) {
		const struct device *device = sys->devices[i];

		if (device->owner && is_kept(device))
			fail(check, node_loc(device->owner->node, "devices"),
			     "device '%s' is given to cell '%s', but the microvisor uses it as its "
			     "%s (%s). Give the cell another device",
			     device->name, device->owner->name, role_names[device->role],
			     place(node_loc(sys->microvisor.node, role_names[device->role])));
	}
}

/* The one that sees the registers: a cell, or always the microvisor; NULL: unclear or none. */
static const char *holder(const struct device *device)
{
	if (device->owner && is_kept(device))
		return NULL;
	if (device->owner)
		return mem_printf("cell '%s'", device->owner->name);
	return is_kept(device) ? "the microvisor" : NULL;
}

static void each_pair(const struct check *check,
		      void (*act)(const struct check *check, const struct device *a,
				  const struct device *b))
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->nr_devices; i++)
		for (size_t j = i + 1; j < sys->nr_devices; j++)
			act(check, sys->devices[i], sys->devices[j]);
}

/* A page that contains registers of both devices; size 0: there is none. */
static struct span common_page(const struct device *a, const struct device *b)
{
	for (unsigned int i = 0; i < a->nr_regs; i++)
		for (unsigned int j = 0; j < b->nr_regs; j++) {
			struct span x = { round_down(a->regs[i].start, PAGE), 0 };
			struct span y = { round_down(b->regs[j].start, PAGE), 0 };

			x.size = round_up(span_end(a->regs[i]), PAGE) - x.start;
			y.size = round_up(span_end(b->regs[j]), PAGE) - y.start;
			if (spans_overlap(x, y))
				return (struct span){ x.start > y.start ? x.start : y.start, PAGE };
		}
	return (struct span){ 0, 0 };
}

static void check_shared_page(const struct check *check, const struct device *a,
			      const struct device *b)
{
	struct span page = common_page(a, b);

	if (!page.size || a->owner == b->owner || !holder(a) || !holder(b))
		return;
	if (!a->owner) {
		const struct device *swap = a;

		a = b;
		b = swap;
	}
	fail(check, node_loc(a->owner->node, "devices"),
	     "device '%s' of %s shares the page %s with device '%s' (%s) of %s. Give both to one "
	     "cell",
	     a->name, holder(a), range(page), b->name, place(b->node->loc), holder(b));
}

static void check_pages(const struct check *check)
{
	each_pair(check, check_shared_page);
}

static void check_dma(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		if (device->dma && device->owner && !device->owner->trusted)
			fail(check, node_loc(device->owner->node, "devices"),
			     "device '%s' (%s) can reach all memory by DMA, but cell '%s' is not "
			     "trusted. Add `trusted;` to the cell if it may, or take the device "
			     "away",
			     device->name, place(node_loc(device->node, "mullion,dma")),
			     device->owner->name);
	}
}

/* A guest would give the device its own addresses, which are not those of the RAM. */
static void check_dma_guest(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		if (device->dma && device->owner && device->owner->vmmu)
			fail(check, node_loc(device->owner->node, "devices"),
			     "device '%s' (%s) does DMA at physical addresses, which guest '%s' "
			     "does not know: its memory lies elsewhere than it sees it. Give the "
			     "device to a native cell, or use one without DMA",
			     device->name, place(node_loc(device->node, "mullion,dma")),
			     device->owner->name);
	}
}

static void check_registers(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];
		const struct prop *reg = node_prop(device->node, "reg");

		if (prop_nr_cells(reg) % 2)
			fail(check, reg->loc,
			     "`reg` of device '%s' has %u numbers. Write pairs of address and size",
			     device->name, prop_nr_cells(reg));
		for (unsigned int j = 0; j < device->nr_regs; j++)
			if (!device->regs[j].size || span_end(device->regs[j]) > 1ull << 32)
				fail(check, reg->loc,
				     "registers %s of device '%s' are empty or go beyond 32 bits. "
				     "Correct `reg`",
				     range(device->regs[j]), device->name);
	}
}

static void check_off_ram(const struct check *check)
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->nr_devices; i++)
		for (unsigned int j = 0; j < sys->devices[i]->nr_regs; j++) {
			const struct device *device = sys->devices[i];

			if (spans_overlap(device->regs[j], sys->ram))
				fail(check, node_loc(device->node, "reg"),
				     "registers %s of device '%s' overlap RAM (%s) %s. Correct one "
				     "`reg`",
				     range(device->regs[j]), device->name,
				     place(sys->memory_node->loc), range(sys->ram));
		}
}

static void check_overlap(const struct check *check, const struct device *a, const struct device *b)
{
	for (unsigned int i = 0; i < a->nr_regs; i++)
		for (unsigned int j = 0; j < b->nr_regs; j++)
			if (spans_overlap(a->regs[i], b->regs[j]))
				fail(check, node_loc(b->node, "reg"),
				     "registers %s of device '%s' overlap device '%s' (%s) %s. "
				     "Correct one `reg`",
				     range(b->regs[j]), b->name, a->name,
				     place(node_loc(a->node, "reg")), range(a->regs[i]));
}

static void check_overlaps(const struct check *check)
{
	each_pair(check, check_overlap);
}

static void check_enabled(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		const struct device *device = check->sys->devices[i];

		if (!node_disabled(device->node))
			continue;
		if (device->owner)
			fail(check, node_loc(device->owner->node, "devices"),
			     "device '%s' of cell '%s' is disabled (%s). Set its status to "
			     "\"okay\", or take it away",
			     device->name, device->owner->name,
			     place(node_loc(device->node, "status")));
		if (device->role != ROLE_NONE)
			fail(check, node_loc(check->sys->microvisor.node, role_names[device->role]),
			     "device '%s', the microvisor's %s, is disabled (%s). Set its status "
			     "to \"okay\"",
			     device->name, role_names[device->role],
			     place(node_loc(device->node, "status")));
	}
}

static void check_names_of(const struct check *check, const struct device *device,
			   const char *names, const char *values, unsigned int each)
{
	const struct prop *prop = node_prop(device->node, names);
	unsigned int nr = prop_nr_cells(node_prop(device->node, values)) / each;

	if (is_malformed(device->node, values))
		return;
	if (prop_is_strings(prop) && prop_nr_strings(prop) != nr)
		fail(check, prop->loc, "device '%s' has %u `%s` for %u in `%s`. Give each one name",
		     device->name, prop_nr_strings(prop), names, nr, values);
}

static void check_names(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_devices; i++) {
		check_names_of(check, check->sys->devices[i], "reg-names", "reg", 2);
		check_names_of(check, check->sys->devices[i], "interrupt-names", "interrupts", 3);
	}
}

static const struct rule rules[] = {
	{ "DEV-001", "A cell is given devices.", check_references },
	{ "DEV-002", "A device is given to one cell.", check_one_owner },
	{ "DEV-003", "A cell is given a device once.", check_listed_once },
	{ "DEV-004", "The microvisor's interrupt controller, timer and reset are given to no cell.",
	  check_kept },
	{ "DEV-005", "A page of registers is seen by one cell.", check_pages },
	{ "DEV-006", "A device that does DMA is given to a trusted cell.", check_dma },
	{ "DEV-007", "A device's registers are ranges of 32-bit addresses.", check_registers },
	{ "DEV-008", "Devices and RAM have different addresses.", check_off_ram },
	{ "DEV-009", "No two devices have the same registers.", check_overlaps },
	{ "DEV-011", "A device that is used is enabled.", check_enabled },
	{ "DEV-012", "A device that does DMA is given to a native cell.", check_dma_guest },
	{ "DEV-013", "Each range of registers and each interrupt has a name, if one has.",
	  check_names },
};

const struct rule_set rules_devices = { "devices", rules, ARRAY_SIZE(rules) };
