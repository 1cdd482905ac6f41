/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The device's side of a virtio ring in a segment whose other writer is not
 * trusted: see ring.c.
 */
#ifndef MULLION_RING_H
#define MULLION_RING_H

#include <linux/types.h>

#define RING_MAX 128

/* A piece of the segment, checked: it lies behind the page of state. */
struct ring_piece {
	u32 at;
	u32 size;
	bool write; /* by the device */
};

struct ring_request {
	u16 head;
	u16 nr;
	struct ring_piece pieces[RING_MAX];
};

/* A copy of what the client says, and how far it has been worked through. */
struct ring {
	void *segment;
	u32 size;
	u32 first; /* pieces begin here at the earliest */
	u32 num, desc, avail, used;
	u16 next; /* to take */
	u16 given;
};

/* -EINVAL if the ring is not inside of the segment or not of a size it may have. */
int ring_start(struct ring *ring);

/* 1: here is a request; 0: none waits; -EINVAL: nonsense, the ring is of no use. */
int ring_take(struct ring *ring, struct ring_request *request);

/* A request is done, and the device has written so many bytes. */
void ring_give(struct ring *ring, const struct ring_request *request, u32 written);

/* Whether the client wants to be told of requests that are done. */
bool ring_wants_poke(const struct ring *ring);

/* Whether the client shall poke when it has put a request in. */
void ring_want_pokes(struct ring *ring, bool want);

#endif
