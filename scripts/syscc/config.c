/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Looks symbols up in the text of a .config file.
 */
#include "config.h"

#include <stdlib.h>

/* The text after "symbol=" at the start of a line, NULL if there is no such line. */
static const char *value(const struct config *config, const char *symbol)
{
	size_t length = strlen(symbol);

	for (const char *line = config->text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, symbol, length) && line[length] == '=')
			return line + length + 1;
	}
	return NULL;
}

bool config_on(const struct config *config, const char *symbol)
{
	const char *text = value(config, symbol);

	return text && *text == 'y';
}

bool config_knows(const struct config *config, const char *symbol)
{
	return config_on(config, symbol) ||
	       strstr(config->text, mem_printf("# %s is not set\n", symbol));
}

uint32_t config_number(const struct config *config, const char *symbol, uint32_t missing)
{
	const char *text = value(config, symbol);

	return text ? (uint32_t)strtoul(text, NULL, 0) : missing;
}
