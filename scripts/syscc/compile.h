/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One run of the system compiler without its files: from the bytes of a device
 * tree to a system that the rules have judged. The fuzzer calls it, too.
 */
#ifndef SYSCC_COMPILE_H
#define SYSCC_COMPILE_H

#include "model.h"
#include "report.h"

struct inputs {
	const char *name; /* of the device tree, for messages */
	const void *blob;
	size_t size;
	const char *config, *source_map, *types; /* texts, NULL: none */
	const char *images; /* folder */
	bool hints_fatal; /* hints count as errors */
};

/** True if the description is good; else @report has the errors. */
bool compile(const struct inputs *inputs, struct system *sys, struct report *report);

#endif
