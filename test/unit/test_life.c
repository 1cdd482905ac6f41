/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The life of a cell, as a table: every event in every state of the cell, for every
 * order of the priorities of the asker, the cell, its monitor and a bystander that is
 * busy or wakes up between two steps. The model gives the right outcome (model.h);
 * after each hypercall all objects are compared with it. Further down are tests of the
 * promises that are made in words.
 *
 *   asker      the cell "monitor" of tables.h, which controls the others
 *   victim     alpha: two vCPUs, timers, channels, devices
 *   monitor    beta, told of alpha's faults; it sends to alpha and rings for it
 *   bystander  console
 */
#include "model.h"
#include "unit.h"

#include <core/clock.h>
#include <core/percpu.h>
#include <string.h>

#define ASKER     VCPU_MONITOR
#define VICTIM    VCPU_ALPHA
#define MONITOR   VCPU_BETA
#define BYSTANDER VCPU_CONSOLE

enum state {
	STOPPED,
	LOADING,
	RUNNING,
	WAITING,
	FAULTED,
	STOPPING,
	RESTARTING,
	FAULTING,
	NR_STATES
};
enum action {
	STOP,
	RESTART,
	FAULT,
	MONITOR_RESTART,
	NOTHING,
	NR_ACTIONS
};

/* The n-th poll from now wakes somebody, -1 = none does. */
static int polls;
static unsigned int polled_vcpu;

static void wake_at_poll(void)
{
	if (polls < 0 || polls-- > 0)
		return;
	page(polled_vcpu)->virq_enabled = BIT(POKE_LINE);
	machine.latched[IRQ_POKE(polled_vcpu)] = 1;
	model.waits[IRQ_POKE(polled_vcpu)] = true;
	model.poked = true;
}

/* A hypercall of the running vCPU; its result must be the model's. */
static void call(uint32_t number, uint32_t a0, uint32_t a1, uint32_t a2, uint32_t a3)
{
	uint32_t a[6] = { a0, a1, a2, a3, 0, 0 }, value, error;
	struct mv_result got;

	error = model_call(running(), number, a, &value);
	got = hypercall(number, a);
	assert_int_equal(got.error, error);
	assert_int_equal(got.value, value);
	model_compare();
}

static void poke(unsigned int vcpu)
{
	page(vcpu)->virq_enabled = BIT(POKE_LINE);
	model.waits[IRQ_POKE(vcpu)] = true;
	device_edge(IRQ_POKE(vcpu));
	model_compare();
}

static void rest(void)
{
	page(running())->virq_enabled = 0;
	call(MV_CALL_VCPU_WAIT, 0, 0, 0, 0);
}

/* Whoever is more urgent sleeps; false: it cannot run, it is stopped. */
static bool let_run(unsigned int vcpu)
{
	for (int i = 0; running() != (int)vcpu; i++) {
		assert_in_range(i, 0, 20);
		if (running() >= 0)
			rest();
		else if (vcpus[vcpu].state == VCPU_STOPPED)
			return false;
		else
			poke(vcpu);
	}
	return true;
}

/* Each order of the four is one of 24 numbers; priorities come in steps of 40. */
static void order(unsigned int number)
{
	static const unsigned int roles[] = { ASKER, VICTIM, MONITOR, BYSTANDER };
	unsigned int left[] = { 200, 160, 120, 80 };

	for (unsigned int i = 0; i < ARRAY_SIZE(roles); i++) {
		unsigned int among = ARRAY_SIZE(roles) - i, pick = number % among;
		struct cell_desc *d = &edit_cells[edit_vcpus[roles[i]].cell];

		number /= among;
		edit_vcpus[roles[i]].priority = d->floor = d->ceiling = left[pick];
		memmove(&left[pick], &left[pick + 1], (among - pick - 1) * sizeof(left[0]));
	}
	edit_vcpus[VCPU_ALPHA_1].priority = edit_vcpus[VICTIM].priority;
	edit_cells[CELL_ALPHA].policy = POLICY_MONITOR;
	edit_cells[CELL_ALPHA].monitor_virq = VIRQ_BELL;
}

static void begin(unsigned int number)
{
	tables_reset();
	order(number);
	polls = -1;
	model_boot();
	boot_system();
	machine.on_poll = wake_at_poll;
	model_compare();
}

