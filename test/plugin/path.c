/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Paths: which instructions were executed, as runs of consecutive addresses.
 * Relies on being told of every instruction in order; a path whose memory
 * cannot grow any more drops the rest.
 */
#include "mvcount.h"
#include <stdlib.h>

#define ROOM_FIRST 1024
#define ROOM_MOST  (1u << 20)

void path_clear(struct path *path)
{
	path->nr = 0;
}

static bool path_grow(struct path *path)
{
	size_t room = path->room ? path->room * 2 : ROOM_FIRST;
	struct run *runs = room <= ROOM_MOST ? realloc(path->runs, room * sizeof(*runs)) : NULL;

	if (!runs)
		return false;
	path->runs = runs;
	path->room = room;
	return true;
}

void path_add(struct path *path, uint32_t pc)
{
	struct run *last = path->nr ? &path->runs[path->nr - 1] : NULL;

	if (last && last->start + last->count * 4 == pc) {
		last->count++;
		return;
	}
	if (path->nr == path->room && !path_grow(path))
		return;
	path->runs[path->nr++] = (struct run){ pc, 1 };
}

void path_swap(struct path *a, struct path *b)
{
	struct path saved = *a;

	*a = *b;
	*b = saved;
}

void path_copy(struct path *to, const struct path *from)
{
	path_clear(to);
	while (to->room < from->nr && path_grow(to))
		;
	for (; to->nr < from->nr && to->nr < to->room; to->nr++)
		to->runs[to->nr] = from->runs[to->nr];
}

void path_print(const struct path *path, FILE *out)
{
	fputc('[', out);
	for (size_t i = 0; i < path->nr; i++)
		fprintf(out, "%s[%u,%u]", i ? "," : "", path->runs[i].start, path->runs[i].count);
	fputc(']', out);
}
