/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Channel: two FIFOs of whole messages between two cells. Only the microvisor
 * can reach the FIFO memory, so a peer can neither read nor change a message
 * after it was sent.
 */
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include <core/tables.h>

/**
 * struct fifo - @count messages, the oldest in slot @first
 * @life: the life of the receiving cell that they were sent to (cell.life).
 */
struct fifo {
	uint16_t first;
	uint16_t count;
	uint32_t life;
};

/** struct channel - FIFO n carries what end n sends */
struct channel {
	struct fifo fifos[2];
};

extern struct channel channels[];

/**
 * channel_reset_end - the cell at an end was taken out
 * The messages queued for it are dropped and its peer is told.
 */
void channel_reset_end(uint16_t end);

/**
 * channel_open_end - the cell at an end starts
 * If messages for it are there already, it is told.
 */
void channel_open_end(uint16_t end);

#endif
