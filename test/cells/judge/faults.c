/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of fault records and policies, stop and restart.
 */
#include "judge.h"

#define RESTART_LIMIT 3

static uint32_t crash(struct puppet *p)
{
	return order(p, OP_READ, 0, 0);
}

/* A puppet that the microvisor restarts: wait until it obeys again. */
static bool comes_back(struct puppet *p)
{
	p->order->operation = OP_NOTHING;
	p->order->taken = p->order->done = p->order->sequence;
	pause(MV_MS);
	return obeys(p);
}

static bool record(void)
{
	const struct mv_fault_record *f = &puppet.fault;
	uint32_t restarts = restarts_of(&puppet);
	uint64_t now = mv_time_now(), time;

	SAME(order(&puppet, OP_REGISTERS, 0x7000, 0), FAULTED);
	for (uint32_t i = 0; i < 15; i++) {
		note("register %u", i);
		SAME(f->regs[i], 0x7000 + i);
	}
	SAME(f->regs[16] & 0xf800003f, 0xa0000010);
	SAME(f->cause, MV_FAULT_UNDEFINED);
	SAME(f->vcpu, 0);
	SAME(f->policy, 2);
	SAME(f->restarts, restarts);
	SAME(strcmp(f->name, "puppet"), 0);
	time = (uint64_t)f->time[1] << 32 | f->time[0];
	MUST(time >= now && time <= mv_time_now());
	return revive(&puppet);
}

static bool record_of_access(void)
{
	uint32_t sequence = puppet.fault.sequence;

	SAME(order(&puppet, OP_WRITE, 0xf0001234, 7), FAULTED);
	SAME(puppet.fault.sequence, sequence + 1);
	SAME(puppet.fault.address, 0xf0001234);
	SAME(puppet.fault.cause, MV_FAULT_WRITE);
	SAME(puppet.fault.regs[1], 7);
	MUST(revive(&puppet));
	SAME(order(&puppet, OP_READ, 0xf0001234, 7), FAULTED);
	SAME(puppet.fault.sequence, sequence + 2);
	SAME(puppet.fault.regs[15], puppet.order->probe_read);
	return revive(&puppet);
}

static bool monitor_decides(void)
{
	const struct mv_env_entry *monitor = mv_env_need("monitor", MV_CAP_VIRQ);
	uint32_t lives = puppet.order->lives, restarts = restarts_of(&puppet);

	mv_virq_fetch(monitor->virq);
	SAME(crash(&puppet), FAULTED);
	SAME(wait_lines(line_of(monitor), MV_MS), line_of(monitor));
	SAME(mv_virq_fetch(monitor->virq).value, 1u << puppet.fault.cell);
	SAME(state_of(&puppet), MV_CELL_FAULTED);
	pause(20 * MV_MS);
	SAME(state_of(&puppet), MV_CELL_FAULTED);
	SAME(puppet.order->lives, lives);
	MUST(revive(&puppet));
	SAME(puppet.order->lives, lives + 1);
	SAME(restarts_of(&puppet), restarts + 1);
	return true;
}

static bool restarts_by_itself(void)
{
	uint32_t lives = phoenix.order->lives, restarts = restarts_of(&phoenix);

	SAME(crash(&phoenix), FAULTED);
	SAME(phoenix.fault.policy, 1);
	MUST(comes_back(&phoenix));
	SAME(phoenix.order->lives, lives + 1);
	SAME(restarts_of(&phoenix), restarts + 1);
	SAME(state_of(&phoenix), MV_CELL_RUNNING);
	return true;
}

static bool limit(void)
{
	for (uint32_t i = 0; i < RESTART_LIMIT; i++) {
		SAME(crash(&mortal), FAULTED);
		SAME(mortal.fault.policy, 1);
		SAME(mortal.fault.restarts, i);
		MUST(comes_back(&mortal));
	}
	SAME(crash(&mortal), FAULTED);
	SAME(mortal.fault.policy, 0);
	pause(10 * MV_MS);
	SAME(state_of(&mortal), MV_CELL_FAULTED);
	SAME(restarts_of(&mortal), RESTART_LIMIT);
	return true;
}

