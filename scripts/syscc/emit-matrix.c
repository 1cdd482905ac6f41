/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes the matrix of rights: what the row's cell may do to the column's cell.
 */
#include "emit.h"

bool cell_controls(const struct cell *cell, const struct cell *other)
{
	return cell != other && (other->monitor == cell || refs_have(&cell->controls, other));
}

static bool sends(const struct system *sys, const struct cell *from, const struct cell *to)
{
	for (size_t i = 0; i < sys->nr_channels; i++) {
		const struct channel *channel = sys->channels[i];

		if (channel->end[0] == from && channel->end[1] == to)
			return true;
		if (channel->end[1] == from && channel->end[0] == to && !channel->one_way)
			return true;
	}
	return false;
}

static bool writes(const struct system *sys, const struct cell *from, const struct cell *to)
{
	for (size_t i = 0; i < sys->nr_segments; i++) {
		const struct segment *segment = sys->segments[i];

		if (refs_have(&segment->shared_by, from) && refs_have(&segment->shared_by, to) &&
		    !refs_have(&segment->read_only_for, from))
			return true;
	}
	return false;
}

static bool raises(const struct system *sys, const struct cell *from, const struct cell *to)
{
	for (size_t i = 0; i < sys->nr_sinks; i++)
		if (sys->sinks[i]->from == from && sys->sinks[i]->to == to)
			return true;
	return false;
}

static void emit_field(const struct system *sys, const struct cell *from, const struct cell *to,
		       FILE *out)
{
	const char *text = from == to ? "" :
					mem_printf("%s%s%s%s", sends(sys, from, to) ? "M" : "",
						   writes(sys, from, to) ? "S" : "",
						   raises(sys, from, to) ? "V" : "",
						   cell_controls(from, to) ? "C" : "");
	size_t width = to->next ? strlen(to->name) : 0;

	if (!*text)
		text = from == to ? "-" : ".";
	fprintf(out, " %-*s", (int)(to->next && width < 4 ? 4 : width), text);
}

void emit_matrix(const struct system *sys, FILE *out)
{
	fprintf(out, "\nWho may act on whom (row on column)\n  %-15s", "");
	for (size_t i = 0; i < sys->nr_cells; i++)
		fprintf(out, sys->cells[i]->next ? " %-4s" : " %s", sys->cells[i]->name);
	fprintf(out, "\n");
	for (size_t i = 0; i < sys->nr_cells; i++) {
		fprintf(out, "  %-15s", sys->cells[i]->name);
		for (size_t j = 0; j < sys->nr_cells; j++)
			emit_field(sys, sys->cells[i], sys->cells[j], out);
		fprintf(out, "\n");
	}
	fprintf(out, "  M sends messages, S writes a segment the other sees, V raises a vIRQ, "
		     "C stops and restarts\n");
}
