// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * Makes devices of those channel ends that say what they carry: they are below
 * /hypervisor in the device tree of the cell, which is no bus that Linux looks
 * into by itself. The drivers of this folder find them by `compatible`.
 */
#include <linux/init.h>
#include <linux/of.h>
#include <linux/of_platform.h>

static int __init make_devices(void)
{
	struct device_node *ends = of_find_node_by_path("/hypervisor/channel-ends");
	int error;

	if (!ends)
		return 0;
	error = of_platform_populate(ends, NULL, NULL, NULL);
	of_node_put(ends);
	return error;
}
subsys_initcall_sync(make_devices);
