/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The keeper of the fuzzing cells: gives them a seed, restarts those that have
 * crashed, stopped or fallen asleep, and reports when they have made the number
 * of hypercalls asked for. Seed and number stand in the segment "plan" if QEMU
 * has put them there, else in the cell's args (`seed=N count=N`).
 */
#include "fuzz_shared.h"
#include "pulse.h"
#include "uart.h"

#include <mullion/fuzz_grammar.h>

#define LOOK_NS  (500 * MV_US)
#define PATIENCE 20 /* looks without a call, after which a cell is restarted */

struct fuzzer {
	const char *name;
	uint32_t cell;
	const volatile struct progress *progress;
	uint32_t last, idle, asleep;
};

static struct fuzzer fuzzers[] = { { .name = "fuzz-a" }, { .name = "fuzz-b" } };
static volatile struct plan *plan;

static void *segment(const char *prefix, const char *name)
{
	char whole[24];

	mv_snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	return (void *)(uintptr_t)mv_env_need(whole, MV_ENV_SEGMENT)->address;
}

static void find(void)
{
	plan = segment("plan", "");
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(fuzzers); i++) {
		struct fuzzer *f = &fuzzers[i];

		f->cell = mv_env_need(f->name, MV_CAP_CELL)->cap;
		f->progress = segment("progress-", f->name);
		mv_cell_restart(f->cell);
	}
}

static void look_after(struct fuzzer *f)
{
	uint32_t state = MV_CELL_STATE(mv_cell_status(f->cell).value), calls = f->progress->calls;

	f->idle = calls == f->last ? f->idle + 1 : 0;
	f->last = calls;
	if (f->idle == PATIENCE)
		f->asleep++;
	else if (state != MV_CELL_FAULTED && state != MV_CELL_STOPPED)
		return;
	f->idle = 0;
	mv_cell_restart(f->cell);
}

static uint32_t all_calls(void)
{
	return fuzzers[0].progress->calls + fuzzers[1].progress->calls;
}

/* Reports ------------------------------------------------------------------------------- */

static void report_fuzzer(const struct fuzzer *f)
{
	const volatile struct progress *p = f->progress;

	say("keeper: %s made %u calls in %u lives, slept through %u, got %u upcalls, hash %08x\n",
	    f->name, p->calls, MV_CELL_RESTARTS(mv_cell_status(f->cell).value), f->asleep,
	    p->upcalls, p->hash);
	if (!p->wrong)
		return;
	say("keeper: %s saw %u wrong results, first: %s, call %u (%x %x %x %x %x %x) gave %x\n",
	    f->name, p->wrong, (const char *)(uintptr_t)p->what, p->number, p->args[0], p->args[1],
	    p->args[2], p->args[3], p->args[4], p->args[5], p->r0);
}

static void report_coverage(uint32_t number)
{
	say("coverage: %s", mv_fuzz_calls[number].name);
	for (uint32_t error = 0; error < MV_NR_ERRORS; error++)
		say(" %u", fuzzers[0].progress->results[number][error] +
				   fuzzers[1].progress->results[number][error]);
	say("\n");
}

static void verdict(const char *id, bool holds, const char *sentence)
{
	say("%s %s %s\n", holds ? "ok" : "not ok", id, sentence);
}

static void report_witness(void)
{
	const volatile struct pulse *pulse = segment("pulse", "");

	say("# witness: %u beats, worst %u ns late, %u missed, %u damaged, %u wrong, %u lives\n",
	    pulse->beats, pulse->worst, pulse->missed, pulse->damaged, pulse->wrong, pulse->lives);
	verdict("FUZ02", pulse->beats > 10 && !pulse->missed && pulse->lives == 1,
		"The witness's heart has beaten all the time");
	verdict("FUZ03", !pulse->damaged && !pulse->wrong,
		"The witness's memory and messages are undamaged");
}

static void report(void)
{
	uint32_t wrong = 0;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(fuzzers); i++) {
		mv_cell_stop(fuzzers[i].cell);
		report_fuzzer(&fuzzers[i]);
		wrong += fuzzers[i].progress->wrong;
	}
	for (uint32_t number = 0; number < MV_NR_CALLS; number++)
		report_coverage(number);
	verdict("FUZ01", !wrong, "Every result was one that the declarations allow");
	if (plan->awake)
		verdict("FUZ04", !fuzzers[0].asleep && !fuzzers[1].asleep,
			"No cell has slept through its alarm");
	report_witness();
	say("keeper: done\n");
}

int mv_main(void)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);

	plan = segment("plan", "");
	if (!plan->seed)
		plan->seed = mv_arg_number("seed", 1);
	if (!plan->count)
		plan->count = mv_arg_number("count", 20000);
	say("keeper: seed %u, %u calls\n", plan->seed, plan->count);
	find();
	mv_timer_set(timer->cap, MV_TIMER_PERIODIC, LOOK_NS);
	mv_page()->virq_enabled = 1u << timer->line;
	while (all_calls() < plan->count) {
		mv_vcpu_wait();
		mv_virq_fetch(timer->virq);
		for (unsigned int i = 0; i < MV_ARRAY_SIZE(fuzzers); i++)
			look_after(&fuzzers[i]);
	}
	report();
	return 0;
}
