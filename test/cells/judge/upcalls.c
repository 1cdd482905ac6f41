/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of upcalls: the registers that they keep, the moments at which they come, and
 * a cell's mistakes with its vCPU page. A one-shot timer, set anew by the handler,
 * makes them come at different instructions each time.
 */
#include "judge.h"

#define MODE_USER 0x10

/* From one upcall to the next, ns: longer than the way there and back. */
#ifdef CONFIG_DEBUG_CHECKS
#define BETWEEN 80000
#else
#define BETWEEN 700
#endif
#define IT_ROUNDS (BETWEEN * 57)

void upcall_vector(void);
void upcall_vector_thumb(void);
void upcall_arrived(void);
void upcall_loop(struct registers *r);
void upcall_loop_at(void);
void upcall_loop_end(void);
void upcall_loop_thumb(struct registers *r);
void upcall_loop_thumb_at(void);
void upcall_loop_thumb_end(void);
uint32_t count_in_it_blocks(uint32_t rounds);

/**
 * struct session - orders for the handler, and its findings
 * @left: upcalls to come; then the saved PC becomes @end, if that is not 0.
 * @at: where the saved PC must be, 0 = anywhere.
 */
static struct session {
	volatile uint32_t seen, left, strange;
	uint32_t at, end, flags;
	volatile uint32_t pc, psr, master;
	bool rearm, keep_pending;
} session;

static uint32_t timer_cap, timer_virq, timer_line;

static uint32_t plain(void (*fn)(void))
{
	return (uint32_t)(uintptr_t)fn & ~1u;
}

/* Called by upcall_vector with the vIRQ that has come. */
void upcall_arrived(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	session.seen++;
	session.pc = page->saved_pc;
	session.psr = page->saved_psr;
	session.master = page->virq_master;
	if (session.at && (session.pc != session.at || (session.psr & 0xf8000000) != session.flags))
		session.strange++;
	mv_virq_fetch(timer_virq);
	if (session.left && !--session.left) {
		page->saved_pc = session.end ? session.end : session.pc;
		page->virq_enabled = 0;
	} else if (session.rearm) {
		mv_timer_set(timer_cap, 0, BETWEEN + session.seen % 61);
	}
}

static void begin(void (*vector)(void), uint32_t upcalls)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	volatile struct mv_vcpu_page *page = mv_page();

	timer_cap = timer->cap;
	timer_virq = timer->virq;
	timer_line = line_of(timer);
	session = (struct session){ .left = upcalls, .rearm = true };
	page->vector = (uint32_t)(uintptr_t)vector;
	page->virq_enabled = timer_line;
}

static void end(void)
{
	mv_page()->virq_master = 0;
	mv_page()->virq_enabled = 0;
	mv_timer_cancel(timer_cap);
	mv_virq_fetch(timer_virq);
}

/* Registers ----------------------------------------------------------------------- */

static void fill(struct registers *r, uint32_t flags)
{
	for (uint32_t i = 0; i < 13; i++)
		r->r[i] = 0x5a000000 + i * 0x111;
	r->lr = 0xcafe0000;
	r->flags = flags;
}

static bool same_registers(const struct registers *r, uint32_t flags)
{
	for (uint32_t i = 0; i < 13; i++) {
		note("r%u", i);
		SAME(r->r[i], 0x5a000000 + i * 0x111);
	}
	SAME(r->lr, 0xcafe0000);
	SAME(r->flags & 0xf8000000, flags);
	return true;
}

static bool loop_keeps_registers(void (*vector)(void), void (*loop)(struct registers *r),
				 void (*at)(void), void (*after)(void))
{
	for (uint32_t flags = 0; flags < 32; flags += 3) {
		struct registers r;

		begin(vector, 20);
		session.at = plain(at);
		session.end = plain(after);
		session.flags = flags << 27;
		fill(&r, flags << 27);
		mv_timer_set(timer_cap, 0, 5000);
		mv_page()->virq_master = 1;
		loop(&r);
		end();
		SAME(session.seen, 20);
		note("PC 0x%x PSR 0x%x", session.pc, session.psr);
		SAME(session.strange, 0);
		if (!same_registers(&r, flags << 27))
			return false;
	}
	return true;
}

static bool keeps_arm(void)
{
	return loop_keeps_registers(upcall_vector, upcall_loop, upcall_loop_at, upcall_loop_end);
}

static bool keeps_thumb(void)
{
	return loop_keeps_registers(upcall_vector_thumb, upcall_loop_thumb, upcall_loop_thumb_at,
				    upcall_loop_thumb_end);
}

static bool crosses_states(void)
{
	return loop_keeps_registers(upcall_vector_thumb, upcall_loop, upcall_loop_at,
				    upcall_loop_end) &&
	       loop_keeps_registers(upcall_vector, upcall_loop_thumb, upcall_loop_thumb_at,
				    upcall_loop_thumb_end);
}

static bool keeps_it_blocks(void)
{
	uint32_t result;

	begin(upcall_vector, 0);
	mv_timer_set(timer_cap, 0, 1000);
	mv_page()->virq_master = 1;
	result = count_in_it_blocks(IT_ROUNDS);
	end();
	note("%u upcalls", session.seen);
	SAME(result, 9 * IT_ROUNDS);
	MUST(session.seen > 50);
	return true;
}

/* When they come ------------------------------------------------------------------- */

/* Make timer0's vIRQ pending now: a time that has passed. */
static void make_pending(void)
{
	mv_timer_set(timer_cap, MV_TIMER_ABSOLUTE, 0);
	while (!(mv_page()->virq_pending & timer_line))
		;
}

