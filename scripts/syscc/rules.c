/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Runs all rules of the catalogue, prints the catalogue, and has the functions that
 * rules share.
 */
#include "rules.h"
#include "schema.h"

#include <stdarg.h>

static const struct rule_set *const sets[] = {
	&rules_form,    &rules_types,  &rules_conventions,    &rules_names,      &rules_cells,
	&rules_faults,  &rules_memory, &rules_address_spaces, &rules_guests,     &rules_images,
	&rules_objects, &rules_links,  &rules_devices,        &rules_interrupts, &rules_clocks,
	&rules_board,   &rules_limits,
};

/* Legal but hardly intended descriptions; checked only when all rules hold. */
static const struct rule_set *const hints[] = { &rules_hints, &rules_guest_hints };

static void check_set(const struct system *sys, const struct rule_set *set, struct report *report)
{
	for (size_t i = 0; i < set->nr; i++) {
		struct check check = { sys, &set->rules[i], report };

		check.rule->function(&check);
		if (!sys->tree.root || (report->nr && tree_is_overlay(&sys->tree)))
			return;
	}
}

void rules_check(const struct system *sys, struct report *report)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		check_set(sys, sets[i], report);
		if (!sys->tree.root || tree_is_overlay(&sys->tree))
			return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(hints) && !report->nr_errors; i++)
		check_set(sys, hints[i], report);
}

static void list_set(const struct rule_set *set, FILE *out)
{
	for (size_t i = 0; i < set->nr; i++)
		fprintf(out, "%s\t%s\t%s\n", set->rules[i].id, set->subject,
			set->rules[i].sentence);
}

void rules_list(FILE *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		list_set(sets[i], out);
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		list_set(hints[i], out);
}

bool hint_exists(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		for (size_t j = 0; j < hints[i]->nr; j++)
			if (!strcmp(id, hints[i]->rules[j].id))
				return true;
	return false;
}

static void add(const struct check *check, struct loc loc, enum severity severity,
		const char *format, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	report_add(check->report, loc, check->rule->id, severity, mem_copy(text, strlen(text)));
}

void fail(const struct check *check, struct loc loc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(check, loc, SEVERITY_ERROR, format, args);
	va_end(args);
}

void warn(const struct check *check, struct loc loc, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(check, loc, SEVERITY_WARNING, format, args);
	va_end(args);
}

static bool accepts(const struct node *node, const char *id)
{
	const struct prop *accepted = node_prop(node, "accept-hints");

	for (unsigned int i = 0; i < prop_nr_strings(accepted); i++)
		if (!strcmp(prop_string(accepted, i), id))
			return true;
	return false;
}

void hint(const struct check *check, const struct node *node, const char *name, const char *format,
	  ...)
{
	va_list args;

	if (accepts(node, check->rule->id) || accepts(check->sys->tree.root, check->rule->id))
		return;
	va_start(args, format);
	add(check, node_loc(node, name), SEVERITY_HINT, format, args);
	va_end(args);
}

const char *place(struct loc loc)
{
	return loc.line ? mem_printf("%s:%d", loc.file, loc.line) : loc.file;
}

const char *node_title(const struct node *node)
{
	if (!node->parent)
		return "the root node";
	return mem_printf("%s '%s'", node->schema->kind, node->name);
}

const char *range(struct span span)
{
	return mem_printf("0x%08llx-0x%08llx", (unsigned long long)span.start,
			  (unsigned long long)(span.size ? span_end(span) - 1 : span.start));
}

bool refs_repeat(const struct refs *refs, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (refs->nodes[i] == refs->nodes[index])
			return true;
	return false;
}

bool refers_to_disabled(const struct refs *refs)
{
	return refs->nr && refs->nodes[0] && node_disabled(refs->nodes[0]);
}

/* Depth first, over the nodes of known kinds and what is unknown directly below them. */
struct node *node_next(const struct node *node)
{
	if (node->child && node->schema)
		return node->child;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}
