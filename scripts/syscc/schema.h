/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The grammar of a system description: the kinds of nodes, their places, and the
 * properties of each. The same facts, with examples, are in dts/bindings/; a test
 * compares the two.
 */
#ifndef SYSCC_SCHEMA_H
#define SYSCC_SCHEMA_H

#include "tree.h"

enum value_type {
	VALUE_FLAG, /* present or absent, no value */
	VALUE_NUMBERS, /* 32 bits each */
	VALUE_REFS, /* phandles, 32 bits each */
	VALUE_STRINGS,
	VALUE_ANY, /* not checked, only handed on */
};

struct property {
	const char *name;
	enum value_type type;
	unsigned int min, max; /* how many values; max 0: no limit */
	bool required;
};

struct schema {
	const char *kind; /* as messages name it: "cell", "channel" */
	const char *binding; /* file in dts/bindings */
	const struct property *properties;
	size_t nr_properties;
	bool any_property; /* the names of its properties are free */
};

/**
 * Attaches a schema to every node in a permitted place, and marks malformed
 * properties.
 */
void schema_apply(struct tree *tree);

const struct property *schema_property(const struct schema *schema, const char *name);

/** What is written behind the name of a property: " = <...>;" */
const char *schema_form(const struct property *property);

/** The kind of node that a device's property refers to, for a guest to get, too; NULL: none. */
const struct schema *schema_referred(const char *property);

/** Names that could stand in place of an unknown one, for "did you mean". */
const char *schema_nearest_property(const struct schema *schema, const char *name);
const char *schema_nearest_child(const struct node *parent, const char *name);

/** Prints every kind with its properties, for the test against the bindings. */
void schema_list(FILE *out);

extern const struct schema schema_root, schema_cells, schema_cell, schema_channels, schema_channel,
	schema_segments, schema_segment, schema_virqs, schema_virq, schema_microvisor,
	schema_memory, schema_soc, schema_device, schema_clock, schema_regulator, schema_cpus,
	schema_cpu, schema_aliases, schema_ignored;

#endif
