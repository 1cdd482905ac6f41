/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between disk.c and disk-dma.c.
 */
#ifndef MULLION_DISK_H
#define MULLION_DISK_H

#include <linux/bitmap.h>
#include <linux/dma-map-ops.h>
#include <linux/spinlock.h>

#include "link.h"

#define DISK_MAX_SLOTS 256

/* Slots of the segment, and what each stands for. */
struct disk_slots {
	void *segment;
	unsigned int nr;
	spinlock_t lock;
	DECLARE_BITMAP(used, DISK_MAX_SLOTS);
	void *original[DISK_MAX_SLOTS];
};

extern const struct dma_map_ops disk_dma_ops;

/* The slots of the device that the operations are called for. */
struct disk_slots *disk_slots_of(struct device *dev);

#endif
