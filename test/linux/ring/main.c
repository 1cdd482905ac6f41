/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Gives ring.c of the disk server rings of all kinds, in a segment of exactly its
 * size, with the address sanitiser around it: a good ring first, then random
 * ones as a bad client could write them. What comes out must lie in the segment; every
 * byte of it is read and written. Usage: ring SEED RUNS. Called by test_virtual.py.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/virtio_ring.h>

#include "ring.h"

enum {
	SIZE = 0x3000,
	FIRST = 0x1000,
	DESC = 0x1000,
	AVAIL = 0x1800,
	USED = 0x1c00,
	DATA = 0x2000
};

static unsigned char *segment;
static unsigned long state;
static struct ring_request request;

static u32 any(void)
{
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	return state >> 33;
}

/* Mostly what is nearly right. */
static u32 likely(void)
{
	static const u32 words[] = { 0,        1,         2,         3,          15,
				     16,       17,        127,       128,        129,
				     0xffff,   FIRST,     FIRST - 1, DATA,       SIZE,
				     SIZE - 1, SIZE - 16, SIZE - 4,  0x80000000, 0xffffffff };

	return any() % 5 ? words[any() % (sizeof(words) / sizeof(*words))] : any();
}

static struct ring ring_at(u32 num, u32 desc, u32 avail, u32 used)
{
	return (struct ring){ .segment = segment,
			      .size = SIZE,
			      .first = FIRST,
			      .num = num,
			      .desc = desc,
			      .avail = avail,
			      .used = used };
}

static void check_pieces(const struct ring *ring)
{
	assert(request.head < ring->num && request.nr >= 1 && request.nr <= ring->num);
	for (int i = 0; i < request.nr; i++) {
		const struct ring_piece *piece = &request.pieces[i];

		assert(piece->size && piece->at >= FIRST && piece->at + (u64)piece->size <= SIZE);
		for (u32 at = piece->at; at < piece->at + piece->size; at++)
			*(volatile unsigned char *)(segment + at) ^= 0; /* the sanitiser looks */
	}
}

/* All that the ring has; how many requests that was. */
static unsigned int drain(struct ring *ring)
{
	unsigned int taken = 0;

	while (taken < 100000 && ring_take(ring, &request) > 0) {
		check_pieces(ring);
		ring_give(ring, &request, 1);
		ring_wants_poke(ring);
		ring_want_pokes(ring, taken % 2);
		taken++;
	}
	return taken;
}

static void good_ring(void)
{
	struct ring ring = ring_at(16, DESC, AVAIL, USED);
	struct vring_desc *desc = (void *)(segment + DESC);
	struct vring_avail *avail = (void *)(segment + AVAIL);
	struct vring_used *used = (void *)(segment + USED);

	desc[5] = (struct vring_desc){ DATA, 16, VRING_DESC_F_NEXT, 9 };
	desc[9] = (struct vring_desc){ SIZE - 512, 512, VRING_DESC_F_WRITE, 0 };
	used->idx = avail->idx = 0xffff;
	avail->ring[15] = 5;
	avail->idx++;
	assert(!ring_start(&ring) && ring_take(&ring, &request) == 1);
	assert(request.nr == 2 && request.head == 5 && request.pieces[1].at == SIZE - 512);
	assert(!request.pieces[0].write && request.pieces[1].write);
	assert(ring_take(&ring, &request) == 0);
	/* One that is started again before it gave the request back takes it once more. */
	assert(!ring_start(&ring) && ring_take(&ring, &request) == 1 && request.head == 5);
	ring_give(&ring, &request, 513);
	assert(used->idx == 0 && used->ring[15].id == 5 && used->ring[15].len == 513);
	assert(!ring_start(&ring) && ring_take(&ring, &request) == 0);
}

/* Numbers that are mostly in their ranges, and links as they come. */
static void nearly_right(u32 num)
{
	struct vring_desc *desc = (void *)(segment + DESC);
	struct vring_avail *avail = (void *)(segment + AVAIL);
	struct vring_used *used = (void *)(segment + USED);

	for (u32 i = 0; i < num; i++) {
		desc[i] = (struct vring_desc){ DATA + any() % 0x800, 1 + any() % 0x810, any() % 4,
					       any() % (num + 1) };
		avail->ring[i] = any() % num;
	}
	used->idx = any();
	avail->idx = used->idx + any() % (num + 2);
}

static unsigned int random_ring(void)
{
	bool placed = any() % 4;
	struct ring ring = placed ? ring_at(1u << any() % 8, DESC, AVAIL, USED) :
				    ring_at(likely(), likely(), likely(), likely());

	for (u32 at = FIRST; at < DATA; at += 4) {
		u32 word = likely();

		memcpy(segment + at, &word, sizeof(word));
	}
	if (placed && any() % 2)
		nearly_right(ring.num);
	return ring_start(&ring) ? 0 : drain(&ring);
}

int main(int argc, char **argv)
{
	unsigned long taken = 0;

	segment = malloc(SIZE);
	if (argc != 3 || !segment)
		return 2;
	state = strtoul(argv[1], NULL, 0);
	memset(segment, 0, SIZE);
	good_ring();
	for (unsigned long run = strtoul(argv[2], NULL, 0); run; run--)
		taken += random_ring();
	printf("%lu requests taken\n", taken);
	free(segment);
	return 0;
}
