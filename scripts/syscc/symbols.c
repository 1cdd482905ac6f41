/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Symbol files: the names of functions in the cells' images, for cells with
 * `symbols`, which report faults. scripts/build/symtab.py makes one beside each
 * image; they go into the image store and are mapped from there, read-only and
 * at the same addresses in all cells that have them.
 */
#include "model.h"

#include "file.h"

/* The symbol file of the cell's image; NULL: none was made. */
static struct symbol_file *find_file(const struct system *sys, const struct cell *cell)
{
	const char *path =
		mem_printf("%s/%s/%s.sym", sys->images_path, cell->image_name, cell->image_name);
	struct symbol_file *file;
	size_t size;

	if (!file_exists(path) || !file_read(path, &size) || !size)
		return NULL;
	file = mem_alloc(sizeof(*file));
	file->image_name = cell->image_name;
	file->path = path;
	file->symbol = mem_printf("symbols_%s", c_symbol(cell->image_name));
	file->size = size;
	return file;
}

/* Cells with the same image share its file. */
static struct symbol_file *file_of(struct system *sys, const struct cell *cell)
{
	struct symbol_file *file;

	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		if (!strcmp(sys->symbol_files[i]->image_name, cell->image_name))
			return sys->symbol_files[i];
	file = find_file(sys, cell);
	if (file)
		*APPEND(sys->symbol_files, sys->nr_symbol_files) = file;
	return file;
}

void symbols_find(struct system *sys)
{
	bool wanted = false;

	for (size_t i = 0; i < sys->nr_cells; i++)
		wanted |= sys->cells[i]->symbols;
	for (size_t i = 0; i < sys->nr_cells && wanted; i++)
		if (sys->cells[i]->image.state == IMAGE_OK)
			sys->cells[i]->symbol_file = file_of(sys, sys->cells[i]);
}
