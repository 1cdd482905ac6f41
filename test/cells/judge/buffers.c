/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of buffers that a cell gives to the microvisor: every kind of memory
 * that it may not read or write there, and every way to overshoot the end.
 */
#include "judge.h"
#include "matrix.h"

#define PAGE 4096u

struct span {
	const char *what;
	uint32_t address, size;
};

static uint32_t buffer[64];
static uint32_t first_data = 1; /* .data is shorter than a page */
static const uint32_t constant = 1;

static uint32_t heap_end(void)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);

	return heap->address + heap->size;
}

static uint32_t page_of(const void *address)
{
	return (uint32_t)(uintptr_t)address & ~(PAGE - 1);
}

static uint32_t segment(const char *name)
{
	return mv_env_need(name, MV_ENV_SEGMENT)->address;
}

/* Memory that can be neither read nor written as a buffer; ends with size 0. */
static const struct span *unreadable(void)
{
	uint32_t here = (uint32_t)(uintptr_t)buffer;
	uint32_t top = page_of(__builtin_frame_address(0)) + PAGE;
	static struct span spans[40];
	const struct span list[] = {
		{ "null", 0, 4 },
		{ "below the image", 0xfffc, 4 },
		{ "across the start of the image", 0xfffc, 8 },
		{ "misaligned by 1", here + 1, 8 },
		{ "misaligned by 2", here + 2, 8 },
		{ "misaligned by 3", here + 3, 8 },
		{ "the guard page", heap_end(), 4 },
		{ "across the heap's end", heap_end() - 4, 8 },
		{ "across the heap's end by one byte", heap_end() - 4, 5 },
		{ "across the stack's end", top - 4, 8 },
		{ "behind the stack", top, 4 },
		{ "across a segment's end", segment("pulse") + PAGE - 60, 64 },
		{ "behind a segment", segment("pulse") + PAGE, 4 },
		{ "device registers", (uint32_t)(uintptr_t)uart_at("uart1"), 4 },
		{ "behind device registers", (uint32_t)(uintptr_t)uart_at("uart1") + 0x10000, 4 },
		{ "behind the vCPU pages", MV_VCPU_PAGE_BASE + 8 * PAGE, 4 },
		{ "across the kernel's start", MV_KERNEL_BASE - 4, 8 },
		{ "the kernel's start", MV_KERNEL_BASE, 4 },
		{ "the kernel's text", MV_KERNEL_BASE + 0x10000, 64 },
		{ "the kernel's devices", 0xfe000000, 4 },
		{ "the last word", 0xfffffffc, 4 },
		{ "across the last word", 0xfffffffc, 8 },
		{ "across all of the kernel", MV_KERNEL_BASE - 32, 64 },
	};

	memcpy(spans, list, sizeof(list));
	spans[MV_ARRAY_SIZE(list)].size = 0;
	return spans;
}

/* Memory that can be read, but not written. */
static const struct span *unwritable(void)
{
	uint32_t data = page_of(&first_data);
	static struct span spans[16];
	const struct span list[] = {
		{ "own text", page_of((const void *)(uintptr_t)unwritable), 64 },
		{ "own constants", (uint32_t)(uintptr_t)&constant, 4 },
		{ "from constants to data", data - 4, 8 },
		{ "a read-only segment", segment("frozen"), 64 },
		{ "the witness's segment", segment("pulse"), 4 },
		{ "the environment", MV_ENV_BASE, 64 },
	};

	memcpy(spans, list, sizeof(list));
	spans[MV_ARRAY_SIZE(list)].size = 0;
	return spans;
}

static bool send_refused(void)
{
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);
	uint32_t before;

	pipe_drain();
	before = mv_channel_status(pipe).value;
	for (const struct span *s = unreadable(); s->size; s++) {
		note("%s: 0x%x, %u bytes", s->what, s->address, s->size);
		SAME(mv_channel_send(pipe, (const void *)(uintptr_t)s->address, s->size),
		     MV_ERR_ADDRESS);
		SAME(mv_channel_status(pipe).value, before);
	}
	return true;
}

/* The readable ones can be sent, which also shows that the list is right. */
static bool send_read_only(void)
{
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);

	for (const struct span *s = unwritable(); s->size; s++) {
		if (s->address >= MV_ENV_BASE)
			continue;
		note("%s: 0x%x, %u bytes", s->what, s->address, s->size);
		SAME(mv_channel_send(pipe, (const void *)(uintptr_t)s->address, s->size), MV_OK);
		SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->pipe,
				(uint32_t)(uintptr_t)puppet.order->scratch, 64, 0),
		     MV_OK);
		SAME(puppet.order->result[1], s->size);
	}
	return true;
}

static bool put_message(void)
{
	for (uint32_t i = 0; i < 16; i++)
		puppet.order->scratch[i] = 0x1000 + i;
	return order_call(&puppet, MV_CALL_CHANNEL_SEND, puppet.order->pipe,
			  (uint32_t)(uintptr_t)puppet.order->scratch, 64, 0) == MV_OK;
}

static bool receive_refused_at(const struct span *spans, uint32_t cap, bool whole)
{
	for (const struct span *s = spans; s->size; s++) {
		note("%s: 0x%x", s->what, s->address);
		if (whole || s->size < 64)
			SAME(mv_channel_receive(cap, (void *)(uintptr_t)s->address, 64).error,
			     MV_ERR_ADDRESS);
	}
	return true;
}

