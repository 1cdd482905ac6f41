/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * ARM PL011 UART, output only and polled. Speed and format stay as the boot
 * loader left them, for its messages and these to be readable in one go.
 * Source: ARM DDI 0183G, chapter 3.3.
 */
#include <arch/io.h>
#include <drivers/ops.h>

#define DR           0x00
#define FR           0x18
#define CR           0x30

#define FR_TX_FULL   0x20
#define CR_ENABLE_TX 0x101

/*
 * Looks at a full FIFO before a character is given up: 10 ms at 10 ns each, while
 * at 9600 baud one takes 1 ms. The line is a cell's, which may have switched the
 * UART off or holds its transmitter up: then only the first character waits.
 */
#define PATIENCE 1000000

static void *uart;
static bool stuck;

static void pl011_init(void *const regs[1], uint32_t hz)
{
	(void)hz;
	uart = regs[0];
	io_write(uart, CR, io_read(uart, CR) | CR_ENABLE_TX);
}

static void pl011_put(char c)
{
	uint32_t patience = stuck ? 1 : PATIENCE;

	while (io_read(uart, FR) & FR_TX_FULL && --patience)
		;
	stuck = !patience;
	if (!stuck)
		io_write(uart, DR, c);
}

const struct serial_ops pl011_serial_ops = {
	.init = pl011_init,
	.put = pl011_put,
};
