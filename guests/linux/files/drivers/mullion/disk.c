// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * A way for virtio_blk to a disk that another cell serves (server.c, link.h).
 * The microvisor emulates no registers, so what virtio's other transports have in
 * registers is here in a page of the segment, and both sides are told to look at it
 * by an empty message of the channel.
 *
 * The disk is found when its server answers, whichever cell starts first. While the
 * server's cell is down, requests wait; it goes on with them when it is up again.
 * If it comes back with another disk, or has none any more, they fail,
 * and the disk is removed here; the new one appears.
 */
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "disk.h"

/* For the answer to a new session; more than a long request takes. */
#define PATIENCE (20 * HZ)

struct client {
	struct device *dev;
	struct disk_link link;
	struct disk_slots slots;
	struct work_struct work;
	wait_queue_head_t answered;
	struct disk_device *transport; /* NULL: there is no disk */
	u32 session;
	u64 identity; /* of the disk that there is */
};

/* What virtio knows; it ends when the last of its users lets go. */
struct disk_device {
	struct virtio_device vdev;
	struct client *client;
	struct virtqueue *queue;
};

struct disk_slots *disk_slots_of(struct device *dev)
{
	return &((struct client *)dev_get_drvdata(dev))->slots;
}

static struct client *client_of(struct virtio_device *vdev)
{
	return container_of(vdev, struct disk_device, vdev)->client;
}

static u32 said(const __le32 *word)
{
	return le32_to_cpu((__force __le32)READ_ONCE(*word));
}

static void say(__le32 *word, u32 value)
{
	WRITE_ONCE(*word, cpu_to_le32(value));
}

/* Session ---------------------------------------------------------------------------- */

static bool answered(const struct client *client)
{
	return said(&client->link.page->answer) == client->session;
}

/* From now on the server leaves the old ring alone as soon as it has answered. */
static void new_session(struct client *client)
{
	struct disk_page *page = client->link.page;

	client->session++;
	if (!client->session)
		client->session++;
	say(&page->client_status, 0);
	virt_wmb();
	say(&page->session, client->session);
	disk_link_poke(&client->link);
}

/* Operations of virtio ----------------------------------------------------------------- */

static void get(struct virtio_device *vdev, unsigned int offset, void *to, unsigned int size)
{
	const struct disk_page *page = client_of(vdev)->link.page;

	if (offset > sizeof(page->config) || size > sizeof(page->config) - offset)
		memset(to, 0, size);
	else
		memcpy(to, (const u8 *)&page->config + offset, size);
}

/* There is nothing that a client may set. */
static void set(struct virtio_device *vdev, unsigned int offset, const void *from,
		unsigned int size)
{
}

static u8 get_status(struct virtio_device *vdev)
{
	const struct disk_page *page = client_of(vdev)->link.page;

	return said(&page->client_status) | (said(&page->status) & VIRTIO_CONFIG_S_NEEDS_RESET);
}

static void set_status(struct virtio_device *vdev, u8 status)
{
	struct client *client = client_of(vdev);

	virt_wmb(); /* what it stands for comes before it */
	say(&client->link.page->client_status, status & ~VIRTIO_CONFIG_S_NEEDS_RESET);
	disk_link_poke(&client->link);
}

static void reset(struct virtio_device *vdev)
{
	struct client *client = client_of(vdev);

	new_session(client);
	if (!wait_event_timeout(client->answered, answered(client), PATIENCE))
		dev_warn(client->dev, "the disk's cell does not answer\n");
}

static u64 get_features(struct virtio_device *vdev)
{
	return le64_to_cpu(READ_ONCE(client_of(vdev)->link.page->features));
}

static int finalize_features(struct virtio_device *vdev)
{
	struct client *client = client_of(vdev);

	vring_transport_features(vdev);
	if (!__virtio_test_bit(vdev, VIRTIO_F_VERSION_1) ||
	    !__virtio_test_bit(vdev, VIRTIO_F_ACCESS_PLATFORM)) {
		dev_err(client->dev, "the disk's cell does not offer what this needs\n");
		return -EINVAL;
	}
	client->link.page->client_features = cpu_to_le64(vdev->features);
	return 0;
}

static bool notify(struct virtqueue *queue)
{
	disk_link_poke(&client_of(queue->vdev)->link);
	return true;
}

/* Ring of as many entries as there are slots, so that each finds one. */
static u32 depth_of(const struct client *client)
{
	u32 depth = min(said(&client->link.page->depth), client->slots.nr);

	return depth ? rounddown_pow_of_two(depth) : 0;
}

static void tell_ring(struct client *client, struct virtqueue *queue)
{
	struct disk_page *page = client->link.page;

	say(&page->num, virtqueue_get_vring_size(queue));
	say(&page->desc, virtqueue_get_desc_addr(queue));
	say(&page->avail, virtqueue_get_avail_addr(queue));
	say(&page->used, virtqueue_get_used_addr(queue));
	page->client_identity = cpu_to_le64(client->identity);
}

static int find_queues(struct virtio_device *vdev, unsigned int nr, struct virtqueue *queues[],
		       vq_callback_t *callbacks[], const char *const names[], const bool *contexts,
		       struct irq_affinity *affinity)
{
	struct disk_device *transport = container_of(vdev, struct disk_device, vdev);
	struct client *client = transport->client;
	u32 depth = depth_of(client);

