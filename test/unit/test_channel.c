/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of channels: whole messages in order, vIRQs on the two transitions,
 * buffers that a cell may not use, floods, and ends whose cell stops.
 */
#include "software.h"
#include "unit.h"

#include <string.h>

#define WORK_SIZE  64
#define WORK_DEPTH 3
#define WORK_LINE  1

/* Recognisable bytes, in alpha's data; the buffer. */
static void *message(unsigned int tag, uint32_t size)
{
	uint8_t *bytes = data(CELL_ALPHA, 0x100);

	for (uint32_t i = 0; i < size; i++)
		bytes[i] = tag * 31 + i;
	return bytes;
}

static void assert_message(const uint8_t *bytes, unsigned int tag, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], (uint8_t)(tag * 31 + i));
}

static uint32_t status(uint32_t channel)
{
	struct mv_result r = mv_channel_status(channel);

	assert_int_equal(r.error, MV_OK);
	return r.value;
}

#define STATUS(waiting, room) ((waiting) << 16 | (room))

TEST(channel_001, "UNI-CHAN-001", "a message arrives as it was sent, and only once")
{
	uint8_t *in = data(CELL_BETA, 0x200);

	become(VCPU_ALPHA);
	assert_int_equal(mv_channel_send(ALPHA_WORK, message(1, WORK_SIZE), WORK_SIZE), MV_OK);
	become(VCPU_BETA);
	assert_result(MV_OK, WORK_SIZE, mv_channel_receive(BETA_WORK, in, WORK_SIZE));
	assert_message(in, 1, WORK_SIZE);
	assert_error(MV_ERR_EMPTY, mv_channel_receive(BETA_WORK, in, WORK_SIZE));
}

TEST(channel_002, "UNI-CHAN-002",
     "messages of every size keep their length and touch nothing beyond")
{
	uint8_t *in = data(CELL_BETA, 0x200);

	for (uint32_t size = 0; size <= WORK_SIZE; size++) {
		become(VCPU_ALPHA);
		assert_int_equal(mv_channel_send(ALPHA_WORK, message(size, size), size), MV_OK);
		become(VCPU_BETA);
		memset(in, 0xee, WORK_SIZE + 4);
		assert_result(MV_OK, size, mv_channel_receive(BETA_WORK, in, WORK_SIZE));
		assert_message(in, size, size);
		for (uint32_t i = size; i < WORK_SIZE + 4; i++)
			assert_int_equal(in[i], 0xee);
	}
}

TEST(channel_003, "UNI-CHAN-003",
     "messages come in the order they were sent, round the ring many times")
{
	uint8_t *in = data(CELL_BETA, 0x200);
	unsigned int sent = 0, received = 0;

	for (int round = 0; round < 40; round++) {
		become(VCPU_ALPHA);
		for (; sent - received < 1u + round % WORK_DEPTH; sent++)
			assert_int_equal(mv_channel_send(ALPHA_WORK, message(sent, 8), 8), MV_OK);
		become(VCPU_BETA);
		while (sent - received > round % 2u) {
			assert_result(MV_OK, 8, mv_channel_receive(BETA_WORK, in, 64));
			assert_message(in, received++, 8);
		}
	}
}

TEST(channel_004, "UNI-CHAN-004", "the two directions of a channel do not mix")
{
	uint8_t *in = data(CELL_ALPHA, 0x800);

	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(7, 4), 4);
	assert_error(MV_ERR_EMPTY, mv_channel_receive(ALPHA_WORK, in, 64));
	assert_int_equal(status(ALPHA_WORK), STATUS(0, 2));
	become(VCPU_BETA);
	assert_int_equal(status(BETA_WORK), STATUS(1, 3));
	assert_int_equal(mv_channel_send(BETA_WORK, data(CELL_BETA, 0), 12), MV_OK);
	become(VCPU_ALPHA);
	assert_int_equal(status(ALPHA_WORK), STATUS(1, 2));
	assert_result(MV_OK, 12, mv_channel_receive(ALPHA_WORK, in, 64));
}

TEST(channel_005, "UNI-CHAN-005",
     "the first message of an empty FIFO tells the peer, the next ones do not")
{
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(0, 4), 4);
	become(VCPU_BETA);
	assert_result(MV_OK, MV_CHANNEL_READABLE, mv_virq_fetch(BETA_WORK_VIRQ));
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(1, 4), 4);
	mv_channel_send(ALPHA_WORK, message(2, 4), 4);
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
}

