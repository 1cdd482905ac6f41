/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The kinds of nodes and their properties, as tables.
 */
#include "schema.h"

#include "nearest.h"

#define FLAG(name)                            \
	{                                     \
		name, VALUE_FLAG, 0, 0, false \
	}
#define U32(name)                                \
	{                                        \
		name, VALUE_NUMBERS, 1, 1, false \
	}
#define REF(name)                             \
	{                                     \
		name, VALUE_REFS, 1, 1, false \
	}
#define REFS(name)                            \
	{                                     \
		name, VALUE_REFS, 1, 0, false \
	}
#define STRING(name)                             \
	{                                        \
		name, VALUE_STRINGS, 1, 1, false \
	}
#define STRINGS(name)                            \
	{                                        \
		name, VALUE_STRINGS, 1, 0, false \
	}
#define ANY(name)                            \
	{                                    \
		name, VALUE_ANY, 0, 0, false \
	}
#define MUST(name, type, min, max)         \
	{                                  \
		name, type, min, max, true \
	}
#define TABLE(table) (table), ARRAY_SIZE(table)

static const struct property root_properties[] = {
	MUST("#address-cells", VALUE_NUMBERS, 1, 1),
	MUST("#size-cells", VALUE_NUMBERS, 1, 1),
	MUST("model", VALUE_STRINGS, 1, 1),
	STRINGS("compatible"),
	REF("interrupt-parent"),
	STRINGS("accept-hints"),
};

static const struct property cell_properties[] = {
	MUST("image", VALUE_STRINGS, 1, 1),
	MUST("memory", VALUE_NUMBERS, 1, 1),
	MUST("priority", VALUE_NUMBERS, 1, 1),
	{ "priority-range", VALUE_NUMBERS, 2, 2, false },
	U32("address"),
	STRING("args"),
	STRING("bootargs"),
	REF("console"),
	REFS("controls"),
	U32("cpu"),
	FLAG("device-tree"),
	REFS("devices"),
	FLAG("fault-log"),
	REF("monitor"),
	STRING("on-fault"),
	U32("restart-limit"),
	U32("stack"),
	STRING("start"),
	FLAG("symbols"),
	STRINGS("system"),
	U32("timers"),
	FLAG("trusted"),
	U32("vcpus"),
	FLAG("vmmu"),
	STRING("status"),
	STRINGS("accept-hints"),
};

static const struct property channel_properties[] = {
	MUST("ends", VALUE_REFS, 1, 0),
	STRING("carries"),
	U32("depth"),
	U32("message-size"),
	FLAG("one-way"),
	REF("segment"),
	STRING("status"),
	STRINGS("accept-hints"),
};

static const struct property segment_properties[] = {
	MUST("size", VALUE_NUMBERS, 1, 1),
	REFS("shared-by"),
	REFS("read-only-for"),
	U32("address"),
	U32("at"),
	STRING("status"),
	STRINGS("accept-hints"),
};

static const struct property virq_properties[] = {
	MUST("from", VALUE_REFS, 1, 1),
	MUST("to", VALUE_REFS, 1, 1),
	U32("to-vcpu"),
	FLAG("level"),
	STRING("status"),
	STRINGS("accept-hints"),
};

static const struct property microvisor_properties[] = {
	MUST("board", VALUE_STRINGS, 1, 1),
	MUST("irqchip", VALUE_REFS, 1, 1),
	MUST("memory", VALUE_NUMBERS, 1, 1),
	MUST("serial", VALUE_REFS, 1, 1),
	MUST("timer", VALUE_REFS, 1, 1),
	U32("load-offset"),
	REF("reset"),
};

static const struct property memory_properties[] = {
	MUST("device_type", VALUE_STRINGS, 1, 1),
	MUST("reg", VALUE_NUMBERS, 2, 0),
	STRINGS("accept-hints"),
};

static const struct property soc_properties[] = {
	MUST("compatible", VALUE_STRINGS, 1, 0),
	MUST("#address-cells", VALUE_NUMBERS, 1, 1),
	MUST("#size-cells", VALUE_NUMBERS, 1, 1),
	{ "ranges", VALUE_FLAG, 0, 0, true },
};

