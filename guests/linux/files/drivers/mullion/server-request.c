// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * What stands behind a disk that another cell uses, and a single request of that
 * cell: sectors of it, read or written through this kernel's page cache. The
 * pieces were checked by ring.c; the rest of the request is checked here, after
 * it was copied. Called by server.c, by one thread for each disk.
 */
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/random.h>
#include <linux/virtio_blk.h>

#include "server.h"

/* Disk --------------------------------------------------------------------------- */

static bool in_memory(dev_t device)
{
	return MAJOR(device) == RAMDISK_MAJOR || MAJOR(device) == LOOP_MAJOR;
}

/* Whether the content is the same after a restart of this cell. */
static bool lasts(const struct inode *inode)
{
	if (S_ISBLK(inode->i_mode))
		return !in_memory(inode->i_rdev);
	return inode->i_sb->s_bdev && !in_memory(inode->i_sb->s_dev);
}

/* A disk of the same identity has the content that the client last saw. */
static u64 identity_of(const struct inode *inode, u64 sectors, bool read_only)
{
	bool block = S_ISBLK(inode->i_mode);
	u64 device = new_encode_dev(block ? inode->i_rdev : inode->i_sb->s_dev);

	if (!lasts(inode))
		return get_random_u64() | 1;
	return device << 32 ^ (block ? 0 : inode->i_ino) ^ sectors << 20 ^ (u64)read_only << 63;
}

static u64 sectors_of(const struct file *file)
{
	return i_size_read(file->f_mapping->host) >> SECTOR_SHIFT;
}

int disk_open(struct disk *disk, const char *path, bool read_only)
{
	int flags = (read_only ? O_RDONLY : O_RDWR) | O_LARGEFILE | O_EXCL;
	struct file *file = filp_open(path, flags, 0);
	const struct inode *inode;

	if (IS_ERR(file))
		return PTR_ERR(file);
	inode = file_inode(file);
	if ((!S_ISBLK(inode->i_mode) && !S_ISREG(inode->i_mode)) || !sectors_of(file)) {
		filp_close(file, NULL);
		return -EINVAL;
	}
	disk->file = file;
	disk->sectors = sectors_of(file);
	disk->read_only = read_only;
	disk->identity = identity_of(inode, disk->sectors, read_only);
	return 0;
}

void disk_close(struct disk *disk)
{
	if (disk->file) {
		vfs_fsync(disk->file, 0);
		filp_close(disk->file, NULL);
	}
	*disk = (struct disk){};
}

/* Request ------------------------------------------------------------------------ */

static bool move_piece(const struct disk *disk, void *data, u32 size, loff_t *at, bool in)
{
	ssize_t moved = in ? kernel_read(disk->file, data, size, at) :
			     kernel_write(disk->file, data, size, at);

	return moved == size;
}

/* The pieces between the first and the last are data, all in the one direction. */
static u8 transfer(const struct disk *disk, void *segment, const struct ring_request *request,
		   u64 sector, bool in)
{
	u64 size = 0;
	loff_t at;
	int i;

	for (i = 1; i < request->nr - 1; i++)
		size += request->pieces[i].size;
	if (size % SECTOR_SIZE || sector > disk->sectors ||
	    size >> SECTOR_SHIFT > disk->sectors - sector || (!in && disk->read_only))
		return VIRTIO_BLK_S_IOERR;
	at = sector << SECTOR_SHIFT;
	for (i = 1; i < request->nr - 1; i++) {
		const struct ring_piece *piece = &request->pieces[i];

		if (piece->write != in || !move_piece(disk, segment + piece->at, piece->size, &at, in))
			return VIRTIO_BLK_S_IOERR;
	}
	return VIRTIO_BLK_S_OK;
}

static u8 identify(const struct disk *disk, void *segment, const struct ring_request *request)
{
	char text[VIRTIO_BLK_ID_BYTES + 1] = {};
	const struct ring_piece *piece = &request->pieces[1];

	if (request->nr != 3 || !piece->write || piece->size < VIRTIO_BLK_ID_BYTES)
		return VIRTIO_BLK_S_IOERR;
	snprintf(text, sizeof(text), "%016llx", disk->identity);
	memcpy(segment + piece->at, text, VIRTIO_BLK_ID_BYTES);
	return VIRTIO_BLK_S_OK;
}

static u8 perform(const struct disk *disk, void *segment, const struct ring_request *request,
		  const struct virtio_blk_outhdr *head)
{
	if (!disk->file)
		return VIRTIO_BLK_S_IOERR;
	switch (le32_to_cpu((__force __le32)head->type)) {
	case VIRTIO_BLK_T_IN:
		return transfer(disk, segment, request, le64_to_cpu((__force __le64)head->sector), true);
	case VIRTIO_BLK_T_OUT:
		return transfer(disk, segment, request, le64_to_cpu((__force __le64)head->sector), false);
	case VIRTIO_BLK_T_FLUSH:
		return vfs_fsync(disk->file, 0) ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK;
	case VIRTIO_BLK_T_GET_ID:
		return identify(disk, segment, request);
	}
	return VIRTIO_BLK_S_UNSUPP;
}

int disk_request(const struct disk *disk, void *segment, const struct ring_request *request)
{
	const struct ring_piece *first = &request->pieces[0];
	const struct ring_piece *last = &request->pieces[request->nr - 1];
	struct virtio_blk_outhdr head;
	u32 written = 1;
	int i;

	if (request->nr < 2 || first->write || first->size != sizeof(head) || !last->write ||
	    last->size != 1)
		return -EINVAL;
	memcpy(&head, segment + first->at, sizeof(head));
	*(u8 *)(segment + last->at) = perform(disk, segment, request, &head);
	for (i = 1; i < request->nr - 1; i++)
		if (request->pieces[i].write)
			written += request->pieces[i].size;
	return written;
}
