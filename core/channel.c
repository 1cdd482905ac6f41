/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Channel objects. send and receive check everything first; then the copy
 * cannot fail. Relies on buffer_*(), which look the buffer up in the caller's
 * address space; that space stays in use until the copy is done.
 */
#include <core/buffer.h>
#include <core/cap.h>
#include <core/cell.h>
#include <core/channel.h>
#include <core/hypercall.h>
#include <core/virq.h>
#include <hypercall_protos.h>

/* A slot holds the length, then, 32 bytes on, the message: there a cache line may begin. */
#define SLOT_HEAD 32

_Static_assert(CONFIG_CHANNEL_MESSAGE_MAX <= 4096, "longer copies would delay interrupts");

/** struct direction - one end's view of one of the two FIFOs */
struct direction {
	const struct channel_desc *desc;
	struct fifo *fifo;
	uint8_t *slots;
	uint16_t peer_virq; /* vIRQ at the other end */
};

/*
 * @end: channel * 2 + number of the end, as in a capability. @sender: number of the end
 * whose messages the FIFO carries.
 */
static inline struct direction view(uint16_t end, unsigned int sender)
{
	const struct channel_desc *desc = &channel_descs[end / 2];

	return (struct direction){ desc, &channels[end / 2].fifos[sender], desc->fifo[sender],
				   desc->virq[!(end % 2)] };
}

/*
 * Drop the messages that were sent to an earlier life of the receiver. They may still
 * be here because channel_reset_end() comes later, in a step. The FIFO of a running
 * receiver holds none.
 */
static inline void forget_past(struct fifo *fifo, const struct cell *receiver)
{
	if (unlikely(fifo->life != receiver->life)) {
		fifo->first = fifo->count = 0;
		fifo->life = receiver->life;
	}
}

static inline struct direction outgoing(uint16_t end)
{
	struct direction d = view(end, end % 2);

	forget_past(d.fifo, d.desc->cell[!(end % 2)]);
	return d;
}

static struct direction incoming(uint16_t end)
{
	return view(end, !(end % 2));
}

static uint8_t *slot_at(const struct direction *d, uint32_t position)
{
	if (position >= d->desc->depth)
		position -= d->desc->depth;
	return d->slots + position * d->desc->slot;
}

/* Bytes of the oldest message. */
static uint32_t oldest_length(const struct direction *d)
{
	return *(const uint32_t *)slot_at(d, d->fifo->first);
}

static uint32_t decode_send(const struct direction *d, uint32_t buffer, uint32_t size)
{
	if (size > d->desc->message_size)
		return MV_ERR_SIZE;
	if (d->fifo->count == d->desc->depth)
		return MV_ERR_FULL;
	if (!buffer_readable(buffer, size))
		return MV_ERR_ADDRESS;
	return MV_OK;
}

static void send(const struct direction *d, uint32_t buffer, uint32_t size)
{
	uint8_t *slot = slot_at(d, d->fifo->first + d->fifo->count);

	*(uint32_t *)slot = size;
	arch_copy(slot + SLOT_HEAD, (const void *)(uintptr_t)buffer, size);
	if (d->fifo->count++ == 0)
		virq_raise(d->peer_virq, MV_CHANNEL_READABLE);
}

static uint32_t decode_receive(const struct direction *d, uint32_t buffer, uint32_t size)
{
	uint32_t length;

	if (d->fifo->count == 0)
		return MV_ERR_EMPTY;
	length = oldest_length(d);
	if (length > size)
		return MV_ERR_SIZE;
	if (!buffer_writable(buffer, length))
		return MV_ERR_ADDRESS;
	return MV_OK;
}

static uint32_t receive(const struct direction *d, uint32_t buffer)
{
	uint32_t length = oldest_length(d);

	arch_copy((void *)(uintptr_t)buffer, slot_at(d, d->fifo->first) + SLOT_HEAD, length);
	if (++d->fifo->first == d->desc->depth)
		d->fifo->first = 0;
	if (d->fifo->count-- == d->desc->depth)
		virq_raise(d->peer_virq, MV_CHANNEL_WRITABLE);
	return length;
}

void channel_reset_end(uint16_t end)
{
	const struct direction in = incoming(end);

	forget_past(in.fifo, in.desc->cell[end % 2]);
	virq_raise(in.peer_virq, MV_CHANNEL_RESET);
}

void channel_open_end(uint16_t end)
{
	const struct direction in = incoming(end);

	if (in.fifo->count)
		virq_raise(in.desc->virq[end % 2], MV_CHANNEL_READABLE);
}

uint64_t sys_channel_send(uint32_t cap, uint32_t buffer, uint32_t size)
{
	uint16_t end;
	uint32_t error = cap_find(cap, CAP_CHANNEL_SEND, &end);
	struct direction out;

	if (error)
		return result(error, 0);
	out = outgoing(end);
	error = decode_send(&out, buffer, size);
	if (error)
		return result(error, 0);
	send(&out, buffer, size);
	return result(MV_OK, 0);
}

uint64_t sys_channel_receive(uint32_t cap, uint32_t buffer, uint32_t size)
{
	uint16_t end;
	uint32_t error = cap_find(cap, CAP_CHANNEL_RECEIVE, &end);
	struct direction in;

	if (error)
		return result(error, 0);
	in = incoming(end);
	error = decode_receive(&in, buffer, size);
	if (error)
		return result(error, 0);
	return result(MV_OK, receive(&in, buffer));
}

uint64_t sys_channel_status(uint32_t cap)
{
	uint16_t end;
	uint32_t error = cap_find(cap, CAP_CHANNEL_STATUS, &end);
	struct direction out, in;

	if (error)
		return result(error, 0);
	out = outgoing(end);
	in = incoming(end);
	return result(MV_OK, (uint32_t)in.fifo->count << 16 | (out.desc->depth - out.fifo->count));
}