/* Timers, a line that was rung and a message: the end of the cell must drop all these. */
static void have_things(void)
{
	if (let_run(MONITOR)) {
		call(MV_CALL_VIRQ_RAISE, BETA_ALARM, 1, 0, 0);
		call(MV_CALL_CHANNEL_SEND, BETA_WORK, CELL_DATA(CELL_BETA), 8, 0);
	}
	if (let_run(VICTIM)) {
		call(MV_CALL_TIMER_SET, ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS, 0);
		call(MV_CALL_TIMER_SET, ALPHA_TIMER_1, 0, 3 * MS, 0);
		call(MV_CALL_VCPU_START, ALPHA_VCPU_1, CELL_BASE(CELL_ALPHA), 0, 0);
	}
}

static void break_down(void)
{
	model_fault(running(), MV_FAULT_READ);
	fault(MV_FAULT_READ, 5, 0);
	machine.length = 0;
	model_compare();
}

/* The asker wakes between two steps of the victim's, if it is more urgent than these. */
static void wake_asker_at(int poll)
{
	polls = poll;
	polled_vcpu = ASKER;
}

static void victim_does(uint32_t number)
{
	if (!let_run(VICTIM))
		return;
	wake_asker_at(1);
	call(number, CAP_SELF, 0, 0, 0);
	polls = -1;
}

static void bring_to(enum state state)
{
	have_things();
	if (state == STOPPED && let_run(ASKER)) {
		call(MV_CALL_CELL_STOP, MONITOR_ALPHA, 0, 0, 0);
	} else if (state == LOADING && let_run(ASKER)) {
		call(MV_CALL_CELL_RESTART, MONITOR_ALPHA, 0, 0, 0);
		wake_asker_at(3);
		if (running() == ASKER)
			rest();
		polls = -1;
	} else if (state == RUNNING) {
		let_run(VICTIM);
	} else if (state == WAITING) {
		if (let_run(VICTIM))
			rest();
	} else if (state == STOPPING) {
		victim_does(MV_CALL_CELL_STOP);
	} else if (state == RESTARTING) {
		victim_does(MV_CALL_CELL_RESTART);
	} else if ((state == FAULTED || state == FAULTING) && let_run(VICTIM)) {
		wake_asker_at(state == FAULTING ? 1 : -1);
		break_down();
		polls = -1;
	}
}

static void act(enum action action)
{
	bool can = action == FAULT ? let_run(VICTIM) : let_run(ASKER);

	if (!can)
		return;
	if (action == STOP)
		call(MV_CALL_CELL_STOP, MONITOR_ALPHA, 0, 0, 0);
	else if (action == RESTART)
		call(MV_CALL_CELL_RESTART, MONITOR_ALPHA, 0, 0, 0);
	else if (action == FAULT)
		break_down();
	else if (action == MONITOR_RESTART)
		call(MV_CALL_CELL_RESTART, MONITOR_BETA, 0, 0, 0);
	if (let_run(ASKER))
		call(MV_CALL_CELL_STATUS, MONITOR_ALPHA, 0, 0, 0);
}

/* What comes afterwards waits for the next start; and then there is one. */
static void come_back(void)
{
	if (let_run(MONITOR)) {
		call(MV_CALL_VIRQ_RAISE, BETA_ALARM, 2, 0, 0);
		call(MV_CALL_CHANNEL_SEND, BETA_WORK, CELL_DATA(CELL_BETA), 4, 0);
		call(MV_CALL_VIRQ_FETCH, BETA_BELL, 0, 0, 0);
	}
	machine.ticks += 500 * MS / 10;
	take_interrupts();
	model_time(machine.ticks * 10);
	model_compare();
	assert_true(let_run(ASKER));
	if (cells[CELL_ALPHA].state != MV_CELL_RUNNING)
		call(MV_CALL_CELL_RESTART, MONITOR_ALPHA, 0, 0, 0);
	assert_true(let_run(VICTIM));
	call(MV_CALL_VIRQ_FETCH, ALPHA_ALARM, 0, 0, 0);
	call(MV_CALL_CHANNEL_RECEIVE, ALPHA_WORK, CELL_DATA(CELL_ALPHA), 64, 0);
}

