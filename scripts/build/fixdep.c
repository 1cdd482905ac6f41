/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Host tool: turns the dependency files that the compiler and the assembler
 * write into make rules. Every object depends on autoconf.h, which changes with
 * every option. This tool replaces that dependency by one on a file for each option
 * that the sources mention, so that a changed option rebuilds only the objects that
 * use it. Called after each compilation: `fixdep CONFIG-DIR TARGET DEPFILE...`,
 * writes to standard output and removes the dependency files.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A set of strings; a few hundred at most, so a list is enough. */
struct set {
	char **items;
	size_t count;
};

static void fail(const char *what, const char *name)
{
	fprintf(stderr, "fixdep: %s %s\n", what, name);
	exit(1);
}

static char *copy(const char *text, size_t length)
{
	char *result = malloc(length + 1);

	if (!result)
		fail("out of memory at", text);
	memcpy(result, text, length);
	result[length] = '\0';
	return result;
}

/** Add a string; returns 1 if it was not in the set. */
static int set_add(struct set *set, const char *text, size_t length)
{
	char **grown;

	for (size_t i = 0; i < set->count; i++)
		if (!strncmp(set->items[i], text, length) && !set->items[i][length])
			return 0;
	grown = realloc(set->items, (set->count + 1) * sizeof(*set->items));
	if (!grown)
		fail("out of memory at", text);
	set->items = grown;
	set->items[set->count++] = copy(text, length);
	return 1;
}

/** Read a whole file as a string; NULL if it is not there. */
static char *read_file(const char *name)
{
	FILE *file = fopen(name, "rb");
	struct stat status;
	size_t length;
	char *text;

	if (!file)
		return NULL;
	if (fstat(fileno(file), &status))
		fail("cannot tell the size of", name);
	text = malloc((size_t)status.st_size + 1);
	if (!text)
		fail("out of memory at", name);
	length = fread(text, 1, (size_t)status.st_size, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

static int in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/** Collect the names X of every CONFIG_X that a text mentions. */
static void scan_options(const char *text, struct set *options)
{
	const char *at = text;

	while ((at = strstr(at, "CONFIG_"))) {
		const char *name = at + strlen("CONFIG_");
		const char *end = name;

		while (in_name(*end))
			end++;
		if (end > name && (at == text || !in_name(at[-1])))
			set_add(options, name, end - name);
		at = end;
	}
}

static int ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

/**
 * Note one prerequisite, and the options that it mentions. The compiler's temporary
 * file, which the assembler's list names, is gone by now: it is left out.
 */
static void add_file(const char *name, size_t length, struct set *files, struct set *options)
{
	char *path = copy(name, length);
	char *text;

	if (ends_with(path, "include/generated/autoconf.h") || access(path, F_OK) ||
	    !set_add(files, name, length)) {
		free(path);
		return;
	}
	/* Binary or very long files, taken by .incbin, mention no options. */
	if (!ends_with(path, ".elf") && !ends_with(path, ".bin") && !ends_with(path, ".dtb")) {
		text = read_file(path);
		if (text)
			scan_options(text, options);
		free(text);
	}
	free(path);
}

/** Take the prerequisites of the first rule in a compiler's dependency file. */
static void read_depfile(const char *name, struct set *files, struct set *options)
{
	char *text = read_file(name);
	char *at, *end;

	if (!text)
		fail("cannot read", name);
	at = strstr(text, ": ");
	for (at = at ? at + 1 : text + strlen(text); *at; at = end) {
		if (isspace((unsigned char)*at) || *at == '\\') {
			end = at + 1;
			if (*at == '\n')
				break;
			if (*at == '\\' && *end == '\n')
				end++;
			continue;
		}
		end = at;
		while (*end && !isspace((unsigned char)*end))
			end += (*end == '\\' && end[1] == ' ') ? 2 : 1;
		add_file(at, end - at, files, options);
	}
	free(text);
}

/** The file that kconfig.py touches when an option changes. */
static void print_option(const char *dir, const char *name)
{
	printf("\t$(wildcard %s/", dir);
	for (; *name; name++)
		putchar(*name == '_' ? '/' : tolower((unsigned char)*name));
	printf(".h) \\\n");
}

int main(int argc, char **argv)
{
	struct set files = { NULL, 0 }, options = { NULL, 0 };

	if (argc < 4)
		fail("usage:", "fixdep CONFIG-DIR TARGET DEPFILE...");
	for (int i = 3; i < argc; i++)
		read_depfile(argv[i], &files, &options);

	printf("deps-%s := \\\n", argv[2]);
	for (size_t i = 0; i < files.count; i++)
		printf("\t%s \\\n", files.items[i]);
	for (size_t i = 0; i < options.count; i++)
		print_option(argv[1], options.items[i]);
	/* The second rule lets make go on when a header has been deleted. */
	printf("\n%s: $(deps-%s)\n\n$(deps-%s):\n", argv[2], argv[2], argv[2]);
	if (fflush(stdout))
		fail("cannot write the dependencies of", argv[2]);
	for (int i = 3; i < argc; i++)
		unlink(argv[i]);
	return 0;
}
