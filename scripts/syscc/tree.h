/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The system description as a tree of nodes and properties in memory, each with
 * the place in the sources it comes from. Read-only once it is read.
 */
#ifndef SYSCC_TREE_H
#define SYSCC_TREE_H

#include "mem.h"

/** struct loc - a place in the sources; line 0: only the file is known */
struct loc {
	const char *file;
	int line;
};

/* The way a value is written in the sources: a letter in `forms` of a property. */
enum form {
	FORM_TEXT = 't',
	FORM_NUMBER = 'n', /* of 32 bits */
	FORM_REF = 'r',
	FORM_BYTES = 'b',
	FORM_16 = 'w',
	FORM_64 = 'q',
};

struct prop {
	const char *name;
	const uint8_t *data;
	uint32_t size;
	const char *forms; /* a letter for each value; NULL: unknown */
	bool malformed; /* its values have the wrong type: it counts as having none */
	struct loc loc;
	struct prop *next;
};

struct node {
	const char *name;
	const char *path;
	const char *label; /* from __symbols__, or NULL */
	uint32_t phandle; /* 0: none */
	unsigned int depth; /* of the root: 0 */
	struct loc loc;
	struct node *parent, *child, *next;
	struct prop *props;
	const struct schema *schema; /* the kind of the node, NULL: unknown */
	struct cell *cell; /* the object that the node describes, if it is one of these */
	struct device *device;
};

/** struct span - addresses @start .. @start + @size - 1; size 0: none */
struct span {
	uint64_t start, size;
};

struct tree {
	struct node *root;
	struct span *reserved; /* by /memreserve/ */
	size_t nr_reserved;
	struct node **by_phandle; /* sorted */
	size_t nr_phandles;
};

/* tree.c: from a flattened device tree of any content. */
const char *tree_read(struct tree *tree, const void *blob, size_t size, const char *file);
/** Whether the tree is an overlay, written with /plugin/. */
bool tree_is_overlay(const struct tree *tree);
struct node *tree_by_phandle(const struct tree *tree, uint32_t phandle);
struct node *node_child(const struct node *node, const char *name);
const struct prop *node_prop(const struct node *node, const char *name);

/* srcmap.c: places, from the text that `dtc -O dts -T -T` writes. */
void srcmap_apply(struct tree *tree, const char *text);

/* forms.c: types of values, from the text that `dtc -O yaml` writes; false: it does not fit. */
bool forms_apply(struct tree *tree, const char *text);

/* Values; a property that is absent or malformed gives the default. */
uint32_t prop_cell(const struct prop *prop, unsigned int index);
unsigned int prop_nr_cells(const struct prop *prop);
bool prop_is_strings(const struct prop *prop);
unsigned int prop_nr_strings(const struct prop *prop);
const char *prop_string(const struct prop *prop, unsigned int index);
uint32_t node_u32(const struct node *node, const char *name, uint32_t missing);
const char *node_string(const struct node *node, const char *name, const char *missing);
bool node_flag(const struct node *node, const char *name);
/** Whether the node's status disables it. */
bool node_disabled(const struct node *node);
/** The node at "/a/b", or NULL. */
struct node *tree_find(const struct tree *tree, const char *path);
/** Where a property stands, or its node if it is absent. */
struct loc node_loc(const struct node *node, const char *name);

#endif
