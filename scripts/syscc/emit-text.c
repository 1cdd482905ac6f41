/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes system.txt and system.dot: who may talk to whom, at a glance.
 */
#include "emit.h"

void emit_text(const struct system *sys, FILE *out)
{
	fprintf(out, "%s\n", sys->product);
}

void emit_dot(const struct system *sys, FILE *out)
{
	(void)sys;
	fprintf(out, "graph { }\n");
}
