/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The monitor cell: reads the fault log and prints each fault in words. It restarts
 * the cells whose policy is "monitor", each up to `restarts=N` times (in its args),
 * then leaves them halted. It also takes commands (commands.c) and judges the demo
 * (verdict.c).
 */
#include "monitor.h"

#define RESTARTS    10
#define MAX_ENTRIES 128
#define DECIDES     2 /* mv_fault_record.policy: the monitor decides */

uint32_t monitor_restarts;

static const struct mv_env_entry *fault_log;
static uint32_t last_sequence, restart_limit;

/**
 * struct ward - decisions about a cell
 * @restarts: by this monitor, after faults.
 * @what, @address, @pc, @ms: of its last fault; @what NULL: there was none.
 */
static struct ward {
	bool halted;
	uint32_t restarts;
	const char *what;
	bool addressed; /* the address says something */
	uint32_t address, pc, ms;
} wards[MAX_ENTRIES]; /* by index in the environment */

static struct ward *ward_of(const struct mv_env_entry *cell)
{
	uint32_t index = (uint32_t)(cell - mv_env->entries);

	if (index >= MAX_ENTRIES)
		mv_panic("more than %u things in the environment", MAX_ENTRIES);
	return &wards[index];
}

static void decide(const struct mv_env_entry *cell)
{
	uint32_t status = mv_cell_status(cell->cap).value;
	struct ward *w = ward_of(cell);

	if (MV_CELL_STATE(status) != MV_CELL_FAULTED || w->halted)
		return;
	if (w->restarts >= restart_limit) {
		mv_printf("cell '%s' is left halted after %u restarts ('restart %s' tries again)\n",
			  cell->name, w->restarts, cell->name);
		w->halted = true;
		return;
	}
	w->restarts++;
	monitor_restarts++;
	mv_cell_restart(cell->cap);
}

static void keep(struct ward *w, const struct mv_fault_record *record)
{
	w->what = mv_fault_what(record);
	w->addressed = record->cause != MV_FAULT_UNDEFINED;
	w->address = record->address;
	w->pc = record->regs[15];
	w->ms = (uint32_t)(((uint64_t)record->time[1] << 32 | record->time[0]) / MV_MS);
}

uint32_t decided(const struct mv_env_entry *cell)
{
	return ward_of(cell)->restarts;
}

void last_fault(const struct mv_env_entry *cell, char *text, size_t size)
{
	const struct ward *w = ward_of(cell);

	if (!w->what)
		text[0] = '\0';
	else if (!w->addressed)
		mv_snprintf(text, size, "%u.%03u s: %s, pc 0x%08x", w->ms / 1000, w->ms % 1000,
			    w->what, w->pc);
	else
		mv_snprintf(text, size, "%u.%03u s: %s 0x%08x, pc 0x%08x", w->ms / 1000,
			    w->ms % 1000, w->what, w->address, w->pc);
}

static void handle(const struct mv_fault_record *record)
{
	const struct mv_env_entry *cell = mv_env_find(record->name, MV_CAP_CELL);

	if (record->sequence != last_sequence + 1)
		mv_printf("%u faults are not in the log: it was full\n",
			  record->sequence - last_sequence - 1);
	last_sequence = record->sequence;
	mv_fault_print(record, mv_printf);
	verdict_fault(record->name, record->policy == DECIDES);
	if (!cell)
		return;
	keep(ward_of(cell), record);
	ward_of(cell)->halted = record->policy != DECIDES;
	decide(cell);
}

static void read_log(uint32_t payload, void *argument)
{
	struct mv_fault_record record;

	(void)payload;
	(void)argument;
	while (!mv_fault_read(fault_log->cap, &record, sizeof(record)).error)
		handle(&record);
	verdict_look();
}

/* A cell needs a decision. Print its record first: it is in the log, unless that was full. */
static void asked(uint32_t payload, void *argument)
{
	const struct mv_env_entry *cell = NULL;

	if (fault_log)
		read_log(payload, argument);
	while ((cell = mv_env_next(cell, MV_CAP_CELL)))
		decide(cell);
}

int mv_main(void)
{
	const struct mv_env_entry *monitor = mv_env_find("monitor", MV_CAP_VIRQ);

	mv_console_patience(MV_S);
	restart_limit = mv_arg_number("restarts", RESTARTS);
	fault_log = mv_env_find("log", MV_CAP_LOG);
	commands_start();
	verdict_start();
	if (monitor)
		mv_on_virq(monitor, asked, NULL);
	if (fault_log) {
		mv_on_virq(fault_log, read_log, NULL);
		read_log(0, NULL);
	}
	for (;;)
		mv_wait();
}