TEST(channel_006, "UNI-CHAN-006", "a FIFO that is full takes nothing more and loses nothing")
{
	uint8_t *in = data(CELL_BETA, 0);

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < WORK_DEPTH; i++)
		assert_int_equal(mv_channel_send(ALPHA_WORK, message(i, 8), 8), MV_OK);
	for (int i = 0; i < 100; i++)
		assert_int_equal(mv_channel_send(ALPHA_WORK, message(99, 8), 8), MV_ERR_FULL);
	assert_int_equal(status(ALPHA_WORK), STATUS(0, 0));
	become(VCPU_BETA);
	for (unsigned int i = 0; i < WORK_DEPTH; i++) {
		assert_result(MV_OK, 8, mv_channel_receive(BETA_WORK, in, 8));
		assert_message(in, i, 8);
	}
	assert_error(MV_ERR_EMPTY, mv_channel_receive(BETA_WORK, in, 8));
}

TEST(channel_007, "UNI-CHAN-007",
     "taking from a full FIFO tells the sender, further taking does not")
{
	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < WORK_DEPTH; i++)
		mv_channel_send(ALPHA_WORK, message(i, 8), 8);
	become(VCPU_BETA);
	mv_channel_receive(BETA_WORK, data(CELL_BETA, 0), 8);
	become(VCPU_ALPHA);
	assert_result(MV_OK, MV_CHANNEL_WRITABLE, mv_virq_fetch(ALPHA_WORK_VIRQ));
	become(VCPU_BETA);
	mv_channel_receive(BETA_WORK, data(CELL_BETA, 0), 8);
	mv_channel_receive(BETA_WORK, data(CELL_BETA, 0), 8);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
}

TEST(channel_008, "UNI-CHAN-008", "a FIFO of one message tells on every send and every receive")
{
	edit_channels[CHANNEL_JUNK].virq[0] = VIRQ_CONSOLE_LINE;
	become(VCPU_ALPHA);
	assert_int_equal(status(ALPHA_BIG), STATUS(0, 1));
	for (int i = 0; i < 3; i++) {
		become(VCPU_ALPHA);
		assert_int_equal(mv_channel_send(ALPHA_BIG, message(i, 64), 64), MV_OK);
		assert_int_equal(mv_channel_send(ALPHA_BIG, message(i, 64), 64), MV_ERR_FULL);
		become(VCPU_BETA);
		assert_result(MV_OK, 64, mv_channel_receive(BETA_BIG, data(CELL_BETA, 0), 4096));
	}
}

TEST(channel_009, "UNI-CHAN-009",
     "a message longer than the channel's is refused, however it is put")
{
	static const uint32_t sizes[] = { WORK_SIZE + 1, WORK_SIZE + 4, 4096,      0x7fffffff,
					  0x80000000,    0xfffffffc,    0xffffffff };

	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_int_equal(mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), sizes[i]),
				 MV_ERR_SIZE);
	assert_int_equal(status(ALPHA_WORK), STATUS(0, 3));
}

TEST(channel_010, "UNI-CHAN-010", "the longest message goes through whole")
{
	uint8_t *in = data(CELL_BETA, 0x1000);

	become(VCPU_ALPHA);
	assert_int_equal(mv_channel_send(ALPHA_BIG, message(3, 4096), 4096), MV_OK);
	assert_int_equal(mv_channel_send(ALPHA_BIG, message(3, 4096), 4097), MV_ERR_SIZE);
	become(VCPU_BETA);
	assert_result(MV_OK, 4096, mv_channel_receive(BETA_BIG, in, 0xffffffff));
	assert_message(in, 3, 4096);
}

TEST(channel_011, "UNI-CHAN-011", "a message longer than the buffer stays queued")
{
	uint8_t *in = data(CELL_BETA, 0);

	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(5, 33), 33);
	become(VCPU_BETA);
	memset(in, 0xee, 64);
	for (uint32_t size = 0; size < 33; size++)
		assert_error(MV_ERR_SIZE, mv_channel_receive(BETA_WORK, in, size));
	assert_int_equal(in[0], 0xee);
	assert_result(MV_OK, 33, mv_channel_receive(BETA_WORK, in, 33));
	assert_message(in, 5, 33);
}

