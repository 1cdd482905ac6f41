/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The serial line: a ring for output, interrupts for both directions, and the table
 * of drivers, of which the device's `compatible` chooses one. While there is no
 * room for what is typed it stays in the port, whose interrupt for it is off
 * meanwhile. A new driver is a file like pl011.c and a line here.
 */
#include "console.h"

#define RING 2048u /* a power of two */

static const struct uart_driver *const drivers[] = { &pl011_driver };

static const struct uart_driver *driver;
static const struct mv_env_entry *uart;
static char ring[RING];
static uint32_t put_at, send_at; /* ever growing */

uint32_t uart_room(void)
{
	return RING - (put_at - send_at);
}

void uart_put(char c)
{
	ring[put_at++ % RING] = c;
}

static void take_typed(void)
{
	uint32_t lost = 0;
	int c;

	while (keys_room() && (c = driver->receive(&lost)) >= 0)
		key((char)c);
	typed_pause();
	if (lost)
		say("%u characters lost on the serial line\n", lost);
}

/* The transmit interrupt is on only while there is more than the port takes. */
void uart_pump(void)
{
	take_typed();
	while (send_at != put_at && driver->send(ring[send_at % RING]))
		send_at++;
	driver->listen(keys_room(), send_at != put_at);
}

static void interrupt(uint32_t payload, void *argument)
{
	(void)payload;
	(void)argument;
	uart_pump();
	mv_virq_ack(uart->virq);
}

static const struct uart_driver *find_driver(const struct mv_env_entry *device)
{
	const char *compatible;

	for (uint32_t i = 0; (compatible = mv_env_compatible(device, i)); i++)
		for (uint32_t j = 0; j < MV_ARRAY_SIZE(drivers); j++)
			if (!strcmp(drivers[j]->compatible, compatible))
				return drivers[j];
	compatible = mv_env_compatible(device, 0);
	mv_panic("no driver for '%s', which is \"%s\": see guests/console/uart.c", device->name,
		 compatible ? compatible : "");
}

void uart_start(const struct mv_env_entry *device)
{
	uart = device;
	driver = find_driver(device);
	driver->start((volatile uint8_t *)(uintptr_t)device->address);
	mv_on_virq(device, interrupt, NULL);
}
