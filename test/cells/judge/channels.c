/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of channels: messages arrive, the vIRQs come when they should, and a peer
 * that floods, sleeps or dies does no harm.
 */
#include "judge.h"

#define DEPTH 4
#define SIZE  64

/* Failed attempts of the flooding puppet: some milliseconds of them. */
#ifdef CONFIG_DEBUG_CHECKS
#define FLOOD 2000
#else
#define FLOOD 100000
#endif

static uint32_t buffer[SIZE / 4 + 1];

static const struct mv_env_entry *pipe(void)
{
	return mv_env_need("pipe", MV_CAP_CHANNEL);
}

static uint32_t send(uint32_t size)
{
	return mv_channel_send(pipe()->cap, buffer, size);
}

static struct mv_result receive(uint32_t size)
{
	return mv_channel_receive(pipe()->cap, buffer, size);
}

static uint32_t puppet_sends(uint32_t size)
{
	return order_call(&puppet, MV_CALL_CHANNEL_SEND, puppet.order->pipe,
			  (uint32_t)(uintptr_t)puppet.order->scratch, size, 0);
}

static uint32_t puppet_receives(uint32_t size)
{
	return order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->pipe,
			  (uint32_t)(uintptr_t)puppet.order->scratch, size, 0);
}

/* The vIRQ's payload, fetched; 0 also if it is not pending. */
static uint32_t told(void)
{
	return mv_virq_fetch(pipe()->virq).value;
}

void pipe_drain(void)
{
	while (!receive(SIZE).error)
		;
	while (!puppet_receives(SIZE))
		;
	told();
}

static void fill(volatile void *to, uint32_t seed, uint32_t size)
{
	volatile uint8_t *bytes = to;

	for (uint32_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(seed * 7 + i * 3 + 1);
}

static bool filled(const volatile void *from, uint32_t seed, uint32_t size)
{
	const volatile uint8_t *bytes = from;

	for (uint32_t i = 0; i < size; i++)
		SAME(bytes[i], (uint8_t)(seed * 7 + i * 3 + 1));
	return true;
}

static bool all_sizes_out(void)
{
	pipe_drain();
	for (uint32_t size = 0; size <= SIZE; size++) {
		note("size %u", size);
		fill(buffer, size, size);
		puppet.order->scratch[size / 4 + 1] = 0x600d;
		SAME(send(size), MV_OK);
		SAME(puppet_receives(SIZE), MV_OK);
		SAME(puppet.order->result[1], size);
		MUST(filled(puppet.order->scratch, size, size));
		SAME(puppet.order->scratch[size / 4 + 1], 0x600d);
	}
	return true;
}

static bool all_sizes_in(void)
{
	for (uint32_t size = 0; size <= SIZE; size++) {
		struct mv_result r;

		note("size %u", size);
		fill(puppet.order->scratch, size, size);
		SAME(puppet_sends(size), MV_OK);
		memset(buffer, 0x55, sizeof(buffer));
		r = receive(SIZE);
		SAME(r.error, MV_OK);
		SAME(r.value, size);
		MUST(filled(buffer, size, size));
		SAME(((uint8_t *)buffer)[size], 0x55);
	}
	return true;
}

static bool in_order(void)
{
	pipe_drain();
	for (uint32_t i = 0; i < 20; i++) {
		for (uint32_t n = 0; n <= i % DEPTH; n++) {
			buffer[0] = i * 10 + n;
			SAME(send(4), MV_OK);
		}
		for (uint32_t n = 0; n <= i % DEPTH; n++) {
			SAME(puppet_receives(4), MV_OK);
			SAME(puppet.order->scratch[0], i * 10 + n);
		}
	}
	return true;
}

static bool full(void)
{
	pipe_drain();
	for (uint32_t n = 0; n < DEPTH; n++) {
		SAME(mv_channel_status(pipe()->cap).value, DEPTH - n);
		SAME(send(4), MV_OK);
	}
	SAME(mv_channel_status(pipe()->cap).value, 0);
	SAME(send(4), MV_ERR_FULL);
	SAME(send(0), MV_ERR_FULL);
	SAME(mv_channel_status(pipe()->cap).value, 0);
	SAME(puppet_sends(4), MV_OK);
	SAME(mv_channel_status(pipe()->cap).value, 1 << 16);
	SAME(receive(SIZE).error, MV_OK);
	SAME(receive(SIZE).error, MV_ERR_EMPTY);
	return true;
}

static bool told_readable(void)
{
	pipe_drain();
	SAME(puppet_sends(4), MV_OK);
	SAME(wait_lines(line_of(pipe()), MV_MS), line_of(pipe()));
	SAME(told(), MV_CHANNEL_READABLE);
	SAME(puppet_sends(4), MV_OK);
	SAME(told(), 0);
	SAME(wait_lines(line_of(pipe()), MV_MS), 0);
	receive(SIZE);
	SAME(puppet_sends(4), MV_OK);
	SAME(told(), 0);
	receive(SIZE);
	receive(SIZE);
	SAME(puppet_sends(4), MV_OK);
	SAME(told(), MV_CHANNEL_READABLE);
	return true;
}

static bool told_writable(void)
{
	pipe_drain();
	for (uint32_t n = 0; n < DEPTH - 1; n++)
		SAME(send(4), MV_OK);
	SAME(puppet_receives(SIZE), MV_OK);
	SAME(told(), 0);
	SAME(send(4), MV_OK);
	SAME(send(4), MV_OK);
	SAME(puppet_receives(SIZE), MV_OK);
	SAME(told(), MV_CHANNEL_WRITABLE);
	SAME(puppet_receives(SIZE), MV_OK);
	SAME(told(), 0);
	return true;
}

static bool too_long(void)
{
	static const uint32_t sizes[] = {
		SIZE + 1, SIZE + 4, 4096, 65536, 0x10004, 0x80000000, ~0u
	};

	pipe_drain();
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sizes); i++) {
		SAME(send(sizes[i]), MV_ERR_SIZE);
		SAME(mv_channel_status(pipe()->cap).value, DEPTH);
	}
	return true;
}

