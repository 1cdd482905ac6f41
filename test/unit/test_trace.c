/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the trace buffer: the events and their order, and the behaviour of the ring
 * and its reader when there are too many events or too few.
 */
#include "software.h"
#include "unit.h"

#include <core/trace.h>
#include <string.h>

#define EVENT sizeof(struct mv_trace_event)

static struct mv_trace_event *buffer(void)
{
	return data(CELL_MONITOR, 0x800);
}

/* As the monitor: throw everything away; then fill in events of the test's. */
static void drain(void)
{
	become(VCPU_MONITOR);
	while (mv_trace_read(MONITOR_LOG, buffer(), 1024).error == MV_OK)
		;
}

static void record(uint32_t from, uint32_t number)
{
	for (uint32_t i = 0; i < number; i++)
		trace_record(99, 7, from + i);
}

TEST(trace_001, "UNI-TRACE-001", "switches, interrupts, vIRQs and faults are recorded in order")
{
	const struct mv_trace_event *e = buffer();
	uint64_t last = 0;

	become(VCPU_MONITOR);
	page(VCPU_MONITOR)->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
	become(VCPU_BETA);
	drain();
	wake(VCPU_BETA);
	page(VCPU_MONITOR)->virq_enabled = BIT(0);
	mv_vcpu_wait();
	advance(1 * MS);
	fault(MV_FAULT_READ, 5, 0);
	assert_int_equal(running(), VCPU_MONITOR);
	assert_result(MV_OK, 6 * EVENT, mv_trace_read(MONITOR_LOG, buffer(), 1024));
	assert_int_equal(e[0].kind, MV_TRACE_IRQ);
	assert_int_equal(e[0].vcpu, 0xffff);
	assert_int_equal(e[0].value, IRQ_POKE(VCPU_BETA));
	assert_int_equal(e[1].kind, MV_TRACE_VIRQ);
	assert_int_equal(e[1].vcpu, VCPU_BETA);
	assert_int_equal(e[1].value, BIT(POKE_LINE));
	assert_int_equal(e[2].kind, MV_TRACE_SWITCH);
	assert_int_equal(e[2].vcpu, VCPU_BETA);
	assert_int_equal(e[3].kind, MV_TRACE_FAULT);
	assert_int_equal(e[3].vcpu, VCPU_BETA);
	assert_int_equal(e[3].value, MV_FAULT_READ);
	assert_int_equal(e[4].kind, MV_TRACE_VIRQ);
	assert_int_equal(e[4].vcpu, VCPU_MONITOR);
	assert_int_equal(e[5].kind, MV_TRACE_SWITCH);
	assert_int_equal(e[5].vcpu, VCPU_MONITOR);
	for (unsigned int i = 0; i < 6; i++) {
		uint64_t time = (uint64_t)e[i].time[1] << 32 | e[i].time[0];

		assert_true(time >= last);
		last = time;
	}
	assert_int_equal(last, 1 * MS);
}

TEST(trace_002, "UNI-TRACE-002", "events are read in order, as many whole ones as fit")
{
	static const struct {
		uint32_t size, events;
	} reads[] = { { 0, 0 }, { 15, 0 }, { 16, 1 }, { 47, 2 }, { 48, 3 } };
	uint32_t next = 1000;

	drain();
	record(next, 6);
	for (unsigned int i = 0; i < ARRAY_SIZE(reads); i++) {
		memset(buffer(), 0xee, 64);
		assert_result(MV_OK, reads[i].events * EVENT,
			      mv_trace_read(MONITOR_LOG, buffer(), reads[i].size));
		for (uint32_t n = 0; n < reads[i].events; n++)
			assert_int_equal(buffer()[n].value, next++);
		assert_int_equal(*(uint8_t *)&buffer()[reads[i].events], 0xee);
	}
	assert_error(MV_ERR_EMPTY, mv_trace_read(MONITOR_LOG, buffer(), 1024));
}

TEST(trace_003, "UNI-TRACE-003", "when the ring overflows the oldest events are lost")
{
	uint32_t next = 10000 + 500 - CONFIG_TRACE_EVENTS;

	drain();
	record(10000, 500);
	for (uint32_t left = CONFIG_TRACE_EVENTS; left; left -= 64) {
		assert_result(MV_OK, 1024, mv_trace_read(MONITOR_LOG, buffer(), 1024));
		for (uint32_t n = 0; n < 64; n++)
			assert_int_equal(buffer()[n].value, next++);
	}
	assert_error(MV_ERR_EMPTY, mv_trace_read(MONITOR_LOG, buffer(), 1024));
}

TEST(trace_004, "UNI-TRACE-004", "a ring exactly full loses nothing")
{
	drain();
	record(0, CONFIG_TRACE_EVENTS);
	assert_result(MV_OK, EVENT, mv_trace_read(MONITOR_LOG, buffer(), EVENT));
	assert_int_equal(buffer()[0].value, 0);
}

TEST(trace_005, "UNI-TRACE-005", "too large a size is refused, and so are buffers of others")
{
	static const uint32_t sizes[] = { 1025, 4096, 0x80000000, 0xffffffff };

	drain();
	record(5, 2);
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_error(MV_ERR_SIZE, mv_trace_read(MONITOR_LOG, buffer(), sizes[i]));
	assert_error(MV_ERR_ADDRESS, mv_trace_read(MONITOR_LOG, at(CELL_BASE(CELL_MONITOR)), 64));
	assert_error(MV_ERR_ADDRESS, mv_trace_read(MONITOR_LOG, at(CELL_DATA(CELL_BETA)), 64));
	assert_error(MV_ERR_ADDRESS,
		     mv_trace_read(MONITOR_LOG, at(CELL_END(CELL_MONITOR) - 32), 64));
	assert_error(MV_ERR_ADDRESS, mv_trace_read(MONITOR_LOG, at(0xfffffff0), 64));
	assert_error(MV_ERR_ADDRESS, mv_trace_read(MONITOR_LOG, data(CELL_MONITOR, 2), 64));
	assert_result(MV_OK, 2 * EVENT, mv_trace_read(MONITOR_LOG, buffer(), 64));
	assert_int_equal(buffer()[0].value, 5);
}

TEST(trace_006, "UNI-TRACE-006", "an event read is not read again, also while new ones come")
{
	uint32_t written = 0, next = 0;

	drain();
	for (int round = 0; round < 200; round++) {
		record(written, round % 5);
		written += round % 5;
		if (mv_trace_read(MONITOR_LOG, buffer(), 2 * EVENT).error == MV_OK) {
			assert_int_equal(buffer()[0].value, next);
			next += written - next > 1 ? 2 : 1;
		}
	}
}
