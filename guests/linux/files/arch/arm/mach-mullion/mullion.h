/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between the files of this folder.
 */
#ifndef MACH_MULLION_H
#define MACH_MULLION_H

#include <linux/types.h>

struct device_node;

void mullion_init_irq(void);
void mullion_init_time(void);
void mullion_seed_random(void);

/** Devices as after a reset, as far as their drivers rely on it. */
#ifdef CONFIG_MMC_ARMMMCI
void mullion_quiesce_devices(void);
#else
static inline void mullion_quiesce_devices(void)
{
}
#endif

/** The capability in a node of the device tree, or 0. */
unsigned int mullion_cap(const struct device_node *node);

/** An entry of the cell's environment, usable before there is a device tree; or NULL. */
const struct mv_env_entry *mullion_env(const char *name, unsigned int kind);

#endif
