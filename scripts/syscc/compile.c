/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The steps of a compilation, in their order: each needs the one before. The
 * rules come last and see everything, so that one run reports all errors.
 */
#include "compile.h"
#include "rules.h"
#include "schema.h"

static void build(struct system *sys)
{
	schema_apply(&sys->tree);
	parse_system(sys);
	image_read_all(sys); /* before the layout, which depends on the image */
	symbols_find(sys);
	assign_objects(sys); /* makes the vIRQs that capabilities refer to */
	place_virtual(sys); /* makes the addresses that environments contain */
	assign_caps(sys);
	for (size_t i = 0; i < sys->nr_cells; i++) {
		struct cell *cell = sys->cells[i];

		if (cell->device_tree)
			guest_dtb_make(sys, cell); /* for its size: the layout needs it */
		layout_assign(cell);
		if (cell->device_tree)
			guest_dtb_make(sys, cell); /* again, with the addresses of the layout */
		env_finish(cell);
	}
	place_physical(sys);
}

/* Returns what is wrong with the tree, or NULL. */
static const char *read_tree(struct system *sys, const struct inputs *inputs)
{
	const char *error = tree_read(&sys->tree, inputs->blob, inputs->size, inputs->name);

	if (error)
		return error;
	if (inputs->source_map)
		srcmap_apply(&sys->tree, inputs->source_map);
	if (inputs->types && !forms_apply(&sys->tree, inputs->types)) {
		sys->tree.root = NULL;
		return "its file of types is cut off or of another tree";
	}
	return NULL;
}

bool compile(const struct inputs *inputs, struct system *sys, struct report *report)
{
	sys->config.text = inputs->config ? inputs->config : "";
	sys->dtb_path = inputs->name;
	sys->images_path = inputs->images;
	sys->tree_error = read_tree(sys, inputs);
	if (!sys->tree_error)
		build(sys);
	report->hints_fatal = inputs->hints_fatal;
	rules_check(sys, report);
	return !report_failed(report);
}
