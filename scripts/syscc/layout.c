/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The inside of a cell's memory, from its image: text, constants, data, heap,
 * guest device tree, an unmapped page as guard, stack. Physical memory has the
 * same order, without the guard page.
 */
#include "model.h"

/* The stack is mapped above everything else, with one unmapped page in between. */
static uint64_t stack_bottom_offset(const struct cell *cell)
{
	uint64_t stack = round_up(cell->stack, PAGE);

	return cell->memory.size > stack ? cell->memory.size - stack : 0;
}

static bool last_is_data(const struct image *image)
{
	return image->nr_segments && image->segments[image->nr_segments - 1].flags & MV_RIGHT_WRITE;
}

/* Set base, heap, device tree and stack. If the sizes do not fit, the heap is empty. */
void layout_assign(struct cell *cell)
{
	const struct image *image = &cell->image;
	uint64_t dtb = round_up(cell->dtb_size, PAGE), top, end;

	cell->base = image->span.size ? image->span.start : MV_IMAGE_BASE;
	top = cell->base + stack_bottom_offset(cell);
	cell->stack_top = cell->base + cell->memory.size + PAGE;
	cell->dtb_va = (struct span){ top - (dtb < top ? dtb : 0), dtb };
	end = cell->base + image->span.size;
	if (last_is_data(image)) {
		const struct image_segment *data = &image->segments[image->nr_segments - 1];

		end = round_up((uint64_t)data->va + data->memory_size, 8);
	}
	cell->heap.start = end;
	cell->heap.size = cell->dtb_va.start > end ? cell->dtb_va.start - end : 0;
}

/* Join pieces of a guest's memory with the same rights: the vTLB looks at the largest first. */
static bool join_map(struct cell *cell, uint64_t va, uint64_t end, unsigned int attr,
		     const char *what)
{
	struct map *last = cell->nr_maps ? &cell->maps[cell->nr_maps - 1] : NULL;

	if (!last || last->attr != attr || last->va + last->size != va)
		return false;
	last->size += end - va;
	last->what = mem_printf("%s, %s", last->what, what);
	return true;
}

/* So far only the cell's memory is mapped: pieces that adjoin virtually adjoin physically, too. */
static void add_map(struct cell *cell, uint64_t va, uint64_t end, unsigned int attr,
		    const char *what)
{
	if (end <= va || join_map(cell, va, end, attr, what))
		return;
	*APPEND(cell->maps, cell->nr_maps) = (struct map){
		va, cell->memory.start + va - cell->base, end - va, attr, false, what, NULL
	};
}

static const char *segment_text(unsigned int flags)
{
	if (flags & MV_RIGHT_EXEC)
		return "text";
	return flags & MV_RIGHT_WRITE ? "data" : "constants";
}

/* A guest loads programs. Its own tables decide which of its memory they may execute. */
static unsigned int heap_rights(const struct cell *cell)
{
	return MV_RIGHT_READ | MV_RIGHT_WRITE | (cell->vmmu ? MV_RIGHT_EXEC : 0);
}

/* If the last segment is writable, the heap continues it; else the heap is a piece of its own. */
static void map_image(struct cell *cell)
{
	const struct image *image = &cell->image;
	uint64_t heap_end = span_end(cell->heap);

	for (unsigned int i = 0; i < image->nr_segments; i++) {
		const struct image_segment *segment = &image->segments[i];
		uint64_t start = round_down(segment->va, PAGE);
		uint64_t end = round_up((uint64_t)segment->va + segment->memory_size, PAGE);

		if (i + 1 == image->nr_segments && last_is_data(image))
			add_map(cell, start, heap_end > end ? heap_end : end, heap_rights(cell),
				"data, heap");
		else
			add_map(cell, start, end, segment->flags, segment_text(segment->flags));
	}
	if (!last_is_data(image))
		add_map(cell, cell->heap.start, heap_end, heap_rights(cell), "heap");
}

static void load_image(struct cell *cell)
{
	for (unsigned int i = 0; i < cell->image.nr_segments; i++) {
		const struct image_segment *segment = &cell->image.segments[i];
		struct load *load = APPEND(cell->loads, cell->nr_loads);

		load->va = segment->va;
		load->copy = round_up(segment->file_size, 4);
		load->zero = round_up(segment->memory_size, 4) - load->copy;
		if (load->copy)
			load->symbol = mem_printf("image_%s_%u", cell->symbol, i);
		load->what = segment_text(segment->flags);
	}
}

static void load_dtb(struct cell *cell)
{
	struct load *load;

	if (!cell->dtb_size)
		return;
	load = APPEND(cell->loads, cell->nr_loads);
	load->symbol = mem_printf("image_%s_%u", cell->symbol, cell->image.nr_segments);
	load->va = cell->dtb_va.start;
	load->copy = round_up(cell->dtb_size, 4);
	load->what = "device tree";
	add_map(cell, cell->dtb_va.start, span_end(cell->dtb_va), MV_RIGHT_READ, "device tree");
}

/* List the parts to be mapped and loaded, once the physical address is known. */
void layout_map(struct cell *cell)
{
	uint64_t stack = cell->base + stack_bottom_offset(cell);

	map_image(cell);
	load_image(cell);
	load_dtb(cell);
	if (cell->stack_top - PAGE <= stack)
		return;
	*APPEND(cell->maps, cell->nr_maps) = (struct map){ stack + PAGE,
							   cell->memory.start + stack - cell->base,
							   cell->stack_top - stack - PAGE,
							   MV_RIGHT_READ | MV_RIGHT_WRITE,
							   false,
							   "stack",
							   NULL };
}
