/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Symbol files: the names of an image's functions by address, for cells that
 * report faults in words. Made from the ELF symbol table, kept in the image
 * store and mapped read-only; guests/lib/symbols.c reads them. All words are
 * little-endian: magic, number of functions, end of the text, then address and
 * offset of the name for each, ascending; then the names.
 */
#include "model.h"

#include <elf.h>
#include <stdlib.h>

#define MAGIC "MVS1"

struct function {
	uint32_t address, size;
	const char *name;
	size_t order;
};

struct functions {
	struct function *list;
	size_t nr;
};

static bool read_at(const struct image *image, uint64_t offset, void *to, size_t size)
{
	if (offset > image->size || size > image->size - offset)
		return false;
	memcpy(to, image->bytes + offset, size);
	return true;
}

static bool read_section(const struct image *image, uint32_t index, Elf32_Shdr *section)
{
	Elf32_Ehdr head;

	return read_at(image, 0, &head, sizeof(head)) && index < head.e_shnum &&
	       head.e_shentsize == sizeof(*section) &&
	       read_at(image, (uint64_t)head.e_shoff + index * sizeof(*section), section,
		       sizeof(*section));
}

/* A name in a string table; NULL if it does not end in there. */
static const char *string_at(const struct image *image, const Elf32_Shdr *strings, uint32_t offset)
{
	const char *start;

	if (strings->sh_offset > image->size ||
	    strings->sh_size > image->size - strings->sh_offset || offset >= strings->sh_size)
		return NULL;
	start = image->bytes + strings->sh_offset + offset;
	return memchr(start, '\0', strings->sh_size - offset) ? start : NULL;
}

static bool is_code(const struct image *image, uint32_t address)
{
	for (unsigned int i = 0; i < image->nr_segments; i++) {
		const struct image_segment *segment = &image->segments[i];

		if (segment->flags & MV_RIGHT_EXEC && address >= segment->va &&
		    address - segment->va < segment->memory_size)
			return true;
	}
	return false;
}

/* Functions and labels in the text; names with '$' mark ARM, Thumb and data. */
static void add_symbol(const struct image *image, const Elf32_Shdr *strings,
		       const Elf32_Sym *symbol, struct functions *functions)
{
	unsigned int type = ELF32_ST_TYPE(symbol->st_info);
	const char *name = string_at(image, strings, symbol->st_name);
	struct function *function;

	if ((type != STT_FUNC && type != STT_NOTYPE) || !name || !*name || *name == '$' ||
	    symbol->st_shndx == SHN_UNDEF || !is_code(image, symbol->st_value & ~1u))
		return;
	function = APPEND(functions->list, functions->nr);
	function->address = symbol->st_value & ~1u;
	function->size = symbol->st_size;
	function->name = name;
	function->order = functions->nr + (type == STT_NOTYPE ? SIZE_MAX / 2 : 0);
}

static void read_table(const struct image *image, const Elf32_Shdr *table,
		       struct functions *functions)
{
	Elf32_Shdr strings;
	Elf32_Sym symbol;

	if (!read_section(image, table->sh_link, &strings))
		return;
	for (uint64_t at = 0; at + sizeof(symbol) <= table->sh_size; at += sizeof(symbol)) {
		if (!read_at(image, table->sh_offset + at, &symbol, sizeof(symbol)))
			return;
		add_symbol(image, &strings, &symbol, functions);
	}
}

static int compare(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Sorted, one name for each address: a function's rather than a label's. */
static void sort(struct functions *functions)
{
	size_t kept = 0;

	if (!functions->nr)
		return;
	qsort(functions->list, functions->nr, sizeof(*functions->list), compare);
	for (size_t i = 1; i < functions->nr; i++)
		if (functions->list[i].address != functions->list[kept].address)
			functions->list[++kept] = functions->list[i];
	functions->nr = kept + 1;
}

static void put_word(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static void write_file(const struct functions *functions, struct symbol_file *file)
{
	const struct function *last = &functions->list[functions->nr - 1];
	size_t names = 12 + 8 * functions->nr;

	file->size = names;
	for (size_t i = 0; i < functions->nr; i++)
		file->size += strlen(functions->list[i].name) + 1;
	file->bytes = mem_alloc(file->size);
	memcpy(file->bytes, MAGIC, 4);
	put_word(file->bytes + 4, functions->nr);
	put_word(file->bytes + 8, (uint64_t)last->address + (last->size > 4 ? last->size : 4));
	for (size_t i = 0; i < functions->nr; i++) {
		const struct function *function = &functions->list[i];

		put_word(file->bytes + 12 + 8 * i, function->address);
		put_word(file->bytes + 16 + 8 * i, names);
		strcpy((char *)file->bytes + names, function->name);
		names += strlen(function->name) + 1;
	}
}

/* NULL: the image has no symbol table. */
static struct symbol_file *make_file(const struct cell *cell)
{
	struct functions functions = { 0 };
	struct symbol_file *file;
	Elf32_Shdr section;

	for (uint32_t i = 1; read_section(&cell->image, i, &section); i++)
		if (section.sh_type == SHT_SYMTAB)
			read_table(&cell->image, &section, &functions);
	sort(&functions);
	if (!functions.nr)
		return NULL;
	file = mem_alloc(sizeof(*file));
	file->image_name = cell->image_name;
	file->symbol = mem_printf("symbols_%s", c_symbol(cell->image_name));
	write_file(&functions, file);
	return file;
}

/* Cells with the same image share its file. */
static struct symbol_file *file_of(struct system *sys, const struct cell *cell)
{
	struct symbol_file *file;

	for (size_t i = 0; i < sys->nr_symbol_files; i++)
		if (!strcmp(sys->symbol_files[i]->image_name, cell->image_name))
			return sys->symbol_files[i];
	file = make_file(cell);
	if (file)
		*APPEND(sys->symbol_files, sys->nr_symbol_files) = file;
	return file;
}

void symbols_make(struct system *sys)
{
	bool wanted = false;

	for (size_t i = 0; i < sys->nr_cells; i++)
		wanted |= sys->cells[i]->symbols;
	for (size_t i = 0; i < sys->nr_cells && wanted; i++)
		if (sys->cells[i]->image.state == IMAGE_OK)
			sys->cells[i]->symbol_file = file_of(sys, sys->cells[i]);
}
