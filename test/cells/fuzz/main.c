/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The fuzzing cell: its vCPUs make random hypercalls for ever, write nonsense
 * into their pages and now and then touch what is not theirs. Every result is
 * held against the declarations. The keeper (test/cells/keeper) restarts it when it
 * has crashed, which is to be expected, and counts.
 */
#include "fuzz.h"

#include "fuzz_shared.h"

_Static_assert(sizeof(struct worker) == 2048, "known to upcall.S");
_Static_assert(offsetof(struct mv_vcpu_page, vcpu) == MV_PAGE_VCPU, "known to upcall.S");

struct worker workers[NR_WORKERS] __attribute__((aligned(8)));
struct matrix caps;

static volatile struct progress *progress;
static const volatile struct plan *plan;
static uint32_t line_caps[NR_WORKERS][32]; /* vIRQ capability of each line */

static struct worker *self(void)
{
	return &workers[mv_page()->vcpu % NR_WORKERS];
}

/* Results ---------------------------------------------------------------------------- */

static void wrong(const char *what, uint32_t number, const uint32_t args[6], uint32_t r0)
{
	if (progress->wrong++)
		return;
	progress->number = number;
	progress->r0 = r0;
	for (int i = 0; i < 6; i++)
		progress->args[i] = args[i];
	for (uint32_t i = 0; *what && i < sizeof(progress->what) - 1; i++)
		progress->what[i] = *what++;
}

static void hold_against(const struct mv_fuzz_call *call, const uint32_t args[6],
			 const struct raw_result *r)
{
	if (r->r2 | r->r3 | r->r12)
		wrong("a register is not 0", call->number, args, r->r2 | r->r3 | r->r12);
	if (call->time64)
		return;
	if (r->r0 >= MV_NR_ERRORS) {
		wrong("no error code", call->number, args, r->r0);
		return;
	}
	progress->results[call->number][r->r0]++;
	if (r->r0 && !(call->errors & 1u << r->r0))
		wrong("an error not declared", call->number, args, r->r0);
	if (!r->r0 && call->nr_args && call->args[0].type == MV_FUZZ_CAP &&
	    (args[0] >= caps.nr_caps || caps.kind[args[0]] != call->args[0].object))
		wrong("a wrong capability", call->number, args, r->r0);
}

static void count(uint32_t number, const uint32_t args[6])
{
	uint32_t hash = progress->hash * 31 + number;

	for (int i = 0; i < 6; i++)
		hash = hash * 31 + args[i];
	progress->hash = hash;
	progress->calls++;
}

/* Before some calls -------------------------------------------------------------------- */

/* Lines are served here, so that upcalls come to an end. */
void upcall_serve(void)
{
	volatile struct mv_vcpu_page *page = mv_page();
	uint32_t pending = page->virq_pending & page->virq_enabled;

	progress->upcalls++;
	for (uint32_t line = 0; line < 32; line++)
		if (pending & 1u << line)
			mv_virq_fetch(line_caps[page->vcpu % NR_WORKERS][line]);
	/* A level one stays pending: no more of that. */
	page->virq_enabled &= ~page->virq_pending;
}

static const struct mv_env_entry *own_timer(const struct worker *w)
{
	char name[8];

	mv_snprintf(name, sizeof(name), "timer%u", (uint32_t)(w - workers));
	return mv_env_find(name, MV_CAP_TIMER);
}

/* The vCPU's own timer will wake it, whatever others do: see struct plan. */
static void before_safe_wait(struct worker *w)
{
	const struct mv_env_entry *timer = own_timer(w);

	mv_page()->virq_master = 0;
	mv_virq_fetch(timer->virq);
	mv_page()->virq_enabled = 1u << timer->line;
	mv_timer_set(timer->cap, 0, below(w, 20000));
}

/* Something that will wake the vCPU, most of the time. */
static void before_wait(struct worker *w)
{
	const struct mv_env_entry *timer = own_timer(w);

	mv_page()->virq_enabled = one_in(w, 8) ? random_word(w) : ~0u;
	if (!one_in(w, 64))
		mv_timer_set(timer->cap, 0, below(w, 20000));
}

static uint32_t resume(struct worker *w)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->virq_enabled = 0;
	page->vector = (uint32_t)(uintptr_t)fuzz_upcall;
	page->saved_pc = (uint32_t)(uintptr_t)resume_landed;
	page->saved_psr = random_word(w) & ~0x01000220u; /* not Thumb, not big-endian */
	page->saved_psr |= is_guest(); /* to guest kernel mode */
	page->saved_r12 = random_word(w);
	if (one_in(w, 200))
		page->saved_pc = random_word(w);
	return resume_raw();
}

static void play_with_page(struct worker *w)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->vector = one_in(w, 100) ? random_word(w) : (uint32_t)(uintptr_t)fuzz_upcall;
	page->virq_enabled = random_word(w);
	page->virq_pending = random_word(w);
	page->saved_pc = random_word(w);
	page->saved_psr = random_word(w);
	page->saved_sp = random_word(w);
	page->kernel_sp = random_word(w);
	page->dacr = one_in(w, 2) ? 0x55555555 : random_word(w) | 1;
	page->virq_master = one_in(w, 2);
}

