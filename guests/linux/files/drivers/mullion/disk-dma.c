// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * "DMA" of a disk that another cell serves: that cell sees the segment and nothing
 * else of this one. So what a descriptor stands for is copied into a slot of
 * the segment before the request, and out of it after; its address is the offset
 * in the segment. virtio_ring maps whatever it puts into the ring by these operations.
 */
#include <linux/mm.h>

#include "disk.h"

static int take_slot(struct disk_slots *slots, void *original)
{
	unsigned long flags;
	unsigned int slot;

	spin_lock_irqsave(&slots->lock, flags);
	slot = find_first_zero_bit(slots->used, slots->nr);
	if (slot < slots->nr) {
		__set_bit(slot, slots->used);
		slots->original[slot] = original;
	}
	spin_unlock_irqrestore(&slots->lock, flags);
	return slot < slots->nr ? (int)slot : -ENOSPC;
}

static void give_slot(struct disk_slots *slots, unsigned int slot)
{
	unsigned long flags;

	spin_lock_irqsave(&slots->lock, flags);
	__clear_bit(slot, slots->used);
	spin_unlock_irqrestore(&slots->lock, flags);
}

static void *slot_data(struct disk_slots *slots, unsigned int slot)
{
	return slots->segment + DISK_SLOTS_AT + slot * DISK_SLOT;
}

static dma_addr_t map_page(struct device *dev, struct page *page, unsigned long offset,
			   size_t size, enum dma_data_direction direction, unsigned long attrs)
{
	struct disk_slots *slots = disk_slots_of(dev);
	void *original = page_address(page) + offset;
	int slot;

	if (size > DISK_SLOT)
		return DMA_MAPPING_ERROR;
	slot = take_slot(slots, original);
	if (slot < 0)
		return DMA_MAPPING_ERROR;
	if (direction != DMA_FROM_DEVICE)
		memcpy(slot_data(slots, slot), original, size);
	return DISK_SLOTS_AT + slot * DISK_SLOT;
}

static void unmap_page(struct device *dev, dma_addr_t at, size_t size,
		       enum dma_data_direction direction, unsigned long attrs)
{
	struct disk_slots *slots = disk_slots_of(dev);
	unsigned int slot = (at - DISK_SLOTS_AT) / DISK_SLOT;

	if (direction != DMA_TO_DEVICE)
		memcpy(slots->original[slot], slot_data(slots, slot), size);
	give_slot(slots, slot);
}

/* The one thing that is allocated is the ring, which has its page. */
static void *alloc_ring(struct device *dev, size_t size, dma_addr_t *at, gfp_t gfp,
			unsigned long attrs)
{
	void *ring = disk_slots_of(dev)->segment + DISK_RING_AT;

	if (size > DISK_SLOTS_AT - DISK_RING_AT)
		return NULL;
	*at = DISK_RING_AT;
	return memset(ring, 0, size);
}

static void free_ring(struct device *dev, size_t size, void *ring, dma_addr_t at,
		      unsigned long attrs)
{
}

static size_t max_mapping_size(struct device *dev)
{
	return DISK_SLOT;
}

static int dma_supported(struct device *dev, u64 mask)
{
	return 1;
}

const struct dma_map_ops disk_dma_ops = {
	.alloc = alloc_ring,
	.free = free_ring,
	.map_page = map_page,
	.unmap_page = unmap_page,
	.max_mapping_size = max_mapping_size,
	.dma_supported = dma_supported,
};
