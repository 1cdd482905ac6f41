/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of capabilities: every hypercall that takes one is tried with indices
 * out of range, capabilities of all other kinds and ones without the right; a
 * refused call changes nothing at all.
 */
#include "software.h"
#include "unit.h"

#include <core/channel.h>
#include <core/percpu.h>
#include <core/timer.h>
#include <string.h>

#define ANY_RIGHT 0xff

/* Every hypercall that names an object, with arguments that are good otherwise. */
static const struct object_call {
	uint32_t number;
	uint8_t kind;
	bool needs_right;
	uint32_t rest[3];
} calls[] = {
	{ MV_CALL_VCPU_START, MV_CAP_VCPU, true, { CELL_BASE(CELL_ALPHA), 0, 0 } },
	{ MV_CALL_VCPU_STOP, MV_CAP_VCPU, true, { 0 } },
	{ MV_CALL_VCPU_SET_PRIORITY, MV_CAP_VCPU, true, { 60 } },
	{ MV_CALL_VIRQ_RAISE, MV_CAP_SOURCE, true, { 1 } },
	{ MV_CALL_VIRQ_LOWER, MV_CAP_SOURCE, true, { 1 } },
	{ MV_CALL_VIRQ_FETCH, MV_CAP_VIRQ, true, { 0 } },
	{ MV_CALL_VIRQ_ACK, MV_CAP_VIRQ, true, { 0 } },
	{ MV_CALL_CHANNEL_SEND, MV_CAP_CHANNEL, true, { CELL_DATA(CELL_ROGUE), 8 } },
	{ MV_CALL_CHANNEL_RECEIVE, MV_CAP_CHANNEL, true, { CELL_DATA(CELL_ROGUE), 64 } },
	{ MV_CALL_CHANNEL_STATUS, MV_CAP_CHANNEL, false, { 0 } },
	{ MV_CALL_TIMER_SET, MV_CAP_TIMER, true, { 0, 1000000, 0 } },
	{ MV_CALL_TIMER_CANCEL, MV_CAP_TIMER, true, { 0 } },
	{ MV_CALL_CELL_STATUS, MV_CAP_CELL, true, { 0 } },
	{ MV_CALL_CELL_STOP, MV_CAP_CELL, true, { 0 } },
	{ MV_CALL_CELL_RESTART, MV_CAP_CELL, true, { 0 } },
	{ MV_CALL_FAULT_READ, MV_CAP_LOG, true, { CELL_DATA(CELL_ROGUE), 4096 } },
	{ MV_CALL_TRACE_READ, MV_CAP_LOG, true, { CELL_DATA(CELL_ROGUE), 1024 } },
	{ MV_CALL_SYSTEM_RESET, MV_CAP_SYSTEM, true, { 0 } },
	{ MV_CALL_SYSTEM_CHECK, MV_CAP_SYSTEM, true, { 0 } },
	{ MV_CALL_VMMU_SWITCH, MV_CAP_VMMU, true, { MV_VMMU_OFF, 0 } },
	{ MV_CALL_VMMU_FLUSH, MV_CAP_VMMU, true, { 0, 0, 0 } },
	{ MV_CALL_VMMU_MAP, MV_CAP_VMMU, true, { 0, 0, MV_RIGHT_READ } },
	{ MV_CALL_VMMU_STATS, MV_CAP_VMMU, true, { 0, CELL_DATA(CELL_ROGUE), 4096 } },
};

static struct mv_result make(const struct object_call *c, uint32_t cap)
{
	const uint32_t arguments[6] = { cap, c->rest[0], c->rest[1], c->rest[2] };

	return hypercall(c->number, arguments);
}

/* All state of the microvisor's objects, except the caller's result registers. */
struct state {
	struct cell cells[NR_CELLS];
	struct vcpu vcpus[NR_VCPUS];
	struct virq virqs[NR_VIRQS];
	struct channel channels[NR_CHANNELS];
	struct timer timers[NR_TIMERS];
	struct percpu percpu;
};

static void save(struct state *s)
{
	memcpy(s->cells, cells, sizeof(s->cells));
	memcpy(s->vcpus, vcpus, sizeof(s->vcpus));
	memcpy(s->virqs, virqs, sizeof(s->virqs));
	memcpy(s->channels, channels, sizeof(s->channels));
	memcpy(s->timers, timers, sizeof(s->timers));
	s->percpu = *arch_percpu();
	for (unsigned int i = 0; i < NR_VCPUS; i++)
		memset(s->vcpus[i].frame.r, 0, 2 * sizeof(uint32_t));
}

