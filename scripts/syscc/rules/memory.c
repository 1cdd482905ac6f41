/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about physical memory: sizes, alignment, overlaps, what fits.
 */
#include "../rules.h"

/** struct area - physical memory that belongs to one thing */
struct area {
	const char *kind, *name;
	const struct node *node;
	const char *size_property;
	struct span span;
	bool fixed;
};

struct areas {
	struct area *list;
	size_t nr;
};

static struct areas find_areas(const struct system *sys)
{
	struct areas areas = { 0 };

	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];

		*APPEND(areas.list, areas.nr) =
			(struct area){ "cell",   cell->name,   cell->node,
				       "memory", cell->memory, cell->fixed };
	}
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];

		*APPEND(areas.list, areas.nr) = (struct area){ "segment",     segment->name,
							       segment->node, "size",
							       segment->pa,   segment->fixed };
	}
	return areas;
}

static void check_sizes(const struct check *check)
{
	struct areas areas = find_areas(check->sys);

	for (size_t i = 0; i < areas.nr; i++) {
		const struct area *area = &areas.list[i];

		if (has_number(area->node, area->size_property) &&
		    (!area->span.size || area->span.size % PAGE))
			fail(check, node_loc(area->node, area->size_property),
			     "%s '%s' has 0x%llx bytes of memory. Give it a multiple of the page "
			     "size, 0x%x",
			     area->kind, area->name, (unsigned long long)area->span.size, PAGE);
	}
}

static void check_alignment(const struct check *check)
{
	struct areas areas = find_areas(check->sys);

	for (size_t i = 0; i < areas.nr; i++) {
		const struct area *area = &areas.list[i];

		if (area->fixed && area->span.start % PAGE)
			fail(check, node_loc(area->node, "address"),
			     "address 0x%08llx of %s '%s' is not at the start of a page. Make it a "
			     "multiple of 0x%x or leave out `address`",
			     (unsigned long long)area->span.start, area->kind, area->name, PAGE);
	}
}

static void check_overlap(const struct check *check)
{
	struct areas areas = find_areas(check->sys);

	for (size_t i = 0; i < areas.nr; i++)
		for (size_t j = i + 1; j < areas.nr; j++) {
			const struct area *a = &areas.list[i], *b = &areas.list[j];

			if (!a->fixed || !b->fixed || !spans_overlap(a->span, b->span))
				continue;
			fail(check, node_loc(a->node, "address"),
			     "%s '%s' memory %s overlaps %s '%s' (%s) %s. Move one of them or "
			     "leave out `address`",
			     a->kind, a->name, range(a->span), b->kind, b->name,
			     place(node_loc(b->node, "address")), range(b->span));
		}
}

static void check_in_ram(const struct check *check)
{
	const struct system *sys = check->sys;
	struct areas areas = find_areas(sys);

	for (size_t i = 0; i < areas.nr && sys->ram.size; i++) {
		const struct area *area = &areas.list[i];

		if (area->fixed && !span_within(area->span, sys->ram))
			fail(check, node_loc(area->node, "address"),
			     "%s '%s' memory %s is not inside RAM (%s) %s. Move it or leave out "
			     "`address`",
			     area->kind, area->name, range(area->span),
			     place(sys->memory_node->loc), range(sys->ram));
	}
}

static struct span microvisor_span(const struct system *sys)
{
	struct span own = { sys->ram.start, sys->pool_start - sys->ram.start };

	return own;
}

static void check_microvisor_overlap(const struct check *check)
{
	const struct system *sys = check->sys;
	struct areas areas = find_areas(sys);

	for (size_t i = 0; i < areas.nr && sys->microvisor.node && sys->ram.size; i++) {
		const struct area *area = &areas.list[i];

		if (area->fixed && spans_overlap(area->span, microvisor_span(sys)))
			fail(check, node_loc(area->node, "address"),
			     "%s '%s' memory %s overlaps the microvisor and the cells' images (%s) "
			     "%s. Move it or leave out `address`",
			     area->kind, area->name, range(area->span),
			     place(sys->microvisor.node->loc), range(microvisor_span(sys)));
	}
}

static void check_exhausted(const struct check *check)
{
	const struct system *sys = check->sys;

	if (sys->exhausted && sys->memory_node && sys->pool_start <= span_end(sys->ram))
		fail(check, sys->exhausted_by->loc,
		     "RAM (%s) %s has no room for the 0x%llx bytes of '%s': the largest free piece "
		     "has 0x%llx. Give cells and segments less, or move those with an `address` "
		     "closer together",
		     place(sys->memory_node->loc), range(sys->ram),
		     (unsigned long long)sys->exhausted_size, sys->exhausted_by->name,
		     (unsigned long long)sys->free.size);
}

