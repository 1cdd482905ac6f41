/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Writes system.dot, which graphviz draws: cells as boxes, channels as arrows,
 * segments as notes, devices as components, dashed arrows from a cell to those that it
 * controls, and a legend. It uses the words of system.txt.
 */
#include "emit.h"

static void emit_style(const struct system *sys, FILE *out)
{
	fprintf(out, "digraph system {\n\tlabel=");
	emit_string(out, mem_printf("%s, on %s", sys->product, sys->microvisor.board));
	fprintf(out, ";\n\tlabelloc=t; fontname=\"Helvetica\"; fontsize=18; rankdir=LR; "
		     "nodesep=0.4; ranksep=1.1;\n"
		     "\tnode [fontname=\"Helvetica\", fontsize=11];\n"
		     "\tedge [fontname=\"Helvetica\", fontsize=9, color=\"#555555\", "
		     "fontcolor=\"#333333\"];\n");
}

static const char *start(const struct cell *cell)
{
	return cell->manual ? "<br/><font point-size=\"9\">started by hand</font>" : "";
}

static const char *colour(const struct cell *cell)
{
	if (cell->trusted)
		return "#fde9d0";
	return cell->vmmu ? "#e8e0f5" : "#dcebf7";
}

/* Guests are drawn with a double frame. */
static const char *guest(const struct system *sys, const struct cell *cell)
{
	if (!cell->vmmu)
		return "";
	return mem_printf("<br/><font point-size=\"9\">vMMU, %u address spaces and %u tables "
			  "cached<br/>in %s of the microvisor</font>",
			  sys->vtlb_spaces, sys->vtlb_tables,
			  say_size(round_up(vtlb_size(sys), 1024)));
}

static void emit_cell(const struct system *sys, const struct cell *cell, FILE *out)
{
	fprintf(out,
		"\t\"cell %s\" [shape=box, style=\"rounded,filled\", fillcolor=\"%s\", "
		"penwidth=1.5, %s"
		"label=<<b>%s</b><br/><font point-size=\"9\">priority %s, %u vCPU%s<br/>"
		"%s, on a fault: %s</font>%s%s>];\n",
		cell->name, colour(cell), cell->vmmu ? "peripheries=2, " : "", cell->name,
		say_priorities(cell), cell->nr_vcpus, cell->nr_vcpus == 1 ? "" : "s",
		say_size(cell->memory.size), say_policy(cell), guest(sys, cell), start(cell));
}

static void emit_channel(const struct channel *channel, FILE *out)
{
	bool console = channel->console_of;

	fprintf(out, "\t\"cell %s\" -> \"cell %s\" [dir=%s, ", channel->end[0]->name,
		channel->end[1]->name, channel->one_way ? "forward" : "both");
	if (console)
		fprintf(out, "color=\"#b0b0b0\", fontcolor=\"#909090\", arrowsize=0.6, "
			     "label=\"console\"];\n");
	else
		fprintf(out, "penwidth=1.6, label=\"%s\\n%s\"];\n", channel->name,
			say_messages(channel));
}

static void emit_segment(const struct segment *segment, FILE *out)
{
	fprintf(out,
		"\t\"segment %s\" [shape=note, style=filled, fillcolor=\"#fff8c9\", "
		"label=\"%s\\n%s\"];\n",
		segment->name, segment->name, say_size(segment->pa.size));
	for (size_t i = 0; i < segment->shared_by.nr; i++) {
		const struct cell *cell = refs_cell(&segment->shared_by, i);

		if (refs_have(&segment->read_only_for, cell))
			fprintf(out,
				"\t\"segment %s\" -> \"cell %s\" [color=\"#b59b00\", "
				"label=\"reads\"];\n",
				segment->name, cell->name);
		else
			fprintf(out,
				"\t\"cell %s\" -> \"segment %s\" [dir=both, color=\"#b59b00\", "
				"penwidth=1.6, label=\"reads and writes\"];\n",
				cell->name, segment->name);
	}
}

static void emit_device(const struct device *device, FILE *out)
{
	if (!device->owner)
		return;
	fprintf(out,
		"\t\"device %s\" [shape=component, style=filled, fillcolor=\"%s\", "
		"label=\"%s\\n%s",
		device->name, device->dma ? "#f5cccc" : "#e3f1dc", device->name,
		say_span(device->regs[0]));
	for (unsigned int i = 0; i < device->nr_irqs; i++)
		fprintf(out, "%s%u", i ? ", " : "\\nIRQ ", device->irqs[i].number);
	fprintf(out, "%s\"];\n\t\"cell %s\" -> \"device %s\" [dir=both, color=\"#5a8f3d\"];\n",
		device->dma ? "\\ndoes DMA" : "", device->owner->name, device->name);
}

