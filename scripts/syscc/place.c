/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Virtual addresses of segments and devices, physical addresses of everything
 * that has none in the description. Physical memory is given out first fit. Memory
 * that guests can write comes first, so that it is low; large things come before
 * small ones, so that they can be mapped by sections. layout.c has the inside of a
 * cell's memory.
 */
#include "model.h"

/* ---- virtual ---- */

static uint64_t segment_slot(const struct segment *segment)
{
	return round_up(segment->pa.size ? segment->pa.size : 1, MIB);
}

/* The end of a segment with `at` that overlaps this place, 0 if none does. */
static uint64_t pinned_end(const struct system *sys, struct span span)
{
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *other = sys->segments[i];
		struct span taken = { other->va, segment_slot(other) };

		if (node_flag(other->node, "at") && spans_overlap(span, taken))
			return span_end(taken);
	}
	return 0;
}

/* The same address in all cells, so that pointers into it can be shared. */
static void place_segments(struct system *sys)
{
	uint64_t next = MV_SEGMENT_BASE;

	for (size_t i = 0; i < sys->nr_segments; i++) {
		struct segment *segment = sys->segments[i];
		struct span span = { next, segment_slot(segment) };
		uint64_t end;

		if (node_flag(segment->node, "at"))
			continue;
		while ((end = pinned_end(sys, span)))
			span.start = round_up(end, MIB);
		segment->va = span.start;
		next = span_end(span);
	}
}

/* The virtual address of registers that lie in pages that the cell has already. */
static uint64_t mapped_already(const struct cell *cell, struct span pages)
{
	for (size_t i = 0; i < cell->nr_maps; i++) {
		const struct map *map = &cell->maps[i];
		struct span mapped = { map->pa, map->size };

		if (map->device && span_within(pages, mapped))
			return map->va + pages.start - map->pa;
	}
	return 0;
}

static struct span whole_pages(struct span span)
{
	uint64_t start = round_down(span.start, PAGE);

	return (struct span){ start, round_up(span_end(span), PAGE) - start };
}

static void place_device(struct cell *cell, struct device *device, uint64_t *next)
{
	for (unsigned int i = 0; i < device->nr_regs; i++) {
		struct span pages = whole_pages(device->regs[i]);
		uint64_t va = mapped_already(cell, pages);

		if (!va) {
			struct map *map = APPEND(cell->maps, cell->nr_maps);

			va = *next;
			*map = (struct map){ va,         pages.start,
					     pages.size, MV_RIGHT_READ | MV_RIGHT_WRITE,
					     true,       device->name,
					     NULL };
			*next += pages.size;
		}
		device->va[i] = va + device->regs[i].start - pages.start;
	}
}

static void place_devices(struct system *sys, struct cell *cell)
{
	uint64_t next = MV_DEVICE_BASE;

	for (size_t i = 0; i < sys->nr_devices; i++)
		if (sys->devices[i]->owner == cell)
			place_device(cell, sys->devices[i], &next);
}

static void map_segments(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];
		unsigned int attr = MV_RIGHT_READ | MV_RIGHT_WRITE;

		if (!segment->pa.size || !refs_have(&segment->shared_by, cell))
			continue;
		if (refs_have(&segment->read_only_for, cell))
			attr = MV_RIGHT_READ;
		*APPEND(cell->maps, cell->nr_maps) = (struct map){ segment->va,
								   segment->pa.start,
								   segment->pa.size,
								   attr,
								   false,
								   segment->name,
								   NULL };
	}
}

static void place_symbols(struct system *sys)
{
	uint64_t next = SYMBOLS_BASE;

	for (size_t i = 0; i < sys->nr_symbol_files; i++) {
		sys->symbol_files[i]->va = next;
		next += round_up(sys->symbol_files[i]->size, PAGE);
	}
}

/* Symbol files lie in the image store, so only the linker knows their physical address. */
static void map_symbols(struct system *sys, struct cell *cell)
{
	for (size_t i = 0; i < sys->nr_symbol_files && cell->symbols; i++) {
		const struct symbol_file *file = sys->symbol_files[i];
		struct map *map = APPEND(cell->maps, cell->nr_maps);

		map->va = file->va;
		map->size = round_up(file->size, PAGE);
		map->pa_symbol = file->symbol;
		map->attr = MV_RIGHT_READ;
		map->what = mem_printf("symbols of %s", file->image_name);
	}
}

