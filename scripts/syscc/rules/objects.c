/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about the objects that connect cells: channels, segments and vIRQs.
 */
#include "../rules.h"

/* Messages of a FIFO; its counters have 16 bits. */
#define DEPTH_MAX 1024

static void check_two_ends(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_channels; i++) {
		const struct channel *channel = check->sys->channels[i];

		if (channel->node && channel->ends.nr && channel->ends.nr != 2)
			fail(check, node_loc(channel->node, "ends"),
			     "channel '%s' has %zu end%s. Name exactly two cells", channel->name,
			     channel->ends.nr, channel->ends.nr == 1 ? "" : "s");
	}
}

static void check_end_cells(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_channels; i++) {
		const struct channel *channel = check->sys->channels[i];

		for (size_t end = 0; end < channel->ends.nr; end++)
			if (!refs_cell(&channel->ends, end))
				fail(check, node_loc(channel->node, "ends"),
				     "end %zu of channel '%s' is no cell. Refer to a cell by its "
				     "label",
				     end + 1, channel->name);
	}
}

static void check_ends_differ(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_channels; i++) {
		const struct channel *channel = check->sys->channels[i];
		const struct cell *first = refs_cell(&channel->ends, 0);

		if (first && channel->ends.nr == 2 && refs_cell(&channel->ends, 1) == first)
			fail(check, node_loc(channel->node, "ends"),
			     "both ends of channel '%s' are cell '%s'. Name two different cells",
			     channel->name, first->name);
	}
}

static void check_message_size(const struct check *check)
{
	uint32_t limit = config_number(&check->sys->config, "CONFIG_CHANNEL_MESSAGE_MAX", 4096);

	for (size_t i = 0; i < check->sys->nr_channels; i++) {
		const struct channel *channel = check->sys->channels[i];

		if (channel->node && (!channel->message_size || channel->message_size > limit))
			fail(check, node_loc(channel->node, "message-size"),
			     "messages of channel '%s' have %u bytes. Use 1 to %u "
			     "(CONFIG_CHANNEL_MESSAGE_MAX), and a segment for more",
			     channel->name, channel->message_size, limit);
	}
}

static void check_depth(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_channels; i++) {
		const struct channel *channel = check->sys->channels[i];

		if (channel->node && (!channel->depth || channel->depth > DEPTH_MAX))
			fail(check, node_loc(channel->node, "depth"),
			     "channel '%s' holds %u messages. Use 1 to %u", channel->name,
			     channel->depth, DEPTH_MAX);
	}
}

static void check_cell_list(const struct check *check, const struct segment *segment,
			    const struct refs *refs, const char *name)
{
	for (size_t i = 0; i < refs->nr; i++) {
		const struct cell *cell = refs_cell(refs, i);

		if (!cell)
			fail(check, node_loc(segment->node, name),
			     "entry %zu in `%s` of segment '%s' is no cell. Refer to cells by "
			     "their labels",
			     i + 1, name, segment->name);
		else if (refs_repeat(refs, i))
			fail(check, node_loc(segment->node, name),
			     "cell '%s' is in `%s` of segment '%s' twice. Remove one", cell->name,
			     name, segment->name);
	}
}

static void check_sharers(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];

		check_cell_list(check, segment, &segment->shared_by, "shared-by");
		check_cell_list(check, segment, &segment->read_only_for, "read-only-for");
	}
}

static void check_readers(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];

		for (size_t j = 0; j < segment->read_only_for.nr; j++) {
			const struct cell *cell = refs_cell(&segment->read_only_for, j);

			if (cell && !refs_have(&segment->shared_by, cell))
				fail(check, node_loc(segment->node, "read-only-for"),
				     "segment '%s' is read-only for cell '%s', which does not "
				     "share it. Add it to `shared-by` (%s)",
				     segment->name, cell->name,
				     place(node_loc(segment->node, "shared-by")));
		}
	}
}

static void check_used(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];

		if (!node_flag(segment->node, "shared-by"))
			fail(check, segment->node->loc,
			     "segment '%s' is used by no cell. Name cells in `shared-by`, or "
			     "remove it",
			     segment->name);
	}
}

