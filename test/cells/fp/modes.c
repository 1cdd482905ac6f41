/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of a guest's floating point, thread ID and alignment faults, in guest
 * kernel and guest user mode. The judge is the guest.
 */
#include "judge.h"

#include "guest.h"
#include "user.h"

#define NR_PROCESSES 2u
#define ASID         1u

/** struct process - of the guest's; the images in its page are @in and @out */
struct process {
	struct regs regs;
	struct image saved; /* its registers while the other process has them */
	struct image *in, *out;
	bool filled;
};

static struct process processes[NR_PROCESSES];
static struct process *owner;
static uint32_t upcalls;

static void begin(void)
{
	uint32_t *l1;

	guest_begin();
	pool_reset();
	l1 = space_new();
	space_page(l1, FP_CODE, SMALL((uint32_t)fp_page, AP_ALL_READ));
	for (uint32_t i = 0; i < NR_PROCESSES; i++) {
		uint32_t va = FP_DATA + i * PAGE;

		space_page(l1, va, SMALL((uint32_t)pool_take(PAGE, PAGE), AP_BOTH) | SMALL_XN);
		processes[i] = (struct process){ .in = (struct image *)va,
						 .out = (struct image *)(va + PAGE / 2) };
	}
	space_flush(MV_ASID_ALL, 0, 0);
	space_use(l1, ASID);
}

static bool end(bool holds)
{
	space_off();
	mv_vcpu_set(MV_VCPU_FP, 1);
	mv_page()->undefined = mv_page()->fetch_abort = mv_page()->data_abort = 0;
	return holds;
}

static struct regs regs_at(const char *label, const struct process *p)
{
	return (struct regs){ .r = { (uint32_t)p->in, (uint32_t)p->out, LOOPS_OF_SLICES },
			      .sp = USER_STACK + PAGE,
			      .pc = fp_user_at(label),
			      .psr = MV_PSR_USER };
}

/* Floating point --------------------------------------------------------------------- */

static bool hold_in_both(uint32_t seed)
{
	struct process *p = &processes[0];
	struct regs regs = regs_at(user_hold, p);
	struct image in, out;

	image_fill(&in, seed);
	fp_hold(&in, &out, LOOPS_OF_SLICES);
	MUST(image_same(&in, &out));
	image_fill(p->in, seed + 100);
	SAME(user_run(&regs), EVENT_CALL);
	SAME(regs.r[2], 0);
	MUST(image_same(p->in, p->out));
	return true;
}

static bool compete(void)
{
	uint64_t start;

	MUST(rivals_compete());
	start = mv_time_now();
	for (uint32_t seed = 0; seed < 4; seed++)
		MUST(hold_in_both(seed));
	MUST(mv_time_now() - start > 4 * 8 * SLICE_NS);
	return rivals_end();
}

static bool both_modes(void)
{
	begin();
	return end(compete());
}

static bool cross(void)
{
	struct process *p = &processes[0];
	struct regs regs = regs_at(user_get, p);
	struct image image;

	image_fill(&image, 1);
	fp_put(&image);
	SAME(user_run(&regs), EVENT_CALL);
	MUST(image_same(&image, p->out));
	image_fill(p->in, 2);
	regs = regs_at(user_process, p);
	SAME(user_run(&regs), EVENT_CALL);
	fp_get(&image);
	return image_same(&image, p->in);
}

static bool one_set_of_registers(void)
{
	begin();
	return end(cross());
}

/* Lazily, between processes ------------------------------------------------------------ */

static void exchange(struct process *p)
{
	upcalls++;
	mv_vcpu_set(MV_VCPU_FP, 1);
	if (owner)
		fp_get(&owner->saved);
	fp_put(&p->saved);
	owner = p;
}

/* To its next system call. */
static bool run_process(struct process *p)
{
	uint32_t event;

	SAME(mv_vcpu_set(MV_VCPU_FP, p == owner), MV_OK);
	event = user_run(&p->regs);
	if (event == EVENT_UNDEFINED) {
		MUST(p != owner);
		SAME(p->regs.psr & MV_PSR_MODE, MV_PSR_USER);
		exchange(p);
		event = user_run(&p->regs);
	}
	SAME(event, EVENT_CALL);
	return true;
}

/* It fills its registers in one turn, and in the next looks what has become of them. */
static bool turn(struct process *p, uint32_t seed)
{
	if (!p->filled)
		image_fill(p->in, seed);
	MUST(run_process(p));
	if (p->filled)
		MUST(image_same(p->in, p->out));
	p->filled = !p->filled;
	return true;
}

static bool turns(void)
{
	for (uint32_t i = 0; i < NR_PROCESSES; i++)
		processes[i].regs = regs_at(user_process, &processes[i]);
	owner = NULL;
	upcalls = 0;
	for (uint32_t i = 0; i < 40; i++)
		MUST(turn(&processes[i % 2], i));
	SAME(upcalls, 40);
	/* Alone, a process keeps the registers. */
	for (uint32_t i = 0; i < 10; i++)
		MUST(turn(&processes[0], i));
	SAME(upcalls, 41);
	return true;
}

