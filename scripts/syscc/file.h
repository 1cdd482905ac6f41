/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Files: whole ones are read at once; a set of outputs is written as a whole
 * or not at all, and a file whose content stays the same keeps its date.
 */
#ifndef SYSCC_FILE_H
#define SYSCC_FILE_H

#include "mem.h"

/** The largest file that is read; a larger one cannot be a sensible input. */
#define FILE_MAX_SIZE (256u << 20)

bool file_exists(const char *path);
/** A file's bytes with a NUL after them; NULL on failure, with the reason in errno. */
char *file_read(const char *path, size_t *size);

struct output {
	const char *path, *temporary;
	FILE *stream; /* NULL once closed */
	char *text;
	size_t size;
	bool changed;
};

struct outputs {
	struct output **files;
	size_t nr;
};

/** A stream whose content becomes the file @path by outputs_write(). */
FILE *outputs_open(struct outputs *outputs, const char *path);
/** Writes all outputs that changed; false: none was written, @failed and errno say why. */
bool outputs_write(struct outputs *outputs, const char **failed);
void outputs_free(struct outputs *outputs);

#endif
