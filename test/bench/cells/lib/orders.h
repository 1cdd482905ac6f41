/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the driver tells the server to do, as payload of the vIRQ "order", and the page
 * that both see.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include <mv.h>

enum order {
	ORDER_NONE,
	ORDER_WAKE, /* take vIRQs as the result of vcpu_wait */
	ORDER_UPCALL, /* take vIRQs as upcalls */
	ORDER_QUIET, /* let messages lie */
	ORDER_DRAIN, /* receive what lies there, without answer */
	ORDER_TIMER, /* set the timer, take its vIRQ as upcall */
	ORDER_IDLE, /* the same, to a mark of its own */
	ORDER_DEVICE, /* set the timer chip, take its vIRQ as upcall */
	ORDER_SERIAL, /* let the serial port interrupt at once, likewise */
	ORDER_YIELD, /* take the driver's priority and yield in turn with it */
	ORDER_REVIVE, /* restart fault-monitor when it faults */
};

/** struct board - segment "board", shared by both cells */
struct board {
	uint32_t served; /* interrupts that the server has served */
};

#define REPEAT   20 /* how often each thing is measured */
#define NR_SIZES 4 /* of channels: "ch0" to "ch3" */
#define LOW      100 /* priority of the driver */
#define HIGH     150 /* of the server */
#define DELAY_NS (50 * MV_US)
#define LARGEST  4096 /* message */

MV_NEEDS_SEGMENT("board");

static inline volatile struct board *the_board(void)
{
	return (volatile struct board *)(uintptr_t)mv_env_need("board", MV_ENV_SEGMENT)->address;
}

static inline uint32_t error_of(uint64_t result)
{
	return (uint32_t)result;
}

/* A benchmark that goes wrong faults; the script then misses marks. */
static inline void expect(uint32_t error)
{
	if (error)
		__builtin_trap();
}

#endif
