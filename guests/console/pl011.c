/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Driver of the ARM PL011 serial port: a ring for output, interrupts for both
 * directions. Speed and format stay as the boot loader or the microvisor left
 * them. Source: ARM DDI 0183G.
 */
#include "console.h"

#define UART_DR     0x00
#define UART_FR     0x18
#define UART_LCRH   0x2c
#define UART_CR     0x30
#define UART_IFLS   0x34
#define UART_IMSC   0x38
#define UART_ICR    0x44

#define FR_RX_EMPTY (1u << 4)
#define FR_TX_FULL  (1u << 5)
#define LCRH_FIFO   (1u << 4)
#define LCRH_8_BITS (3u << 5)
#define CR_ON       0x301u /* enable, transmit, receive */
#define INT_RX      (1u << 4)
#define INT_TX      (1u << 5)
#define INT_RX_IDLE (1u << 6)
#define DR_ERRORS   0xf00u

#define RING        2048u /* a power of two */

static volatile uint8_t *base;
static const struct mv_env_entry *uart;
static char ring[RING];
static uint32_t put_at, send_at; /* ever growing */
static void (*on_typed)(char c);
static void (*on_pause)(void);

static uint32_t get(uint32_t offset)
{
	return *(volatile uint32_t *)(base + offset);
}

static void set(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(base + offset) = value;
}

uint32_t uart_room(void)
{
	return RING - (put_at - send_at);
}

void uart_put(char c)
{
	ring[put_at++ % RING] = c;
}

/* The transmit interrupt is on only while there is more than the FIFO takes. */
void uart_pump(void)
{
	while (send_at != put_at && !(get(UART_FR) & FR_TX_FULL))
		set(UART_DR, (uint8_t)ring[send_at++ % RING]);
	set(UART_IMSC, INT_RX | INT_RX_IDLE | (send_at != put_at ? INT_TX : 0));
}

static void interrupt(uint32_t payload, void *argument)
{
	uint32_t c;

	(void)payload;
	(void)argument;
	set(UART_ICR, INT_RX | INT_RX_IDLE | INT_TX);
	while (!(get(UART_FR) & FR_RX_EMPTY)) {
		c = get(UART_DR);
		if (!(c & DR_ERRORS))
			on_typed((char)c);
	}
	on_pause();
	uart_pump();
	mv_virq_ack(uart->virq);
}

void uart_start(const struct mv_env_entry *device, void (*typed)(char c), void (*pause)(void))
{
	uart = device;
	base = (volatile uint8_t *)(uintptr_t)device->address;
	on_typed = typed;
	on_pause = pause;
	set(UART_LCRH, LCRH_FIFO | LCRH_8_BITS);
	set(UART_CR, CR_ON);
	set(UART_IFLS, 0); /* transmit below, receive above an eighth */
	set(UART_IMSC, INT_RX | INT_RX_IDLE);
	mv_on_virq(device, interrupt, NULL);
}
