/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about guests: cells with a vMMU, whose translation tables the
 * microvisor reads and whose address spaces it caches.
 */
#include "../rules.h"

/* A first-level table and its alignment (include/mullion/abi.h). */
#define TABLE ((uint64_t)MV_VMMU_TABLE_SIZE)

/* The processor's identifiers of address spaces, less 0, which no cell has. */
#define NR_ASIDS 255

static void check_asids(const struct check *check)
{
	const struct system *sys = check->sys;
	uint64_t guests = sys->nr_vtlbs * (uint64_t)sys->vtlb_spaces;

	if (sys->nr_vtlbs && sys->nr_cells + guests > NR_ASIDS)
		fail(check, sys->tree.root->loc,
		     "the system has %zu cells and, with CONFIG_VTLB_SPACES at %u, %llu address "
		     "spaces of %u guests, but the processor tells %u apart. Lower "
		     "CONFIG_VTLB_SPACES, or remove some guests",
		     sys->nr_cells, sys->vtlb_spaces, (unsigned long long)guests, sys->nr_vtlbs,
		     NR_ASIDS);
}

/* Each vCPU keeps the space that it uses; a new space needs the place of one without users. */
static void check_spaces(const struct check *check)
{
	uint32_t spaces = check->sys->vtlb_spaces;

	FOR_EACH_CELL(check, cell)
		if (cell->vmmu && cell->nr_vcpus >= spaces &&
		    node_u32(cell->node, "vcpus", 1) <= MV_MAX_VCPUS_PER_CELL)
			fail(check, node_loc(cell->node, "vcpus"),
			     "guest '%s' has %u vCPUs, but CONFIG_VTLB_SPACES is %u. Raise it to "
			     "%u or more, or lower `vcpus`",
			     cell->name, cell->nr_vcpus, spaces, cell->nr_vcpus + 1);
}

static void check_area(const struct check *check, const char *kind, const struct node *node,
		       const char *size_property, struct span span)
{
	const struct system *sys = check->sys;
	bool fixed = node_flag(node, "address");
	struct span seen = { sys->kernel_pa, place_window_end(sys) - sys->kernel_pa };

	if (!span.size || !span_within(span, sys->ram) || span_end(span) <= span_end(seen))
		return;
	fail(check, node_loc(node, fixed ? "address" : size_property),
	     "%s '%s' memory %s is not all in %s, where the microvisor can read a guest's tables. "
	     "%s",
	     kind, node->name, range(span), range(seen),
	     fixed ? "Lower `address` or leave it out" : "Give guests and their segments less");
}

static void check_window(const struct check *check)
{
	const struct system *sys = check->sys;

	if (!sys->microvisor.node || sys->exhausted)
		return;
	FOR_EACH_CELL(check, cell)
		if (cell->vmmu)
			check_area(check, "guest", cell->node, "memory", cell->memory);
	for (size_t i = 0; i < sys->nr_segments; i++)
		if (segment_of_guest(sys, sys->segments[i]))
			check_area(check, "segment", sys->segments[i]->node, "size",
				   sys->segments[i]->pa);
}

/* Bytes that are missing behind @start .. @start + @size for an aligned table to fit. */
static uint64_t lacking(uint64_t start, uint64_t size)
{
	uint64_t needed = round_up(start, TABLE) + TABLE, end = start + size;

	return needed > end ? needed - end : 0;
}

static bool has_room(const struct cell *cell)
{
	for (size_t i = 0; i < cell->nr_maps; i++) {
		const struct map *map = &cell->maps[i];

		if (map->attr & MV_RIGHT_WRITE && !map->device && !lacking(map->va, map->size))
			return true;
	}
	return false;
}

/* Raising `memory` moves the heap's end. */
static void check_room(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint64_t start = round_up(cell->heap.start, PAGE), more;

		if (!cell->vmmu || !cell->memory.size || cell->image.state != IMAGE_OK ||
		    has_room(cell))
			continue;
		more = lacking(start,
			       span_end(cell->heap) > start ? span_end(cell->heap) - start : 0);
		warn(check, node_loc(cell->node, "memory"),
		     "guest '%s' has no writable memory for a first-level table, 0x%llx bytes at a "
		     "multiple of that. Raise `memory` to 0x%llx or more, unless it enters all "
		     "pages itself",
		     cell->name, (unsigned long long)TABLE,
		     (unsigned long long)(cell->memory.size + more));
	}
}

static const struct rule rules[] = {
	{ "GST-001", "The processor can tell the address spaces of all cells and guests apart.",
	  check_asids },
	{ "GST-002", "A guest has fewer vCPUs than its vTLB has address spaces.", check_spaces },
	{ "GST-003", "What guests can write lies where the microvisor can read it.", check_window },
	{ "GST-004", "A guest's memory has room for a first-level table (a warning).", check_room },
};

const struct rule_set rules_guests = { "guests", rules, ARRAY_SIZE(rules) };
