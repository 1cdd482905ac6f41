/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes images.S, the image store: every loadable segment of every cell's ELF
 * file, straight out of that file, each on pages of its own; and layout.ld,
 * where the microvisor and the cells' memory begin.
 */
#include "emit.h"

static void emit_blob(FILE *out, const char *symbol, const char *path, const char *range)
{
	fprintf(out, "\n\t.balign %u\n\t.global %s\n%s:\n\t.incbin ", PAGE, symbol, symbol);
	emit_string(out, path);
	fprintf(out, "%s\n", range);
}

static void emit_cell(const struct cell *cell, const char *out_path, FILE *out)
{
	for (unsigned int i = 0; i < cell->image.nr_segments; i++) {
		const struct image_segment *segment = &cell->image.segments[i];

		if (segment->file_size)
			emit_blob(out, cell->loads[i].symbol, cell->image.path,
				  mem_printf(", 0x%x, 0x%x", segment->offset, segment->file_size));
	}
	if (cell->dtb_size)
		emit_blob(out, cell->loads[cell->image.nr_segments].symbol,
			  mem_printf("%s/cell-%s.dtb", out_path, cell->name), "");
}

void emit_images(const struct system *sys, const char *out_path, FILE *out)
{
	emit_head(sys, out, "The image store");
	fprintf(out, "\t.section .images, \"a\", %%progbits\n");
	for (size_t i = 0; i < sys->nr_cells; i++)
		emit_cell(sys->cells[i], out_path, out);
	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		emit_blob(out, sys->symbol_files[i]->symbol, sys->symbol_files[i]->path, "");
	fprintf(out, "\n\t.balign %u\n\t.section .note.GNU-stack, \"\", %%progbits\n", PAGE);
}

void emit_layout(const struct system *sys, FILE *out)
{
	emit_head(sys, out, "The memory layout");
	fprintf(out, "MV_PHYS_BASE = 0x%08x;\n", (unsigned int)sys->kernel_pa);
	fprintf(out, "MV_POOL_START = 0x%08x;\n", (unsigned int)sys->pool_start);
}
