// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * A cell's restart does not reset its devices, as a board's would: they are as the
 * kernel before left them, which may have ended in the middle of anything. Drivers
 * bring their devices to order, but for what is done here before they start.
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/mmc/host.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/scatterlist.h>

#include "../../../drivers/mmc/host/mmci.h"
#include "mullion.h"

#define FIFO_WORDS 32 /* not less than any has */

/*
 * The driver takes it for granted that no transfer is going on and that nothing
 * is in the FIFO: what is left there would come before the first block it reads.
 * Reading no bytes ends what went on before, and lets the FIFO be read.
 */
static void __init quiesce_mmci(void __iomem *base)
{
	unsigned int i;

	writel(0, base + MMCIMASK0);
	writel(0, base + MMCIMASK1);
	writel(0, base + MMCICOMMAND);
	writel(0, base + MMCIDATALENGTH);
	writel(MCI_DPSM_ENABLE | MCI_DPSM_DIRECTION, base + MMCIDATACTRL);
	for (i = 0; i < FIFO_WORDS && readl(base + MMCISTATUS) & MCI_RXDATAAVLBL; i++)
		readl(base + MMCIFIFO);
	writel(0, base + MMCIDATACTRL);
	writel(~0, base + MMCICLEAR);
}

void __init mullion_quiesce_devices(void)
{
	struct device_node *node;
	void __iomem *base;

	for_each_compatible_node(node, NULL, "arm,pl180") {
		base = of_iomap(node, 0);
		if (!base)
			continue;
		quiesce_mmci(base);
		iounmap(base);
	}
}
