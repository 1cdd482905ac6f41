/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of exceptions for which a guest has no vector, or none that works: they
 * are faults of the cell. The victim obeys one order at its start; the judge
 * reads the fault log.
 */
#include "guest-judge.h"

#define PATIENCE (50 * MV_MS)

static volatile struct victim_page *orders(void)
{
	return (volatile struct victim_page *)mv_env_need("orders", MV_ENV_SEGMENT)->address;
}

/* The victim -------------------------------------------------------------------------- */

static void no_vectors(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->vector = page->undefined = page->system_call = 0;
	page->fetch_abort = page->data_abort = 0;
}

/* That of one exception and, as it then is met, that of fetches cannot be executed. */
static void bad_vector(uint32_t event, uint32_t vector)
{
	static const char *const code[] = { [EVENT_UNDEFINED] = user_undefined,
					    [EVENT_CALL] = user_read + 4,
					    [EVENT_FETCH] = user_execute,
					    [EVENT_DATA] = user_read };
	volatile struct mv_vcpu_page *page = mv_page();
	struct regs r = user_regs(code[event]);

	r.r[1] = PLAY;
	page->fetch_abort = vector;
	if (event == EVENT_UNDEFINED)
		page->undefined = vector;
	if (event == EVENT_CALL)
		page->system_call = vector;
	if (event == EVENT_DATA)
		page->data_abort = vector;
	user_run(&r);
}

static void obey(uint32_t order)
{
	static const char *const code[NR_ORDERS] = {
		[ORDER_CALL] = user_read + 4, [ORDER_UNDEFINED] = user_undefined,
		[ORDER_FETCH] = user_execute, [ORDER_READ] = user_read,
		[ORDER_WRITE] = user_write,   [ORDER_BAD_CALL_VECTOR] = user_read + 4,
	};
	volatile struct mv_vcpu_page *page = mv_page();
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	struct regs r = user_regs(code[order] ? code[order] : user_read);

	r.r[1] = PLAY;
	no_vectors();
	if (order == ORDER_BAD_VECTOR)
		bad_vector(orders()->event, OTHER + orders()->bits);
	if (order == ORDER_BAD_DATA_VECTOR)
		page->data_abort = page->fetch_abort = OTHER;
	if (order == ORDER_BAD_FETCH_VECTOR)
		page->fetch_abort = OTHER + 1; /* Thumb */
	if (order == ORDER_BAD_CALL_VECTOR)
		page->system_call = page->fetch_abort = OTHER;
	if (order == ORDER_VECTOR_IN_DATA)
		page->data_abort = page->fetch_abort = MV_ENV_BASE;
	if (order == ORDER_BAD_FETCH_VECTOR)
		((void (*)(void))PLAY)();
	while (order == ORDER_TABLE_OUTSIDE && mv_vmmu_switch(guest_vmmu(), 0x60000000, 1).value)
		;
	if (order == ORDER_VIRQ) {
		r = user_regs(user_loop);
		page->virq_enabled = 1u << timer->line;
		mv_timer_set(timer->cap, 0, 10000);
	}
	user_run(&r);
}

_Noreturn void victim_main(void)
{
	volatile struct victim_page *o = orders();
	uint32_t order = o->order;

	if (order && order < NR_ORDERS) {
		space_use(space_new(), 1);
		o->begun++;
		obey(order);
		o->survived++;
	}
	for (;;)
		mv_vcpu_wait();
}

/* The judge ----------------------------------------------------------------------------- */

/* Let the victim obey; its fault, with cause 0 if there was none. */
static struct mv_fault_record let(uint32_t order)
{
	uint32_t log = mv_env_need("log", MV_CAP_LOG)->cap;
	uint32_t cell = mv_env_need("victim", MV_CAP_CELL)->cap;
	struct mv_fault_record record = { 0 };
	uint64_t start = mv_time_now();

