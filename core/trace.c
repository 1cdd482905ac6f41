/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Trace buffer (CONFIG_TRACE): events in a ring that overwrites the oldest,
 * read by the cell with the log capability.
 */
#include <core/buffer.h>
#include <core/cap.h>
#include <core/clock.h>
#include <core/hypercall.h>
#include <core/trace.h>
#include <hypercall_protos.h>

_Static_assert((CONFIG_TRACE_EVENTS & (CONFIG_TRACE_EVENTS - 1)) == 0, "index is masked");

#define READ_MAX 1024

static struct mv_trace_event events[CONFIG_TRACE_EVENTS];
static uint32_t written, taken; /* events since boot; the difference is still to be read */

void trace_record(uint16_t kind, uint16_t vcpu, uint32_t value)
{
	uint64_t now = clock_now();

	events[written++ % CONFIG_TRACE_EVENTS] =
		(struct mv_trace_event){ { now, now >> 32 }, kind, vcpu, value };
	if (written - taken > CONFIG_TRACE_EVENTS)
		taken = written - CONFIG_TRACE_EVENTS;
}

static uint32_t decode_read(uint32_t buffer, uint32_t size)
{
	if (size > READ_MAX)
		return MV_ERR_SIZE;
	if (written == taken)
		return MV_ERR_EMPTY;
	if (!buffer_writable(buffer, size))
		return MV_ERR_ADDRESS;
	return MV_OK;
}

/* Copy in one piece, or in two if the ring's end lies in between. */
static uint32_t take(uint8_t *to, uint32_t room)
{
	uint32_t number = MIN(room, written - taken), at = taken % CONFIG_TRACE_EVENTS;
	uint32_t first = MIN(number, CONFIG_TRACE_EVENTS - at);

	arch_copy(to, &events[at], first * sizeof(events[0]));
	arch_copy(to + first * sizeof(events[0]), events, (number - first) * sizeof(events[0]));
	taken += number;
	return number * sizeof(events[0]);
}

uint64_t sys_trace_read(uint32_t cap, uint32_t buffer, uint32_t size)
{
	uint16_t unused;
	uint32_t error = cap_find(cap, CAP_TRACE_READ, &unused);

	if (!error)
		error = decode_read(buffer, size);
	if (error)
		return result(error, 0);
	return result(MV_OK, take((uint8_t *)(uintptr_t)buffer, size / sizeof(events[0])));
}
