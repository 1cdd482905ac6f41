// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * Gives another cell a disk: a block device or a file of this one, named by
 *
 *     echo PATH [ro] > /sys/bus/platform/devices/hypervisor:channel-ends:NAME/backing
 *
 * where NAME is the channel. Its client is not trusted: see link.h for the rules
 * between the two, ring.c and server-request.c for the checks. A client that breaks
 * the rules loses its disk until it begins a new session, and nothing else happens.
 * `status` in the same folder counts what was done.
 *
 * All work for a disk is done by one thread of a workqueue, request by request in
 * the order of the ring: so at any time one number, in the ring itself, tells which
 * requests are done, also to a server that is started again.
 */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>

#include "link.h"
#include "server.h"

struct server {
	struct device *dev;
	struct disk_link link;
	struct workqueue_struct *queue;
	struct work_struct work;
	struct mutex mutex; /* of what follows, between the work and sysfs */
	struct disk disk;
	char *path;
	struct ring ring;
	struct ring_request request;
	u32 session; /* that is served; 0: none yet */
	bool told; /* of a disk, or that there is none: before that the client waits */
	bool running; /* the ring is good */
	bool broken; /* it was not: wait for another session */
	bool stale; /* the client thinks of another disk: fail its requests */
	u32 requests, sessions, refused;
};

/* Reading and writing the page of state ---------------------------------------------- */

static u32 said(const __le32 *word)
{
	return le32_to_cpu((__force __le32)READ_ONCE(*word));
}

static void say(__le32 *word, u32 value)
{
	WRITE_ONCE(*word, cpu_to_le32(value));
}

static u32 depth_of(const struct server *server)
{
	u32 slots = (server->link.size - DISK_SLOTS_AT) / DISK_SLOT;

	return min_t(u32, RING_MAX, rounddown_pow_of_two(slots));
}

/* What virtio_blk reads when the client has found the disk. */
static void describe(struct server *server)
{
	struct disk_page *page = server->link.page;
	u64 features = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) |
		       BIT_ULL(VIRTIO_BLK_F_SIZE_MAX) | BIT_ULL(VIRTIO_BLK_F_SEG_MAX) |
		       BIT_ULL(VIRTIO_BLK_F_FLUSH);

	if (server->disk.read_only)
		features |= BIT_ULL(VIRTIO_BLK_F_RO);
	memset(&page->config, 0, sizeof(page->config));
	page->config.capacity = (__force __virtio64)cpu_to_le64(server->disk.sectors);
	page->config.size_max = (__force __virtio32)cpu_to_le32(DISK_SLOT);
	page->config.seg_max = (__force __virtio32)cpu_to_le32(depth_of(server) / 2);
	page->features = cpu_to_le64(features);
	page->identity = cpu_to_le64(server->disk.identity);
}

static void set_state(struct server *server, enum disk_state state)
{
	virt_wmb(); /* what it stands for comes before it */
	say(&server->link.page->state, state);
}

/* Work ------------------------------------------------------------------------------- */

/* The client did what it must not. It may begin again. */
static void refuse(struct server *server, const char *what)
{
	server->running = false;
	server->broken = true;
	server->refused++;
	dev_warn_ratelimited(server->dev, "the other cell's %s is nonsense: its disk stops\n", what);
	say(&server->link.page->status, VIRTIO_CONFIG_S_NEEDS_RESET);
	disk_link_poke(&server->link);
}

/* The old ring is not looked at any more, from here on. */
static void begin_session(struct server *server, u32 session)
{
	server->session = session;
	server->sessions++;
	server->running = false;
	server->broken = false;
	say(&server->link.page->status, 0);
	virt_wmb();
	say(&server->link.page->answer, session);
	disk_link_poke(&server->link);
}

static void start_ring(struct server *server)
{
	const struct disk_page *page = server->link.page;

	server->ring = (struct ring){
		.segment = server->link.page, .size = server->link.size, .first = DISK_RING_AT,
		.num = said(&page->num), .desc = said(&page->desc),
		.avail = said(&page->avail), .used = said(&page->used),
	};
	server->stale = le64_to_cpu(READ_ONCE(page->client_identity)) != server->disk.identity;
	if (ring_start(&server->ring))
		refuse(server, "ring");
	else
		server->running = true;
}

static bool serve_one(struct server *server)
{
	static const struct disk nothing;
	const struct disk *disk = server->stale ? &nothing : &server->disk;
	int got = ring_take(&server->ring, &server->request);
	int written = 0;

	if (got > 0)
		written = disk_request(disk, server->link.page, &server->request);
	if (got < 0 || written < 0) {
		refuse(server, got < 0 ? "ring" : "request");
		return false;
	}
	if (!got)
		return false;
	server->requests++;
	ring_give(&server->ring, &server->request, written);
	if (ring_wants_poke(&server->ring))
		disk_link_poke(&server->link);
	return true;
}

/* Until the ring is empty, or the client wants another session. */
static void serve_ring(struct server *server)
{
	do {
		ring_want_pokes(&server->ring, false);
		while (server->running && serve_one(server))
			if (said(&server->link.page->session) != server->session)
				return;
		if (!server->running)
			return;
		ring_want_pokes(&server->ring, true);
	} while (serve_one(server));
}