static void check_reserve_alignment(const struct check *check)
{
	static const char *const names[] = { "memory", "load-offset" };
	const struct node *node = check->sys->microvisor.node;

	for (size_t i = 0; node && i < ARRAY_SIZE(names); i++)
		if (node_u32(node, names[i], 0) % PAGE)
			fail(check, node_loc(node, names[i]),
			     "`%s` of the microvisor is 0x%x. Make it a multiple of the page size, "
			     "0x%x",
			     names[i], node_u32(node, names[i], 0), PAGE);
}

/* Memory that the microvisor needs because of the description; the linker adds it all up. */
static uint64_t tables_size(const struct system *sys)
{
	uint64_t bytes = (sys->nr_cells + 1) * 16384 + (uint64_t)sys->nr_l2_tables * 1024 +
			 sys->nr_vcpus * PAGE + sys->nr_vtlbs * vtlb_size(sys);

	for (size_t i = 0; i < sys->nr_channels; i++)
		bytes += 2ull * channel_slot(sys->channels[i]) * sys->channels[i]->depth;
	return bytes;
}

#define MICROVISOR_CODE 0x10000

static void check_reserve_size(const struct check *check)
{
	const struct system *sys = check->sys;
	uint64_t needed = round_up(tables_size(sys) + MICROVISOR_CODE, PAGE);

	if (sys->microvisor.node && has_number(sys->microvisor.node, "memory") && !sys->exhausted &&
	    sys->microvisor.reserve < needed)
		fail(check, node_loc(sys->microvisor.node, "memory"),
		     "the microvisor has 0x%x bytes of memory, but this system's tables and "
		     "channels need about 0x%llx. Raise `memory`, or make channels%s smaller",
		     sys->microvisor.reserve, (unsigned long long)needed,
		     sys->nr_vtlbs ? ", CONFIG_VTLB_SPACES or CONFIG_VTLB_TABLES" : "");
}

static void check_reserve_in_ram(const struct check *check)
{
	const struct system *sys = check->sys;
	struct span own = { sys->kernel_pa, sys->microvisor.reserve + sys->store_size };

	if (sys->microvisor.node && sys->ram.size && !span_within(own, sys->ram))
		fail(check, sys->microvisor.node->loc,
		     "the microvisor and the cells' images %s are not inside RAM (%s) %s. Lower "
		     "`load-offset` or `memory`",
		     range(own), place(sys->memory_node->loc), range(sys->ram));
}

static void check_kept_free(const struct check *check, struct span kept)
{
	const struct system *sys = check->sys;
	struct span own = { sys->kernel_pa, sys->pool_start - sys->kernel_pa };
	struct areas areas = find_areas(sys);

	if (spans_overlap(kept, own))
		fail(check, sys->tree.root->loc,
		     "what /memreserve/ keeps free, %s, overlaps the microvisor and the cells' "
		     "images (%s) %s. Change `load-offset`, or keep something else free",
		     range(kept), place(sys->microvisor.node->loc), range(own));
	for (size_t i = 0; i < areas.nr; i++)
		if (areas.list[i].fixed && spans_overlap(kept, areas.list[i].span))
			fail(check, node_loc(areas.list[i].node, "address"),
			     "%s '%s' memory %s overlaps what /memreserve/ keeps free, %s. Move it "
			     "or leave out `address`",
			     areas.list[i].kind, areas.list[i].name, range(areas.list[i].span),
			     range(kept));
}

static void check_reserved(const struct check *check)
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->tree.nr_reserved && sys->ram.size && sys->microvisor.node;
	     i++) {
		struct span kept = sys->tree.reserved[i];

		if (!kept.size || !span_within(kept, sys->ram) || span_end(kept) < kept.start)
			fail(check, sys->tree.root->loc,
			     "/memreserve/ 0x%llx 0x%llx is empty or not inside RAM (%s) %s. "
			     "Correct or remove it",
			     (unsigned long long)kept.start, (unsigned long long)kept.size,
			     place(sys->memory_node->loc), range(sys->ram));
		else
			check_kept_free(check, kept);
	}
}

static const struct rule rules[] = {
	{ "MEM-001", "The memory of cells and segments is whole pages.", check_sizes },
	{ "MEM-002", "A given address is that of a page.", check_alignment },
	{ "MEM-003", "No two cells or segments overlap in memory.", check_overlap },
	{ "MEM-004", "Cells and segments are in RAM.", check_in_ram },
	{ "MEM-005", "Cells and segments keep clear of the microvisor.", check_microvisor_overlap },
	{ "MEM-006", "RAM suffices for all cells and segments.", check_exhausted },
	{ "MEM-007", "The microvisor's memory and load offset are whole pages.",
	  check_reserve_alignment },
	{ "MEM-008", "The microvisor's memory holds the tables of this system.",
	  check_reserve_size },
	{ "MEM-009", "The microvisor and the images are in RAM.", check_reserve_in_ram },
	{ "MEM-010", "What /memreserve/ names is RAM, and nobody has it.", check_reserved },
};

const struct rule_set rules_memory = { "memory", rules, ARRAY_SIZE(rules) };