static bool too_short(void)
{
	pipe_drain();
	fill(puppet.order->scratch, 1, SIZE);
	SAME(puppet_sends(SIZE), MV_OK);
	memset(buffer, 0x55, sizeof(buffer));
	for (uint32_t size = 0; size < SIZE; size += 7) {
		SAME(receive(size).error, MV_ERR_SIZE);
		SAME(buffer[0], 0x55555555);
		SAME(mv_channel_status(pipe()->cap).value >> 16, 1);
	}
	SAME(receive(SIZE).value, SIZE);
	return filled(buffer, 1, SIZE);
}

static bool one_way(void)
{
	uint32_t oneway = cap_named("oneway", MV_CAP_CHANNEL);

	SAME(mv_channel_send(oneway, buffer, 4), MV_OK);
	SAME(mv_channel_receive(oneway, buffer, SIZE).error, MV_ERR_RIGHTS);
	SAME(order_call(&puppet, MV_CALL_CHANNEL_SEND, puppet.order->oneway,
			(uint32_t)(uintptr_t)puppet.order->scratch, 4, 0),
	     MV_ERR_RIGHTS);
	SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->oneway,
			(uint32_t)(uintptr_t)puppet.order->scratch, 64, 0),
	     MV_OK);
	return true;
}

static bool copied(void)
{
	pipe_drain();
	fill(buffer, 2, SIZE);
	SAME(send(SIZE), MV_OK);
	memset(buffer, 0, sizeof(buffer));
	SAME(puppet_receives(SIZE), MV_OK);
	return filled(puppet.order->scratch, 2, SIZE);
}

static bool large(void)
{
	static uint32_t page[1024];
	uint32_t big = cap_named("big", MV_CAP_CHANNEL);

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(page); i++)
		page[i] = i * 0x10203;
	puppet.order->scratch[1024] = 0x600d;
	SAME(mv_channel_send(big, page, sizeof(page)), MV_OK);
	SAME(mv_channel_send(big, page, sizeof(page) + 1), MV_ERR_SIZE);
	SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->big,
			(uint32_t)(uintptr_t)puppet.order->scratch, 4096, 0),
	     MV_OK);
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(page); i++)
		SAME(puppet.order->scratch[i], i * 0x10203);
	SAME(puppet.order->scratch[1024], 0x600d);
	return true;
}