static bool halts(void)
{
	uint32_t lives = fragile.order->lives;

	SAME(crash(&fragile), FAULTED);
	SAME(fragile.fault.policy, 0);
	pause(10 * MV_MS);
	SAME(state_of(&fragile), MV_CELL_FAULTED);
	SAME(fragile.order->lives, lives);
	return true;
}

static bool pristine(void)
{
	volatile uint32_t *result = puppet.order->result;

	SAME(order(&puppet, OP_SPOIL, 0, 0), DONE);
	SAME(order(&puppet, OP_INSPECT, 0, 0), DONE);
	SAME(result[0], ~PRISTINE_WORD);
	SAME(result[1], ~0u);
	SAME(result[2], 110);
	SAME(result[3], MV_OK);
	SAME(result[4], MV_OK);
	SAME(order(&puppet, OP_SPOIL, 0, 0), DONE);
	MUST(revive(&puppet));
	SAME(order(&puppet, OP_INSPECT, 0, 0), DONE);
	SAME(result[0], PRISTINE_WORD);
	SAME(result[1], 0);
	SAME(result[2], 100);
	SAME(result[3], MV_ERR_STATE);
	SAME(result[4], MV_ERR_STATE);
	return true;
}

static bool second_vcpu_ends_too(void)
{
	uint32_t count;

	SAME(order(&puppet, OP_SPOIL, 0, 0), DONE);
	pause(MV_MS);
	MUST(puppet.order->count1 > 0);
	SAME(crash(&puppet), FAULTED);
	count = puppet.order->count1;
	pause(5 * MV_MS);
	SAME(puppet.order->count1, count);
	return revive(&puppet);
}

static bool stop_and_start(void)
{
	uint32_t count;

	order_give(&puppet, OP_COUNT, 0, 0);
	pause(MV_MS);
	SAME(mv_cell_stop(puppet.cell), MV_OK);
	SAME(state_of(&puppet), MV_CELL_STOPPED);
	count = puppet.order->count;
	MUST(count > 0);
	pause(5 * MV_MS);
	SAME(puppet.order->count, count);
	SAME(mv_cell_stop(puppet.cell), MV_ERR_STATE);
	SAME(order_call(&phoenix, MV_CALL_CELL_STATUS, phoenix.order->cell, 0, 0, 0), MV_OK);
	return revive(&puppet);
}

static bool manual_start(void)
{
	SAME(state_of(&sleeper), MV_CELL_STOPPED);
	SAME(sleeper.order->lives, 0);
	MUST(revive(&sleeper));
	SAME(sleeper.order->lives, 1);
	SAME(state_of(&sleeper), MV_CELL_RUNNING);
	return true;
}

static bool restart_twice(void)
{
	uint32_t restarts = restarts_of(&puppet);

	SAME(mv_cell_restart(puppet.cell), MV_OK);
	SAME(state_of(&puppet), MV_CELL_LOADING);
	SAME(mv_cell_restart(puppet.cell), MV_OK);
	SAME(mv_cell_stop(puppet.cell), MV_OK);
	SAME(state_of(&puppet), MV_CELL_STOPPED);
	MUST(revive(&puppet));
	SAME(restarts_of(&puppet), restarts + 3);
	return true;
}

static bool stops_itself(void)
{
	order_give(&puppet, OP_CALL, MV_CALL_CELL_STOP, puppet.order->cell);
	pause(MV_MS);
	SAME(state_of(&puppet), MV_CELL_STOPPED);
	return revive(&puppet);
}

static bool restarts_itself(void)
{
	uint32_t lives = puppet.order->lives;

	order_give(&puppet, OP_CALL, MV_CALL_CELL_RESTART, puppet.order->cell);
	pause(5 * MV_MS);
	SAME(puppet.order->lives, lives + 1);
	MUST(comes_back(&puppet));
	return true;
}

