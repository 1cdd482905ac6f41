/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of vCPUs: start, stop, wait, and their registers at the start. The judge's
 * own vCPUs 1 and 2 serve for this.
 */
#include "judge.h"

void start_showing(void);
void start_showing_thumb(void);
extern volatile uint32_t started[16];

static volatile uint32_t ran[3];

static void count(void *argument)
{
	volatile uint32_t *counter = argument;

	for (;;)
		++*counter;
}

static void run_once(void *argument)
{
	++*(volatile uint32_t *)argument;
}

static void stop_itself(void *argument)
{
	volatile uint32_t *counter = argument;

	++*counter;
	mv_vcpu_stop(vcpu_cap(1));
	++*counter;
}

static void wait_for_ever(void *argument)
{
	volatile uint32_t *counter = argument;

	mv_page()->virq_enabled = 0;
	++*counter;
	mv_vcpu_wait();
	++*counter;
}

/* vCPU 1 below the judge: let it run for a while, then stop it. */
static bool shows(void (*entry)(void))
{
	uint32_t top = (uint32_t)(uintptr_t)helper_stack[1] + sizeof(helper_stack[1]);

	memset((void *)(uintptr_t)started, 0x77, sizeof(started));
	SAME(mv_vcpu_start(vcpu_cap(1), (uint32_t)(uintptr_t)entry, top, 0x12345678), MV_OK);
	pause(MV_MS);
	SAME(mv_vcpu_stop(vcpu_cap(1)), MV_OK);
	SAME(started[0], 0x12345678);
	SAME(started[1], MV_VCPU_PAGE_BASE + MV_PAGE_SIZE);
	for (uint32_t i = 2; i < 12; i++)
		SAME(started[i], 0);
	SAME(started[12], top);
	SAME(started[13], 0);
	SAME(started[14], 0);
	SAME(started[15] & 0x9f, 0x10);
	return true;
}

static bool starts_clean(void)
{
	return shows(start_showing);
}

static bool starts_thumb(void)
{
	return shows(start_showing_thumb);
}

static bool states(void)
{
	uint32_t vcpu1 = vcpu_cap(1);

	SAME(mv_vcpu_stop(vcpu1), MV_ERR_STATE);
	MUST(helper_run(1, count, (void *)(uintptr_t)&ran[1], 150));
	SAME(mv_vcpu_start(vcpu1, 0x10000, 0, 0), MV_ERR_STATE);
	SAME(mv_vcpu_stop(vcpu1), MV_OK);
	SAME(mv_vcpu_stop(vcpu1), MV_ERR_STATE);
	SAME(mv_vcpu_start(vcpu_cap(0), 0x10000, 0, 0), MV_ERR_STATE);
	helpers_stop();
	return true;
}

static bool stops_itself(void)
{
	ran[1] = 0;
	MUST(helper_run(1, stop_itself, (void *)(uintptr_t)&ran[1], 205));
	SAME(ran[1], 1);
	SAME(mv_vcpu_stop(vcpu_cap(1)), MV_ERR_STATE);
	MUST(helper_run(1, run_once, (void *)(uintptr_t)&ran[1], 205));
	SAME(ran[1], 2);
	helpers_stop();
	return true;
}

static bool stopped_while_waiting(void)
{
	ran[1] = 0;
	MUST(helper_run(1, wait_for_ever, (void *)(uintptr_t)&ran[1], 205));
	SAME(ran[1], 1);
	SAME(mv_vcpu_start(vcpu_cap(1), 0x10000, 0, 0), MV_ERR_STATE);
	SAME(mv_vcpu_stop(vcpu_cap(1)), MV_OK);
	MUST(helper_run(1, run_once, (void *)(uintptr_t)&ran[1], 205));
	SAME(ran[1], 2);
	helpers_stop();
	return true;
}

static bool stopped_does_not_run(void)
{
	uint32_t before;

	ran[1] = 0;
	MUST(helper_run(1, count, (void *)(uintptr_t)&ran[1], 150));
	pause(MV_MS);
	MUST(ran[1] > 1000);
	SAME(mv_vcpu_stop(vcpu_cap(1)), MV_OK);
	before = ran[1];
	pause(5 * MV_MS);
	SAME(ran[1], before);
	return true;
}

static bool keeps_priority(void)
{
	SAME(mv_vcpu_set_priority(vcpu_cap(1), 150).error, MV_OK);
	ran[1] = 0;
	MUST(helper_run(1, count, (void *)(uintptr_t)&ran[1], 150));
	SAME(mv_vcpu_stop(vcpu_cap(1)), MV_OK);
	SAME(mv_vcpu_set_priority(vcpu_cap(1), 160).value, 150);
	SAME(mv_vcpu_set_priority(vcpu_cap(1), 160).value, 160);
	helpers_stop();
	return true;
}

