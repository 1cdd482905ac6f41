/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the cells' images: they can be loaded, and the cells have all that the
 * images need.
 */
#include "../nearest.h"
#include "../rules.h"

static bool is_usable(const struct cell *cell)
{
	return cell->image.state == IMAGE_OK;
}

/* Whether the cell's image states this need, in notes without mistakes. */
static bool needs(const struct cell *cell, uint32_t flag)
{
	return is_usable(cell) && !cell->image.needs.wrong && cell->image.needs.flags & flag;
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

/* The image with an option whose name is nearest, or NULL. */
static const char *nearest_image(const struct config *config, const char *name)
{
	static const char prefix[] = "CONFIG_GUEST_";
	struct nearest nearest = NEAREST(name);

	for (const char *at = strstr(config->text, prefix); at; at = strstr(at + 1, prefix)) {
		const char *symbol = mem_copy(at, strcspn(at, "= \n"));

		if (config_knows(config, symbol) && !strstr(symbol, "_TESTS"))
			nearest_consider(&nearest, image_of_symbol(symbol));
	}
	return nearest.best;
}

static const char *how_to_build(const struct check *check, const char *name)
{
	const struct config *config = &check->sys->config;
	const char *symbol = image_config_symbol(check->sys, name), *nearest;

	if (!*config->text || config_knows(config, symbol))
		return mem_printf("Set %s=y in the configuration", symbol);
	nearest = nearest_image(config, name);
	if (nearest)
		return mem_printf("Did you mean '%s'?", nearest);
	return mem_printf("Write the name of a folder in guests/; a new one needs the option %s in "
			  "its Kconfig",
			  symbol);
}

static void check_built(const struct check *check)
{
	const struct config *config = &check->sys->config;

	FOR_EACH_CELL(check, cell) {
		const char *name = cell->image_name ? cell->image_name : "",
			   *symbol = image_config_symbol(check->sys, name);
		bool disabled = config_knows(config, symbol) && !config_on(config, symbol);

		if (cell->image.state == IMAGE_MISSING || (is_usable(cell) && disabled))
			fail(check, node_loc(cell->node, "image"),
			     "image '%s' of cell '%s' (%s) is not built. %s", name, cell->name,
			     cell->image.path, how_to_build(check, name));
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

			if (is_usable(cell) && !cell->vmmu && !needs(cell, MV_NEED_VMMU) &&
			    segment->flags & MV_RIGHT_EXEC && segment->flags & MV_RIGHT_WRITE)
				fail(check, node_loc(cell->node, "image"),
				     "segment %u (%s) of image '%s' of cell '%s' is both writable "
				     "and "
				     "executable. Separate text and data in the linker script",
				     i, range(span), cell->image_name, cell->name);
		}
}

static void check_notes(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (is_usable(cell) && cell->image.needs.wrong)
			fail(check, node_loc(cell->node, "image"),
			     "image '%s' of cell '%s' (%s) has a note of Mullion that %s. Correct "
			     "it, or build it again with include/mullion/note.h of this tree",
			     cell->image_name, cell->name, cell->image.path,
			     cell->image.needs.wrong);
}

static void lacks(const struct check *check, const struct cell *cell, const char *what,
		  const char *cure)
{
	fail(check, node_loc(cell->node, "image"), "image '%s' of cell '%s' needs %s. %s",
	     cell->image_name, cell->name, what, cure);
}

static void check_vmmu(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (needs(cell, MV_NEED_VMMU) && !cell->vmmu)
			lacks(check, cell, "a vMMU: it is the kernel of a guest",
			      "Add `vmmu;` to the cell");
}

static void check_device_tree(const struct check *check)
{
	FOR_EACH_CELL(check, cell)
		if (needs(cell, MV_NEED_DEVICE_TREE) && !cell->device_tree)
			lacks(check, cell, "a device tree", "Add `device-tree;` to the cell");
}

static void check_vfp(const struct check *check)
{
	const struct config *config = &check->sys->config;
	bool off = config_knows(config, "CONFIG_VFP") && !config_on(config, "CONFIG_VFP");

	FOR_EACH_CELL(check, cell)
		if (off && needs(cell, MV_NEED_VFP))
			lacks(check, cell, "floating point, and the microvisor has none",
			      "Set CONFIG_VFP=y in the configuration");
}

/* What `memory` has to be for so many bytes: a multiple of the step that the image demands. */
static const char *memory_for(const struct cell *cell, uint64_t bytes)
{
	uint64_t multiple = cell->image.needs.multiple > PAGE ? cell->image.needs.multiple : PAGE;
	unsigned long long memory = round_up(bytes, multiple);

	if (memory > MV_SEGMENT_BASE - MV_IMAGE_BASE)
		return "No cell can have as much: correct what the image says";
	return mem_printf("Write `memory = <0x%llx>;`%s", memory,
			  cell->memory.size < bytes ? " or more" : "");
}

/* The rules need a cell with `memory` and an image whose notes are right. */
static bool can_compare(const struct cell *cell)
{
	return is_usable(cell) && !cell->image.needs.wrong && cell->memory.size;
}

static void check_least_memory(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint32_t least = cell->image.needs.memory;

		if (can_compare(cell) && cell->memory.size < least)
			fail(check, node_loc(cell->node, "memory"),
			     "cell '%s' has 0x%llx bytes of memory, but its image '%s' needs 0x%x. "
			     "%s",
			     cell->name, (unsigned long long)cell->memory.size, cell->image_name,
			     least, memory_for(cell, least));
	}
}

