// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * The channel and the segment of a disk, as both of its sides use them. Called by
 * disk.c and server.c.
 */
#include <linux/io.h>
#include <linux/of.h>

#include "link.h"

/* The system compiler lets no longer message into such a channel. */
#define LONGEST 64

static int map_segment(struct disk_link *link, struct device *dev, const u32 *reg)
{
	link->size = reg[1];
	link->page = devm_memremap(dev, reg[0], reg[1], MEMREMAP_WB);
	return PTR_ERR_OR_ZERO(link->page);
}

int disk_link_find(struct disk_link *link, struct platform_device *pdev)
{
	struct device_node *node = pdev->dev.of_node;
	struct device_node *segment = of_parse_phandle(node, "segment", 0);
	u32 reg[2] = { 0, 0 };

	if (segment)
		of_property_read_u32_array(segment, "reg", reg, 2);
	of_node_put(segment);
	link->irq = platform_get_irq(pdev, 0);
	if (link->irq < 0)
		return link->irq;
	if (of_property_read_u32(node, "cap", &link->cap) || reg[1] <= DISK_SLOTS_AT)
		return dev_err_probe(&pdev->dev, -EINVAL, "no segment for data\n");
	return map_segment(link, &pdev->dev, reg);
}

/* If the channel is full the peer has not looked yet, and will. */
void disk_link_poke(const struct disk_link *link)
{
	mv_channel_send(link->cap, NULL, 0);
}

/* Ends, unless the peer is faster than this and then has the processor anyway. */
void disk_link_drain(const struct disk_link *link)
{
	u32 message[LONGEST / 4];

	while (!mv_channel_receive(link->cap, message, sizeof(message)).error)
		continue;
}
