/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * One run of the system compiler without its files: from the bytes of a device
 * tree to a system that the rules have judged. Also what the fuzzer calls.
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
	bool hints_fatal; /* as bad as errors */
};

/** True if the description is good; @report says what is wrong with it. */
bool compile(const struct inputs *inputs, struct system *sys, struct report *report);

#endif
