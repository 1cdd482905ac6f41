/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Rules about channels for drivers of guest operating systems. Such a channel carries
 * Ethernet frames, or the notices of a disk whose data is in a segment.
 */
#include "../rules.h"

/* Padding, Ethernet header, and the smallest packet size that IPv4 demands of a link. */
#define FRAME_MIN (2 + 14 + 68)
/* The longest notice that drivers of disks accept. */
#define NOTICE_MAX 64
/* State, ring, and sixteen slots of a page. */
#define DISK_MIN 0x12000u

#define FOR_EACH_CHANNEL(check, channel)                                         \
	for (size_t i_ = 0; i_ < (check)->sys->nr_channels; i_++)                \
		for (const struct channel *channel = (check)->sys->channels[i_]; \
		     channel && channel->node; channel = NULL)

static void check_carries(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	if (channel->carries && !channel_carries(channel, "ethernet") &&
	    !channel_carries(channel, "disk"))
		fail(check, node_loc(channel->node, "carries"),
		     "'carries' of channel '%s' is \"%s\". Write \"ethernet\" or \"disk\"",
		     channel->name, channel->carries);
}

static void check_both_ways(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	if (channel->carries && channel->one_way)
		fail(check, node_loc(channel->node, "one-way"),
		     "channel '%s' carries \"%s\", but in one direction only. Leave out "
		     "`one-way`",
		     channel->name, channel->carries);
}

static void check_messages(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	{
		if (channel_carries(channel, "ethernet") && channel->message_size < FRAME_MIN)
			fail(check, node_loc(channel->node, "message-size"),
			     "messages of channel '%s' have %u bytes, too few for Ethernet frames. "
			     "Use %u and more; `message-size = <1516>` is usual",
			     channel->name, channel->message_size, FRAME_MIN);
		if (channel_carries(channel, "disk") && channel->message_size > NOTICE_MAX)
			fail(check, node_loc(channel->node, "message-size"),
			     "messages of channel '%s' have %u bytes, but a disk's data goes "
			     "through "
			     "its segment. Leave out `message-size`",
			     channel->name, channel->message_size);
	}
}

static void check_has_segment(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	{
		bool disk = channel_carries(channel, "disk");

		if (disk && !channel->segment_refs.nr)
			fail(check, node_loc(channel->node, "carries"),
			     "the disk of channel '%s' has no segment for its data. Add `segment = "
			     "<&...>;`",
			     channel->name);
		if (!disk && channel->segment_refs.nr)
			fail(check, node_loc(channel->node, "segment"),
			     "channel '%s' has a segment, but carries no disk. Leave out "
			     "`segment`, "
			     "or add `carries = \"disk\"`",
			     channel->name);
		if (disk && channel->segment_refs.nr && !channel_segment(check->sys, channel) &&
		    !refers_to_disabled(&channel->segment_refs))
			fail(check, node_loc(channel->node, "segment"),
			     "`segment` of channel '%s' is no segment. Refer to a segment by its "
			     "label",
			     channel->name);
	}
}

/* Both ends of a disk must have its segment and be able to write it. */
static void check_sharer(const struct check *check, const struct channel *channel,
			 const struct segment *segment, const struct cell *cell)
{
	if (!cell)
		return;
	if (!refs_have(&segment->shared_by, cell))
		fail(check, node_loc(segment->node, "shared-by"),
		     "cell '%s' does not share segment '%s' of its disk '%s' (%s). Add it to "
		     "`shared-by`",
		     cell->name, segment->name, channel->name, place(channel->node->loc));
	else if (refs_have(&segment->read_only_for, cell))
		fail(check, node_loc(segment->node, "read-only-for"),
		     "segment '%s' is read-only for cell '%s', but both ends of disk '%s' (%s) "
		     "write it. Take the cell out of `read-only-for`",
		     segment->name, cell->name, channel->name, place(channel->node->loc));
}

static void check_shared(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	{
		const struct segment *segment = channel_segment(check->sys, channel);

		if (!segment || !channel_carries(channel, "disk"))
			continue;
		for (int side = 0; side < 2; side++)
			check_sharer(check, channel, segment, channel->end[side]);
		if (segment->pa.size < DISK_MIN && has_number(segment->node, "size"))
			fail(check, node_loc(segment->node, "size"),
			     "segment '%s' of disk '%s' (%s) has 0x%llx bytes. Use 0x%x and more",
			     segment->name, channel->name, place(channel->node->loc),
			     (unsigned long long)segment->pa.size, DISK_MIN);
	}
}

static void check_own(const struct check *check)
{
	FOR_EACH_CHANNEL(check, channel)
	{
		const struct segment *segment = channel_segment(check->sys, channel);

		if (!channel_carries(channel, "disk"))
			continue;
		for (size_t i = 0; segment && i < channel->index; i++) {
			const struct channel *other = check->sys->channels[i];

			if (channel_carries(other, "disk") &&
			    channel_segment(check->sys, other) == segment)
				fail(check, node_loc(channel->node, "segment"),
				     "disks '%s' and '%s' (%s) have the same segment '%s'. Give "
				     "each "
				     "its own",
				     channel->name, other->name, place(other->node->loc),
				     segment->name);
		}
	}
}

static const struct rule rules[] = {
	{ "LNK-001", "What a channel carries is known to the drivers.", check_carries },
	{ "LNK-002", "A channel that carries frames or a disk goes both ways.", check_both_ways },
	{ "LNK-003", "Messages are long enough for frames, and short for a disk.", check_messages },
	{ "LNK-004", "A channel of a disk has a segment, and no other has.", check_has_segment },
	{ "LNK-005", "The segment of a disk is large enough, and both of its cells write it.",
	  check_shared },
	{ "LNK-006", "A segment is of one disk only.", check_own },
};

const struct rule_set rules_links = { "links", rules, ARRAY_SIZE(rules) };