static void check_written(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_segments; i++) {
		const struct segment *segment = check->sys->segments[i];
		bool written = !segment->shared_by.nr;

		for (size_t j = 0; j < segment->shared_by.nr; j++) {
			const struct cell *cell = refs_cell(&segment->shared_by, j);

			written |= !cell || !refs_have(&segment->read_only_for, cell);
		}
		if (!written)
			fail(check, node_loc(segment->node, "read-only-for"),
			     "segment '%s' is read-only for all that share it: nobody can write "
			     "it. Take one cell out of `read-only-for`",
			     segment->name);
	}
}

static void check_virq_end(const struct check *check, const struct sink *sink,
			   const struct refs *refs, const char *name)
{
	if (refs->nr && !refs_cell(refs, 0))
		fail(check, node_loc(sink->node, name),
		     "`%s` of vIRQ '%s' is no cell. Refer to a cell by its label", name,
		     sink->name);
}

static void check_virq_ends(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_sinks; i++) {
		const struct sink *sink = check->sys->sinks[i];

		check_virq_end(check, sink, &sink->from_refs, "from");
		check_virq_end(check, sink, &sink->to_refs, "to");
	}
}

static void check_virq_differ(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_sinks; i++) {
		const struct sink *sink = check->sys->sinks[i];

		if (sink->from && sink->from == sink->to)
			fail(check, node_loc(sink->node, "to"),
			     "vIRQ '%s' goes from cell '%s' to itself. Name two different cells",
			     sink->name, sink->from->name);
	}
}

/* The number of vCPUs is known unless CEL-005 or the rules of form complain of it. */
static bool vcpus_known(const struct cell *cell)
{
	return !node_flag(cell->node, "vcpus") ||
	       (has_number(cell->node, "vcpus") &&
		node_u32(cell->node, "vcpus", 0) == cell->nr_vcpus);
}

static void check_virq_vcpu(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_sinks; i++) {
		const struct sink *sink = check->sys->sinks[i];

		if (sink->to && vcpus_known(sink->to) && sink->to_vcpu >= sink->to->nr_vcpus)
			fail(check, node_loc(sink->node, "to-vcpu"),
			     "vIRQ '%s' goes to vCPU %u of cell '%s' (%s), which has only %u. "
			     "Lower `to-vcpu`",
			     sink->name, sink->to_vcpu, sink->to->name, place(sink->to->node->loc),
			     sink->to->nr_vcpus);
	}
}

static void check_lines(const struct check *check)
{
	for (size_t i = 0; i < check->sys->nr_vcpus; i++) {
		const struct vcpu *vcpu = check->sys->vcpus[i];

		if (vcpu->lines > NR_LINES)
			fail(check, vcpu->cell->node->loc,
			     "vCPU %u of cell '%s' needs %u vIRQ lines for its timers, channels, "
			     "vIRQs and devices, but has %u. Remove some",
			     vcpu->local, vcpu->cell->name, vcpu->lines, NR_LINES);
	}
}

static const struct rule rules[] = {
	{ "CHN-001", "A channel has two ends.", check_two_ends },
	{ "CHN-002", "The ends of a channel are cells.", check_end_cells },
	{ "CHN-003", "The ends of a channel are two different cells.", check_ends_differ },
	{ "CHN-004", "A channel's message size is not 0 and within the configured limit.",
	  check_message_size },
	{ "CHN-005", "A channel holds at least one message and at most 1024.", check_depth },
	{ "SEG-001", "A segment is shared by cells, each named once.", check_sharers },
	{ "SEG-002", "A cell for which a segment is read-only shares it.", check_readers },
	{ "SEG-003", "A segment is used by at least one cell.", check_used },
	{ "SEG-004", "At least one cell may write a segment.", check_written },
	{ "VIR-001", "A vIRQ goes from a cell to a cell.", check_virq_ends },
	{ "VIR-002", "A vIRQ goes from one cell to another.", check_virq_differ },
	{ "VIR-003", "A vIRQ goes to a vCPU that the cell has.", check_virq_vcpu },
	{ "VIR-004", "A vCPU has lines for all its vIRQs.", check_lines },
};

const struct rule_set rules_objects = { "channels, segments, vIRQs", rules, ARRAY_SIZE(rules) };
