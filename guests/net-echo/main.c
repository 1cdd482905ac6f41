/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A native cell on the network of its neighbours. Every channel except its console
 * carries Ethernet frames in the form of the Linux driver: two bytes of zero, then the
 * frame. `address=A.B.C.D` in its args is its address on all channels. It needs no
 * network stack: answer.c turns each question into its answer. A frame that does not
 * fit into the channel is dropped; the peer asks again.
 */
#include "answer.h"

#include <mv.h>

#define PAD     2
#define LONGEST 4096 /* of all messages that channels can have */

static struct host host;

/* Parse one number of the address; if it is wrong, panic with the cure. */
static uint8_t part(const char **at, const char *end)
{
	uint32_t value = 0, digits = 0;

	while (*at < end && **at >= '0' && **at <= '9' && digits++ < 3)
		value = value * 10 + (uint32_t)(*(*at)++ - '0');
	if (!digits || value > 255)
		mv_panic("no address in args. Write: args = \"address=192.168.8.2\"");
	if (*at < end && **at == '.')
		(*at)++;
	return (uint8_t)value;
}

static void set_address(void)
{
	uint32_t length = 0;
	const char *at = mv_arg("address", &length), *end = at + length;

	for (uint32_t i = 0; i < 4; i++)
		host.ip[i] = part(&at, end);
	host.mac[0] = 0x02; /* locally administered */
	host.mac[1] = 'e';
	memcpy(host.mac + 2, host.ip, 4);
}

static void answer_all(uint32_t payload, void *argument)
{
	static uint32_t buffer[LONGEST / 4];
	const struct mv_env_entry *link = argument;
	uint8_t *message = (uint8_t *)buffer;
	struct mv_result got;
	uint32_t size;

	(void)payload;
	while (!(got = mv_channel_receive(link->cap, buffer, sizeof(buffer))).error) {
		if (got.value < PAD)
			continue;
		host.now = mv_time_now();
		size = net_answer(&host, message + PAD, got.value - PAD, link->address - PAD);
		memset(message, 0, PAD);
		if (size)
			mv_channel_send(link->cap, message, PAD + size);
	}
}

int mv_main(void)
{
	const struct mv_env_entry *link = NULL;

	set_address();
	while ((link = mv_env_next(link, MV_CAP_CHANNEL))) {
		if (!strcmp(link->name, "console"))
			continue;
		mv_printf("%u.%u.%u.%u on '%s'\n", host.ip[0], host.ip[1], host.ip[2], host.ip[3],
			  link->name);
		mv_on_virq(link, answer_all, (void *)link);
		answer_all(0, (void *)link);
	}
	mv_on_command("a network service: it answers ping, and UDP to the ports echo and time",
		      NULL, 0);
	for (;;)
		mv_wait();
}