/* Addresses that a cell has not, or not for this access; size 8. */
static const struct {
	uint32_t address;
	bool readable, writable;
} places[] = {
	{ CELL_BASE(CELL_ALPHA), true, false }, /* its text */
	{ CELL_CONST(CELL_ALPHA), true, false },
	{ CELL_CONST(CELL_ALPHA) - 4, true, false }, /* over two mappings */
	{ CELL_DATA(CELL_ALPHA) - 4, true, false }, /* over constants and data */
	{ CELL_DATA(CELL_ALPHA), true, true },
	{ CELL_DATA(CELL_ALPHA) + MV_PAGE_SIZE - 4, true, true },
	{ CELL_END(CELL_ALPHA) - 8, true, true },
	{ CELL_END(CELL_ALPHA) - 4, false, false }, /* its end straddles */
	{ CELL_END(CELL_ALPHA), false, false },
	{ CELL_BASE(CELL_ALPHA) - 4, false, false },
	{ 0, false, false },
	{ CELL_DATA(CELL_BETA), false, false }, /* another cell's */
	{ CELL_DEVICE(CELL_ALPHA), false, false }, /* registers are no buffer */
	{ MV_ENV_BASE, false, false },
	{ MV_VCPU_PAGE_BASE, false, false },
	{ MV_KERNEL_BASE - 4, false, false },
	{ MV_KERNEL_BASE, false, false },
	{ 0xfffffff8, false, false },
	{ 0xfffffffc, false, false }, /* wraps */
};

TEST(channel_012, "UNI-CHAN-012", "sending needs a buffer that the cell may read, all of it")
{
	become(VCPU_ALPHA);
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		uint32_t error = mv_channel_send(ALPHA_LINE, at(places[i].address), 8);

		assert_int_equal(error, places[i].readable ? MV_OK : MV_ERR_ADDRESS);
		if (error)
			continue;
		become(VCPU_CONSOLE);
		assert_result(MV_OK, 8, mv_channel_receive(CONSOLE_LINE, data(CELL_CONSOLE, 0), 8));
		assert_memory_equal(data(CELL_CONSOLE, 0), at(places[i].address), 8);
		become(VCPU_ALPHA);
	}
}

TEST(channel_013, "UNI-CHAN-013", "receiving needs a buffer that the cell may write, all of it")
{
	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		struct mv_result r;

		become(VCPU_CONSOLE);
		assert_int_equal(mv_channel_send(CONSOLE_LINE, data(CELL_CONSOLE, 0), 8), MV_OK);
		become(VCPU_ALPHA);
		r = mv_channel_receive(ALPHA_LINE, at(places[i].address), 8);
		assert_int_equal(r.error, places[i].writable ? MV_OK : MV_ERR_ADDRESS);
		if (r.error)
			assert_result(MV_OK, 8,
				      mv_channel_receive(ALPHA_LINE, data(CELL_ALPHA, 0), 8));
	}
}

TEST(channel_014, "UNI-CHAN-014", "a buffer that is not word aligned is refused, even for no bytes")
{
	become(VCPU_ALPHA);
	for (uint32_t off = 1; off < 4; off++) {
		assert_int_equal(mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, off), 8),
				 MV_ERR_ADDRESS);
		assert_int_equal(mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, off), 0),
				 MV_ERR_ADDRESS);
	}
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 8);
	become(VCPU_BETA);
	for (uint32_t off = 1; off < 4; off++)
		assert_error(MV_ERR_ADDRESS,
			     mv_channel_receive(BETA_WORK, data(CELL_BETA, off), 8));
	assert_int_equal(status(BETA_WORK), STATUS(1, 3));
}

TEST(channel_015, "UNI-CHAN-015", "an empty message needs no memory at all")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_channel_send(ALPHA_WORK, at(0), 0), MV_OK);
	assert_int_equal(mv_channel_send(ALPHA_WORK, at(MV_KERNEL_BASE), 0), MV_OK);
	become(VCPU_BETA);
	assert_result(MV_OK, 0, mv_channel_receive(BETA_WORK, at(0xfffffffc), 0));
	assert_result(MV_OK, 0, mv_channel_receive(BETA_WORK, at(0), 64));
}

