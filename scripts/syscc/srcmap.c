/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Gives nodes and properties their places in the sources, from the annotated text
 * that `dtc -I dts -O dts -T -T` writes. It has one item a line, each ending in a
 * comment "file:line:column-line:column", with several places if a node is added to.
 * Lines that cannot be understood are skipped: places only help the reader.
 */
#include "tree.h"

#include <stdlib.h>

/*
 * Takes the comment's first place, or the last one. The last one serves for nodes near
 * the root: the board's file opens them, but the product should add what is missing.
 */
static bool parse_place(const char *comment, size_t length, bool last, struct loc *loc)
{
	const char *end = comment + length, *colon;

	for (const char *at = comment; at + 1 < end; at++) {
		if (at[0] != ',' || at[1] != ' ')
			continue;
		if (last)
			comment = at + 2;
		else
			end = at;
	}
	for (colon = comment; colon < end; colon++)
		if (*colon == ':' && colon + 1 < end && colon[1] >= '0' && colon[1] <= '9')
			break;
	if (colon >= end)
		return false;
	loc->file = mem_copy(comment, (size_t)(colon - comment));
	loc->line = atoi(colon + 1);
	return true;
}

/* Finds the line's last comment and cuts it off; false: there is none. */
static bool cut_comment(char *line, bool last, struct loc *loc)
{
	char *comment = NULL, *end;

	for (char *at = strstr(line, "/* "); at; at = strstr(at + 1, "/* "))
		comment = at;
	if (!comment)
		return false;
	*comment = '\0';
	end = strstr(comment + 1, " */");
	return end && parse_place(comment + 3, (size_t)(end - comment - 3), last, loc);
}

/* "label: name {" -> the child of that name. */
static struct node *open_node(struct node *parent, char *line)
{
	char *name = line, *end = strrchr(line, '{');

	while (end > line && end[-1] == ' ')
		end--;
	*end = '\0';
	for (char *at = line; *at; at++)
		if (*at == ' ')
			name = at + 1;
	return node_child(parent, name);
}

static void place_prop(struct node *node, char *line, struct loc loc)
{
	line[strcspn(line, " ;")] = '\0';
	for (struct prop *prop = node->props; prop; prop = prop->next)
		if (!strcmp(prop->name, line))
			prop->loc = loc;
}

/* Read one line; returns the node that is open after it, NULL: the nesting is wrong. */
static struct node *apply_line(struct tree *tree, struct node *open, char *line)
{
	struct loc loc = { 0 };
	size_t length;
	bool placed;

	line += strspn(line, "\t ");
	if (!strncmp(line, "};", 2))
		return open ? open->parent : NULL;
	placed = cut_comment(line, !open || !open->parent, &loc);
	for (length = strlen(line); length && line[length - 1] == ' '; length--)
		line[length - 1] = '\0';
	if (length && line[length - 1] == '{') {
		open = open ? open_node(open, line) : tree->root;
		if (open && placed)
			open->loc = loc;
	} else if (open && placed) {
		place_prop(open, line, loc);
	}
	return open;
}

void srcmap_apply(struct tree *tree, const char *text)
{
	struct node *open = NULL;
	bool started = false;

	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = mem_copy(text, length);

		open = apply_line(tree, open, line);
		started |= open != NULL;
		if (started && !open)
			return;
		text += length + (text[length] == '\n');
	}
}
