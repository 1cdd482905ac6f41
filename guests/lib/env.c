/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Looks things up in the environment, the dictionary of all things that a cell
 * has. The system compiler writes it from the description, with the same names.
 */
#include <mv.h>

const struct mv_env *mv_env;

const struct mv_env_entry *mv_env_next(const struct mv_env_entry *last, uint32_t kind)
{
	const struct mv_env_entry *entry = last ? last + 1 : mv_env->entries;

	for (; entry < mv_env->entries + mv_env->nr_entries; entry++)
		if (entry->kind == kind)
			return entry;
	return NULL;
}

const struct mv_env_entry *mv_env_find(const char *name, uint32_t kind)
{
	const struct mv_env_entry *entry = NULL;

	while ((entry = mv_env_next(entry, kind)))
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

static const char *kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[MV_CAP_CELL] = "cell",       [MV_CAP_VCPU] = "vCPU",
		[MV_CAP_VIRQ] = "vIRQ",       [MV_CAP_SOURCE] = "vIRQ to raise",
		[MV_CAP_CHANNEL] = "channel", [MV_CAP_TIMER] = "timer",
		[MV_CAP_LOG] = "log",         [MV_CAP_SYSTEM] = "system",
		[MV_ENV_SEGMENT] = "segment", [MV_ENV_DEVICE] = "device",
		[MV_ENV_HEAP] = "heap",       [MV_ENV_STRING] = "string",
	};

	return kind < MV_ARRAY_SIZE(names) && names[kind] ? names[kind] : "object";
}

const struct mv_env_entry *mv_env_need(const char *name, uint32_t kind)
{
	const struct mv_env_entry *entry = mv_env_find(name, kind);

	if (!entry)
		mv_panic("cell '%s' has no %s '%s': give it one in the system description",
			 mv_env->cell, kind_name(kind), name);
	return entry;
}

const char *mv_env_compatible(const struct mv_env_entry *device, uint32_t index)
{
	const struct mv_env_entry *list = mv_env_find(device->name, MV_ENV_STRING);
	const char *text = list ? (const char *)(uintptr_t)list->address : NULL;
	const char *end = list ? text + list->size : NULL;

	while (text < end && index--)
		text += strlen(text) + 1;
	return text < end ? text : NULL;
}

const char *mv_arg(const char *key, uint32_t *length)
{
	const struct mv_env_entry *entry = mv_env_find("args", MV_ENV_STRING);
	const char *word = entry ? (const char *)(uintptr_t)entry->address : "";
	size_t size = strlen(key);
	const char *end;

	for (; *word; word = end) {
		while (*word == ' ')
			word++;
		for (end = word; *end && *end != ' ';)
			end++;
		if (strncmp(word, key, size) || (word + size != end && word[size] != '='))
			continue;
		word += size + (word + size != end);
		*length = (uint32_t)(end - word);
		return word;
	}
	return NULL;
}

uint32_t mv_arg_number(const char *key, uint32_t missing)
{
	uint32_t length, value = 0;
	const char *text = mv_arg(key, &length);

	if (!text || !length)
		return missing;
	for (uint32_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			mv_panic("args: '%s=%.*s' is not a number", key, (int)length, text);
		value = value * 10 + (uint32_t)(text[i] - '0');
	}
	return value;
}