static void touch(struct worker *w)
{
	volatile uint32_t *anywhere = (volatile uint32_t *)(uintptr_t)(random_word(w) & ~3u);

	if (one_in(w, 2))
		*anywhere = random_word(w);
	else
		(void)*anywhere;
}

/* A UART's registers, so that its interrupt comes. */
static void play_with_device(struct worker *w)
{
	const struct mv_env_entry *uart = mv_env_find("uart1", MV_ENV_DEVICE);
	volatile uint32_t *regs = uart ? (volatile uint32_t *)(uintptr_t)uart->address : NULL;

	if (!regs)
		return;
	regs[12] = 0x301;
	regs[14] = one_in(w, 2) ? 0x20 : 0;
	regs[0] = '.';
	if (one_in(w, 2))
		regs[17] = 0x7ff;
}

/* The loop --------------------------------------------------------------------------------- */

/* Calls that end a vCPU or a cell are rare, or little else would happen. */
static bool too_drastic(struct worker *w, uint32_t number)
{
	switch (number) {
	case MV_CALL_VCPU_SET_PRIORITY: /* the lowest may starve */
	case MV_CALL_TIMER_SET:
	case MV_CALL_TIMER_CANCEL:
	case MV_CALL_VIRQ_FETCH:
		return plan->awake;
	case MV_CALL_CELL_STOP:
	case MV_CALL_CELL_RESTART:
		return plan->awake || !one_in(w, 40);
	case MV_CALL_VCPU_STOP:
		return plan->awake || !one_in(w, 10);
	case MV_CALL_VCPU_WAIT:
		return !one_in(w, 3);
	}
	return false;
}

static void one_call(struct worker *w)
{
	const struct mv_fuzz_call *call = &mv_fuzz_calls[below(w, MV_NR_CALLS)];
	uint32_t args[6];
	struct raw_result r;

	if (too_drastic(w, call->number))
		return;
	arguments_make(w, call, args);
	if (call->number == MV_CALL_VCPU_WAIT && plan->awake)
		before_safe_wait(w);
	else if (call->number == MV_CALL_VCPU_WAIT)
		before_wait(w);
	count(call->number, args);
	if (call->resumes) {
		if (resume(w))
			wrong("resume came back", call->number, args, 1);
		return;
	}
	r = raw_call(call->number, args);
	hold_against(call, args, &r);
}

static void unknown_call(struct worker *w)
{
	uint32_t args[6] = { 0 }, number = MV_NR_CALLS + random_word(w) % (~0u - MV_NR_CALLS);
	struct raw_result r = raw_call(number, args);

	count(number, args);
	if (r.r0 != MV_ERR_CALL || r.r1 || r.r2 || r.r3 || r.r12)
		wrong("unknown call", number, args, r.r0);
}

void work(void)
{
	struct worker *w = self();

	spaces_begin();
	for (;;) {
		uint32_t what = below(w, 8192);

		if (what == 0)
			touch(w);
		else if (what < 128)
			play_with_page(w);
		else if (what < 192)
			play_with_device(w);
		else if (what < 256)
			unknown_call(w);
		else if (what < 512 && is_guest())
			user_visit(w);
		else
			one_call(w);
	}
}

static void learn_lines(void)
{
	for (uint32_t i = 0; i < mv_env->nr_entries; i++) {
		const struct mv_env_entry *e = &mv_env->entries[i];

		/* Which vCPU a line belongs to is not said: the first that has it. */
		for (uint32_t v = 0; e->virq && v < NR_WORKERS; v++) {
			if (line_caps[v][e->line])
				continue;
			line_caps[v][e->line] = e->virq;
			break;
		}
	}
}

static const struct mv_env_entry *mine(const char *prefix)
{
	char name[24];

	mv_snprintf(name, sizeof(name), "%s-%s", prefix, mv_env->cell);
	return mv_env_need(name, MV_ENV_SEGMENT);
}

MV_NEEDS_SEGMENT("plan");

int mv_main(void)
{
	uint32_t life = MV_CELL_RESTARTS(mv_cell_status(1).value),
		 stream = mv_page()->cell * NR_WORKERS;

	plan = (const volatile struct plan *)(uintptr_t)mv_env_need("plan", MV_ENV_SEGMENT)
		       ->address;
	progress = (volatile struct progress *)(uintptr_t)mine("progress")->address;
	matrix_learn(&caps);
	learn_lines();
	spaces_make();
	for (uint32_t n = 0; n < NR_WORKERS; n++) {
		random_seed(&workers[n], plan->seed, stream + n, life);
		if (n)
			mv_vcpu_start(2 + n, (uint32_t)(uintptr_t)fuzz_entry, 0, 0);
	}
	work();
	return 0;
}
