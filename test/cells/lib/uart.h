/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Output on a PL011 that a test cell owns: polled, so that a line is out when
 * the call returns and nothing but the microvisor is needed for it.
 */
#ifndef TEST_UART_H
#define TEST_UART_H

#include <mv.h>

#define UART_DATA     0
#define UART_FLAGS    6
#define UART_CONTROL  12
#define UART_MASK     14
#define UART_RAW      15
#define UART_CLEAR    17

#define UART_TX_FULL  0x20
#define UART_RX_EMPTY 0x10
#define UART_RX_IRQ   0x10
#define UART_TX_IRQ   0x20

static inline volatile uint32_t *uart_at(const char *name)
{
	return (volatile uint32_t *)(uintptr_t)mv_env_need(name, MV_ENV_DEVICE)->address;
}

static inline void uart_put(void *uart, char c)
{
	volatile uint32_t *regs = uart;

	while (regs[UART_FLAGS] & UART_TX_FULL)
		;
	regs[UART_DATA] = (uint8_t)c;
}

static inline void uart_vprintf(const char *format, va_list args)
{
	mv_vformat(uart_put, (void *)(uintptr_t)uart_at("uart0"), format, args);
}

MV_PRINTF(1, 2) static inline void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	uart_vprintf(format, args);
	va_end(args);
}

#endif
