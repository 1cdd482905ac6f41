/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writers of the outputs, from a system that all rules have found good.
 */
#ifndef SYSCC_EMIT_H
#define SYSCC_EMIT_H

#include "model.h"

void emit_tables(const struct system *sys, FILE *out);
void emit_objects(const struct system *sys, FILE *out);
void emit_environments(const struct system *sys, FILE *out);
void emit_images(const struct system *sys, const char *out_path, FILE *out);
void emit_layout(const struct system *sys, FILE *out);
void emit_matrix(const struct system *sys, FILE *out);

/** Whether a cell may stop and restart another. */
bool cell_controls(const struct cell *cell, const struct cell *other);
void emit_text(const struct system *sys, FILE *out);
void emit_dot(const struct system *sys, FILE *out);

/* emit-words.c: "64 KiB", "30 (10..60)", "tell monitor", "16 messages of 64 bytes", "0x0-0xf" */
const char *say_size(uint64_t bytes);
const char *say_priorities(const struct cell *cell);
const char *say_policy(const struct cell *cell);
const char *say_messages(const struct channel *channel);
const char *say_span(struct span span);

/** Two lines of licence and what the file is, as a C comment. */
void emit_head(const struct system *sys, FILE *out, const char *what);
/** A string as a C literal, with quotes. */
void emit_string(FILE *out, const char *text);

#endif
