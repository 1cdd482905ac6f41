// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * The channel named "console" as an hvc terminal, and, from the first lines on,
 * as boot console. A message holds as many characters as the channel lets.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <asm/mullion.h>

#include "../../../drivers/tty/hvc/hvc_console.h"
#include "mullion.h"

#define MESSAGE 128

static const struct mv_env_entry *channel;
static unsigned int message_size;

/* What of the last message has not been read yet. */
static char input[MESSAGE] __aligned(4);
static unsigned int input_at, input_end;

static int put_chars(u32 terminal, const char *text, int count)
{
	char message[MESSAGE] __aligned(4);
	unsigned int size = min_t(unsigned int, count, message_size);

	memcpy(message, text, size);
	return mv_channel_send(channel->cap, message, size) ? -EAGAIN : size;
}

static int get_chars(u32 terminal, char *to, int room)
{
	unsigned int size;

	if (input_at == input_end) {
		struct mv_result got = mv_channel_receive(channel->cap, input, sizeof(input));

		input_at = 0;
		input_end = got.error ? 0 : got.value;
	}
	size = min_t(unsigned int, room, input_end - input_at);
	memcpy(to, input + input_at, size);
	input_at += size;
	return size;
}

static const struct hv_ops ops = {
	.get_chars = get_chars,
	.put_chars = put_chars,
	.notifier_add = notifier_add_irq,
	.notifier_del = notifier_del_irq,
	.notifier_hangup = notifier_hangup_irq,
};

static bool __init find_channel(void)
{
	if (!channel)
		channel = mullion_env("console", MV_CAP_CHANNEL);
	if (channel)
		message_size = min_t(unsigned int, channel->address, MESSAGE);
	return channel;
}

static int __init console_early(void)
{
	return find_channel() ? hvc_instantiate(0, 0, &ops) : -ENODEV;
}
console_initcall(console_early);

static int __init console_late(void)
{
	struct device_node *node = of_find_node_by_path("/hypervisor/channel-ends/console");

	if (!channel)
		return -ENODEV;
	return PTR_ERR_OR_ZERO(hvc_alloc(0, irq_of_parse_and_map(node, 0), &ops, message_size));
}
device_initcall(console_late);

/* Boot console ------------------------------------------------------------------- */

/* Lines that do not fit wait: whoever shows them may have a lower priority. */
static void early_write(struct console *c, const char *text, unsigned int size)
{
	while (size) {
		int sent = put_chars(0, text, size);

		if (sent < 0) {
			mv_vcpu_yield();
			continue;
		}
		text += sent;
		size -= sent;
	}
}

static struct console boot_console = {
	.name = "mullion",
	.write = early_write,
	.flags = CON_PRINTBUFFER | CON_BOOT | CON_ANYTIME,
	.index = -1,
};

static int __init setup_early(char *unused)
{
	if (find_channel())
		register_console(&boot_console);
	return 0;
}
early_param("earlyprintk", setup_early);
