/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the program `channels` tells the cell at the other end (test/cells/peer) to
 * do, over the channel "orders". The cell sends what comes over "echo" back, and
 * touches its other channels only when told to.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include <stdint.h>

/** struct order - @delay in milliseconds, after which it is done */
struct order {
	uint32_t what;
	uint32_t number;
	uint32_t delay;
};

#define ORDER_SEND    1 /* a message of @number bytes, 0, 1, 2 and so on, on "down" */
#define ORDER_TAKE    2 /* @number messages out of "up" */
#define ORDER_RESTART 3 /* restart this cell */

#endif