/* Devices: properties that Mullion reads, then those that it only hands on to a guest. */
static const struct property device_properties[] = {
	MUST("compatible", VALUE_STRINGS, 1, 0),
	MUST("reg", VALUE_NUMBERS, 2, 8),
	{ "interrupts", VALUE_NUMBERS, 3, 24, false },
	U32("clock-frequency"),
	U32("#address-cells"),
	U32("#interrupt-cells"),
	FLAG("interrupt-controller"),
	REF("interrupt-parent"),
	FLAG("mullion,dma"),
	U32("mullion,nr-irqs"),
	STRINGS("interrupt-names"),
	STRINGS("reg-names"),
	STRING("status"),
	STRING("phy-mode"),
	U32("arm,primecell-periphid"),
	U32("bank-width"),
	U32("bus-width"),
	U32("max-frequency"),
	U32("reg-io-width"),
	U32("reg-shift"),
	FLAG("broken-cd"),
	FLAG("cap-mmc-highspeed"),
	FLAG("cap-sd-highspeed"),
	FLAG("non-removable"),
	FLAG("smsc,irq-active-high"),
	FLAG("smsc,irq-push-pull"),
	REFS("clocks"),
	STRINGS("clock-names"),
	REF("vdd33a-supply"),
	REF("vddvario-supply"),
	REF("vmmc-supply"),
	REF("vqmmc-supply"),
	STRINGS("accept-hints"),
};

static const struct property clock_properties[] = {
	MUST("compatible", VALUE_STRINGS, 1, 1),
	MUST("#clock-cells", VALUE_NUMBERS, 1, 1),
	MUST("clock-frequency", VALUE_NUMBERS, 1, 1),
};

static const struct property regulator_properties[] = {
	MUST("compatible", VALUE_STRINGS, 1, 1),
	MUST("regulator-name", VALUE_STRINGS, 1, 1),
	MUST("regulator-min-microvolt", VALUE_NUMBERS, 1, 1),
	MUST("regulator-max-microvolt", VALUE_NUMBERS, 1, 1),
	FLAG("regulator-always-on"),
	FLAG("regulator-boot-on"),
};

static const struct property cpus_properties[] = {
	MUST("#address-cells", VALUE_NUMBERS, 1, 1),
	MUST("#size-cells", VALUE_NUMBERS, 1, 1),
};

static const struct property cpu_properties[] = {
	MUST("compatible", VALUE_STRINGS, 1, 0),
	MUST("device_type", VALUE_STRINGS, 1, 1),
	MUST("reg", VALUE_NUMBERS, 1, 1),
};

const struct schema schema_root = { "system", "system", TABLE(root_properties), false };
const struct schema schema_cells = { "list of cells", NULL, NULL, 0, false };
const struct schema schema_cell = { "cell", "cell", TABLE(cell_properties), false };
const struct schema schema_channels = { "list of channels", NULL, NULL, 0, false };
const struct schema schema_channel = { "channel", "channel", TABLE(channel_properties), false };
const struct schema schema_segments = { "list of segments", NULL, NULL, 0, false };
const struct schema schema_segment = { "segment", "segment", TABLE(segment_properties), false };
const struct schema schema_virqs = { "list of vIRQs", NULL, NULL, 0, false };
const struct schema schema_virq = { "vIRQ", "virq", TABLE(virq_properties), false };
const struct schema schema_microvisor = { "microvisor", "microvisor", TABLE(microvisor_properties),
					  false };
const struct schema schema_memory = { "memory", "ram", TABLE(memory_properties), false };
const struct schema schema_soc = { "bus", "soc", TABLE(soc_properties), false };
const struct schema schema_device = { "device", "device", TABLE(device_properties), false };
const struct schema schema_clock = { "clock", "clock", TABLE(clock_properties), false };
const struct schema schema_regulator = { "regulator", "regulator", TABLE(regulator_properties),
					 false };
const struct schema schema_cpus = { "list of processors", "processors", TABLE(cpus_properties),
				    false };
const struct schema schema_cpu = { "processor", "processor", TABLE(cpu_properties), false };
const struct schema schema_aliases = { "list of aliases", NULL, NULL, 0, true };
const struct schema schema_ignored = { "dtc's own data", NULL, NULL, 0, true };

/* Which node may stand under which: with any name, with this name, or with this beginning. */
static const struct {
	const struct schema *parent;
	const char *name; /* NULL: any; ends in '@' or '-': more follows */
	const struct schema *schema;
} places[] = {
	{ &schema_root, "cells", &schema_cells },
	{ &schema_root, "channels", &schema_channels },
	{ &schema_root, "segments", &schema_segments },
	{ &schema_root, "virqs", &schema_virqs },
	{ &schema_root, "microvisor", &schema_microvisor },
	{ &schema_root, "memory@", &schema_memory },
	{ &schema_root, "soc", &schema_soc },
	{ &schema_root, "cpus", &schema_cpus },
	{ &schema_root, "clock-", &schema_clock },
	{ &schema_root, "regulator-", &schema_regulator },
	{ &schema_root, "aliases", &schema_aliases },
	{ &schema_root, "__symbols__", &schema_ignored },
	{ &schema_cells, NULL, &schema_cell },
	{ &schema_channels, NULL, &schema_channel },
	{ &schema_segments, NULL, &schema_segment },
	{ &schema_virqs, NULL, &schema_virq },
	{ &schema_soc, NULL, &schema_device },
	{ &schema_cpus, "cpu@", &schema_cpu },
};

