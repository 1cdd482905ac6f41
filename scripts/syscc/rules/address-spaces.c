/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the cells' virtual addresses: each kind of memory has its window
 * (include/mullion/abi.h).
 */
#include "../rules.h"

static void check_stack(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		if (cell->stack && cell->stack % PAGE == 0)
			continue;
		fail(check, node_loc(cell->node, "stack"),
		     "cell '%s' has a stack of 0x%llx bytes. Give it a multiple of the page size, "
		     "0x%x",
		     cell->name, (unsigned long long)cell->stack, PAGE);
	}
}

static void check_fit(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint64_t dtb = round_up(cell->dtb_size, PAGE);
		uint64_t stack = round_up(cell->stack, PAGE);
		uint64_t needed = cell->image.span.size + dtb + stack;

		if (!cell->memory.size || cell->image.state != IMAGE_OK ||
		    needed <= cell->memory.size)
			continue;
		fail(check, node_loc(cell->node, "memory"),
		     "cell '%s' has 0x%llx bytes of memory, but its image '%s' takes 0x%llx, its "
		     "stack 0x%llx and its device tree 0x%llx. Raise `memory` to "
		     "0x%llx or more",
		     cell->name, (unsigned long long)cell->memory.size, cell->image_name,
		     (unsigned long long)cell->image.span.size, (unsigned long long)stack,
		     (unsigned long long)dtb, (unsigned long long)needed);
	}
}

/* The cell's memory, including the guard page below the stack. */
static struct span own_window(const struct cell *cell)
{
	return (struct span){ cell->base, cell->memory.size + PAGE };
}

static void check_memory_window(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (cell->memory.size && span_end(own_window(cell)) > MV_SEGMENT_BASE &&
		    cell->base < MV_SEGMENT_BASE)
			fail(check, node_loc(cell->node, "memory"),
			     "memory of cell '%s' would be at %s, but segments begin at 0x%08x. "
			     "Lower "
			     "`memory`",
			     cell->name, range(own_window(cell)), MV_SEGMENT_BASE);
}

static bool is_pinned(const struct segment *segment)
{
	return has_number(segment->node, "at");
}

static void check_at(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];

		if (is_pinned(segment) && segment->va % MIB)
			fail(check, node_loc(segment->node, "at"),
			     "segment '%s' is to appear at 0x%08llx. Make it a multiple of 0x%x or "
			     "leave out `at`",
			     segment->name, (unsigned long long)segment->va, MIB);
	}
}

static void check_segment_window(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];
		struct span va = { segment->va, segment->pa.size };
		struct span window = { MV_SEGMENT_BASE, SYMBOLS_BASE - MV_SEGMENT_BASE };

		if (va.size && !span_within(va, window))
			fail(check, node_loc(segment->node, is_pinned(segment) ? "at" : "size"),
			     "segment '%s' would appear at %s, outside the window for segments %s. "
			     "%s",
			     segment->name, range(va), range(window),
			     is_pinned(segment) ? "Change `at` or leave it out" :
						  "Lower the sizes of segments");
	}
}

static void check_segment_overlap(const struct check *check)
{
	const struct system *sys = check->sys;

	for (size_t i = 0; i < sys->nr_segments; i++)
		for (size_t j = i + 1; j < sys->nr_segments; j++) {
			const struct segment *a = sys->segments[i], *b = sys->segments[j];
			struct span x = { a->va, a->pa.size }, y = { b->va, b->pa.size };

			if (is_pinned(a) && is_pinned(b) && spans_overlap(x, y))
				fail(check, node_loc(a->node, "at"),
				     "segment '%s' at %s overlaps segment '%s' (%s) at %s. Change "
				     "one `at` or leave it out",
				     a->name, range(x), b->name, place(node_loc(b->node, "at")),
				     range(y));
		}
}

static void check_device_window(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (size_t i = 0; i < cell->nr_maps; i++) {
			const struct map *map = &cell->maps[i];

			if (!map->device || map->va + map->size <= MV_VCPU_PAGE_BASE)
				continue;
			fail(check, node_loc(cell->node, "devices"),
			     "the devices of cell '%s' take more than the window 0x%08x-0x%08x for "
			     "registers, from '%s' on. Give some to another cell",
			     cell->name, MV_DEVICE_BASE, MV_VCPU_PAGE_BASE - 1, map->what);
			break;
		}
}

static void check_symbol_window(const struct check *check)
{
	const struct system *sys = check->sys;
	uint64_t size = 0;

	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		size += round_up(sys->symbol_files[i]->size, PAGE);
	FOR_EACH_CELL(check, cell)
		if (cell->symbols && size > MV_DEVICE_BASE - SYMBOLS_BASE)
			fail(check, node_loc(cell->node, "symbols"),
			     "the symbols of all images take 0x%llx bytes, but cell '%s' has room "
			     "for 0x%x. Leave out `symbols`, or strip the larger images",
			     (unsigned long long)size, cell->name,
			     (unsigned int)(MV_DEVICE_BASE - SYMBOLS_BASE));
}

static const struct rule rules[] = {
	{ "SPC-001", "A stack is whole pages, at least one.", check_stack },
	{ "SPC-002", "A cell's image, stack and device tree fit in its memory.", check_fit },
	{ "SPC-003", "A cell's memory ends below the window of segments.", check_memory_window },
	{ "SPC-004", "A segment appears at a multiple of 1 MiB.", check_at },
	{ "SPC-005", "Segments appear in their window.", check_segment_window },
	{ "SPC-006", "No two segments appear at the same address.", check_segment_overlap },
	{ "SPC-007", "The registers of a cell's devices fit in their window.",
	  check_device_window },
	{ "SPC-008", "The symbols of all images fit in their window.", check_symbol_window },
};

const struct rule_set rules_address_spaces = { "address spaces", rules, ARRAY_SIZE(rules) };