static void emit_virq(const struct sink *sink, FILE *out)
{
	fprintf(out,
		"\t\"cell %s\" -> \"cell %s\" [color=\"#7a4fa3\", fontcolor=\"#7a4fa3\", "
		"arrowhead=vee, label=\"%s (vIRQ)\"];\n",
		sink->from->name, sink->to->name, sink->name);
}

/* Colours and lines, as they are chosen above. */
static void emit_legend(FILE *out)
{
	static const struct {
		const char *colour, *sample, *text;
	} rows[] = {
		{ "#dcebf7", "cell", "a native cell" },
		{ "#e8e0f5", "cell", "a guest, with a vMMU (double frame)" },
		{ "#fde9d0", "cell", "a cell that is trusted with DMA" },
		{ "#e3f1dc", "device", "a device of the cell at its line; red if it does DMA" },
		{ "#fff8c9", "segment", "shared memory; the arrow goes to who reads" },
		{ "#ffffff", "&rarr;", "a channel, from who sends; grey to a console" },
		{ "#ffffff", "<font color=\"#7a4fa3\">&rarr;</font>",
		  "a vIRQ, from who raises it" },
		{ "#ffffff", "<font color=\"#c07000\">&#8674;</font>",
		  "stops and restarts the cell it goes to" },
		{ "#ffffff", "<font color=\"#c03030\">&#8674;</font>",
		  "faults are told to the cell it goes to" },
	};

	fprintf(out, "\tlegend [shape=plaintext, label=<<table border=\"0\" cellborder=\"0\" "
		     "cellspacing=\"2\">\n\t\t<tr><td colspan=\"2\" align=\"left\">"
		     "<b>Legend</b></td></tr>\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		fprintf(out, "\t\t<tr><td bgcolor=\"%s\">%s</td><td align=\"left\">%s</td></tr>\n",
			rows[i].colour, rows[i].sample, rows[i].text);
	fprintf(out, "\t</table>>];\n");
}

static void emit_control(const struct system *sys, const struct cell *cell, FILE *out)
{
	for (size_t i = 0; i < sys->nr_cells; i++) {
		const struct cell *other = sys->cells[i];

		if (other->monitor == cell)
			fprintf(out,
				"\t\"cell %s\" -> \"cell %s\" [style=dashed, color=\"#c03030\", "
				"fontcolor=\"#c03030\", label=\"faults\"];\n",
				other->name, cell->name);
		if (cell_controls(cell, other))
			fprintf(out,
				"\t\"cell %s\" -> \"cell %s\" [style=dashed, color=\"#c07000\", "
				"fontcolor=\"#c07000\", label=\"stops and restarts\"];\n",
				cell->name, other->name);
	}
	if (cell->fault_log)
		fprintf(out,
			"\t\"fault log\" [shape=cylinder, style=filled, fillcolor=\"#f7dcdc\"];\n"
			"\t\"fault log\" -> \"cell %s\" [style=dashed, color=\"#c03030\"];\n",
			cell->name);
	if (cell->may_reset || cell->may_check)
		fprintf(out,
			"\t\"machine\" [shape=octagon, style=filled, fillcolor=\"#eeeeee\"];\n"
			"\t\"cell %s\" -> \"machine\" [style=dashed, label=\"%s%s%s\"];\n",
			cell->name, cell->may_reset ? "reset" : "",
			cell->may_reset && cell->may_check ? ", " : "",
			cell->may_check ? "check" : "");
}

void emit_dot(const struct system *sys, FILE *out)
{
	emit_style(sys, out);
	for (size_t i = 0; i < sys->nr_cells; i++)
		emit_cell(sys, sys->cells[i], out);
	for (size_t i = 0; i < sys->nr_channels; i++)
		emit_channel(sys->channels[i], out);
	for (size_t i = 0; i < sys->nr_segments; i++)
		emit_segment(sys->segments[i], out);
	for (size_t i = 0; i < sys->nr_devices; i++)
		emit_device(sys->devices[i], out);
	for (size_t i = 0; i < sys->nr_sinks; i++)
		emit_virq(sys->sinks[i], out);
	for (size_t i = 0; i < sys->nr_cells; i++)
		emit_control(sys, sys->cells[i], out);
	emit_legend(out);
	fprintf(out, "}\n");
}