	if (nr != 1 || !depth)
		return -EINVAL;
	queues[0] = vring_create_virtqueue(0, depth, 64, vdev, true, true, false, notify,
					   callbacks[0], names[0]);
	if (!queues[0])
		return -ENOMEM;
	tell_ring(client, queues[0]);
	WRITE_ONCE(transport->queue, queues[0]);
	return 0;
}

static void delete_queues(struct virtio_device *vdev)
{
	struct disk_device *transport = container_of(vdev, struct disk_device, vdev);
	struct virtqueue *queue = transport->queue;

	WRITE_ONCE(transport->queue, NULL);
	synchronize_irq(transport->client->link.irq);
	vring_del_virtqueue(queue);
}

static const char *bus_name(struct virtio_device *vdev)
{
	return dev_name(client_of(vdev)->dev);
}

static const struct virtio_config_ops operations = {
	.get = get,
	.set = set,
	.get_status = get_status,
	.set_status = set_status,
	.reset = reset,
	.find_vqs = find_queues,
	.del_vqs = delete_queues,
	.get_features = get_features,
	.finalize_features = finalize_features,
	.bus_name = bus_name,
};

/* Disks come and go -------------------------------------------------------------------- */

static void released(struct device *dev)
{
	kfree(container_of(dev_to_virtio(dev), struct disk_device, vdev));
}

static int appear(struct client *client, u64 identity)
{
	struct disk_device *transport = kzalloc(sizeof(*transport), GFP_KERNEL);
	int error;

	if (!transport)
		return -ENOMEM;
	transport->client = client;
	transport->vdev.dev.parent = client->dev;
	transport->vdev.dev.release = released;
	transport->vdev.config = &operations;
	transport->vdev.id.device = VIRTIO_ID_BLOCK;
	transport->vdev.id.vendor = DISK_MAGIC;
	client->identity = identity;
	WRITE_ONCE(client->transport, transport);
	error = register_virtio_device(&transport->vdev);
	if (error) {
		WRITE_ONCE(client->transport, NULL);
		put_device(&transport->vdev.dev);
	}
	return error;
}

static void disappear(struct client *client)
{
	struct disk_device *transport = client->transport;

	dev_warn(client->dev, "the disk is gone\n");
	get_device(&transport->vdev.dev); /* for interrupts meanwhile */
	unregister_virtio_device(&transport->vdev);
	WRITE_ONCE(client->transport, NULL);
	synchronize_irq(client->link.irq);
	put_device(&transport->vdev.dev);
}

static bool speaks(const struct disk_page *page)
{
	return said(&page->magic) == DISK_MAGIC && said(&page->version) == DISK_VERSION;
}

static void work(struct work_struct *item)
{
	struct client *client = container_of(item, struct client, work);
	const struct disk_page *page = client->link.page;
	u32 state = speaks(page) ? said(&page->state) : DISK_STARTING;
	u64 identity;

	if (state == DISK_STARTING)
		return;
	virt_rmb(); /* what the state stands for */
	identity = state == DISK_READY ? le64_to_cpu(READ_ONCE(page->identity)) : 0;
	if (client->transport && client->identity != identity)
		disappear(client);
	if (!client->transport && state == DISK_READY && answered(client) &&
	    appear(client, identity))
		dev_err(client->dev, "no disk could be made of what the other cell offers\n");
}

static irqreturn_t interrupt(int irq, void *data)
{
	struct client *client = data;
	struct disk_device *transport = READ_ONCE(client->transport);
	struct virtqueue *queue = transport ? READ_ONCE(transport->queue) : NULL;

	disk_link_drain(&client->link);
	if (queue)
		vring_interrupt(irq, queue);
	wake_up(&client->answered);
	if (!transport || le64_to_cpu(READ_ONCE(client->link.page->identity)) != client->identity)
		schedule_work(&client->work);
	return IRQ_HANDLED;
}

/* Device --------------------------------------------------------------------------------- */

static void make_slots(struct client *client)
{
	spin_lock_init(&client->slots.lock);
	client->slots.segment = client->link.page;
	client->slots.nr = min_t(u32, (client->link.size - DISK_SLOTS_AT) / DISK_SLOT,
				 DISK_MAX_SLOTS);
}

static int probe(struct platform_device *pdev)
{
	struct client *client = devm_kzalloc(&pdev->dev, sizeof(*client), GFP_KERNEL);
	int error;

	if (!client)
		return -ENOMEM;
	error = disk_link_find(&client->link, pdev);
	if (error)
		return error;
	client->dev = &pdev->dev;
	make_slots(client);
	INIT_WORK(&client->work, work);
	init_waitqueue_head(&client->answered);
	platform_set_drvdata(pdev, client);
	set_dma_ops(&pdev->dev, &disk_dma_ops);
	client->session = said(&client->link.page->session);
	error = devm_request_irq(&pdev->dev, client->link.irq, interrupt, 0, dev_name(&pdev->dev),
				 client);
	if (!error)
		new_session(client);
	return error;
}

static const struct of_device_id matches[] = {
	{ .compatible = "mullion,disk" },
	{}
};

static struct platform_driver disk_driver = {
	.probe = probe,
	.driver = {
		.name = "mullion-disk",
		.of_match_table = matches,
		.suppress_bind_attrs = true,
	},
};
builtin_platform_driver(disk_driver);
