// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * An Ethernet device for each channel that carries frames. A message is two
 * bytes of zero and one frame, so that what follows the Ethernet header begins
 * at a word on both sides. Both ends are equal; the peer may be another Linux
 * or a native cell, which needs nothing but the calls for channels.
 *
 * Not virtio-net, because there one end is the device: every peer would need that
 * side of it, and a segment that both can write, whose content each must mistrust
 * at every step. Here the microvisor copies a frame out of the sender and into the
 * receiver; what was sent cannot change any more, and nobody reaches into the other.
 *
 * Relies on /hypervisor/channel-ends in the device tree (compatible, message-size,
 * local-mac-address) and on the vIRQ of the channel: "readable" when the first
 * message comes into an empty FIFO, "writable" when one leaves a full one.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/of.h>
#include <linux/of_net.h>
#include <linux/platform_device.h>
#include <asm/mullion.h>

#define PAD 2

/* How long a peer may leave its FIFO full before frames for it are dropped. */
#define PATIENCE HZ

struct link {
	struct net_device *dev;
	struct napi_struct napi;
	struct timer_list patience;
	struct sk_buff *next; /* what the next frame is received into */
	void *aligned; /* for frames that do not lie as the microvisor wants them */
	unsigned int cap;
	unsigned int room; /* of a message */
	int irq;
	bool stuck; /* the peer takes nothing: drop rather than wait */
};

/* Receiving ---------------------------------------------------------------------- */

static struct sk_buff *fresh(struct link *link)
{
	return netdev_alloc_skb(link->dev, link->room);
}

/* The frame is in link->next; without memory for another one it is dropped. */
static void deliver(struct link *link, unsigned int size)
{
	struct net_device_stats *stats = &link->dev->stats;
	struct sk_buff *skb = link->next, *other;

	if (size < PAD + ETH_HLEN) {
		stats->rx_errors++;
		stats->rx_length_errors++;
		return;
	}
	other = fresh(link);
	if (!other) {
		stats->rx_dropped++;
		return;
	}
	link->next = other;
	skb_put(skb, size);
	skb_pull(skb, PAD);
	stats->rx_packets++;
	stats->rx_bytes += skb->len;
	skb->protocol = eth_type_trans(skb, link->dev);
	napi_gro_receive(&link->napi, skb);
}

