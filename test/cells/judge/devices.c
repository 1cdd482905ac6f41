/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of device interrupts, with a second UART whose transmit interrupt is
 * up whenever something has been sent.
 */
#include "judge.h"

static const struct mv_env_entry *device(void)
{
	return mv_env_need("uart1", MV_ENV_DEVICE);
}

static void quiet(void)
{
	volatile uint32_t *uart = uart_at("uart1");

	uart[UART_MASK] = 0;
	uart[UART_CLEAR] = 0x7ff;
	mv_virq_fetch(device()->virq);
	mv_virq_ack(device()->virq);
}

static void make_interrupt(void)
{
	volatile uint32_t *uart = uart_at("uart1");

	uart[UART_CONTROL] = 0x301;
	uart[UART_MASK] = UART_TX_IRQ;
	uart[UART_DATA] = '.';
}

static uint32_t arrives(void)
{
	if (!wait_lines(line_of(device()), MV_MS))
		return 0;
	return mv_virq_fetch(device()->virq).value;
}

static bool comes(void)
{
	quiet();
	SAME(arrives(), 0);
	make_interrupt();
	SAME(arrives(), 1);
	quiet();
	SAME(arrives(), 0);
	return true;
}

/* The line stays up, the processor is not kept busy, and after the ack it comes again. */
static bool masked_until_ack(void)
{
	quiet();
	make_interrupt();
	SAME(arrives(), 1);
	SAME(arrives(), 0);
	SAME(mv_virq_ack(device()->virq), MV_OK);
	SAME(arrives(), 1);
	SAME(mv_virq_ack(device()->virq), MV_OK);
	SAME(mv_virq_ack(device()->virq), MV_OK);
	SAME(arrives(), 1);
	quiet();
	SAME(arrives(), 0);
	return true;
}

static bool never_acknowledged(void)
{
	uint32_t beats = pulse->beats;

	quiet();
	make_interrupt();
	pause(10 * MV_MS);
	MUST(pulse->beats - beats >= 9);
	quiet();
	return true;
}

static bool ack_needs_a_device(void)
{
	SAME(mv_virq_ack(mv_env_need("timer0", MV_CAP_TIMER)->virq), MV_ERR_RIGHTS);
	SAME(mv_virq_ack(mv_env_need("edge", MV_CAP_VIRQ)->virq), MV_ERR_RIGHTS);
	return true;
}

static const struct check devices[] = {
	{ "DEV01", "A device's interrupt arrives as a vIRQ", comes },
	{ "DEV02", "It comes again only after virq_ack", masked_until_ack },
	{ "DEV03", "A device whose interrupt nobody serves occupies nobody", never_acknowledged },
	{ "DEV04", "Only vIRQs that stem from devices can be acknowledged", ack_needs_a_device },
};

CHECK_SET(devices);