static bool flooding_peer(void)
{
	uint32_t beats = pulse->beats, got = 0, wakes = 0;
	uint32_t wanted = line_of(pipe()) | line_of(puppet.done);

	pipe_drain();
	order_give(&puppet, OP_FLOOD, puppet.order->pipe, FLOOD);
	while (wait_lines(wanted, 100 * MV_MS) & line_of(pipe())) {
		wakes++;
		told();
		got++;
		SAME(receive(SIZE).error, MV_OK);
		if (got == 100)
			break;
	}
	SAME(order_wait(&puppet, 500 * MV_MS), DONE);
	while (!receive(SIZE).error)
		got++;
	note("%u messages, %u wakes", got, wakes);
	SAME(got, puppet.order->count);
	MUST(pulse->beats > beats);
	return true;
}

static bool silent_peer(void)
{
	uint32_t beats = pulse->beats;

	pipe_drain();
	while (send(SIZE) == MV_OK)
		;
	for (int i = 0; i < 1000; i++)
		SAME(send(SIZE), MV_ERR_FULL);
	SAME(mv_channel_send(cap_named("oneway", MV_CAP_CHANNEL), buffer, 4), MV_OK);
	SAME(puppet_sends(SIZE), MV_OK);
	SAME(receive(SIZE).error, MV_OK);
	pause(5 * MV_MS);
	MUST(pulse->beats - beats >= 5);
	return true;
}

static bool restarted_peer(void)
{
	pipe_drain();
	fill(puppet.order->scratch, 3, SIZE);
	SAME(puppet_sends(SIZE), MV_OK);
	SAME(send(4), MV_OK);
	SAME(send(4), MV_OK);
	told();
	MUST(revive(&puppet));
	SAME(told(), MV_CHANNEL_RESET);
	SAME(mv_channel_status(pipe()->cap).value, 1 << 16 | DEPTH);
	SAME(puppet_receives(SIZE), MV_ERR_EMPTY);
	SAME(receive(SIZE).value, SIZE);
	return filled(buffer, 3, SIZE);
}

/* Or the peer, which has missed the vIRQ, would wait for it for ever. */
static bool sent_to_stopped(void)
{
	pipe_drain();
	SAME(mv_cell_stop(puppet.cell), MV_OK);
	SAME(send(4), MV_OK);
	MUST(revive(&puppet));
	if (mv_channel_status(pipe()->cap).value != DEPTH)
		MUST(puppet.order->pending_at_start & 1u << puppet.order->pipe_line);
	pipe_drain();
	return true;
}

static const struct check channels[] = {
	{ "CHN01", "Messages of all sizes arrive whole", all_sizes_out },
	{ "CHN02", "And the other way, with nothing written behind them", all_sizes_in },
	{ "CHN03", "Messages arrive in the order in which they were sent", in_order },
	{ "CHN04", "A full channel takes no more, its other direction does", full },
	{ "CHN05", "The receiver is told when the channel stops being empty, only then",
	  told_readable },
	{ "CHN06", "The sender is told when the channel stops being full, only then",
	  told_writable },
	{ "CHN07", "A message longer than the channel's is refused", too_long },
	{ "CHN08", "A message longer than the receiver's buffer stays queued", too_short },
	{ "CHN09", "A one-way channel cannot be used the other way", one_way },
	{ "CHN10", "What the sender does to its memory afterwards changes nothing", copied },
	{ "CHN11", "A message of 4096 bytes arrives whole", large },
	{ "CHN12", "A peer that floods a channel disturbs nobody", flooding_peer },
	{ "CHN13", "A peer that does not read disturbs nobody", silent_peer },
	{ "CHN14", "A restarted peer gets no old messages; the other side is told",
	  restarted_peer },
	{ "CHN15", "A cell that starts with a message waiting has its vIRQ pending",
	  sent_to_stopped },
};

CHECK_SET(channels);