/* One row of the table: two things happen one after the other, with a bystander at a poll. */
static void row(unsigned int number, enum state state, enum action first, enum action second,
		int poll)
{
	begin(number);
	bring_to(state);
	polls = poll;
	polled_vcpu = BYSTANDER;
	act(first);
	act(second);
	polls = -1;
	come_back();
}

static void table(enum state state)
{
	for (unsigned int number = 0; number < 24; number++)
		for (enum action first = 0; first < NR_ACTIONS; first++)
			for (enum action second = 0; second < NR_ACTIONS; second++)
				for (int poll = -1; poll < 4; poll++)
					row(number, state, first, second, poll);
}

TEST_UNBOOTED(life_001, "UNI-LIFE-001", "all that can happen to a cell that is stopped")
{
	table(STOPPED);
}

TEST_UNBOOTED(life_002, "UNI-LIFE-002", "all that can happen to a cell that loads")
{
	table(LOADING);
}

TEST_UNBOOTED(life_003, "UNI-LIFE-003", "all that can happen to a cell that runs")
{
	table(RUNNING);
}

TEST_UNBOOTED(life_004, "UNI-LIFE-004", "all that can happen to a cell that waits")
{
	table(WAITING);
}

TEST_UNBOOTED(life_005, "UNI-LIFE-005", "all that can happen to a cell that has faulted")
{
	table(FAULTED);
}

TEST_UNBOOTED(life_006, "UNI-LIFE-006",
	      "all that can happen to a cell on the way from a stop to rest")
{
	table(STOPPING);
}

TEST_UNBOOTED(life_007, "UNI-LIFE-007",
	      "all that can happen to a cell between a restart and its load")
{
	table(RESTARTING);
}

TEST_UNBOOTED(life_008, "UNI-LIFE-008",
	      "all that can happen to a cell on the way from a fault to rest")
{
	table(FAULTING);
}

/* In words, at the usual priorities ------------------------------------------------- */

static void interrupt_first_step(void)
{
	if (polls-- == 0)
		machine.latched[IRQ_POKE(BYSTANDER)] = 1;
}

/* The asker does it, and the bystander wakes before the first step of what is left. */
static void asker_does(uint32_t (*does)(uint32_t cap), uint32_t cap)
{
	become(ASKER);
	page(BYSTANDER)->virq_enabled = BIT(POKE_LINE);
	polls = 0;
	machine.on_poll = interrupt_first_step;
	assert_int_equal(does(cap), MV_OK);
	machine.on_poll = NULL;
	assert_int_equal(running(), BYSTANDER);
}

TEST(life_009, "UNI-LIFE-009", "nothing of a stopped cell acts, however busy somebody above it is")
{
	become(VICTIM);
	mv_timer_set(ALPHA_TIMER, MV_TIMER_PERIODIC, 1 * MS);
	mv_timer_set(ALPHA_TIMER_1, 0, 1 * MS);
	asker_does(mv_cell_stop, MONITOR_ALPHA);
	assert_int_equal(cells[CELL_ALPHA].state, CELL_STOPPING);
	advance(1000 * MS);
	assert_int_equal(page(VICTIM)->virq_pending, 0);
	assert_int_equal(vcpus[VICTIM].timers.waiting | vcpus[VCPU_ALPHA_1].timers.waiting, 0);
	assert_int_equal(machine.deadline, TIME_NEVER);
	for (int i = 0; i < 3; i++)
		device_edge(IRQ_DEVICE);
	assert_int_equal(machine.masked[IRQ_DEVICE], 1);
}

TEST(life_010, "UNI-LIFE-010",
     "what is left is done before the asker goes on, whoever else is busy")
{
	become(VICTIM);
	wake(MONITOR);
	become(ASKER);
	mv_cell_stop(MONITOR_ALPHA);
	assert_int_equal(running(), ASKER);
	assert_int_equal(cells[CELL_ALPHA].state, MV_CELL_STOPPED);
	assert_int_equal(page(VCPU_BETA)->virq_pending & BIT(1), BIT(1));
	assert_int_equal(machine.masked[IRQ_DEVICE], 1);
}

