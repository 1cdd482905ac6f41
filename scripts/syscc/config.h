/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The configuration (.config) as far as the system compiler needs it: limits
 * of the microvisor and which drivers and guests it was configured with.
 */
#ifndef SYSCC_CONFIG_H
#define SYSCC_CONFIG_H

#include "mem.h"

struct config {
	const char *text; /* the whole file, "" if none */
};

/** True if @symbol (with CONFIG_) is y. */
bool config_on(const struct config *config, const char *symbol);
/** Whether @symbol is there, on or off. */
bool config_knows(const struct config *config, const char *symbol);
/** The number @symbol is set to, @missing if it is not there. */
uint32_t config_number(const struct config *config, const char *symbol, uint32_t missing);

#endif
