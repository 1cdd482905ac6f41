/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes the environments: for each cell a structure of whole pages that begins
 * with struct mv_env. It lies in the image store and is mapped into the cell from there.
 */
#include "emit.h"

static uint64_t padding(const struct cell *cell)
{
	return cell->env_size - sizeof(struct mv_env) - cell->nr_env * sizeof(struct mv_env_entry) -
	       env_text_bytes(cell);
}

static void emit_entry(const struct env_entry *entry, FILE *out)
{
	fprintf(out, "\t\t{ .name = \"%s\"", entry->name);
	if (*entry->peer)
		fprintf(out, ", .peer = \"%s\"", entry->peer);
	fprintf(out, ",\n\t\t  .kind = %s, .rights = %s", entry->kind, entry->rights);
	if (entry->cap)
		fprintf(out, ", .cap = %u", entry->cap);
	if (entry->virq)
		fprintf(out, ", .virq = %u, .line = %u", entry->virq->cap, entry->virq->line);
	if (!entry->address && entry->size)
		fprintf(out, ",\n\t\t  .size = %u", (unsigned int)entry->size);
	else if (entry->address)
		fprintf(out, ",\n\t\t  .address = 0x%x, .size = 0x%x", (unsigned int)entry->address,
			(unsigned int)entry->size);
	fprintf(out, " },\n");
}

static void emit_type(const struct cell *cell, FILE *out)
{
	fprintf(out,
		"\nstatic const struct {\n\tuint32_t magic, nr_entries;\n"
		"\tchar cell[24], product[32];\n\tstruct mv_env_entry entries[%zu];\n",
		cell->nr_env);
	if (env_text_bytes(cell))
		fprintf(out, "\tchar text[%u];\n", (unsigned int)env_text_bytes(cell));
	if (padding(cell))
		fprintf(out, "\tuint8_t padding[%u];\n", (unsigned int)padding(cell));
	fprintf(out, "} env_%s ENVIRONMENT = {\n", cell->symbol);
}

/* Each with the NUL at its end, but the last, whose NUL C adds. */
static void emit_texts(const struct cell *cell, FILE *out)
{
	const char *between = "\t.text = ";

	for (size_t i = 0; i < cell->nr_env; i++) {
		const struct env_entry *entry = &cell->env[i];

		for (uint64_t at = 0; entry->text && at < entry->size;
		     at += strlen(entry->text + at) + 1) {
			fprintf(out, "%s", between);
			emit_string(out, entry->text + at);
			between = "\n\t\t\"\\0\" ";
		}
	}
	if (env_text_bytes(cell))
		fprintf(out, ",\n");
}

static void emit_environment(const struct system *sys, const struct cell *cell, FILE *out)
{
	emit_type(cell, out);
	fprintf(out,
		"\t.magic = MV_ENV_MAGIC,\n\t.nr_entries = %zu,\n\t.cell = \"%s\",\n\t.product = ",
		cell->nr_env, cell->name);
	emit_string(out, sys->product);
	fprintf(out, ",\n\t.entries = {\n");
	for (size_t i = 0; i < cell->nr_env; i++)
		emit_entry(&cell->env[i], out);
	fprintf(out, "\t},\n");
	emit_texts(cell, out);
	fprintf(out, "};\n_Static_assert(sizeof(env_%s) %% MV_PAGE_SIZE == 0, \"whole pages\");\n",
		cell->symbol);
}

void emit_environments(const struct system *sys, FILE *out)
{
	fprintf(out,
		"\n/* ---- environments, in the image store ---- */\n\n"
		"#define ENVIRONMENT __attribute__((section(\".images\"), aligned(MV_PAGE_SIZE)))\n"
		"_Static_assert(sizeof(struct mv_env) == %zu, \"made for this interface\");\n"
		"_Static_assert(sizeof(struct mv_env_entry) == %zu, \"made for this "
		"interface\");\n",
		sizeof(struct mv_env), sizeof(struct mv_env_entry));
	for (size_t i = 0; i < sys->nr_cells; i++)
		emit_environment(sys, sys->cells[i], out);
}
