/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the values of properties: their types and their number.
 * A property that breaks SYN-005 counts as having no values for all other rules.
 */
#include "../rules.h"
#include "../schema.h"

#include <stdlib.h>

typedef void (*property_check)(const struct check *check, const struct node *node,
			       const struct property *property, const struct prop *prop);

static void for_each_known(const struct check *check, property_check function)
{
	FOR_EACH_NODE(check, node)
		for (const struct prop *prop = node->props; prop; prop = prop->next) {
			const struct property *property =
				node->schema ? schema_property(node->schema, prop->name) : NULL;

			if (property)
				function(check, node, property, prop);
		}
}

static const char *what_it_takes(const struct property *property, char form)
{
	bool one = property->max == 1,
	     width = form == FORM_BYTES || form == FORM_16 || form == FORM_64;

	switch (property->type) {
	case VALUE_FLAG:
		return "takes no value";
	case VALUE_NUMBERS:
		if (width)
			return "takes numbers of 32 bits";
		return one ? "takes a number" : "takes numbers";
	case VALUE_REFS:
		return one ? "takes a reference" : "takes references";
	default:
		return one ? "takes printable text" : "takes printable texts";
	}
}

static bool form_is_wanted(enum value_type type, char form)
{
	return (type == VALUE_STRINGS && form == FORM_TEXT) ||
	       (type == VALUE_NUMBERS && form == FORM_NUMBER) ||
	       (type == VALUE_REFS && form == FORM_REF);
}

/* Bytes of one value; for a text its own length. */
static size_t form_size(char form, const uint8_t *data, const uint8_t *end)
{
	switch (form) {
	case FORM_TEXT:
		return strnlen((const char *)data, (size_t)(end - data)) + 1;
	case FORM_BYTES:
		return 1;
	case FORM_16:
		return 2;
	case FORM_64:
		return 8;
	default:
		return 4;
	}
}

static uint64_t number_of(const uint8_t *data, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | data[i];
	return number;
}

/* If a text is a number, perhaps with K or M behind it: how it should be written. */
static const char *text_as_number(const char *text)
{
	char *end;
	unsigned long long number = strtoull(text, &end, 0);

	if (end == text || number > UINT32_MAX)
		return NULL;
	if (!*end)
		return mem_copy(text, strlen(text));
	if (!strchr("kKmM", *end) || (end[1] && strcmp(end + 1, "iB") && strcmp(end + 1, "B")))
		return NULL;
	number <<= *end == 'k' || *end == 'K' ? 10 : 20;
	return number > UINT32_MAX ? NULL : mem_printf("0x%llx", number);
}

/* The type that a value has instead, and how to write it if that is known. */
static const char *what_it_is(const struct check *check, char form, const uint8_t *data,
			      const uint8_t *end, enum value_type type, const char **cure)
{
	size_t size = form_size(form, data, end);
	unsigned long long number;
	const struct node *node;

	if (size > (size_t)(end - data))
		return "of an unknown type";
	if (form == FORM_TEXT) {
		const char *text = mem_copy((const char *)data, size - 1);

		if (type == VALUE_NUMBERS && text_as_number(text))
			*cure = mem_printf(" = <%s>;", text_as_number(text));
		return mem_printf("the text \"%s\"", text);
	}
	number = number_of(data, size);
	node = form == FORM_REF ? tree_by_phandle(&check->sys->tree, (uint32_t)number) : NULL;
	if (node)
		return mem_printf("a reference to '%s'", node->path);
	if (size == 4)
		return mem_printf("the number 0x%llx", number);
	if (form == FORM_64 && type == VALUE_NUMBERS && number <= UINT32_MAX)
		*cure = mem_printf(" = <0x%llx>;", number);
	return mem_printf("0x%llx, a number of %zu bits", number, 8 * size);
}

/* Report the first value that has another type than wanted. */
static void complain_of_form(const struct check *check, const struct node *node,
			     const struct property *property, const struct prop *prop)
{
	const uint8_t *data = prop->data, *end = prop->data + prop->size;
	const char *form = prop->forms, *cure = NULL, *what;

	while (form_is_wanted(property->type, *form) && data < end)
		data += form_size(*form++, data, end);
	what = what_it_is(check, *form, data, end, property->type, &cure);
	if (!cure || prop->forms[1])
		cure = schema_form(property);
	fail(check, prop->loc, "%sproperty '%s' of %s is %s, but it %s. Write `%s%s`",
	     prop->forms[1] ? mem_printf("value %zu of ", (size_t)(form - prop->forms) + 1) : "",
	     prop->name, node_title(node), what, what_it_takes(property, *form), prop->name, cure);
}