/* The message is 64 bytes long, so that every place in the lists is too small. */
static bool receive_refused(void)
{
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);
	struct mv_result r;

	MUST(put_message());
	if (!receive_refused_at(unreadable(), pipe, true) ||
	    !receive_refused_at(unwritable(), pipe, true))
		return false;
	SAME(mv_channel_status(pipe).value >> 16, 1);
	r = mv_channel_receive(pipe, buffer, 64);
	SAME(r.error, MV_OK);
	SAME(r.value, 64);
	for (uint32_t i = 0; i < 16; i++)
		SAME(buffer[i], 0x1000 + i);
	return true;
}

/* A buffer said to wrap around the address space is no licence to write there. */
static bool sizes_that_wrap(void)
{
	uint32_t here = (uint32_t)(uintptr_t)buffer;
	const uint32_t sizes[] = { ~0u, ~0u - 3, 0x80000000, 0u - here, 0u - here + 4, 0xf0000000 };
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sizes); i++) {
		struct mv_result r;

		note("size 0x%x", sizes[i]);
		SAME(mv_channel_send(pipe, buffer, sizes[i]), MV_ERR_SIZE);
		MUST(put_message());
		buffer[16] = buffer[17] = 0x600d;
		r = mv_channel_receive(pipe, buffer, sizes[i]);
		MUST(r.error == MV_ERR_ADDRESS || (!r.error && r.value == 64));
		SAME(buffer[16], 0x600d);
		SAME(buffer[17], 0x600d);
		if (r.error)
			SAME(mv_channel_receive(pipe, buffer, 64).error, MV_OK);
	}
	return true;
}

static bool empty_buffers(void)
{
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);

	SAME(mv_channel_send(pipe, NULL, 0), MV_OK);
	SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->pipe, 0, 0, 0), MV_OK);
	SAME(puppet.order->result[1], 0);
	return true;
}

static bool last_word(void)
{
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL), top = heap_end();

	*(volatile uint32_t *)(uintptr_t)(top - 4) = 0x1a57;
	SAME(mv_channel_send(pipe, (const void *)(uintptr_t)(top - 4), 4), MV_OK);
	SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->pipe,
			(uint32_t)(uintptr_t)puppet.order->scratch, 4, 0),
	     MV_OK);
	SAME(puppet.order->scratch[0], 0x1a57);
	MUST(put_message());
	SAME(mv_channel_receive(pipe, (void *)(uintptr_t)(top - 64), 64).error, MV_OK);
	SAME(*(volatile uint32_t *)(uintptr_t)(top - 4), 0x100f);
	return true;
}

/* A record waits, nobody has read it yet. */
static bool make_record(void)
{
	order_give(&puppet, OP_READ, 0, 0);
	pause(2 * MV_MS);
	return state_of(&puppet) == MV_CELL_FAULTED;
}

static bool fault_read_refused_at(const struct span *spans, uint32_t log)
{
	for (const struct span *s = spans; s->size; s++) {
		note("%s: 0x%x", s->what, s->address);
		SAME(mv_fault_read(log, (void *)(uintptr_t)s->address,
				   sizeof(struct mv_fault_record))
			     .error,
		     MV_ERR_ADDRESS);
	}
	return true;
}

static bool fault_read_refused(void)
{
	uint32_t log = cap_named("log", MV_CAP_LOG);

	MUST(make_record());
	if (!fault_read_refused_at(unreadable(), log) || !fault_read_refused_at(unwritable(), log))
		return false;
	for (uint32_t size = 0; size < sizeof(struct mv_fault_record); size += 5)
		SAME(mv_fault_read(log, buffer, size).error, MV_ERR_SIZE);
	puppet.fault.cause = 0;
	SAME(read_faults(), 1);
	SAME(puppet.fault.cause, MV_FAULT_READ);
	SAME(mv_fault_read(log, buffer, sizeof(struct mv_fault_record)).error, MV_ERR_EMPTY);
	return revive(&puppet);
}

static bool trace_read_refused(void)
{
	uint32_t log = cap_named("log", MV_CAP_LOG);

	if (!is_configured(MV_CALL_TRACE_READ))
		return true;
	for (const struct span *s = unreadable(); s->size; s++) {
		note("%s: 0x%x", s->what, s->address);
		SAME(mv_trace_read(log, (void *)(uintptr_t)s->address, 64).error, MV_ERR_ADDRESS);
	}
	for (const struct span *s = unwritable(); s->size; s++) {
		note("%s: 0x%x", s->what, s->address);
		SAME(mv_trace_read(log, (void *)(uintptr_t)s->address, 64).error, MV_ERR_ADDRESS);
	}
	SAME(mv_trace_read(log, buffer, 1025).error, MV_ERR_SIZE);
	SAME(mv_trace_read(log, buffer, ~0u).error, MV_ERR_SIZE);
	SAME(mv_trace_read(log, buffer, 64).error, MV_OK);
	return true;
}

static const struct check buffers[] = {
	{ "BUF01", "A message is sent only from memory that the cell may read", send_refused },
	{ "BUF02", "Text, constants and read-only segments can be sent", send_read_only },
	{ "BUF03", "A message is received only into memory that the cell may write",
	  receive_refused },
	{ "BUF04", "A size that wraps around reaches nothing", sizes_that_wrap },
	{ "BUF05", "An empty message needs no memory", empty_buffers },
	{ "BUF06", "A buffer may end with the last word of a segment", last_word },
	{ "BUF07", "Fault records go only into memory that the cell may write",
	  fault_read_refused },
	{ "BUF08", "Trace events go only into memory that the cell may write", trace_read_refused },
};

CHECK_SET(buffers);
