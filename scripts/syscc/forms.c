/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Finds out which values of a property are text, numbers or references. The flattened
 * tree does not say it, but the text that `dtc -I dts -O yaml` writes does:
 *
 *   node:
 *     name: ["text", [0x1, !phandle 0x2], !u64 [0x3]]
 *     flag: true
 *
 * A child's line has more blanks in front than its parent's; a value may continue on the
 * next lines. The last line is "...". Whatever does not fit the tree is refused: without
 * their types, values of the wrong type would pass for numbers.
 */
#include "tree.h"

#define MAX_OPEN 32

/** struct open - the nodes that are open, each with the blanks before its name */
struct open {
	struct node *nodes[MAX_OPEN];
	size_t blanks[MAX_OPEN];
	size_t nr;
};

static const char *skip_text(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static char form_of_tag(const char *tag)
{
	static const struct {
		const char *tag;
		char form;
	} tags[] = {
		{ "!phandle", FORM_REF },
		{ "!u8", FORM_BYTES },
		{ "!u16", FORM_16 },
		{ "!u64", FORM_64 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (!strncmp(tag, tags[i].tag, strlen(tags[i].tag)))
			return tags[i].form;
	return FORM_NUMBER;
}

static void put(char **forms, char form)
{
	if (*forms)
		*(*forms)++ = form;
}

/*
 * Read from '[' to its ']'; write one letter for each value, unless @forms is NULL. A tag
 * holds for the number behind it, or for all numbers in the brackets behind it.
 */
static const char *read_value(const char *at, char *forms)
{
	char group = FORM_NUMBER, next = FORM_NUMBER;
	unsigned int depth = 0;

	do {
		size_t word = strcspn(at, "[], \n\"");

		if (*at == '"') {
			put(&forms, FORM_TEXT);
			at = skip_text(at);
			continue;
		}
		if (*at == '!') {
			next = form_of_tag(at);
		} else if (word) {
			put(&forms, next == FORM_NUMBER ? group : next);
			next = FORM_NUMBER;
		} else if (*at == '[') {
			group = next;
			next = FORM_NUMBER;
			depth++;
		} else if (*at == ']') {
			group = FORM_NUMBER;
			depth--;
		}
		at += word ? word : 1;
	} while (depth && *at);
	return at;
}

static void set_forms(struct node *node, const char *name, const char *forms)
{
	for (struct prop *prop = node->props; prop; prop = prop->next)
		if (!strcmp(prop->name, name))
			prop->forms = forms;
}

/* Read the name before the colon; it may be in quotes. */
static char *read_name(const char **at)
{
	bool quoted = **at == '\'';
	const char *start = *at + quoted;
	size_t length = strcspn(start, quoted ? "'\n" : ":\n");
	const char *end = start + length;

	end += quoted && *end == '\'';
	if (*end != ':')
		return NULL;
	*at = end + 1 + strspn(end + 1, " ");
	return mem_copy(start, length);
}

static bool open_node(struct open *open, struct node *parent, const char *name, size_t blanks)
{
	struct node *node = node_child(parent, name);

	if (!node || open->nr == MAX_OPEN)
		return false;
	open->nodes[open->nr] = node;
	open->blanks[open->nr++] = blanks;
	return true;
}

/* Read one property, or the first line of a node; NULL: not understood. */
static const char *read_item(struct open *open, const char *at, size_t blanks)
{
	char *name = read_name(&at);
	struct node *node;

	while (open->nr > 1 && open->blanks[open->nr - 1] >= blanks)
		open->nr--;
	node = open->nodes[open->nr - 1];
	if (!name)
		return NULL;
	if (*at == '[') {
		const char *end = read_value(at, NULL);
		char *forms = mem_alloc((size_t)(end - at) + 1);

		read_value(at, forms);
		set_forms(node, name, forms);
		at = end;
	} else if (*at == 't') {
		set_forms(node, name, "");
	} else if (!open_node(open, node, name, blanks)) {
		return NULL;
	}
	at += strcspn(at, "\n");
	return at + (*at == '\n');
}

bool forms_apply(struct tree *tree, const char *text)
{
	struct open open = { { tree->root }, { 0 }, 1 };
	const char *at = text + 4;

	if (strncmp(text, "---\n- ", 6))
		return false;
	while (at && strcmp(at, "...\n")) {
		size_t blanks = strspn(at, "- ");

		if (!blanks)
			return false;
		at = read_item(&open, at + blanks, blanks);
	}
	return at;
}