TEST(channel_016, "UNI-CHAN-016",
     "only as much of the buffer as the message fills must be writable")
{
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(1, 8), 8);
	become(VCPU_BETA);
	assert_result(MV_OK, 8,
		      mv_channel_receive(BETA_WORK, at(CELL_END(CELL_BETA) - 8), 0xffffffff));
}

TEST(channel_017, "UNI-CHAN-017",
     "a refused send or receive neither moves a message nor raises a vIRQ")
{
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, at(0), 8);
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 1), 8);
	mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 65);
	mv_channel_receive(ALPHA_WORK, data(CELL_ALPHA, 0), 65);
	assert_int_equal(status(ALPHA_WORK), STATUS(0, 3));
	assert_int_equal(page(VCPU_BETA)->virq_pending, 0);
	for (int i = 0; i < 3; i++)
		mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 8);
	become(VCPU_BETA);
	mv_virq_fetch(BETA_WORK_VIRQ);
	mv_channel_receive(BETA_WORK, at(0), 8);
	mv_channel_receive(BETA_WORK, data(CELL_BETA, 0), 7);
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, 0);
	assert_int_equal(status(BETA_WORK), STATUS(3, 3));
}

TEST(channel_018, "UNI-CHAN-018", "changing the buffer after a send does not change the message")
{
	uint8_t *out = message(9, 16), *in = data(CELL_BETA, 0);

	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, out, 16);
	memset(out, 0, 16);
	become(VCPU_BETA);
	mv_channel_receive(BETA_WORK, in, 16);
	assert_message(in, 9, 16);
}

TEST(channel_019, "UNI-CHAN-019",
     "a cell that stops loses what was queued for it, and its peer is told")
{
	become(VCPU_ALPHA);
	mv_channel_send(ALPHA_WORK, message(0, 8), 8);
	mv_channel_send(ALPHA_WORK, message(1, 8), 8);
	become(VCPU_MONITOR);
	assert_int_equal(mv_cell_stop(MONITOR_BETA), MV_OK);
	sleep_all();
	become(VCPU_ALPHA);
	assert_int_equal(status(ALPHA_WORK), STATUS(0, 3));
	assert_result(MV_OK, MV_CHANNEL_RESET, mv_virq_fetch(ALPHA_WORK_VIRQ));
}

TEST(channel_020, "UNI-CHAN-020", "what a cell sent before it stopped stays for its peer")
{
	become(VCPU_BETA);
	memcpy(data(CELL_BETA, 0), "last words", 11);
	mv_channel_send(BETA_WORK, data(CELL_BETA, 0), 11);
	mv_cell_stop(CAP_SELF);
	become(VCPU_ALPHA);
	assert_result(MV_OK, 11, mv_channel_receive(ALPHA_WORK, data(CELL_ALPHA, 0), 64));
	assert_string_equal(data(CELL_ALPHA, 0), "last words");
}

TEST(channel_021, "UNI-CHAN-021",
     "a full FIFO is reset by its receiver's restart: the sender goes on")
{
	become(VCPU_ALPHA);
	for (int i = 0; i < 3; i++)
		mv_channel_send(ALPHA_WORK, message(i, 8), 8);
	page(VCPU_ALPHA)->virq_enabled = BIT(WORK_LINE);
	mv_vcpu_wait();
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_BETA);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(mv_channel_send(ALPHA_WORK, message(4, 8), 8), MV_OK);
}

TEST(channel_022, "UNI-CHAN-022",
     "what is sent to a cell before it starts waits for it, with its vIRQ")
{
	become(VCPU_ALPHA);
	assert_int_equal(mv_channel_send(ALPHA_SPARE, message(6, 12), 12), MV_OK);
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	sleep_all();
	become(VCPU_SPARE);
	assert_int_equal(page(VCPU_SPARE)->virq_pending, BIT(1));
	assert_result(MV_OK, MV_CHANNEL_READABLE, mv_virq_fetch(SPARE_LINE_VIRQ));
	assert_result(MV_OK, 12, mv_channel_receive(SPARE_LINE, data(CELL_SPARE, 0x4000), 32));
	assert_message(data(CELL_SPARE, 0x4000), 6, 12);
}

