/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS: starts its first process, which does the rest (user/main.c), and
 * says at the end what was right and what was not.
 */
#include "os.h"

struct plan plan;
struct counts counts;

static uint32_t failures[NR_CHECKS];

static const struct {
	const char *id, *sentence;
	uint32_t check;
} checks[] = {
	{ "TOS01", "Every page read by a process held what the model says", CHECK_CONTENT },
	{ "TOS02", "Every access was allowed or refused as the model says", CHECK_RIGHTS },
	{ "TOS03", "The kernel found its page frames and address spaces as the model says",
	  CHECK_KERNEL },
	{ "TOS04", "System calls gave the results that they should", CHECK_CALLS },
	{ "TOS05", "Registers and thread IDs outlived pre-emption", CHECK_SWITCH },
	{ "TOS06", "Floating point was right under pre-emption", CHECK_FP },
	{ "TOS07", "The shared counters hold all that was added", CHECK_SHARED },
	{ "TOS08", "Messages between processes arrived undamaged", CHECK_MESSAGE },
	{ "TOS09", "Processes that touched what is not theirs were killed", CHECK_KILL },
	{ "TOS10", "All processes have ended and all page frames are free", CHECK_END },
	{ "TOS11", "Processes were pre-empted, and interrupts came in the kernel", CHECK_PREEMPT },
	{ "TOS12", "Everything that should happen has happened", CHECK_COVERAGE },
};

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mv_vformat(machine_put, NULL, format, args);
	va_end(args);
}

void wrong(uint32_t check, uint32_t page, uint32_t expected, uint32_t got)
{
	if (failures[check % NR_CHECKS]++ >= 3)
		return;
	say("# %s: seed %u, %s, process %u, operation %u, page %u: expected %x, got %x\n",
	    checks[check % NR_CHECKS].id, plan.seed, paging->name, current ? current->number : 0,
	    current ? current->operation : 0, page, expected, got);
}

/* Nothing of this depends on the random numbers, if there are enough of them. */
static void check_coverage(void)
{
	uint32_t must[] = { counts.zeroed,  counts.copied,   counts.taken, counts.killed,
			    counts.handled, counts.switches, counts.checks };

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(must); i++)
		if (!must[i])
			wrong(CHECK_COVERAGE, i, 1, 0);
	for (uint32_t i = 0; i < NR_CALLS; i++)
		if (!counts.calls[i] && i != CALL_FAIL)
			wrong(CHECK_COVERAGE, 100 + i, 1, 0);
	if (!paging->misses && (counts.spurious || !counts.kernel_faults))
		wrong(CHECK_COVERAGE, 200, counts.kernel_faults, counts.spurious);
	if (!counts.preempted || !counts.kernel_ticks)
		wrong(CHECK_PREEMPT, counts.preempted, 1, counts.kernel_ticks);
}

static void check_shared(void)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < SHARED_WORDS; i++)
		sum += *(volatile uint32_t *)(uintptr_t)(shared_memory + i * 2 * PAGE_SIZE);
	if (sum != counts.added)
		wrong(CHECK_SHARED, 0, counts.added, sum);
}

static void verdicts(void)
{
	for (uint32_t i = 0; i < NR_CHECKS; i++) {
		if (failures[i])
			say("# %s: %u failures, seed %u\n", checks[i].id, failures[i], plan.seed);
		say("%s %s %s\n", failures[i] ? "not ok" : "ok", checks[i].id, checks[i].sentence);
	}
}

/* What stays the same whatever the mode, the machine and the timer. */
static void report(uint32_t hash)
{
	say("# counts: zeroed %u, copied %u, taken %u, missed %u, kernel faults %u, killed %u, "
	    "handled %u\n",
	    counts.zeroed, counts.copied, counts.taken, counts.spurious, counts.kernel_faults,
	    counts.killed, counts.handled);
	say("# counts: ticks %u, pre-empted %u, in the kernel %u, switches %u, fp %u, checks %u\n",
	    ticks, counts.preempted, counts.kernel_ticks, counts.switches, counts.fp_loads,
	    counts.checks);
	say("test-os: seed %u, %u operations, hash %08x\n", plan.seed, plan.count, hash);
	say("test-os: done\n");
}

void finish(void)
{
	uint32_t hash = processes[0].hash;

	if (processes[0].ending != ENDED)
		wrong(CHECK_END, 1, ENDED, processes[0].ending);
	processes[0].state = PROCESS_FREE;
	for (uint32_t i = 0; i < MAX_PROCESSES; i++)
		if (processes[i].state != PROCESS_FREE)
			wrong(CHECK_END, i, 0, processes[i].state);
	if (frames_used())
		wrong(CHECK_END, 0, 0, frames_used());
	check_shared();
	check_coverage();
	verdicts();
	report(hash);
	machine_end();
}

static struct regs *first_process(void)
{
	struct process *p = process_create(0);

	vm_map(p, FIRST_STACK, STACK_PAGES, RIGHT_READ | RIGHT_WRITE);
	model_map(p->number, FIRST_STACK, STACK_PAGES, RIGHT_READ | RIGHT_WRITE);
	p->regs.pc = USER_TEXT;
	p->regs.sp = USER_STACK;
	p->regs.psr = PSR_USER;
	p->regs.r[0] = plan.seed;
	p->regs.r[1] = plan.count;
	p->regs.r[2] = plan.repeat;
	return process_choose(false);
}

void kernel_main(void)
{
	struct regs *regs;

	machine_init(&plan);
	say("test-os: seed %u, %u operations, paging: %s\n", plan.seed, plan.count, paging->name);
	frames_init();
	paging->init();
	regs = first_process();
	machine_start(&plan);
	machine_run(regs);
}
