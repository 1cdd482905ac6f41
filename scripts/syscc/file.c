/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Reads inputs whole, collects outputs in memory and writes those that changed:
 * first all of them beside their final places, then renames them.
 */
#include "file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_exists(const char *path)
{
	struct stat status;

	return !stat(path, &status);
}

static char *read_stream(FILE *file, size_t length)
{
	char *bytes = mem_alloc(length + 1);

	if (fread(bytes, 1, length, file) == length)
		return bytes;
	errno = EIO;
	return NULL;
}

char *file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	char *bytes = NULL;

	if (!file)
		return NULL;
	if (fstat(fileno(file), &status) || !S_ISREG(status.st_mode)) {
		errno = EINVAL;
	} else if (status.st_size > FILE_MAX_SIZE) {
		errno = EFBIG;
	} else {
		*size = (size_t)status.st_size;
		bytes = read_stream(file, *size);
	}
	fclose(file);
	return bytes;
}

FILE *outputs_open(struct outputs *outputs, const char *path)
{
	struct output *output = mem_alloc(sizeof(*output));

	output->path = path;
	output->stream = open_memstream(&output->text, &output->size);
	if (!output->stream) {
		fprintf(stderr, "syscc: out of memory; close other programs and try again\n");
		exit(2);
	}
	*APPEND(outputs->files, outputs->nr) = output;
	return output->stream;
}

static bool differs(const struct output *output)
{
	size_t size;
	const char *present = file_exists(output->path) ? file_read(output->path, &size) : NULL;

	return !present || size != output->size || memcmp(present, output->text, size);
}

static bool write_temporary(struct output *output)
{
	FILE *file;
	bool written;

	output->temporary = mem_printf("%s.tmp", output->path);
	file = fopen(output->temporary, "wb");
	if (!file)
		return false;
	written = fwrite(output->text, 1, output->size, file) == output->size;
	return !fclose(file) && written;
}

static void close_all(struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->nr; i++) {
		struct output *output = outputs->files[i];

		if (output->stream)
			fclose(output->stream);
		output->stream = NULL;
	}
}

static void remove_temporaries(struct outputs *outputs)
{
	int error = errno;

	for (size_t i = 0; i < outputs->nr; i++)
		if (outputs->files[i]->temporary)
			unlink(outputs->files[i]->temporary);
	errno = error;
}

bool outputs_write(struct outputs *outputs, const char **failed)
{
	close_all(outputs);
	for (size_t i = 0; i < outputs->nr; i++) {
		struct output *output = outputs->files[i];

		output->changed = differs(output);
		if (output->changed && !write_temporary(output)) {
			*failed = output->path;
			remove_temporaries(outputs);
			return false;
		}
	}
	for (size_t i = 0; i < outputs->nr; i++) {
		struct output *output = outputs->files[i];

		if (output->changed && rename(output->temporary, output->path)) {
			*failed = output->path;
			remove_temporaries(outputs);
			return false;
		}
	}
	return true;
}

void outputs_free(struct outputs *outputs)
{
	close_all(outputs);
	for (size_t i = 0; i < outputs->nr; i++)
		free(outputs->files[i]->text);
	outputs->nr = 0;
}
