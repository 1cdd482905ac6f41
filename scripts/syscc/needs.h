/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The things that an image needs of its cell, as it states in ELF notes of the owner
 * "Mullion" (include/mullion/note.h). An image without them needs nothing.
 */
#ifndef SYSCC_NEEDS_H
#define SYSCC_NEEDS_H

#include "mem.h"

#include "../../include/mullion/note.h"

/** struct needed - a channel or segment, by name */
struct needed {
	uint32_t type; /* MV_NOTE_CHANNEL, MV_NOTE_SEGMENT */
	const char *name;
};

/** struct needs - all notes of an image together; the largest of each number, 0: none */
struct needs {
	uint32_t flags; /* MV_NEED_* */
	uint32_t memory, multiple, heap;
	struct needed *objects;
	size_t nr;
	const char *wrong; /* the mistake in the first note that cannot be used; NULL: none */
};

/** Reads the notes of an ARM ELF executable, whose header is whole. */
void needs_read(struct needs *needs, const char *bytes, size_t size);

#endif
