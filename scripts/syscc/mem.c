/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Memory of one run. All blocks are in one list, so a run with nonsensical input
 * needs no unwinding, and the fuzzer can make many runs in one process.
 */
#include "mem.h"

#include <stdarg.h>
#include <stdlib.h>

struct block {
	struct block *next;
	_Alignas(16) unsigned char data[];
};

static struct block *blocks;

void *mem_alloc(size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (!block) {
		fprintf(stderr, "syscc: out of memory; close other programs and try again\n");
		exit(2);
	}
	block->next = blocks;
	blocks = block;
	return block->data;
}

/* Room for one more element; the space doubles whenever it is used up. */
void *mem_grow(void *array, size_t nr, size_t size)
{
	void *larger;

	if (nr & (nr - 1) || (!nr && array))
		return array;
	larger = mem_alloc((nr ? 2 * nr : 1) * size);
	if (nr)
		memcpy(larger, array, nr * size);
	return larger;
}

char *mem_copy(const char *text, size_t length)
{
	char *copy = mem_alloc(length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = mem_alloc((size_t)length + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void mem_free_all(void)
{
	while (blocks) {
		struct block *next = blocks->next;

		free(blocks);
		blocks = next;
	}
}
