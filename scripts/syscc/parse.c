/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * From the tree to the model: channels, segments and vIRQs, and the order in
 * which everything is read. Malformed values count as absent here; the rules
 * report them.
 */
#include "model.h"
#include "schema.h"

/* Every child of the lists of one kind becomes one object. */
#define FOR_EACH_OF(sys, kind, node)                                               \
	for (struct node *list = (sys)->tree.root->child; list; list = list->next) \
		for (struct node *node = list->child; node; node = node->next)     \
			if (node->schema == (kind) && !node_disabled(node))

struct refs parse_refs(const struct system *sys, const struct node *node, const char *name)
{
	const struct prop *prop = node_prop(node, name);
	struct refs refs = { 0 };

	for (unsigned int i = 0; i < prop_nr_cells(prop); i++)
		*APPEND(refs.nodes, refs.nr) = tree_by_phandle(&sys->tree, prop_cell(prop, i));
	return refs;
}

struct cell *refs_cell(const struct refs *refs, size_t index)
{
	return index < refs->nr && refs->nodes[index] ? refs->nodes[index]->cell : NULL;
}

/* A disabled cell counts as absent here; the rules report the reference. */
struct cell *refs_enabled(const struct refs *refs, size_t index)
{
	struct cell *cell = refs_cell(refs, index);

	return cell && !cell->disabled ? cell : NULL;
}

bool refs_have(const struct refs *refs, const struct cell *cell)
{
	for (size_t i = 0; i < refs->nr; i++)
		if (refs_cell(refs, i) == cell)
			return true;
	return false;
}

bool channel_carries(const struct channel *channel, const char *what)
{
	return channel->carries && !strcmp(channel->carries, what);
}

const struct segment *channel_segment(const struct system *sys, const struct channel *channel)
{
	for (size_t i = 0; i < sys->nr_segments; i++)
		if (channel->segment_refs.nr == 1 &&
		    channel->segment_refs.nodes[0] == sys->segments[i]->node)
			return sys->segments[i];
	return NULL;
}

static struct channel *new_channel(struct system *sys)
{
	struct channel *channel = mem_alloc(sizeof(*channel));

	channel->index = (unsigned int)sys->nr_channels;
	*APPEND(sys->channels, sys->nr_channels) = channel;
	return channel;
}

static void join(struct channel *channel, struct cell *first, struct cell *second)
{
	if (!first || !second || first == second)
		return;
	channel->end[0] = first;
	channel->end[1] = second;
}

static void parse_channel(struct system *sys, struct node *node)
{
	struct channel *channel = new_channel(sys);

	channel->name = channel->end_name[0] = channel->end_name[1] = node->name;
	channel->node = node;
	channel->ends = parse_refs(sys, node, "ends");
	channel->message_size = node_u32(node, "message-size", 64);
	channel->depth = node_u32(node, "depth", 16);
	channel->one_way = node_flag(node, "one-way");
	channel->carries = node_string(node, "carries", NULL);
	channel->segment_refs = parse_refs(sys, node, "segment");
	if (channel->ends.nr == 2)
		join(channel, refs_enabled(&channel->ends, 0), refs_enabled(&channel->ends, 1));
}

/* `console = <&c>` stands for a channel to c, under fixed names at its ends. */
static void add_console_channel(struct system *sys, struct cell *cell)
{
	struct channel *channel = new_channel(sys);

	channel->name = mem_printf("%s:%s", cell->console->name, cell->name);
	channel->end_name[0] = "console";
	channel->end_name[1] = cell->name;
	channel->console_of = cell;
	channel->message_size = 128;
	channel->depth = 16;
	join(channel, cell, cell->console);
}

static void parse_segment(struct system *sys, struct node *node)
{
	struct segment *segment = mem_alloc(sizeof(*segment));

	segment->name = node->name;
	segment->node = node;
	segment->index = (unsigned int)sys->nr_segments;
	segment->shared_by = parse_refs(sys, node, "shared-by");
	segment->read_only_for = parse_refs(sys, node, "read-only-for");
	segment->fixed = node_flag(node, "address");
	segment->pa.start = node_u32(node, "address", 0);
	segment->pa.size = node_u32(node, "size", 0);
	segment->va = node_u32(node, "at", 0);
	*APPEND(sys->segments, sys->nr_segments) = segment;
}

static void parse_sink(struct system *sys, struct node *node)
{
	struct sink *sink = mem_alloc(sizeof(*sink));

	sink->name = node->name;
	sink->node = node;
	sink->from_refs = parse_refs(sys, node, "from");
	sink->to_refs = parse_refs(sys, node, "to");
	sink->from = refs_enabled(&sink->from_refs, 0);
	sink->to = refs_enabled(&sink->to_refs, 0);
	sink->to_vcpu = node_u32(node, "to-vcpu", 0);
	sink->level = node_flag(node, "level");
	*APPEND(sys->sinks, sys->nr_sinks) = sink;
}

void parse_system(struct system *sys)
{
	sys->product = node_string(sys->tree.root, "model", "");
	sys->vtlb_spaces = config_number(&sys->config, "CONFIG_VTLB_SPACES", 16);
	sys->vtlb_tables = config_number(&sys->config, "CONFIG_VTLB_TABLES", 128);
	parse_devices(sys);
	parse_cells(sys);
	resolve_cells(sys);
	parse_board(sys);
	FOR_EACH_OF(sys, &schema_channel, node)
		parse_channel(sys, node);
	for (size_t i = 0; i < sys->nr_cells; i++)
		if (sys->cells[i]->console)
			add_console_channel(sys, sys->cells[i]);
	FOR_EACH_OF(sys, &schema_segment, node)
		parse_segment(sys, node);
	FOR_EACH_OF(sys, &schema_virq, node)
		parse_sink(sys, node);
}