static bool has_other_form(const struct property *property, const struct prop *prop)
{
	for (const char *form = prop->forms; form && *form; form++)
		if (!form_is_wanted(property->type, *form))
			return true;
	return false;
}

static const char *character(uint8_t byte)
{
	if (byte >= 0x80)
		return mem_printf("byte 0x%02x, which is no ASCII character", byte);
	return mem_printf("character 0x%02x, which cannot be printed", byte);
}

/* Report texts that are empty or have an invisible character. */
static void complain_of_text(const struct check *check, const struct node *node,
			     const struct property *property, const struct prop *prop)
{
	unsigned int text = 1, place = 1;

	for (uint32_t at = 0; at < prop->size; at++, place++) {
		uint8_t byte = prop->data[at];

		if (byte && (byte < ' ' || byte > '~')) {
			fail(check, prop->loc,
			     "property '%s' of %s has %s, at place %u%s. Write printable ASCII "
			     "characters only",
			     prop->name, node_title(node), character(byte), place,
			     property->max == 1 ? "" : mem_printf(" of text %u", text));
			return;
		}
		if (!byte && place == 1) {
			fail(check, prop->loc, "text %u of property '%s' of %s is empty. Remove it",
			     text, prop->name, node_title(node));
			return;
		}
		text += !byte;
		place = byte ? place : 0;
	}
	fail(check, prop->loc, "property '%s' of %s takes printable text. Write `%s = \"...\";`",
	     prop->name, node_title(node), prop->name);
}

static void check_type(const struct check *check, const struct node *node,
		       const struct property *property, const struct prop *prop)
{
	if (!prop->malformed)
		return;
	if (has_other_form(property, prop))
		complain_of_form(check, node, property, prop);
	else if (property->type == VALUE_STRINGS && prop->size)
		complain_of_text(check, node, property, prop);
	else
		fail(check, prop->loc, "property '%s' of %s %s%s. Write `%s%s`", prop->name,
		     node_title(node), prop->size ? "" : "has no value, but it ",
		     what_it_takes(property, 0), prop->name, schema_form(property));
}

static void check_types(const struct check *check)
{
	for_each_known(check, check_type);
}

static const char *how_many(const struct property *property)
{
	if (property->min == property->max)
		return mem_printf("exactly %u", property->min);
	if (!property->max)
		return mem_printf("at least %u", property->min);
	return mem_printf("%u to %u", property->min, property->max);
}

static void check_count(const struct check *check, const struct node *node,
			const struct property *property, const struct prop *prop)
{
	unsigned int nr = property->type == VALUE_STRINGS ? prop_nr_strings(prop) :
							    prop_nr_cells(prop);

	if (property->type == VALUE_FLAG || property->type == VALUE_ANY || prop->malformed)
		return;
	if (nr < property->min || (property->max && nr > property->max))
		fail(check, prop->loc, "property '%s' of %s has %u value%s. Give it %s", prop->name,
		     node_title(node), nr, nr == 1 ? "" : "s", how_many(property));
}

static void check_counts(const struct check *check)
{
	for_each_known(check, check_count);
}

static void check_repeat(const struct check *check, const struct node *node,
			 const struct property *property, const struct prop *prop)
{
	for (unsigned int i = 0; property->type == VALUE_STRINGS && i < prop_nr_strings(prop); i++)
		for (unsigned int j = 0; j < i; j++)
			if (!strcmp(prop_string(prop, i), prop_string(prop, j))) {
				fail(check, prop->loc,
				     "property '%s' of %s has \"%s\" twice. Remove one", prop->name,
				     node_title(node), prop_string(prop, i));
				return;
			}
}

static void check_repeats(const struct check *check)
{
	for_each_known(check, check_repeat);
}

static const struct rule rules[] = {
	{ "SYN-005", "Every property has values of the right type.", check_types },
	{ "SYN-006", "Every property has the right number of values.", check_counts },
	{ "SYN-012", "A property has each text once.", check_repeats },
};

const struct rule_set rules_types = { "values", rules, ARRAY_SIZE(rules) };
