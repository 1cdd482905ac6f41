/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Driver of the ARM PL011 serial port. Speed and format stay as the boot loader
 * or the microvisor left them. The port tells the sender by RTS, where that is
 * wired, to stop while its FIFO is full. Source: ARM DDI 0183G.
 */
#include "console.h"

#define UART_DR     0x00
#define UART_FR     0x18
#define UART_LCRH   0x2c
#define UART_CR     0x30
#define UART_IFLS   0x34
#define UART_IMSC   0x38

#define FR_RX_EMPTY (1u << 4)
#define FR_TX_FULL  (1u << 5)
#define LCRH_FIFO   (1u << 4)
#define LCRH_8_BITS (3u << 5)
#define CR_ON       0x301u /* enable, transmit, receive */
#define CR_RTS_EN   (1u << 14)
#define INT_RX      (1u << 4)
#define INT_TX      (1u << 5)
#define INT_RX_IDLE (1u << 6)
#define DR_FRAMING  (1u << 8)
#define DR_PARITY   (1u << 9)
#define DR_BREAK    (1u << 10)
#define DR_OVERRUN  (1u << 11)

static volatile uint8_t *base;

static uint32_t get(uint32_t offset)
{
	return *(volatile uint32_t *)(base + offset);
}

static void set(uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(base + offset) = value;
}

static bool send(char c)
{
	if (get(UART_FR) & FR_TX_FULL)
		return false;
	set(UART_DR, (uint8_t)c);
	return true;
}

/* An overrun lost one character at least; the one that bears the flag is good. */
static int receive(uint32_t *lost)
{
	while (!(get(UART_FR) & FR_RX_EMPTY)) {
		uint32_t c = get(UART_DR);

		*lost += !!(c & DR_OVERRUN);
		if (!(c & (DR_FRAMING | DR_PARITY | DR_BREAK)))
			return (uint8_t)c;
		*lost += !(c & DR_BREAK);
	}
	return -1;
}

/* What is asked for goes by levels of the FIFOs: nothing has to be cleared. */
static void listen(bool receiving, bool transmitting)
{
	set(UART_IMSC, (receiving ? INT_RX | INT_RX_IDLE : 0) | (transmitting ? INT_TX : 0));
}

static void start(volatile uint8_t *registers)
{
	base = registers;
	set(UART_LCRH, LCRH_FIFO | LCRH_8_BITS);
	set(UART_CR, CR_ON | CR_RTS_EN);
	set(UART_IFLS, 0); /* transmit below, receive above an eighth */
	listen(true, false);
}

const struct uart_driver pl011_driver = {
	.compatible = "arm,pl011",
	.start = start,
	.send = send,
	.receive = receive,
	.listen = listen,
};