static volatile uint32_t woken_by;

static void wait_second(void *argument)
{
	const struct mv_env_entry *second = mv_env_need("second", MV_CAP_VIRQ);

	(void)argument;
	mv_page()->virq_enabled = line_of(second);
	woken_by = mv_vcpu_wait();
	mv_virq_fetch(second->virq);
}

/* "second" is a vIRQ from the puppet to vCPU 1. */
static bool virq_waits_for_start(void)
{
	const struct mv_env_entry *second = mv_env_need("second", MV_CAP_VIRQ);

	woken_by = 0;
	SAME(order_call(&puppet, MV_CALL_VIRQ_RAISE, puppet.order->second, 1, 0, 0), MV_OK);
	MUST(helper_run(1, wait_second, NULL, 205));
	SAME(woken_by, line_of(second));
	woken_by = 0;
	MUST(helper_run(1, wait_second, NULL, 205));
	SAME(woken_by, 0);
	SAME(order_call(&puppet, MV_CALL_VIRQ_RAISE, puppet.order->second, 1, 0, 0), MV_OK);
	SAME(woken_by, line_of(second));
	helpers_stop();
	return true;
}

static bool bad_entry(void)
{
	static const uint32_t entries[] = { 0, 0xf0000000, 0xfffffffc, 0x70000001 };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(entries); i++) {
		note("entry 0x%x", entries[i]);
		order_call(&puppet, MV_CALL_VCPU_START, puppet.order->vcpu1, entries[i], 0, 0);
		pause(MV_MS);
		read_faults();
		SAME(state_of(&puppet), MV_CELL_FAULTED);
		SAME(puppet.fault.vcpu, 1);
		SAME(puppet.fault.cause, MV_FAULT_FETCH);
		SAME(puppet.fault.address, entries[i] & ~1u);
		MUST(revive(&puppet));
	}
	return true;
}

static void own_thread_id(void *argument)
{
	volatile uint32_t *wrong = argument;
	volatile struct mv_vcpu_page *page = mv_page();

	for (int i = 0; i < 1000; i++) {
		mv_vcpu_yield();
		if (mv_page() != page)
			++*wrong;
	}
	++ran[page->vcpu];
}

static bool thread_ids(void)
{
	static uint32_t wrong;

	ran[1] = ran[2] = 0;
	MUST(helper_run(1, own_thread_id, &wrong, 150));
	MUST(helper_run(2, own_thread_id, &wrong, 150));
	pause(50 * MV_MS);
	SAME(wrong, 0);
	SAME(ran[1] + ran[2], 2);
	helpers_stop();
	SAME(order(&fragile, OP_THREAD_ID, 0, 0), DONE);
	SAME(fragile.order->result[0], MV_VCPU_PAGE_BASE);
	SAME(fragile.order->result[1], 0);
	return true;
}

static uint32_t exclusive;

static void touch_nothing(void *argument)
{
	(void)argument;
	mv_vcpu_yield();
}

static void store_exclusively(void *argument)
{
	volatile uint32_t *failed = argument;
	uint32_t value, status;

	__asm__ volatile("ldrex %0, [%1]" : "=r"(value) : "r"(&exclusive) : "memory");
	mv_vcpu_yield();
	__asm__ volatile("strex %0, %1, [%2]"
			 : "=&r"(status)
			 : "r"(value), "r"(&exclusive)
			 : "memory");
	*failed = status;
}

/* Or one vCPU would store what it believes to be still the newest value. */
static bool exclusive_access_ends(void)
{
	static uint32_t failed;

	failed = 2;
	MUST(helper_run(1, store_exclusively, &failed, 150));
	MUST(helper_run(2, touch_nothing, NULL, 150));
	pause(MV_MS);
	SAME(failed, 1);
	return true;
}

static const struct check vcpus[] = {
	{ "VCP01", "A vCPU starts with its argument, its page, its stack and zeroes",
	  starts_clean },
	{ "VCP02", "A vCPU can start with Thumb code", starts_thumb },
	{ "VCP03", "Only a stopped vCPU can be started, only a live one stopped", states },
	{ "VCP04", "A vCPU can stop itself, for good", stops_itself },
	{ "VCP05", "A waiting vCPU can be stopped and starts anew", stopped_while_waiting },
	{ "VCP06", "A stopped vCPU does not run", stopped_does_not_run },
	{ "VCP07", "A vCPU keeps its priority over stop and start", keeps_priority },
	{ "VCP08", "A vIRQ for a stopped vCPU waits for its start", virq_waits_for_start },
	{ "VCP09", "A vCPU that starts nowhere faults its cell only", bad_entry },
	{ "VCP11", "A switch of vCPUs ends exclusive accesses", exclusive_access_ends },
	{ "VCP10", "Every vCPU has thread-ID registers of its own", thread_ids },
};

CHECK_SET(vcpus);