void place_virtual(struct system *sys)
{
	place_segments(sys);
	place_symbols(sys);
	for (size_t i = 0; i < sys->nr_cells; i++)
		place_devices(sys, sys->cells[i]);
}

/* ---- physical ---- */

struct taken {
	struct span *spans;
	size_t nr;
};

static void take(struct taken *taken, struct span span)
{
	if (span.size)
		*APPEND(taken->spans, taken->nr) = span;
}

static uint64_t taken_end(const struct taken *taken, struct span span)
{
	for (size_t i = 0; i < taken->nr; i++)
		if (spans_overlap(span, taken->spans[i]))
			return span_end(taken->spans[i]);
	return 0;
}

/* The lowest free span whose start is @offset above a multiple of @align. */
static bool find_free(const struct system *sys, const struct taken *taken, struct span *span,
		      uint64_t align, uint64_t offset)
{
	uint64_t end;

	span->start = round_up(sys->pool_start, align) + offset;
	while ((end = taken_end(taken, *span)))
		span->start = round_up(end - offset, align) + offset;
	return span_end(*span) <= span_end(sys->ram);
}

static void place_span(struct system *sys, struct taken *taken, struct span *span, uint64_t base,
		       const struct node *node)
{
	bool large = span->size >= MIB;

	if (!find_free(sys, taken, span, large ? MIB : PAGE, large ? base % MIB : 0)) {
		if (!sys->exhausted) {
			sys->exhausted_by = node;
			sys->exhausted_size = span->size;
		}
		sys->exhausted = true;
		return;
	}
	take(taken, *span);
}

static void place_some(struct system *sys, struct taken *taken, bool guests, bool large)
{
	for (size_t i = 0; i < sys->nr_cells; i++) {
		struct cell *cell = sys->cells[i];

		if (!cell->fixed && cell->vmmu == guests && (cell->memory.size >= MIB) == large)
			place_span(sys, taken, &cell->memory, cell->base, cell->node);
	}
	for (size_t i = 0; i < sys->nr_segments; i++) {
		struct segment *segment = sys->segments[i];

		if (!segment->fixed && segment_of_guest(sys, segment) == guests &&
		    (segment->pa.size >= MIB) == large)
			place_span(sys, taken, &segment->pa, segment->va, segment->node);
	}
}

/* Memory that guests can write comes first, so that it is low, where the microvisor sees it. */
static void place_all(struct system *sys, struct taken *taken)
{
	place_some(sys, taken, true, true);
	place_some(sys, taken, true, false);
	place_some(sys, taken, false, true);
	place_some(sys, taken, false, false);
}

static void take_fixed(struct system *sys, struct taken *taken)
{
	for (size_t i = 0; i < sys->tree.nr_reserved; i++)
		if (span_within(sys->tree.reserved[i], sys->ram))
			take(taken, sys->tree.reserved[i]);
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (sys->cells[i]->fixed)
			take(taken, sys->cells[i]->memory);
	for (size_t i = 0; i < sys->nr_segments; i++)
		if (sys->segments[i]->fixed)
			take(taken, sys->segments[i]->pa);
}

/* The largest gap: between the end of each taken span and the next start. */
static void find_largest_free(struct system *sys, const struct taken *taken)
{
	for (size_t i = 0; i <= taken->nr; i++) {
		struct span gap = { i ? span_end(taken->spans[i - 1]) : sys->pool_start, 1 };
		uint64_t end = span_end(sys->ram);

		if (gap.start < sys->pool_start || gap.start >= end || taken_end(taken, gap))
			continue;
		for (size_t j = 0; j < taken->nr; j++)
			if (taken->spans[j].start > gap.start && taken->spans[j].start < end)
				end = taken->spans[j].start;
		gap.size = end - gap.start;
		if (gap.size > sys->free.size)
			sys->free = gap;
	}
}