/* Whether a pattern is only the beginning of a name. */
static bool is_stem(const char *pattern)
{
	return strchr("@-", pattern[strlen(pattern) - 1]) != NULL;
}

static bool name_fits(const char *pattern, const char *name)
{
	if (pattern && is_stem(pattern))
		return !strncmp(pattern, name, strlen(pattern));
	return !pattern || !strcmp(pattern, name);
}

static bool form_fits(enum value_type type, char form)
{
	return form == FORM_TEXT   ? type == VALUE_STRINGS :
	       form == FORM_NUMBER ? type == VALUE_NUMBERS :
	       form == FORM_REF    ? type == VALUE_REFS :
				     false;
}

/* Judge by the way a value is written, where that is known, else by its bytes. */
static bool is_malformed(enum value_type type, const struct prop *prop)
{
	for (const char *form = prop->forms; form && *form; form++)
		if (type != VALUE_ANY && !form_fits(type, *form))
			return true;
	switch (type) {
	case VALUE_FLAG:
		return prop->size;
	case VALUE_NUMBERS:
	case VALUE_REFS:
		return !prop->size || prop->size % 4;
	case VALUE_STRINGS:
		return !prop_is_strings(prop);
	default:
		return false;
	}
}

static void apply_types(struct node *node)
{
	for (struct prop *prop = node->props; prop; prop = prop->next) {
		const struct property *property = schema_property(node->schema, prop->name);

		prop->malformed = property && is_malformed(property->type, prop);
	}
}

static void apply_below(struct node *parent)
{
	apply_types(parent);
	for (struct node *node = parent->child; node; node = node->next) {
		for (size_t i = 0; i < ARRAY_SIZE(places) && !node->schema; i++)
			if (places[i].parent == parent->schema &&
			    name_fits(places[i].name, node->name))
				node->schema = places[i].schema;
		if (node->schema)
			apply_below(node);
	}
}

void schema_apply(struct tree *tree)
{
	tree->root->schema = &schema_root;
	apply_below(tree->root);
}

const struct schema *schema_referred(const char *property)
{
	size_t length = strlen(property);

	if (!strcmp(property, "clocks"))
		return &schema_clock;
	if (length > strlen("-supply") && !strcmp(property + length - strlen("-supply"), "-supply"))
		return &schema_regulator;
	return NULL;
}

const struct property *schema_property(const struct schema *schema, const char *name)
{
	for (size_t i = 0; i < schema->nr_properties; i++)
		if (!strcmp(schema->properties[i].name, name))
			return &schema->properties[i];
	return NULL;
}

const char *schema_form(const struct property *property)
{
	switch (property->type) {
	case VALUE_FLAG:
		return ";";
	case VALUE_NUMBERS:
		return " = <...>;";
	case VALUE_REFS:
		return " = <&...>;";
	default:
		return " = \"...\";";
	}
}

const char *schema_nearest_property(const struct schema *schema, const char *name)
{
	struct nearest nearest = NEAREST(name);

	for (size_t i = 0; i < schema->nr_properties; i++)
		nearest_consider(&nearest, schema->properties[i].name);
	return nearest.best;
}

const char *schema_nearest_child(const struct node *parent, const char *name)
{
	struct nearest nearest = NEAREST(mem_copy(name, strcspn(name, "@")));

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i].parent == parent->schema && places[i].name &&
		    places[i].schema != &schema_ignored)
			nearest_consider(&nearest, places[i].name);
	if (nearest.best && is_stem(nearest.best))
		return mem_printf("%s...", nearest.best);
	return nearest.best;
}

void schema_list(FILE *out)
{
	static const struct schema *const all[] = {
		&schema_root,       &schema_cell,   &schema_channel, &schema_segment, &schema_virq,
		&schema_microvisor, &schema_memory, &schema_soc,     &schema_device,  &schema_clock,
		&schema_regulator,  &schema_cpus,   &schema_cpu,
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		for (size_t j = 0; j < all[i]->nr_properties; j++)
			fprintf(out, "%s %s%s\n", all[i]->binding, all[i]->properties[j].name,
				all[i]->properties[j].required ? " required" : "");
}
