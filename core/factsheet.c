/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The boot fact sheet: what was booted, on one screen.
 */
#include <arch/vmmu.h>
#include <core/boot.h>
#include <core/print.h>
#include <core/tables.h>
#include <generated/version.h>

extern const char kernel_start[], kernel_end[]; /* mullion.lds.S */

static const char *const policies[] = {
	[POLICY_HALT] = "halt",
	[POLICY_RESTART] = "restart",
	[POLICY_MONITOR] = "monitor",
};

static void cell_line(const struct cell_desc *c)
{
	uint32_t bytes = 0;

	for (unsigned int i = 0; i < c->nr_maps; i++)
		if (!(c->maps[i].attr & MAP_DEVICE))
			bytes += c->maps[i].size;
	print("  cell    %s: priority %u (%u..%u), %u vCPU, %u KiB, %u caps, on fault %s%s\n",
	      c->name, vcpu_descs[c->first_vcpu].priority, c->floor, c->ceiling, c->nr_vcpus,
	      bytes / 1024, c->nr_caps - 1, policies[c->policy],
	      c->start_at_boot ? "" : ", not started");
	if (c->vtlb != MV_NONE)
		print("          guest: vTLB of %u spaces, %u tables, %u KiB\n", CONFIG_VTLB_SPACES,
		      CONFIG_VTLB_TABLES, (vtlb_bytes() + 1023) / 1024);
}

RARE_PATH void fact_sheet(void)
{
	print("\nMullion %s, git %s, config %s\n", MV_VERSION, MV_GIT_ID, MV_CONFIG_HASH);
	print("  product %s on %s\n", product_name, platform.board);
	print("  memory  0x%08x..0x%08x, free 0x%08x..0x%08x (%u KiB)\n", platform.ram_base,
	      platform.ram_base + platform.ram_size - 1, platform.free_base,
	      platform.free_base + platform.free_size - 1, platform.free_size / 1024);
	print("  kernel  %u KiB with tables and objects\n",
	      (uint32_t)(kernel_end - kernel_start) / 1024);
	print("  objects %u cells, %u vCPUs, %u vIRQs, %u channels, %u timers\n", nr_cells,
	      nr_vcpus, nr_virqs, nr_channels, nr_timers);
	for (unsigned int i = 0; i < nr_cells; i++)
		cell_line(&cell_descs[i]);
}