static void check_multiple(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		const struct needs *needs = &cell->image.needs;
		uint64_t size = cell->memory.size;

		if (can_compare(cell) && needs->multiple && size >= needs->memory &&
		    size % needs->multiple)
			fail(check, node_loc(cell->node, "memory"),
			     "cell '%s' has 0x%llx bytes of memory, but its image '%s' needs a "
			     "multiple of 0x%x. %s",
			     cell->name, (unsigned long long)size, cell->image_name,
			     needs->multiple, memory_for(cell, size));
	}
}

/* Stack and device tree lie behind the heap (layout.c). */
static void check_heap(const struct check *check)
{
	FOR_EACH_CELL(check, cell) {
		uint32_t least = cell->image.needs.heap;
		uint64_t end = round_up(cell->heap.start + least, PAGE) - cell->base;

		if (can_compare(cell) && cell->heap.size < least)
			fail(check, node_loc(cell->node, "memory"),
			     "cell '%s' has a heap of 0x%llx bytes, but its image '%s' needs 0x%x. "
			     "%s",
			     cell->name, (unsigned long long)cell->heap.size, cell->image_name,
			     least,
			     memory_for(cell,
					end + round_up(cell->stack, PAGE) + cell->dtb_va.size));
	}
}

static bool has_entry(const struct cell *cell, const char *kind, const char *name)
{
	for (size_t i = 0; i < cell->nr_env; i++)
		if (!strcmp(cell->env[i].kind, kind) && !strcmp(cell->env[i].name, name))
			return true;
	return false;
}

/* A channel whose ends are not two cells: the rules about channels report it. */
static bool is_broken_channel(const struct system *sys, const char *name)
{
	for (size_t i = 0; i < sys->nr_channels; i++)
		if (!strcmp(sys->channels[i]->name, name) && !sys->channels[i]->end[0])
			return true;
	return false;
}

/* Reports the needed names of @type that the environment does not have with this @kind. */
static void check_objects(const struct check *check, uint32_t type, const char *kind,
			  const char *what, const char *cure)
{
	FOR_EACH_CELL(check, cell) {
		const struct needs *needs = &cell->image.needs;

		for (size_t i = 0; is_usable(cell) && !needs->wrong && i < needs->nr; i++) {
			const char *name = needs->objects[i].name;

			if (needs->objects[i].type != type || has_entry(cell, kind, name) ||
			    is_broken_channel(check->sys, name))
				continue;
			lacks(check, cell, mem_printf("a %s '%s'", what, name),
			      type == MV_NOTE_CHANNEL && !strcmp(name, "console") ?
				      "Add `console` to the cell" :
				      cure);
		}
	}
}

static void check_channels(const struct check *check)
{
	check_objects(check, MV_NOTE_CHANNEL, "MV_CAP_CHANNEL", "channel",
		      "Add a node of that name to `channels`, with the cell in its `ends`");
}

static void check_segments(const struct check *check)
{
	check_objects(check, MV_NOTE_SEGMENT, "MV_ENV_SEGMENT", "segment",
		      "Add a node of that name to `segments`, with the cell in its `shared-by`");
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
	{ "IMG-010", "What an image says that it needs can be understood.", check_notes },
	{ "IMG-011", "A cell is a guest if its image says that it is a guest's kernel.",
	  check_vmmu },
	{ "IMG-012", "A cell has a device tree if its image needs one.", check_device_tree },
	{ "IMG-013", "Floating point is configured if an image needs it.", check_vfp },
	{ "IMG-014", "A cell has as much memory as its image needs.", check_least_memory },
	{ "IMG-015", "A cell's memory is a multiple of what its image says.", check_multiple },
	{ "IMG-016", "A cell has as much heap as its image needs.", check_heap },
	{ "IMG-017", "A cell has the channels that its image needs.", check_channels },
	{ "IMG-018", "A cell has the segments that its image needs.", check_segments },
};

const struct rule_set rules_images = { "images", rules, ARRAY_SIZE(rules) };
