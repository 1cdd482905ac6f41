/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The catalogue of rules and hints. A rule is an id, a sentence and a function that
 * looks at the whole system and reports every place that breaks the sentence.
 * rules/<subject>.c holds the rules of one subject as a table; a new rule is a
 * function, a line in the table and a case in test/syscc/rules/.
 */
#ifndef SYSCC_RULES_H
#define SYSCC_RULES_H

#include "model.h"
#include "report.h"

struct check {
	const struct system *sys;
	const struct rule *rule;
	struct report *report;
};

struct rule {
	const char *id, *sentence;
	void (*function)(const struct check *check);
};

struct rule_set {
	const char *subject;
	const struct rule *rules;
	size_t nr;
};

void rules_check(const struct system *sys, struct report *report);
void rules_list(FILE *out);

/* For the rules' functions: report at a place. The text ends with the cure. */
void fail(const struct check *check, struct loc loc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void warn(const struct check *check, struct loc loc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Hint at a property of a node, or at the node, unless that node or the root accepts it. */
void hint(const struct check *check, const struct node *node, const char *name, const char *format,
	  ...) __attribute__((format(printf, 4, 5)));
bool hint_exists(const char *id);

/** "(file:line)" of a place, for the other party in a message. */
const char *place(struct loc loc);
/** "cell 'hello'", "the root node" */
const char *node_title(const struct node *node);
/** "0x80000000-0x80ffffff" */
const char *range(struct span span);

/** Whether a property holds one number, as the type rules demand. */
static inline bool has_number(const struct node *node, const char *name)
{
	return prop_nr_cells(node_prop(node, name)) == 1;
}

/** Whether a property has values of the wrong type: rules about missing values are silent then. */
static inline bool is_malformed(const struct node *node, const char *name)
{
	const struct prop *prop = node_prop(node, name);

	return prop && prop->malformed;
}

/** Whether an entry refers to the same node as an earlier one. */
bool refs_repeat(const struct refs *refs, size_t index);

/** Whether the first entry is a disabled node, which DTS-002 reports. */
bool refers_to_disabled(const struct refs *refs);

/** The node after @node, depth first, among those that are ours. */
struct node *node_next(const struct node *node);

#define FOR_EACH_NODE(check, node) \
	for (struct node *node = (check)->sys->tree.root; node; node = node_next(node))

#define FOR_EACH_CELL(check, cell) \
	for (struct cell *cell = first_cell((check)->sys); cell; cell = cell->next)

static inline struct cell *first_cell(const struct system *sys)
{
	return sys->nr_cells ? sys->cells[0] : NULL;
}

extern const struct rule_set rules_form, rules_types, rules_conventions, rules_names, rules_cells,
	rules_faults, rules_memory, rules_address_spaces, rules_guests, rules_images, rules_objects,
	rules_links, rules_devices, rules_interrupts, rules_clocks, rules_board, rules_limits,
	rules_hints, rules_guest_hints;

#endif