static bool masked(void)
{
	begin(upcall_vector, 0);
	make_pending();
	SAME(session.seen, 0);
	mv_virq_sync();
	SAME(session.seen, 0);
	end();
	return true;
}

static bool synced(void)
{
	begin(upcall_vector, 1);
	make_pending();
	mv_page()->virq_master = 1;
	mv_virq_sync();
	SAME(session.seen, 1);
	SAME(session.master, 0);
	SAME(mv_page()->virq_master, 1);
	end();
	return true;
}

static bool wait_after_upcall(void)
{
	uint32_t lines;

	begin(upcall_vector, 1);
	mv_timer_set(timer_cap, 0, 50000);
	mv_page()->virq_master = 1;
	lines = mv_vcpu_wait();
	SAME(session.seen, 1);
	SAME(lines, timer_line);
	end();
	begin(upcall_vector, 1);
	make_pending();
	mv_page()->virq_master = 1;
	lines = mv_vcpu_wait();
	SAME(session.seen, 1);
	SAME(lines, timer_line);
	end();
	return true;
}

/* The first handler leaves the vIRQ pending: the next upcall follows at once. */
static bool next_at_once(void)
{
	const struct mv_env_entry *edge = mv_env_need("edge", MV_CAP_VIRQ);

	begin(upcall_vector, 2);
	session.rearm = false;
	SAME(order_call(&puppet, MV_CALL_VIRQ_RAISE, puppet.order->edge, 1, 0, 0), MV_OK);
	begin(upcall_vector, 2);
	session.rearm = false;
	make_pending();
	mv_page()->virq_enabled = timer_line | line_of(edge);
	mv_page()->virq_master = 1;
	mv_virq_sync();
	SAME(session.seen, 2);
	end();
	SAME(mv_virq_fetch(edge->virq).value, 1);
	return true;
}

static bool many(void)
{
	volatile uint32_t sum = 0;

	begin(upcall_vector, 0);
	mv_timer_set(timer_cap, 0, 1000);
	mv_page()->virq_master = 1;
	for (uint32_t i = 0; i < IT_ROUNDS; i++)
		sum += i & 1;
	end();
	SAME(sum, IT_ROUNDS / 2);
	MUST(session.seen > 50);
	return true;
}

/* What a cell can do wrong ------------------------------------------------------------ */

static bool bad_vectors(void)
{
	const uint32_t vectors[] = { 0,
				     0xf0000000,
				     0xf0010008,
				     0xfffffffc,
				     0x70000000,
				     puppet.order->heap,
				     puppet.order->rodata & ~3u,
				     MV_VCPU_PAGE_BASE,
				     MV_ENV_BASE };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(vectors); i++)
		if (!faults_at(&puppet, MV_FAULT_FETCH, OP_VECTOR, vectors[i], 0))
			return false;
	return true;
}

static bool bad_psr(void)
{
	for (uint32_t mode = 0; mode < 0x20; mode++) {
		static const uint32_t extra[] = {
			0, 0x80, 0x40, 0x1c0, 0x200, 0x1000000, 0xffffffc0
		};

		for (unsigned int i = 0; i < MV_ARRAY_SIZE(extra); i++) {
			uint32_t psr = (extra[i] & ~0x20u) | mode;

			note("PSR 0x%x", psr);
			SAME(order(&puppet, OP_RESUME, puppet.order->probe_resumed, psr), DONE);
			SAME(puppet.order->result[0] & 0x1f, MODE_USER);
			SAME(puppet.order->result[0] & 0x10001c0, 0x140);
		}
	}
	return true;
}

static bool bad_pc(void)
{
	static const uint32_t pcs[] = { 0, 0xf0000000, 0xf0010008, 0xffff0000, 0x60010000 };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(pcs); i++)
		if (!faults_at(&puppet, MV_FAULT_FETCH, OP_RESUME, pcs[i], MODE_USER))
			return false;
	return true;
}

/* Whatever stands in the page: the puppet goes on or faults, nobody else. */
static bool hostile_page(void)
{
	static const uint32_t values[] = { 0,          1,          ~0u,
					   0xf0000000, 0x80000000, 0xef000000,
					   0x7fffffff, 0x55555555, 0x10000 };
	uint32_t beats = pulse->beats;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(values); i++) {
		enum outcome outcome = order(&puppet, OP_PAGE, values[i], 0);

		note("value 0x%x", values[i]);
		MUST(outcome == DONE || outcome == FAULTED);
		MUST(revive(&puppet));
	}
	MUST(pulse->beats > beats);
	return true;
}

static const struct check upcalls[] = {
	{ "UPC01", "An upcall keeps all registers and flags of ARM code", keeps_arm },
	{ "UPC02", "An upcall keeps all registers and flags of Thumb code", keeps_thumb },
	{ "UPC03", "An upcall may go from ARM to Thumb code and the other way", crosses_states },
	{ "UPC04", "An upcall inside an IT block keeps its state", keeps_it_blocks },
	{ "UPC05", "Without virq_master no upcall is made", masked },
	{ "UPC06", "virq_sync makes a waiting upcall, which clears virq_master", synced },
	{ "UPC07", "vcpu_wait returns its lines after the upcall", wait_after_upcall },
	{ "UPC08", "vcpu_resume makes the next upcall if something is pending", next_at_once },
	{ "UPC09", "Hundreds of upcalls leave a computation right", many },
	{ "UPC10", "A vector that cannot be executed faults its cell only", bad_vectors },
	{ "UPC11", "No saved PSR gives privilege or masks interrupts", bad_psr },
	{ "UPC12", "A saved PC that cannot be executed faults its cell only", bad_pc },
	{ "UPC13", "Whatever a cell writes into its vCPU page harms nobody else", hostile_page },
};

CHECK_SET(upcalls);