static void assert_refused(uint32_t error, const struct object_call *c, uint32_t cap)
{
	static struct state before, after;

	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	save(&before);
	assert_error(error, make(c, cap));
	save(&after);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void try_indices(unsigned int vcpu, const uint32_t *indices, unsigned int n)
{
	become(vcpu);
	for (unsigned int c = 0; c < ARRAY_SIZE(calls); c++)
		for (unsigned int i = 0; i < n; i++)
			assert_refused(MV_ERR_CAPABILITY, &calls[c], indices[i]);
}

TEST(cap_001, "UNI-CAP-001", "no hypercall takes the null capability or an index out of range")
{
	static const uint32_t indices[] = { 0,          NR_ALPHA_CAPS, NR_ALPHA_CAPS + 1,
					    0xff,       0x100,         0xffff,
					    0x10000,    0x10002,       0x7fffffff,
					    0x80000000, 0x80000002,    0xfffffffe,
					    0xffffffff };

	try_indices(VCPU_ALPHA, indices, ARRAY_SIZE(indices));
}

TEST(cap_002, "UNI-CAP-002", "an index that another cell has more of is out of range here")
{
	static const uint32_t indices[] = { NR_SPARE_CAPS, NR_CONSOLE_CAPS, NR_CONSOLE_CAPS + 1,
					    ALPHA_WORK,    ALPHA_BELL,      NR_ALPHA_CAPS - 1 };

	try_indices(VCPU_CONSOLE, indices + 1, ARRAY_SIZE(indices) - 1);
}

static void try_kinds(unsigned int vcpu)
{
	const struct cell *cell;

	become(vcpu);
	cell = vcpus[vcpu].cell;
	for (unsigned int c = 0; c < ARRAY_SIZE(calls); c++)
		for (uint32_t i = 0; i < cell->nr_caps; i++)
			if (cell->caps[i].kind != calls[c].kind)
				assert_refused(MV_ERR_CAPABILITY, &calls[c], i);
}

TEST(cap_003, "UNI-CAP-003", "no hypercall takes a capability of another kind")
{
	try_kinds(VCPU_CONSOLE);
	try_kinds(VCPU_MONITOR);
	try_kinds(VCPU_ALPHA);
	try_kinds(VCPU_BETA);
	try_kinds(VCPU_ROGUE);
}

TEST(cap_004, "UNI-CAP-004", "no hypercall but channel_status works without its right")
{
	become(VCPU_ROGUE);
	for (unsigned int c = 0; c < ARRAY_SIZE(calls); c++)
		for (uint32_t i = 0; i < NR_ROGUE_CAPS; i++)
			if (cells[CELL_ROGUE].caps[i].kind == calls[c].kind && calls[c].needs_right)
				assert_refused(MV_ERR_RIGHTS, &calls[c], i);
	assert_result(MV_OK, 1, mv_channel_status(ROGUE_CHANNEL));
}

/* A right that each call needs, and how a table with only the others refuses. */
TEST(cap_005, "UNI-CAP-005", "every other right together does not replace the one that is needed")
{
	static const struct {
		unsigned int call;
		uint8_t needed;
	} needs[] = {
		{ 0, MV_RIGHT_VCPU_CONTROL },  { 1, MV_RIGHT_VCPU_CONTROL },
		{ 2, MV_RIGHT_VCPU_PRIORITY }, { 3, MV_RIGHT_SOURCE_RAISE },
		{ 4, MV_RIGHT_SOURCE_RAISE },  { 5, MV_RIGHT_VIRQ_FETCH },
		{ 6, MV_RIGHT_VIRQ_ACK },      { 7, MV_RIGHT_CHANNEL_SEND },
		{ 8, MV_RIGHT_CHANNEL_RECV },  { 10, MV_RIGHT_TIMER_SET },
		{ 11, MV_RIGHT_TIMER_SET },    { 12, MV_RIGHT_CELL_STATUS },
		{ 13, MV_RIGHT_CELL_CONTROL }, { 14, MV_RIGHT_CELL_CONTROL },
		{ 15, MV_RIGHT_LOG_READ },     { 16, MV_RIGHT_LOG_READ },
		{ 17, MV_RIGHT_SYSTEM_RESET }, { 18, MV_RIGHT_SYSTEM_CHECK },
		{ 19, MV_RIGHT_VMMU_CONTROL }, { 20, MV_RIGHT_VMMU_CONTROL },
		{ 21, MV_RIGHT_VMMU_CONTROL }, { 22, MV_RIGHT_VMMU_STATS },
	};
	static struct cap one[2];

	become(VCPU_ROGUE);
	for (unsigned int i = 0; i < ARRAY_SIZE(needs); i++) {
		const struct object_call *c = &calls[needs[i].call];

		one[1] = (struct cap){ c->kind, ANY_RIGHT & ~needs[i].needed, 0 };
		cells[CELL_ROGUE].caps = one;
		cells[CELL_ROGUE].nr_caps = 2;
		assert_refused(MV_ERR_RIGHTS, c, 1);
	}
}

TEST(cap_006, "UNI-CAP-006", "a capability names its object for its cell alone")
{
	become(VCPU_ALPHA);
	assert_result(MV_OK, MV_CELL_RUNNING, mv_cell_status(CAP_SELF));
	become(VCPU_BETA);
	mv_cell_restart(CAP_SELF);
	become(VCPU_BETA);
	assert_result(MV_OK, MV_CELL_STATUS(MV_CELL_RUNNING, 0, 1), mv_cell_status(CAP_SELF));
	become(VCPU_ALPHA);
	assert_result(MV_OK, MV_CELL_RUNNING, mv_cell_status(CAP_SELF));
}

TEST(cap_007, "UNI-CAP-007", "every hypercall with an object is among those tried here")
{
	bool seen[MV_NR_CALLS] = { false };
	static const uint32_t without[] = { MV_CALL_VERSION,    MV_CALL_VCPU_WAIT,
					    MV_CALL_VCPU_YIELD, MV_CALL_VCPU_RESUME,
					    MV_CALL_VIRQ_SYNC,  MV_CALL_TIME_NOW,
					    MV_CALL_VCPU_SET,   MV_CALL_CACHE_RANGE };

	for (unsigned int c = 0; c < ARRAY_SIZE(calls); c++)
		seen[calls[c].number] = true;
	for (unsigned int i = 0; i < ARRAY_SIZE(without); i++)
		seen[without[i]] = true;
	for (unsigned int n = 0; n < MV_NR_CALLS; n++)
		assert_true(seen[n]);
}