TEST(channel_023, "UNI-CHAN-023",
     "what is sent to a cell while it loads waits for it, with its vIRQ")
{
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_SPARE);
	wake(VCPU_ALPHA);
	mv_vcpu_wait();
	assert_int_equal(running(), VCPU_ALPHA);
	assert_int_equal(cells[CELL_SPARE].state, MV_CELL_LOADING);
	assert_int_equal(mv_channel_send(ALPHA_SPARE, message(6, 12), 12), MV_OK);
	sleep_all();
	become(VCPU_SPARE);
	assert_int_equal(page(VCPU_SPARE)->virq_pending, BIT(1));
	assert_result(MV_OK, 12, mv_channel_receive(SPARE_LINE, data(CELL_SPARE, 0x4000), 32));
}

TEST(channel_024, "UNI-CHAN-024", "a peer that floods fills its FIFO and harms no other channel")
{
	become(VCPU_ALPHA);
	for (int i = 0; i < 10000; i++)
		mv_channel_send(ALPHA_WORK, message(1, 64), 64);
	assert_int_equal(mv_channel_send(ALPHA_LINE, message(2, 128), 128), MV_OK);
	become(VCPU_CONSOLE);
	assert_result(MV_OK, 128, mv_channel_receive(CONSOLE_LINE, data(CELL_CONSOLE, 0), 128));
	assert_message(data(CELL_CONSOLE, 0), 2, 128);
	become(VCPU_ALPHA);
	assert_int_equal(status(ALPHA_LINE), STATUS(0, 4));
}

TEST(channel_025, "UNI-CHAN-025", "an end without send or receive right has neither")
{
	become(VCPU_ROGUE);
	assert_int_equal(mv_channel_send(ROGUE_CHANNEL, data(CELL_ROGUE, 0), 4), MV_ERR_RIGHTS);
	assert_error(MV_ERR_RIGHTS, mv_channel_receive(ROGUE_CHANNEL, data(CELL_ROGUE, 0), 4));
	assert_result(MV_OK, STATUS(0, 1), mv_channel_status(ROGUE_CHANNEL));
}

TEST(channel_026, "UNI-CHAN-026", "errors come in the order in which the manual lists them")
{
	become(VCPU_ALPHA);
	for (int i = 0; i < 3; i++)
		mv_channel_send(ALPHA_WORK, data(CELL_ALPHA, 0), 8);
	assert_int_equal(mv_channel_send(99, at(1), 65), MV_ERR_CAPABILITY);
	assert_int_equal(mv_channel_send(ALPHA_WORK, at(1), 65), MV_ERR_SIZE);
	assert_int_equal(mv_channel_send(ALPHA_WORK, at(1), 64), MV_ERR_FULL);
	assert_error(MV_ERR_EMPTY, mv_channel_receive(ALPHA_WORK, at(1), 0));
	become(VCPU_BETA);
	assert_error(MV_ERR_SIZE, mv_channel_receive(BETA_WORK, at(1), 7));
	assert_error(MV_ERR_ADDRESS, mv_channel_receive(BETA_WORK, at(1), 8));
}

static unsigned int polls;

/* The console is woken after the second step in which alpha stops. */
static void wake_after_second_step(void)
{
	if (++polls == 2)
		machine.latched[IRQ_POKE(VCPU_CONSOLE)] = 1;
}

TEST(channel_027, "UNI-CHAN-027",
     "a message sent while its receiver stops is dropped or told of, not silent")
{
	assert_int_equal(ALPHA_LINE / 8, 1);
	assert_int_equal(ALPHA_LINE_VIRQ / 8, 2);
	become(VCPU_MONITOR);
	mv_cell_restart(MONITOR_ALPHA);
	machine.on_poll = wake_after_second_step;
	mv_vcpu_wait();
	machine.on_poll = NULL;
	assert_int_equal(running(), VCPU_CONSOLE);
	forget_poke(VCPU_CONSOLE);
	assert_int_equal(mv_channel_send(CONSOLE_LINE, data(CELL_CONSOLE, 0), 8), MV_OK);
	sleep_all();
	become(VCPU_ALPHA);
	assert_int_equal(status(ALPHA_LINE), STATUS(1, 4));
	assert_int_equal(page(VCPU_ALPHA)->virq_pending, BIT(2));
}
