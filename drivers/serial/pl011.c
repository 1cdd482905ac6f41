/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * ARM PL011 UART, output only and polled. Speed and format stay as the boot loader
 * left them, so that one terminal can show its messages and these.
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
 * Number of looks at a full FIFO before a character is given up. At 10 ns each this
 * is 10 ms; at 9600 baud a character takes 1 ms. The UART may belong to a cell that has
 * switched it off or stopped its transmitter: then only the first character waits.
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