/* Whoever is told something while it is down is not in a muddle afterwards. */
static bool told_while_down(void)
{
	static uint32_t message[4];
	uint32_t pipe = cap_named("pipe", MV_CAP_CHANNEL);

	for (int stopped = 0; stopped < 2; stopped++) {
		if (stopped)
			SAME(mv_cell_stop(puppet.cell), MV_OK);
		else
			SAME(crash(&puppet), FAULTED);
		SAME(mv_virq_raise(puppet.go, 5), MV_OK);
		SAME(mv_channel_send(pipe, message, 4), MV_OK);
		SAME(mv_cell_restart(puppet.cell), MV_OK);
		SAME(mv_virq_raise(puppet.go, 5), MV_OK);
		SAME(mv_channel_send(pipe, message, 4), MV_OK);
		MUST(revive(&puppet));
	}
	MUST(revive(&puppet));
	SAME(order_call(&puppet, MV_CALL_CHANNEL_RECEIVE, puppet.order->pipe,
			(uint32_t)(uintptr_t)puppet.order->scratch, 64, 0),
	     MV_ERR_EMPTY);
	return true;
}

static bool log_overflow(void)
{
	uint32_t first, last;

	SAME(order(&phoenix, OP_FAULT_ALWAYS, 0, 0), FAULTED);
	while (restarts_of(&phoenix) < CONFIG_FAULT_RECORDS + 15)
		pause(100 * MV_US);
	SAME(mv_cell_stop(phoenix.cell), MV_OK);
	first = phoenix.nr_faults;
	SAME(read_faults(), CONFIG_FAULT_RECORDS);
	SAME(phoenix.nr_faults - first, CONFIG_FAULT_RECORDS);
	last = phoenix.fault.sequence;
	MUST(revive(&phoenix));
	SAME(crash(&phoenix), FAULTED);
	MUST(phoenix.fault.sequence > last + 5);
	return comes_back(&phoenix);
}

/* A cell that faults as soon as it starts, over and over. */
static bool restart_storm(void)
{
	uint32_t beats = pulse->beats, restarts = restarts_of(&phoenix);

	order_give(&phoenix, OP_FAULT_ALWAYS, 0, 0);
	pause(4 * MV_MS);
	note("%u restarts", restarts_of(&phoenix) - restarts);
	MUST(restarts_of(&phoenix) - restarts > 5);
	MUST(pulse->beats - beats >= 4);
	MUST(obeys(&puppet));
	MUST(revive(&phoenix));
	return true;
}

static bool thumb_pc(void)
{
	SAME(order(&puppet, OP_JUMP_THUMB, 0x20, 0), FAULTED);
	SAME(puppet.fault.regs[15], 0x20);
	MUST(puppet.fault.regs[16] & 0x20);
	return revive(&puppet);
}

static const struct check faults[] = {
	{ "FLT01", "A fault record holds registers, cause, cell, policy and time", record },
	{ "FLT02", "It names the address and the instruction; sequence numbers count",
	  record_of_access },
	{ "FLT03", "Policy monitor: the cell waits for its monitor, who is told", monitor_decides },
	{ "FLT04", "Policy restart: the cell comes back by itself", restarts_by_itself },
	{ "FLT05", "A cell at its restart limit is halted", limit },
	{ "FLT06", "Policy halt: the cell stays where it is", halts },
	{ "FLT07", "A restart resets data, bss, priority, timers and vCPUs", pristine },
	{ "FLT08", "A fault of one vCPU ends the others of its cell", second_vcpu_ends_too },
	{ "FLT09", "A stopped cell does not run and can be restarted", stop_and_start },
	{ "FLT10", "A cell with a manual start waits for it", manual_start },
	{ "FLT11", "A cell can be restarted or stopped while it is loaded", restart_twice },
	{ "FLT12", "A cell can stop itself", stops_itself },
	{ "FLT13", "A cell can restart itself", restarts_itself },
	{ "FLT14", "vIRQs and messages to a cell that is down do not upset its restart",
	  told_while_down },
	{ "FLT15", "A full fault log drops the newest, and the numbers show it", log_overflow },
	{ "FLT16", "A cell that faults over and over disturbs neither judge nor witness",
	  restart_storm },
	{ "FLT17", "A fault in Thumb code is reported with its PC and state", thumb_pc },
};

CHECK_SET(faults);
