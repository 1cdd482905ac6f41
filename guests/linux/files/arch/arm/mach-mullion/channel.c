// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * Channels as files: each end of a channel that no driver takes is
 * /dev/mullion/NAME, one message for each read() and write(). A driver's end has
 * `compatible` in the device tree; "console" is console.c's.
 *
 * read():  one message; none: waits, or EAGAIN with O_NONBLOCK. EMSGSIZE if it is
 *          longer than the buffer; it stays. A message may be empty, which reads as 0.
 * write(): one message; no room: waits, or EAGAIN. EMSGSIZE if it is too long.
 * ECONNRESET, from read() once for each open file, when there is no message and the
 * cell at the other end was stopped or restarted: what it had not read yet is lost.
 * EBADF: the channel is one-way, the other way.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <asm/mullion.h>

#include "mullion.h"

/**
 * struct channel - one end, for as long as the kernel runs
 * @resets: how often the other cell was stopped or restarted.
 * @lock: for @buffer, of which each message goes through.
 * @held: @buffer has a received message of @length bytes that nobody has taken yet.
 */
struct channel {
	struct miscdevice misc;
	const char *name, *peer;
	u32 cap, size, depth;
	bool can_read, can_write;
	unsigned int resets;
	wait_queue_head_t wait;
	struct mutex lock;
	void *buffer;
	unsigned int length;
	bool held;
};

/** struct opened - an open file, and the resets that it has told of */
struct opened {
	struct channel *channel;
	unsigned int resets;
};

static unsigned int to_receive(const struct channel *c)
{
	return c->held + (mv_channel_status(c->cap).value >> 16);
}

static unsigned int room(const struct channel *c)
{
	return mv_channel_status(c->cap).value & 0xffff;
}

static bool was_reset(const struct opened *o)
{
	return o->resets != READ_ONCE(o->channel->resets);
}

/* A vIRQ comes when the channel stops being empty or full; who waits looks for itself. */
static irqreturn_t changed(int irq, void *data)
{
	struct channel *c = data;

	if (mullion_virq_payload(irq) & MV_CHANNEL_RESET)
		WRITE_ONCE(c->resets, c->resets + 1);
	wake_up_interruptible(&c->wait);
	return IRQ_HANDLED;
}

/* File operations ------------------------------------------------------------------ */

static int channel_open(struct inode *inode, struct file *file)
{
	struct opened *o = kmalloc(sizeof(*o), GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	o->channel = container_of(file->private_data, struct channel, misc);
	o->resets = READ_ONCE(o->channel->resets);
	file->private_data = o;
	return nonseekable_open(inode, file);
}

static int channel_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* One message, if there is one: its length, else -EAGAIN. It stays held if it cannot be had. */
static ssize_t take(struct channel *c, char __user *to, size_t size)
{
	if (!c->held) {
		struct mv_result got = mv_channel_receive(c->cap, c->buffer, c->size);

		if (got.error)
			return got.error == MV_ERR_EMPTY ? -EAGAIN : -EIO;
		c->length = got.value;
		c->held = true;
	}
	if (c->length > size)
		return -EMSGSIZE;
	if (copy_to_user(to, c->buffer, c->length))
		return -EFAULT;
	c->held = false;
	return c->length;
}

static ssize_t channel_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	struct opened *o = file->private_data;
	struct channel *c = o->channel;
	ssize_t done;

	if (!c->can_read)
		return -EBADF;
	for (;;) {
		unsigned int resets = READ_ONCE(c->resets);

		if (mutex_lock_interruptible(&c->lock))
			return -ERESTARTSYS;
		done = take(c, to, size);
		mutex_unlock(&c->lock);
		if (done != -EAGAIN)
			return done;
		if (o->resets != resets) {
			o->resets = resets;
			return -ECONNRESET;
		}
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(c->wait, to_receive(c) || was_reset(o)))
			return -ERESTARTSYS;
	}
}