TEST(life_011, "UNI-LIFE-011", "a line rung between a stop and a start is there, one before is not")
{
	become(MONITOR);
	mv_virq_raise(BETA_ALARM, 0x10);
	asker_does(mv_cell_stop, MONITOR_ALPHA);
	virq_raise(VIRQ_ALARM, 0x44);
	forget_poke(BYSTANDER);
	sleep_all();
	become(ASKER);
	mv_cell_restart(MONITOR_ALPHA);
	sleep_all();
	become(VICTIM);
	assert_result(MV_OK, 0x44, mv_virq_fetch(ALPHA_ALARM));
}

static uint32_t send_line(void)
{
	return mv_channel_send(CONSOLE_LINE, data(CELL_CONSOLE, 0x1000), 8);
}

TEST(life_012, "UNI-LIFE-012",
     "a message sent between the steps of a stop waits, those before are gone")
{
	become(BYSTANDER);
	for (int i = 0; i < 4; i++)
		assert_int_equal(send_line(), MV_OK);
	assert_int_equal(send_line(), MV_ERR_FULL);
	asker_does(mv_cell_restart, MONITOR_ALPHA);
	assert_result(MV_OK, 4, mv_channel_status(CONSOLE_LINE));
	assert_int_equal(send_line(), MV_OK);
	forget_poke(BYSTANDER);
	sleep_all();
	become(VICTIM);
	assert_result(MV_OK, 1 << 16 | 4, mv_channel_status(ALPHA_LINE));
	assert_int_equal(page(VICTIM)->virq_pending & BIT(2), BIT(2));
}

TEST(life_016, "UNI-LIFE-016",
     "a message sent into an empty FIFO between the steps of a stop waits, too")
{
	asker_does(mv_cell_restart, MONITOR_ALPHA);
	assert_int_equal(send_line(), MV_OK);
	forget_poke(BYSTANDER);
	sleep_all();
	become(VICTIM);
	assert_result(MV_OK, 1 << 16 | 4, mv_channel_status(ALPHA_LINE));
}

TEST(life_013, "UNI-LIFE-013", "a monitor learns of a fault that came while it was restarted")
{
	edit_cells[CELL_ROGUE].monitor_virq = VIRQ_BELL;
	for (int late = 0; late < 2; late++) {
		become(ASKER);
		mv_cell_restart(MONITOR_ROGUE);
		sleep_all();
		become(VCPU_ROGUE);
		if (late)
			mv_vcpu_wait();
		else
			fault(MV_FAULT_READ, 5, 0);
		asker_does(mv_cell_restart, MONITOR_BETA);
		if (late)
			cell_fault(&vcpus[VCPU_ROGUE], MV_FAULT_READ, 5, 0);
		forget_poke(BYSTANDER);
		sleep_all();
		become(MONITOR);
		assert_result(MV_OK, BIT(CELL_ROGUE), mv_virq_fetch(BETA_BELL));
	}
}

TEST(life_014, "UNI-LIFE-014", "the log's reader is told when it starts that records wait")
{
	become(VICTIM);
	fault(MV_FAULT_READ, 5, 0);
	become(ASKER);
	mv_cell_restart(CAP_SELF);
	sleep_all();
	become(ASKER);
	assert_result(MV_OK, 1, mv_virq_fetch(MONITOR_FAULTS));
}

TEST(life_015, "UNI-LIFE-015", "restarts after faults and those asked for are counted apart")
{
	edit_cells[CELL_SPARE].policy = POLICY_RESTART;
	edit_cells[CELL_SPARE].restart_limit = 1;
	become(ASKER);
	mv_cell_restart(MONITOR_SPARE);
	sleep_all();
	become(VCPU_SPARE);
	fault(MV_FAULT_READ, 5, 0);
	sleep_all();
	become(ASKER);
	assert_result(MV_OK, MV_CELL_STATUS(MV_CELL_RUNNING, 1, 1), mv_cell_status(MONITOR_SPARE));
	become(VCPU_SPARE);
	fault(MV_FAULT_READ, 5, 0);
	sleep_all();
	become(ASKER);
	assert_result(MV_OK, MV_CELL_STATUS(MV_CELL_FAULTED, 1, 1), mv_cell_status(MONITOR_SPARE));
}