	while (!mv_fault_read(log, &record, sizeof(record)).error)
		continue;
	record.cause = 0;
	orders()->order = order;
	orders()->begun = orders()->survived = 0;
	mv_cell_restart(cell);
	/* main.c has disabled all lines before the check. */
	mv_virq_enable(mv_env_need("timer0", MV_CAP_TIMER));
	while (mv_time_now() - start < PATIENCE) {
		if (!mv_fault_read(log, &record, sizeof(record)).error)
			break;
		mv_sleep(MV_MS);
	}
	orders()->order = 0;
	return record;
}

static bool faults_with(uint32_t order, uint32_t cause, uint32_t address)
{
	struct mv_fault_record record = let(order);

	note("order %u, event %u, bits %u, begun %u, survived %u, pc %x", order, orders()->event,
	     orders()->bits, orders()->begun, orders()->survived, record.regs[15]);
	SAME(record.cause, cause);
	SAME(record.address, address);
	SAME(orders()->begun, 1);
	SAME(orders()->survived, 0);
	return true;
}

static bool no_vector(void)
{
	return faults_with(ORDER_UNDEFINED, MV_FAULT_UNDEFINED, 0) &&
	       faults_with(ORDER_FETCH, MV_FAULT_FETCH, PLAY) &&
	       faults_with(ORDER_READ, MV_FAULT_READ, PLAY) &&
	       faults_with(ORDER_WRITE, MV_FAULT_WRITE, PLAY);
}

/* These begin at address 0, which is mapped, but none of the cell's. */
static bool no_entry(void)
{
	return faults_with(ORDER_CALL, MV_FAULT_EXTERNAL, 0) &&
	       faults_with(ORDER_VIRQ, MV_FAULT_EXTERNAL, 0);
}

static bool not_executable(void)
{
	return faults_with(ORDER_BAD_DATA_VECTOR, MV_FAULT_FETCH, OTHER) &&
	       faults_with(ORDER_BAD_FETCH_VECTOR, MV_FAULT_FETCH, OTHER) &&
	       faults_with(ORDER_BAD_CALL_VECTOR, MV_FAULT_FETCH, OTHER) &&
	       faults_with(ORDER_VECTOR_IN_DATA, MV_FAULT_FETCH, MV_ENV_BASE);
}

/* Bit 0 of a vector means Thumb code; in ARM code bit 1 means nothing. */
static bool bits_of_vectors(void)
{
	static const uint32_t events[] = { EVENT_UNDEFINED, EVENT_CALL, EVENT_FETCH, EVENT_DATA };

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(events); i++)
		for (uint32_t bits = 0; bits < 4; bits++) {
			orders()->event = events[i];
			orders()->bits = bits;
			if (!faults_with(ORDER_BAD_VECTOR, MV_FAULT_FETCH,
					 OTHER + (bits == 3 ? 2 : 0)))
				return false;
		}
	return true;
}

static bool table_outside(void)
{
	struct mv_fault_record record = let(ORDER_TABLE_OUTSIDE);

	SAME(record.cause, MV_FAULT_EXTERNAL);
	SAME(record.status & STATUS_CAUSE, WALK1);
	return true;
}

/* A vCPU that starts again is a new one: kernel mode, no translation. */
static bool begins_anew(void)
{
	struct mv_fault_record record;

	note("begun %u", orders()->begun);
	SAME(let(ORDER_READ).cause, MV_FAULT_READ);
	record = let(ORDER_NOTHING);
	SAME(record.cause, 0);
	SAME(MV_CELL_STATE(mv_cell_status(mv_env_need("victim", MV_CAP_CELL)->cap).value),
	     MV_CELL_RUNNING);
	return true;
}

static const struct check policy[] = {
	{ "GST95", "An exception without a vector is a fault of the cell", no_vector },
	{ "GST96", "A system call or vIRQ without a vector begins at 0, which is a fault",
	  no_entry },
	{ "GST97", "A vector that cannot be executed is a fault, not an endless loop",
	  not_executable },
	{ "GST109", "So it is whatever the lowest bits of the vector of any exception",
	  bits_of_vectors },
	{ "GST98", "A first-level table that is not the cell's is a fault", table_outside },
	{ "GST99", "A guest that faulted can be restarted", begins_anew },
};
CHECK_SET(policy);