static ssize_t put(struct channel *c, const void *message, size_t size)
{
	switch (mv_channel_send(c->cap, message, size)) {
	case MV_OK:
		return size;
	case MV_ERR_FULL:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

static ssize_t channel_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	struct opened *o = file->private_data;
	struct channel *c = o->channel;
	ssize_t done;
	void *message;

	if (!c->can_write)
		return -EBADF;
	if (size > c->size)
		return -EMSGSIZE;
	message = memdup_user(from, size);
	if (IS_ERR(message))
		return PTR_ERR(message);
	for (;;) {
		done = put(c, message, size);
		if (done != -EAGAIN || file->f_flags & O_NONBLOCK)
			break;
		if (wait_event_interruptible(c->wait, room(c))) {
			done = -ERESTARTSYS;
			break;
		}
	}
	kfree(message);
	return done;
}

static __poll_t channel_poll(struct file *file, poll_table *table)
{
	struct opened *o = file->private_data;
	struct channel *c = o->channel;
	__poll_t ready = 0;

	poll_wait(file, &c->wait, table);
	if (c->can_read && to_receive(c))
		ready |= EPOLLIN | EPOLLRDNORM;
	if (c->can_read && was_reset(o))
		ready |= EPOLLIN | EPOLLERR;
	if (c->can_write && room(c))
		ready |= EPOLLOUT | EPOLLWRNORM;
	return ready;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = channel_open,
	.release = channel_release,
	.read = channel_read,
	.write = channel_write,
	.poll = channel_poll,
	.llseek = no_llseek,
};

/* /sys/class/misc/mullion!NAME ------------------------------------------------------- */

static struct channel *channel_of(struct device *device)
{
	return container_of(dev_get_drvdata(device), struct channel, misc);
}

static ssize_t peer_show(struct device *device, struct device_attribute *a, char *to)
{
	return sysfs_emit(to, "%s\n", channel_of(device)->peer);
}
static DEVICE_ATTR_RO(peer);

static ssize_t message_size_show(struct device *device, struct device_attribute *a, char *to)
{
	return sysfs_emit(to, "%u\n", channel_of(device)->size);
}
static DEVICE_ATTR_RO(message_size);

static ssize_t depth_show(struct device *device, struct device_attribute *a, char *to)
{
	return sysfs_emit(to, "%u\n", channel_of(device)->depth);
}
static DEVICE_ATTR_RO(depth);

static struct attribute *channel_attrs[] = {
	&dev_attr_peer.attr, &dev_attr_message_size.attr, &dev_attr_depth.attr, NULL,
};
ATTRIBUTE_GROUPS(channel);

/* Finding them ----------------------------------------------------------------------- */

static int read_properties(struct channel *c, struct device_node *node)
{
	c->cap = mullion_cap(node);
	c->can_read = !of_property_read_bool(node, "send-only");
	c->can_write = !of_property_read_bool(node, "receive-only");
	if (of_property_read_u32(node, "message-size", &c->size) ||
	    of_property_read_u32(node, "depth", &c->depth) ||
	    of_property_read_string(node, "peer", &c->peer))
		return -EINVAL;
	c->buffer = kmalloc(c->size, GFP_KERNEL);
	c->misc.name = kasprintf(GFP_KERNEL, "mullion!%s", c->name);
	c->misc.nodename = kasprintf(GFP_KERNEL, "mullion/%s", c->name);
	return c->buffer && c->misc.name && c->misc.nodename ? 0 : -ENOMEM;
}

static int start(struct channel *c, struct device_node *node)
{
	unsigned int irq = irq_of_parse_and_map(node, 0);
	int error;

	mutex_init(&c->lock);
	init_waitqueue_head(&c->wait);
	c->misc.minor = MISC_DYNAMIC_MINOR;
	c->misc.fops = &operations;
	c->misc.groups = channel_groups;
	c->misc.mode = 0600;
	if (!irq)
		return -EINVAL;
	error = request_irq(irq, changed, 0, c->misc.name, c);
	if (error)
		return error;
	error = misc_register(&c->misc);
	if (error)
		free_irq(irq, c);
	return error;
}

static int __init add(struct device_node *node)
{
	struct channel *c = kzalloc(sizeof(*c), GFP_KERNEL);
	int error;

	if (!c)
		return -ENOMEM;
	c->name = kbasename(node->full_name);
	error = read_properties(c, node);
	if (!error)
		error = start(c, node);
	if (!error)
		return 0;
	kfree(c->misc.nodename);
	kfree(c->misc.name);
	kfree(c->buffer);
	kfree(c);
	return error;
}

static int __init add_channels(void)
{
	struct device_node *ends = of_find_node_by_path("/hypervisor/channel-ends"), *node;

	for_each_child_of_node(ends, node) {
		int error;

		if (of_node_name_eq(node, "console") || of_find_property(node, "compatible", NULL))
			continue;
		error = add(node);
		if (error)
			pr_err("mullion: no file for channel %pOFn: error %d\n", node, error);
	}
	return 0;
}
device_initcall(add_channels);