static bool lazy(void)
{
	bool holds;

	begin();
	holds = rivals_compete() && turns();
	return end(rivals_end() && holds);
}

static bool switch_on(uint32_t event, struct trap *t)
{
	mv_vcpu_set(MV_VCPU_FP, 1);
	return event == EVENT_UNDEFINED;
}

static bool off_in_kernel(void)
{
	struct image in, out;

	seen()->on_trap = switch_on;
	for (uint32_t seed = 0; seed < 4; seed++) {
		uint32_t before = seen()->traps;

		if (seed == 2)
			space_off();
		image_fill(&in, seed);
		SAME(mv_vcpu_set(MV_VCPU_FP, 0), MV_OK);
		fp_put(&in);
		fp_get(&out);
		SAME(seen()->traps, before + 1);
		SAME(seen()->event, EVENT_UNDEFINED);
		SAME(seen()->psr & MV_PSR_MODE, MV_PSR_KERNEL);
		SAME(seen()->status | seen()->address, 0);
		MUST(image_same(&in, &out));
	}
	return true;
}

static bool kernel_upcall(void)
{
	begin();
	return end(off_in_kernel());
}

static bool other_undefined(void)
{
	struct image in, out;

	image_fill(&in, 3);
	for (uint32_t others = 0; others < 2; others++) {
		struct regs regs = user_regs(user_undefined);

		fp_put(&in);
		/* The rivals take the registers, or nobody does. */
		if (others)
			MUST(rivals_compete() && rivals_end());
		SAME(user_run(&regs), EVENT_UNDEFINED);
		SAME(regs.pc, user_at(user_undefined));
		fp_get(&out);
		MUST(image_same(&in, &out));
	}
	return true;
}

static bool undefined_stays(void)
{
	begin();
	return end(other_undefined());
}

/* Thread ID, alignment --------------------------------------------------------------- */

static bool read_thread(void)
{
	struct regs regs = regs_at(user_thread, &processes[0]);

	SAME(mv_vcpu_set(MV_VCPU_THREAD_ID, 0x7157ead), MV_OK);
	SAME(user_run(&regs), EVENT_CALL);
	SAME(regs.r[0], 0x7157ead);
	regs = regs_at(user_write_thread, &processes[0]);
	SAME(user_run(&regs), EVENT_UNDEFINED);
	SAME(thread_id(), 0x7157ead);
	return true;
}

static bool user_reads_thread(void)
{
	begin();
	return end(read_thread());
}

static bool user_misaligned(const char *label, uint32_t status)
{
	struct process *p = &processes[0];
	struct regs regs = regs_at(label, p);

	p->out->fpscr = 0;
	regs.r[1] += 2;
	SAME(user_run(&regs), EVENT_DATA);
	SAME(regs.pc, fp_user_at(label));
	SAME(mv_page()->status, status);
	SAME(mv_page()->address, (uint32_t)p->out + 2);
	return true;
}

static bool skip(uint32_t event, struct trap *t)
{
	t->pc += 4;
	return event == EVENT_DATA;
}

static bool misaligned(void)
{
	uint32_t place[3] __attribute__((aligned(8))) = { 1, 2, 3 };

	MUST(user_misaligned(user_load_pair, 0x1));
	MUST(user_misaligned(user_store_pair, 0x801));
	seen()->on_trap = skip;
	for (uint32_t spaces = 0; spaces < 2; spaces++) {
		load_pair((uint8_t *)place + 1);
		SAME(seen()->traps, 2 * spaces + 1);
		SAME(seen()->status, 0x1);
		SAME(seen()->address, (uint32_t)place + 1);
		store_pair((uint8_t *)place + 2);
		SAME(seen()->traps, 2 * spaces + 2);
		SAME(seen()->status, 0x801);
		SAME(seen()->address, (uint32_t)place + 2);
		SAME(seen()->psr & MV_PSR_MODE, MV_PSR_KERNEL);
		space_off();
	}
	SAME(place[0] + place[1] + place[2], 6);
	return true;
}

static bool alignment(void)
{
	begin();
	return end(misaligned());
}

static const struct check modes[] = {
	{ "FPU20", "A guest computes in both modes while other cells do", both_modes },
	{ "FPU21", "Guest kernel and guest user mode have the same registers",
	  one_set_of_registers },
	{ "FPU22", "A guest exchanges them between its processes at their first use", lazy },
	{ "FPU23", "Switched off, they are undefined for guest kernel mode too", kernel_upcall },
	{ "FPU24", "Another undefined instruction goes to the guest and changes none of them",
	  undefined_stays },
	{ "FPU25", "Guest user mode reads its thread ID and cannot write it", user_reads_thread },
	{ "FPU26", "A misaligned access in either mode is an abort upcall with status and address",
	  alignment },
};

CHECK_SET(modes);
