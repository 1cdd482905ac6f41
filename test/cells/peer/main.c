/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The other end of Linux's channels in test/linux/test_channels.py: does what the
 * program guests/linux/user/channels asks for (orders.h).
 */
#include <mv.h>
#include <orders.h>

#define LONGEST 256

static const struct mv_env_entry *echo, *orders, *down, *up;
static struct order order;

static void send_back(uint32_t payload, void *unused)
{
	uint8_t message[LONGEST] __attribute__((aligned(4)));
	struct mv_result got;

	(void)payload;
	(void)unused;
	/* Only what there is room for is taken: Linux may be slow to read. */
	while (mv_channel_status(echo->cap).value & 0xffff) {
		got = mv_channel_receive(echo->cap, message, sizeof(message));
		if (got.error)
			return;
		mv_channel_send(echo->cap, message, got.value);
	}
}

static void carry_out(void *unused)
{
	uint8_t message[LONGEST] __attribute__((aligned(4)));

	(void)unused;
	for (uint32_t i = 0; i < LONGEST; i++)
		message[i] = (uint8_t)i;
	if (order.what == ORDER_SEND)
		mv_channel_send(down->cap, message, order.number);
	for (uint32_t i = 0; order.what == ORDER_TAKE && i < order.number; i++)
		mv_channel_receive(up->cap, message, sizeof(message));
	if (order.what == ORDER_RESTART)
		mv_cell_restart(mv_env_need("cell", MV_CAP_CELL)->cap);
}

/* One at a time; the program waits for what it has ordered. */
static void take_order(uint32_t payload, void *unused)
{
	static struct mv_timer timer;

	(void)payload;
	(void)unused;
	while (!mv_channel_receive(orders->cap, &order, sizeof(order)).error)
		mv_timer_start(&timer, order.delay * MV_MS, 0, carry_out, NULL);
}

MV_NEEDS_CHANNEL("echo");
MV_NEEDS_CHANNEL("orders");
MV_NEEDS_CHANNEL("down");
MV_NEEDS_CHANNEL("up");

int mv_main(void)
{
	echo = mv_env_need("echo", MV_CAP_CHANNEL);
	orders = mv_env_need("orders", MV_CAP_CHANNEL);
	down = mv_env_need("down", MV_CAP_CHANNEL);
	up = mv_env_need("up", MV_CAP_CHANNEL);
	mv_on_virq(echo, send_back, NULL);
	mv_on_virq(orders, take_order, NULL);
	mv_printf("ready\n");
	send_back(0, NULL);
	take_order(0, NULL);
	for (;;)
		mv_wait();
}
