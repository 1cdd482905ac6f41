/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the cells' images.
 */
#include "../rules.h"

static bool is_usable(const struct cell *cell)
{
	return cell->image.state == IMAGE_OK;
}

static void complain(const struct check *check, const struct cell *cell, enum image_state state,
		     const char *what)
{
	if (cell->image.state == state)
		fail(check, node_loc(cell->node, "image"), "image '%s' of cell '%s' (%s) %s",
		     cell->image_name, cell->name, cell->image.path, what);
}

static void check_name(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const char *name = cell->image_name;

		if (name && !image_name_plain(name))
			fail(check, node_loc(cell->node, "image"),
			     "\"%s\" is no name of an image. Write the name of a folder in guests/",
			     name);
	}
}

static void check_built(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const char *symbol = cell->image_name ? image_config_symbol(cell->image_name) : "";
		const char *off = mem_printf("# %s is not set", symbol);
		bool disabled = *symbol && strstr(check->sys->config.text, off);

		if (cell->image.state == IMAGE_MISSING || (is_usable(cell) && disabled))
			fail(check, node_loc(cell->node, "image"),
			     "image '%s' of cell '%s' (%s) is not built. Set %s=y in the "
			     "configuration, or correct the name",
			     cell->image_name, cell->name, cell->image.path, symbol);
	}
}

static void check_readable(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		complain(check, cell, IMAGE_UNREADABLE,
			 "cannot be read. It must be a file you may read, of at most 256 MiB");
}

static void check_elf(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		complain(
			check, cell, IMAGE_NOT_ARM_ELF,
			"is not a 32-bit little-endian ARM ELF executable. Build it with the cross "
			"compiler");
}

static void check_headers(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		complain(check, cell, IMAGE_DAMAGED,
			 mem_printf(
				 "is damaged or has not 1 to %d loadable segments. Build it again",
				 MAX_SEGMENTS));
}

static void check_entry(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct image *image = &cell->image;
		bool inside = false;

		for (unsigned int i = 0; i < image->nr_segments; i++) {
			const struct image_segment *segment = &image->segments[i];

			inside |= segment->flags & MV_RIGHT_EXEC && image->entry >= segment->va &&
				  image->entry - segment->va < segment->file_size;
		}
		if (is_usable(cell) && !inside)
			fail(check, node_loc(cell->node, "image"),
			     "image '%s' of cell '%s' starts at 0x%08x, which is not in its text. "
			     "Correct ENTRY() in its linker script",
			     cell->image_name, cell->name, image->entry);
	}
}

static void check_window(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct span span = cell->image.span;

		if (is_usable(cell) &&
		    (span.start < MV_IMAGE_BASE || span_end(span) > MV_SEGMENT_BASE))
			fail(check, node_loc(cell->node, "image"),
			     "image '%s' of cell '%s' is linked at %s, outside 0x%08x-0x%08x. "
			     "Correct `base` in its Makefile",
			     cell->image_name, cell->name, range(span), MV_IMAGE_BASE,
			     MV_SEGMENT_BASE - 1);
	}
}

static void check_pages(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (unsigned int i = 0; i < cell->image.nr_segments; i++) {
			const struct image_segment *segment = &cell->image.segments[i];
			const struct image_segment *last = i ? segment - 1 : NULL;
			struct span span = { segment->va, segment->memory_size };

			if (!is_usable(cell))
				continue;
			if (segment->va % 4 ||
			    (last &&
			     round_down(segment->va, PAGE) <
				     round_up((uint64_t)last->va + last->memory_size, PAGE)))
				fail(check, node_loc(cell->node, "image"),
				     "segment %u (%s) of image '%s' of cell '%s' does not begin a "
				     "page of "
				     "its own. Align it in the linker script",
				     i, range(span), cell->image_name, cell->name);
		}
}

static void check_execute(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		for (unsigned int i = 0; i < cell->image.nr_segments; i++) {
			const struct image_segment *segment = &cell->image.segments[i];
			struct span span = { segment->va, segment->memory_size };

			if (is_usable(cell) && !cell->vmmu && segment->flags & MV_RIGHT_EXEC &&
			    segment->flags & MV_RIGHT_WRITE)
				fail(check, node_loc(cell->node, "image"),
				     "segment %u (%s) of image '%s' of cell '%s' is both writable "
				     "and "
				     "executable. Separate text and data in the linker script",
				     i, range(span), cell->image_name, cell->name);
		}
}

static const struct rule rules[] = {
	{ "IMG-001", "An image has the name of a folder in guests/.", check_name },
	{ "IMG-002", "An image is configured and built.", check_built },
	{ "IMG-003", "An image can be read.", check_readable },
	{ "IMG-004", "An image is an ARM ELF executable.", check_elf },
	{ "IMG-005", "An image's headers are whole.", check_headers },
	{ "IMG-006", "An image starts in its text.", check_entry },
	{ "IMG-007", "An image is linked at addresses that cells have.", check_window },
	{ "IMG-008", "An image's segments share no page.", check_pages },
	{ "IMG-009", "No memory of a native cell's image is both writable and executable.",
	  check_execute },
};

const struct rule_set rules_images = { "images", rules, ARRAY_SIZE(rules) };