static uint64_t image_store_size(const struct cell *cell)
{
	uint64_t bytes = cell->env_size + round_up(cell->dtb_size, PAGE);

	for (unsigned int i = 0; i < cell->image.nr_segments; i++)
		bytes += round_up(cell->image.segments[i].file_size, PAGE);
	return bytes;
}

static void find_pool(struct system *sys)
{
	sys->kernel_pa = sys->ram.start + sys->microvisor.load_offset;
	for (size_t i = 0; i < sys->nr_cells; i++)
		sys->store_size += image_store_size(sys->cells[i]);
	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		sys->store_size += round_up(sys->symbol_files[i]->size, PAGE);
	sys->pool_start = round_up(sys->kernel_pa + sys->microvisor.reserve + sys->store_size, MIB);
}

/* ---- the microvisor's view of guests' memory ---- */

uint64_t place_window(const struct system *sys, uint64_t pa)
{
	return pa - round_down(sys->kernel_pa, MIB) + MV_KERNEL_BASE;
}

uint64_t place_window_end(const struct system *sys)
{
	return round_down(sys->kernel_pa, MIB) + WINDOW_SIZE;
}

bool segment_of_guest(const struct system *sys, const struct segment *segment)
{
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];

		if (cell->vmmu && refs_have(&segment->shared_by, cell) &&
		    !refs_have(&segment->read_only_for, cell))
			return true;
	}
	return false;
}

/* ---- translation tables ---- */

#define NR_SLOTS 4096

/* Mark the slots of one mapping that need a table: parts mapped by sections of 1 MiB do not. */
static void mark_slots(uint8_t *slots, uint64_t va, uint64_t pa, uint64_t size)
{
	uint64_t end = va + size;

	while (va < end && va / MIB < NR_SLOTS) {
		uint64_t next = (va / MIB + 1) * MIB;

		if (next > end || va % MIB || pa % MIB)
			slots[va / MIB] = 1;
		pa += next - va;
		va = next;
	}
}

/* Slots of 1 MiB in which a cell has pages: each needs a second-level table. */
static unsigned int count_slots(const uint8_t *slots)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < NR_SLOTS; i++)
		nr += slots[i];
	return nr;
}

static unsigned int cell_l2_tables(const struct cell *cell)
{
	uint8_t slots[NR_SLOTS] = { 0 };

	for (size_t i = 0; i < cell->nr_maps; i++) {
		const struct map *map = &cell->maps[i];

		mark_slots(slots, map->va, map->pa_symbol ? PAGE : map->pa, map->size);
	}
	mark_slots(slots, MV_VCPU_PAGE_BASE, PAGE, MV_ENV_END - MV_VCPU_PAGE_BASE);
	return count_slots(slots);
}

/*
 * The microvisor's window onto memory that guests can write. Memory that several guests
 * share counts once. It lies whole slots above the microvisor itself (rule MEM-005).
 */
static unsigned int window_l2_tables(const struct system *sys)
{
	uint8_t slots[NR_SLOTS] = { 0 };

	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *cell = sys->cells[i];

		for (size_t j = 0; j < cell->nr_maps && cell->vmmu; j++) {
			const struct map *map = &cell->maps[j];

			if (!map->device && map->attr & MV_RIGHT_WRITE)
				mark_slots(slots, place_window(sys, map->pa), map->pa, map->size);
		}
	}
	return count_slots(slots);
}

static void count_l2_tables(struct system *sys)
{
	/* The microvisor: itself with the image store, and its window for devices. */
	uint64_t own = sys->pool_start - round_down(sys->kernel_pa, MIB);

	sys->nr_l2_tables = (unsigned int)(own / MIB) + 1 + window_l2_tables(sys);
	for (size_t i = 0; i < sys->nr_cells; i++)
		sys->nr_l2_tables += cell_l2_tables(sys->cells[i]);
}

void place_physical(struct system *sys)
{
	struct taken taken = { 0 };

	find_pool(sys);
	take_fixed(sys, &taken);
	place_all(sys, &taken);
	find_largest_free(sys, &taken);
	for (size_t i = 0; i < sys->nr_cells; i++) {
		layout_map(sys->cells[i]);
		map_segments(sys, sys->cells[i]);
		map_symbols(sys, sys->cells[i]);
	}
	count_l2_tables(sys);
}
