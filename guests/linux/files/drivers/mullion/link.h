/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the two sides of a disk share: a segment for a ring of requests and their
 * data, and a channel whose empty messages say "look". The segment begins with
 * this page, of which either side writes one half. Neither believes the other:
 * what is read here is copied once, then checked.
 *
 *   page 0      struct disk_page
 *   page 1      the ring of the client: descriptors, available, used
 *   page 2...   slots of the client, for data on the way; one for a descriptor
 *
 * Addresses in the ring count from the start of the segment. A session begins when
 * the client writes a new number for it and ends with the next: then the server
 * has done with the ring, and writes the number as its answer. A server that was
 * restarted goes on where the ring says that it was, if it has the same disk
 * as before; of another disk (`identity`) it says so, and fails what is left.
 */
#ifndef MULLION_LINK_H
#define MULLION_LINK_H

#include <linux/platform_device.h>
#include <linux/types.h>
#include <linux/virtio_blk.h>
#include <asm/mullion.h>

#define DISK_MAGIC   0x4b53444d /* "MDSK" */
#define DISK_VERSION 1

/* A descriptor stands for a slot at most, so that a full ring always has slots. */
#define DISK_SLOT    4096u
#define DISK_RING_AT 4096u
#define DISK_SLOTS_AT 8192u

enum disk_state {
	DISK_STARTING = 1, /* wait: it will be what it was, perhaps */
	DISK_READY,
	DISK_GONE, /* taken away */
};

/* All little-endian, as the ring. */
struct disk_page {
	/* The server's. */
	__le32 magic;
	__le32 version;
	__le32 state;
	__le32 answer; /* the session that it serves */
	__le32 status; /* VIRTIO_CONFIG_S_NEEDS_RESET: the ring was nonsense */
	__le32 depth; /* largest ring that it serves */
	__le64 identity;
	__le64 features;
	struct virtio_blk_config config;
	/* The client's. */
	__le32 session __aligned(2048);
	__le32 client_status; /* as virtio has it */
	__le64 client_identity; /* the disk it thinks it has */
	__le64 client_features;
	__le32 num, desc, avail, used; /* the ring: entries, and where its parts are */
};

static_assert(offsetof(struct disk_page, session) == 2048);
static_assert(sizeof(struct disk_page) == DISK_RING_AT);

/* One side's end. */
struct disk_link {
	struct disk_page *page; /* and the rest of the segment behind it */
	unsigned int size;
	unsigned int cap;
	int irq;
};

/* Finds both in the device tree. */
int disk_link_find(struct disk_link *link, struct platform_device *pdev);

/* Makes the peer look. */
void disk_link_poke(const struct disk_link *link);

/* Takes all pokes out of the channel, so that the next one interrupts again. */
void disk_link_drain(const struct disk_link *link);

#endif