static void look(struct server *server)
{
	const struct disk_page *page = server->link.page;
	u32 session = said(&page->session);

	if (session != server->session)
		begin_session(server, session);
	virt_rmb(); /* what belongs to a session is written after its number */
	if (!server->running && !server->broken &&
	    said(&page->client_status) & VIRTIO_CONFIG_S_DRIVER_OK)
		start_ring(server);
	if (server->running)
		serve_ring(server);
}

static void work(struct work_struct *item)
{
	struct server *server = container_of(item, struct server, work);

	mutex_lock(&server->mutex);
	if (server->told) {
		look(server);
		if (said(&server->link.page->session) != server->session)
			queue_work(server->queue, &server->work);
	}
	mutex_unlock(&server->mutex);
}

static irqreturn_t interrupt(int irq, void *data)
{
	struct server *server = data;

	disk_link_drain(&server->link);
	queue_work(server->queue, &server->work);
	return IRQ_HANDLED;
}

/* sysfs ------------------------------------------------------------------------------ */

/* The disk is another one now, or none: requests for the old one fail. */
static void publish(struct server *server)
{
	describe(server);
	server->told = true;
	server->running = false; /* look() starts it again, and compares */
	set_state(server, server->disk.file ? DISK_READY : DISK_GONE);
	disk_link_poke(&server->link);
	queue_work(server->queue, &server->work);
}

static int exchange(struct server *server, char *path, bool read_only)
{
	struct disk disk = {};
	int error = *path ? disk_open(&disk, path, read_only) : 0;

	if (error)
		return error;
	mutex_lock(&server->mutex);
	disk_close(&server->disk);
	kfree(server->path);
	server->disk = disk;
	server->path = path;
	publish(server);
	mutex_unlock(&server->mutex);
	return 0;
}

static ssize_t backing_store(struct device *dev, struct device_attribute *attribute,
			     const char *text, size_t size)
{
	struct server *server = dev_get_drvdata(dev);
	char *path = kstrdup(text, GFP_KERNEL), *option;
	bool read_only = false;
	int error = -EINVAL;

	if (!path)
		return -ENOMEM;
	strim(path);
	option = strpbrk(path, " \t");
	if (option) {
		*option = 0;
		read_only = !strcmp(skip_spaces(option + 1), "ro");
	}
	if (!option || read_only)
		error = exchange(server, path, read_only);
	if (error)
		kfree(path);
	return error ? error : size;
}

static ssize_t backing_show(struct device *dev, struct device_attribute *attribute, char *to)
{
	struct server *server = dev_get_drvdata(dev);
	ssize_t size;

	mutex_lock(&server->mutex);
	size = sysfs_emit(to, "%s%s\n", server->path ? server->path : "",
			  server->disk.read_only ? " ro" : "");
	mutex_unlock(&server->mutex);
	return size;
}
static DEVICE_ATTR_RW(backing);

static ssize_t status_show(struct device *dev, struct device_attribute *attribute, char *to)
{
	const struct server *server = dev_get_drvdata(dev);

	return sysfs_emit(to, "sectors %llu\nrequests %u\nsessions %u\nrefused %u\n",
			  server->disk.sectors, server->requests, server->sessions,
			  server->refused);
}
static DEVICE_ATTR_RO(status);

static struct attribute *server_attrs[] = {
	&dev_attr_backing.attr,
	&dev_attr_status.attr,
	NULL,
};
ATTRIBUTE_GROUPS(server);

/* Device ----------------------------------------------------------------------------- */

/*
 * The segment may have what a server before this one left: the client then waits
 * until this one is told of a disk.
 */
static void prepare_page(struct server *server)
{
	struct disk_page *page = server->link.page;

	set_state(server, DISK_STARTING);
	say(&page->answer, 0);
	say(&page->status, 0);
	say(&page->depth, depth_of(server));
	say(&page->version, DISK_VERSION);
	virt_wmb();
	say(&page->magic, DISK_MAGIC);
}

static int probe(struct platform_device *pdev)
{
	struct server *server = devm_kzalloc(&pdev->dev, sizeof(*server), GFP_KERNEL);
	int error;

	if (!server)
		return -ENOMEM;
	error = disk_link_find(&server->link, pdev);
	if (error)
		return error;
	server->dev = &pdev->dev;
	mutex_init(&server->mutex);
	INIT_WORK(&server->work, work);
	server->queue = alloc_ordered_workqueue("mullion-disk", WQ_MEM_RECLAIM);
	if (!server->queue)
		return -ENOMEM;
	platform_set_drvdata(pdev, server);
	prepare_page(server);
	return devm_request_irq(&pdev->dev, server->link.irq, interrupt, 0, dev_name(&pdev->dev),
				server);
}

static const struct of_device_id matches[] = {
	{ .compatible = "mullion,disk-server" },
	{}
};

static struct platform_driver server_driver = {
	.probe = probe,
	.driver = {
		.name = "mullion-disk-server",
		.of_match_table = matches,
		.dev_groups = server_groups,
		/* The client would wait for ever. */
		.suppress_bind_attrs = true,
	},
};
builtin_platform_driver(server_driver);
