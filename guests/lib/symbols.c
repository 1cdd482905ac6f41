/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Function names for addresses in other cells. A cell with `symbols;` in the
 * description has a segment named "symbols" for each cell whose image came with a
 * symbol file; that cell is the peer. scripts/build/symtab.py writes these files.
 */
#include <mv.h>

#define SYMBOLS_MAGIC 0x3153564d /* "MVS1" */

/** struct symbols - head of a symbol file; names follow the entries */
struct symbols {
	uint32_t magic;
	uint32_t count;
	uint32_t end; /* of the text that is described */
	struct {
		uint32_t address; /* ascending */
		uint32_t name; /* offset in the file */
	} entries[];
};

static const struct symbols *symbols_of(const char *cell, uint32_t *size)
{
	const struct mv_env_entry *entry = NULL;
	const struct symbols *symbols;

	while ((entry = mv_env_next(entry, MV_ENV_SEGMENT))) {
		if (strcmp(entry->name, "symbols") || strcmp(entry->peer, cell))
			continue;
		symbols = (const struct symbols *)(uintptr_t)entry->address;
		*size = entry->size;
		return entry->size >= sizeof(*symbols) && symbols->magic == SYMBOLS_MAGIC ?
			       symbols :
			       NULL;
	}
	return NULL;
}

/* Index of the last entry at or below @address; there is at least one. */
static uint32_t search(const struct symbols *symbols, uint32_t address)
{
	uint32_t low = 0, high = symbols->count;

	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (symbols->entries[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

const char *mv_symbol_find(const char *cell, uint32_t address, uint32_t *offset)
{
	uint32_t size, n;
	const struct symbols *symbols = symbols_of(cell, &size);

	if (!symbols || !symbols->count || address < symbols->entries[0].address ||
	    address >= symbols->end)
		return NULL;
	n = search(symbols, address);
	*offset = address - symbols->entries[n].address;
	return symbols->entries[n].name < size ? (const char *)symbols + symbols->entries[n].name :
						 NULL;
}
