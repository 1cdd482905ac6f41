/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Between server.c and server-request.c.
 */
#ifndef MULLION_SERVER_H
#define MULLION_SERVER_H

#include "ring.h"

struct file;

/* A disk that is given to another cell: a file or a block device. */
struct disk {
	struct file *file; /* NULL: none, and all requests fail */
	u64 sectors;
	u64 identity;
	bool read_only;
};

/*
 * Opens what a path names; "PATH ro" lets the client read only. A block device is
 * claimed: this cell cannot mount it meanwhile.
 */
int disk_open(struct disk *disk, const char *path, bool read_only);
void disk_close(struct disk *disk);

/*
 * Does a request whose pieces are in `segment`; how many bytes it wrote there.
 * -EINVAL if it is none that a client of ours makes.
 */
int disk_request(const struct disk *disk, void *segment, const struct ring_request *request);

#endif