static int poll(struct napi_struct *napi, int budget)
{
	struct link *link = container_of(napi, struct link, napi);
	struct mv_result got;
	int done = 0;

	while (done < budget) {
		got = mv_channel_receive(link->cap, link->next->data, link->room);
		if (got.error)
			break;
		deliver(link, got.value);
		done++;
	}
	/* A message that comes after the last look raises the vIRQ: then once more. */
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

/* Sending ------------------------------------------------------------------------ */

/* The message of a frame, word-aligned; NULL if there is no memory for it. */
static const void *message_of(struct link *link, struct sk_buff *skb)
{
	u8 *message;

	if (skb_cow_head(skb, PAD))
		return NULL;
	message = skb->data - PAD;
	memset(message, 0, PAD);
	if (IS_ALIGNED((unsigned long)message, 4))
		return message;
	return memcpy(link->aligned, message, PAD + skb->len);
}

static netdev_tx_t drop(struct link *link, struct sk_buff *skb)
{
	link->dev->stats.tx_dropped++;
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/*
 * The FIFO is full. The queue stops until the peer has taken something; the peer
 * may have done so before it was stopped, when nobody wakes it: so try again.
 */
static bool sent_at_last(struct link *link, const void *message, unsigned int size)
{
	netif_stop_queue(link->dev);
	if (mv_channel_send(link->cap, message, size)) {
		mod_timer(&link->patience, jiffies + PATIENCE);
		return false;
	}
	netif_start_queue(link->dev);
	return true;
}

static netdev_tx_t xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct link *link = netdev_priv(dev);
	const void *message;
	unsigned int error;

	if (PAD + skb->len > link->room)
		return drop(link, skb);
	message = message_of(link, skb);
	if (!message)
		return drop(link, skb);
	error = mv_channel_send(link->cap, message, PAD + skb->len);
	if (error == MV_ERR_FULL && !link->stuck) {
		if (!sent_at_last(link, message, PAD + skb->len))
			return NETDEV_TX_BUSY;
	} else if (error) {
		return drop(link, skb);
	}
	link->stuck = false;
	dev->stats.tx_packets++;
	dev->stats.tx_bytes += skb->len;
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

/*
 * Nobody shall wait for ever for a peer that has stopped: its frames are dropped,
 * as on a cable with nobody at its end, until it takes one.
 */
static void patience_ends(struct timer_list *timer)
{
	struct link *link = from_timer(link, timer, patience);

	if (!netif_queue_stopped(link->dev))
		return;
	link->stuck = true;
	netif_wake_queue(link->dev);
}

/* Device ------------------------------------------------------------------------- */

static irqreturn_t interrupt(int irq, void *data)
{
	struct link *link = data;

	if (mullion_virq_payload(irq) & (MV_CHANNEL_WRITABLE | MV_CHANNEL_RESET))
		netif_wake_queue(link->dev);
	napi_schedule(&link->napi);
	return IRQ_HANDLED;
}

static int open(struct net_device *dev)
{
	struct link *link = netdev_priv(dev);
	int error;

	link->next = fresh(link);
	if (!link->next)
		return -ENOMEM;
	link->stuck = false;
	napi_enable(&link->napi);
	error = request_irq(link->irq, interrupt, 0, dev->name, link);
	if (error) {
		napi_disable(&link->napi);
		dev_kfree_skb(link->next);
		return error;
	}
	netif_start_queue(dev);
	/* What came while it was closed. */
	local_bh_disable();
	napi_schedule(&link->napi);
	local_bh_enable();
	return 0;
}

static int stop(struct net_device *dev)
{
	struct link *link = netdev_priv(dev);

	netif_tx_disable(dev);
	del_timer_sync(&link->patience);
	free_irq(link->irq, link);
	napi_disable(&link->napi);
	dev_kfree_skb(link->next);
	return 0;
}

static const struct net_device_ops ops = {
	.ndo_open = open,
	.ndo_stop = stop,
	.ndo_start_xmit = xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "mullion-net", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(dev->dev.parent), sizeof(info->bus_info));
}

static const struct ethtool_ops ethtool = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
};

/* The interface has the name of the channel, so that the description says which is which. */
static void set_name(struct net_device *dev, const struct device_node *node)
{
	const char *name = kbasename(node->full_name);

	if (strlen(name) < IFNAMSIZ)
		strscpy(dev->name, name, IFNAMSIZ);
}

static void set_address(struct net_device *dev, struct device_node *node)
{
	if (of_get_ethdev_address(node, dev))
		eth_hw_addr_random(dev);
}

static int probe(struct platform_device *pdev)
{
	struct device_node *node = pdev->dev.of_node;
	struct net_device *dev = devm_alloc_etherdev(&pdev->dev, sizeof(struct link));
	struct link *link;

	if (!dev)
		return -ENOMEM;
	link = netdev_priv(dev);
	link->dev = dev;
	link->irq = platform_get_irq(pdev, 0);
	if (link->irq < 0)
		return link->irq;
	if (of_property_read_u32(node, "cap", &link->cap) ||
	    of_property_read_u32(node, "message-size", &link->room) ||
	    link->room < PAD + ETH_HLEN + ETH_MIN_MTU)
		return dev_err_probe(&pdev->dev, -EINVAL, "messages too short for frames\n");
	link->aligned = devm_kmalloc(&pdev->dev, link->room, GFP_KERNEL);
	if (!link->aligned)
		return -ENOMEM;
	timer_setup(&link->patience, patience_ends, 0);
	SET_NETDEV_DEV(dev, &pdev->dev);
	set_name(dev, node);
	set_address(dev, node);
	dev->netdev_ops = &ops;
	dev->ethtool_ops = &ethtool;
	dev->needed_headroom = PAD;
	dev->max_mtu = dev->mtu = link->room - PAD - ETH_HLEN;
	netif_napi_add(dev, &link->napi, poll);
	return devm_register_netdev(&pdev->dev, dev);
}

static const struct of_device_id matches[] = {
	{ .compatible = "mullion,ethernet" },
	{}
};

static struct platform_driver net_driver = {
	.probe = probe,
	.driver = {
		.name = "mullion-net",
		.of_match_table = matches,
	},
};
builtin_platform_driver(net_driver);
