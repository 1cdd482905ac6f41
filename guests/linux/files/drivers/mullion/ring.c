// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * The device's side of a virtio ring (split, without indirect descriptors) in
 * a segment that the client can write at any time, also while it is looked at.
 * Everything is read once, copied, and checked before use, so that no address
 * leads out of the segment and no chain is endless.
 *
 * Not vringh (drivers/vhost), because its accessors for kernel memory follow an
 * indirect table wherever in the kernel the client says that it is, and its other
 * ones need pages that Linux knows of, or a process.
 *
 * Called by server.c. test/linux/ring compiles it on the build machine, where a
 * sanitiser sees every access out of the segment.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/virtio_ring.h>
#include <asm/barrier.h>

#include "ring.h"

/* Whether so many bytes are inside, not before `first`, and aligned. */
static bool inside(const struct ring *ring, u64 at, u64 size, u32 align)
{
	return at >= ring->first && !(at % align) && at <= ring->size && size <= ring->size - at;
}

static struct vring_avail *avail_of(const struct ring *ring)
{
	return ring->segment + ring->avail;
}

static struct vring_used *used_of(const struct ring *ring)
{
	return ring->segment + ring->used;
}

/* What was taken and not given back by one who was restarted is taken again. */
int ring_start(struct ring *ring)
{
	if (!ring->num || ring->num > RING_MAX || ring->num & (ring->num - 1))
		return -EINVAL;
	if (!inside(ring, ring->desc, ring->num * sizeof(struct vring_desc), 16) ||
	    !inside(ring, ring->avail, 6 + 2 * ring->num, 2) ||
	    !inside(ring, ring->used, 6 + 8 * ring->num, 4))
		return -EINVAL;
	ring->given = ring->next = le16_to_cpu((__force __le16)READ_ONCE(used_of(ring)->idx));
	return 0;
}

static struct vring_desc copy_of(const struct ring *ring, u32 index)
{
	const volatile struct vring_desc *from = ring->segment + ring->desc;
	struct vring_desc copy;

	from += index;
	copy.addr = from->addr;
	copy.len = from->len;
	copy.flags = from->flags;
	copy.next = from->next;
	return copy;
}

/* Adds the descriptor to the request; the index of the next one, or -1 at the end. */
static int add_piece(const struct ring *ring, struct ring_request *request, u32 index)
{
	struct vring_desc desc = copy_of(ring, index);
	u16 flags = le16_to_cpu((__force __le16)desc.flags);
	u64 at = le64_to_cpu((__force __le64)desc.addr);
	u32 size = le32_to_cpu((__force __le32)desc.len);

	if (flags & ~(VRING_DESC_F_NEXT | VRING_DESC_F_WRITE) || !size ||
	    !inside(ring, at, size, 1))
		return -EINVAL;
	request->pieces[request->nr++] = (struct ring_piece){
		.at = at, .size = size, .write = flags & VRING_DESC_F_WRITE
	};
	if (!(flags & VRING_DESC_F_NEXT))
		return -1;
	return le16_to_cpu((__force __le16)desc.next);
}

int ring_take(struct ring *ring, struct ring_request *request)
{
	struct vring_avail *avail = avail_of(ring);
	u16 waiting = le16_to_cpu((__force __le16)READ_ONCE(avail->idx)) - ring->next;
	int index;

	if (!waiting)
		return 0;
	if (waiting > ring->num)
		return -EINVAL;
	virt_rmb(); /* what the index counts was written before it */
	index = le16_to_cpu((__force __le16)READ_ONCE(avail->ring[ring->next % ring->num]));
	request->head = index;
	request->nr = 0;
	do {
		if (index >= (int)ring->num || request->nr == ring->num)
			return -EINVAL;
		index = add_piece(ring, request, index);
	} while (index >= 0);
	if (index != -1)
		return -EINVAL;
	ring->next++;
	return 1;
}

void ring_give(struct ring *ring, const struct ring_request *request, u32 written)
{
	struct vring_used *used = used_of(ring);
	struct vring_used_elem *element = &used->ring[ring->given % ring->num];

	element->id = (__force __virtio32)cpu_to_le32(request->head);
	element->len = (__force __virtio32)cpu_to_le32(written);
	virt_wmb(); /* before the index that counts it */
	ring->given++;
	WRITE_ONCE(used->idx, (__force __virtio16)cpu_to_le16(ring->given));
}

bool ring_wants_poke(const struct ring *ring)
{
	u16 flags;

	virt_mb(); /* the client looks at the ring after it has set the flag */
	flags = le16_to_cpu((__force __le16)READ_ONCE(avail_of(ring)->flags));
	return !(flags & VRING_AVAIL_F_NO_INTERRUPT);
}

void ring_want_pokes(struct ring *ring, bool want)
{
	u16 flags = want ? 0 : VRING_USED_F_NO_NOTIFY;

	WRITE_ONCE(used_of(ring)->flags, (__force __virtio16)cpu_to_le16(flags));
	virt_mb(); /* before the caller's next look at the ring */
}
