/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Reads a flattened device tree into nodes and properties. The blob may hold
 * any bytes: libfdt checks the structure first, the depth is bounded here.
 */
#include "tree.h"

#include <libfdt.h>
#include <stdlib.h>

#define MAX_DEPTH 16

static uint32_t get32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void read_props(struct node *node, const void *blob, int offset)
{
	struct prop **tail = &node->props;
	int at;

	fdt_for_each_property_offset(at, blob, offset) {
		struct prop *prop = mem_alloc(sizeof(*prop));
		int size = 0;

		prop->data = fdt_getprop_by_offset(blob, at, &prop->name, &size);
		prop->size = prop->data && size > 0 ? (uint32_t)size : 0;
		if (!prop->name)
			continue;
		prop->loc = node->loc;
		*tail = prop;
		tail = &prop->next;
	}
}

static struct node *new_node(struct node *parent, const void *blob, int offset, struct loc loc)
{
	struct node *node = mem_alloc(sizeof(*node));
	const char *name = fdt_get_name(blob, offset, NULL);

	node->name = parent && name ? name : "";
	node->parent = parent;
	node->depth = parent ? parent->depth + 1 : 0;
	if (!parent)
		node->path = "/";
	else
		node->path = mem_printf("%s/%s", parent->parent ? parent->path : "", node->name);
	node->loc = loc;
	read_props(node, blob, offset);
	node->phandle = node_u32(node, "phandle", 0);
	return node;
}

static const char *read_children(struct node *parent, const void *blob, int offset)
{
	struct node **tail = &parent->child;
	int at;

	if (parent->depth >= MAX_DEPTH)
		return "nodes are nested too deeply";
	fdt_for_each_subnode(at, blob, offset) {
		const char *error;

		*tail = new_node(parent, blob, at, parent->loc);
		error = read_children(*tail, blob, at);
		if (error)
			return error;
		tail = &(*tail)->next;
	}
	return NULL;
}

static void index_phandles(struct tree *tree, struct node *node)
{
	if (node->phandle)
		*APPEND(tree->by_phandle, tree->nr_phandles) = node;
	for (struct node *child = node->child; child; child = child->next)
		index_phandles(tree, child);
}

static int compare_phandles(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;

	return x->phandle < y->phandle ? -1 : x->phandle > y->phandle;
}

struct node *node_child(const struct node *node, const char *name)
{
	for (struct node *child = node->child; child; child = child->next)
		if (!strcmp(child->name, name))
			return child;
	return NULL;
}

struct node *tree_find(const struct tree *tree, const char *path)
{
	struct node *node = tree->root;

	while (node && *path) {
		size_t length = strcspn(path, "/");

		if (length)
			node = node_child(node, mem_copy(path, length));
		path += length + (path[length] == '/');
	}
	return node;
}

/* dtc -@ writes the labels as properties of /__symbols__: label = "path". */
static void apply_labels(struct tree *tree)
{
	const struct node *symbols = node_child(tree->root, "__symbols__");

	if (!symbols)
		return;
	for (const struct prop *prop = symbols->props; prop; prop = prop->next) {
		const char *path = prop_string(prop, 0);
		struct node *node = path ? tree_find(tree, path) : NULL;

		if (node && !node->label)
			node->label = prop->name;
	}
}

static void read_reserved(struct tree *tree, const void *blob)
{
	for (int i = 0; i < fdt_num_mem_rsv(blob); i++) {
		struct span *span = APPEND(tree->reserved, tree->nr_reserved);

		if (fdt_get_mem_rsv(blob, i, &span->start, &span->size))
			span->size = 0;
		if (span->size > UINT64_MAX - span->start)
			span->size = UINT64_MAX - span->start;
	}
}

const char *tree_read(struct tree *tree, const void *blob, size_t size, const char *file)
{
	struct loc loc = { .file = file };
	const char *error;

	if (size < sizeof(struct fdt_header) || fdt_check_full(blob, size))
		return "not a well-formed flattened device tree";
	tree->root = new_node(NULL, blob, 0, loc);
	error = read_children(tree->root, blob, 0);
	if (error) {
		tree->root = NULL;
		return error;
	}
	read_reserved(tree, blob);
	index_phandles(tree, tree->root);
	if (tree->nr_phandles)
		qsort(tree->by_phandle, tree->nr_phandles, sizeof(*tree->by_phandle),
		      compare_phandles);
	apply_labels(tree);
	return NULL;
}

struct node *tree_by_phandle(const struct tree *tree, uint32_t phandle)
{
	struct node key = { .phandle = phandle }, *wanted = &key, **found;

	if (!tree->nr_phandles)
		return NULL;
	found = bsearch(&wanted, tree->by_phandle, tree->nr_phandles, sizeof(*tree->by_phandle),
			compare_phandles);
	return found ? *found : NULL;
}

/* dtc leaves these nodes in an overlay, for the program that applies it. */
bool tree_is_overlay(const struct tree *tree)
{
	return tree->root &&
	       (node_child(tree->root, "__fixups__") || node_child(tree->root, "__local_fixups__"));
}

const struct prop *node_prop(const struct node *node, const char *name)
{
	for (const struct prop *prop = node ? node->props : NULL; prop; prop = prop->next)
		if (!strcmp(prop->name, name))
			return prop;
	return NULL;
}

unsigned int prop_nr_cells(const struct prop *prop)
{
	return prop && !prop->malformed && prop->size % 4 == 0 ? prop->size / 4 : 0;
}

uint32_t prop_cell(const struct prop *prop, unsigned int index)
{
	return get32(prop->data + 4 * index);
}

/* One or more NUL-terminated, printable strings that fill the property. */
bool prop_is_strings(const struct prop *prop)
{
	if (!prop || prop->malformed || !prop->size || prop->data[prop->size - 1])
		return false;
	for (uint32_t at = 0; at < prop->size; at++) {
		bool empty = !prop->data[at] && at && !prop->data[at - 1];

		if (empty || (prop->data[at] && (prop->data[at] < ' ' || prop->data[at] > '~')))
			return false;
	}
	return true;
}

unsigned int prop_nr_strings(const struct prop *prop)
{
	unsigned int nr = 0;

	for (uint32_t at = 0; prop_is_strings(prop) && at < prop->size; at++)
		nr += !prop->data[at];
	return nr;
}

const char *prop_string(const struct prop *prop, unsigned int index)
{
	const char *text;

	if (index >= prop_nr_strings(prop))
		return NULL;
	for (text = (const char *)prop->data; index; index--)
		text += strlen(text) + 1;
	return text;
}

uint32_t node_u32(const struct node *node, const char *name, uint32_t missing)
{
	const struct prop *prop = node_prop(node, name);

	return prop_nr_cells(prop) == 1 ? prop_cell(prop, 0) : missing;
}

const char *node_string(const struct node *node, const char *name, const char *missing)
{
	const struct prop *prop = node_prop(node, name);

	return prop && prop_nr_strings(prop) == 1 ? prop_string(prop, 0) : missing;
}

bool node_flag(const struct node *node, const char *name)
{
	return node_prop(node, name) != NULL;
}

bool node_disabled(const struct node *node)
{
	return !strcmp(node_string(node, "status", ""), "disabled");
}

struct loc node_loc(const struct node *node, const char *name)
{
	const struct prop *prop = node_prop(node, name);

	return prop ? prop->loc : node->loc;
}
