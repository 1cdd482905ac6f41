/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Entry into the microvisor and exit from it, as arch/arm/entry.S does them but
 * in C: a hypercall leaves by the short way unless the microvisor asked for a
 * new choice of vCPU, in configurations with and without debug checks.
 */
#include "software.h"

#include "unit.h"

#include <core/boot.h>
#include <core/check.h>
#include <core/irq.h>
#include <core/panic.h>
#include <core/percpu.h>
#include <core/sched.h>
#include <hypercall_protos.h>
#include <stdio.h>
#include <string.h>

/* Mode, state of masks: a cell never decides over these. */
#define PSR_NOT_A_CELLS 0x1df

/* Absent from the lean configuration. */
#pragma weak check_invariants

bool pages_scribbled;
void (*hypercall_result)(uint32_t number, uint32_t r0);

/* What must always hold ------------------------------------------------------ */

static int most_urgent(void)
{
	int best = -1;

	for (unsigned int i = 0; i < NR_VCPUS; i++)
		if (vcpus[i].state == VCPU_READY &&
		    (best < 0 || vcpus[i].priority > vcpus[best].priority))
			best = i;
	return best;
}

static void check_runner(void)
{
	const struct vcpu *v = arch_percpu()->current;

	assert_int_equal(v->state, VCPU_READY);
	assert_int_equal(v->priority, vcpus[most_urgent()].priority);
	assert_int_equal(v->cell->state, MV_CELL_RUNNING);
	assert_int_equal(machine.space, cell_index(v->cell));
}

void check_machine(void)
{
	assert_int_equal(machine.active, -1);
	if (machine.idle)
		assert_int_equal(most_urgent(), -1);
	else
		check_runner();
	for (unsigned int i = 0; i < NR_VCPUS; i++) {
		if (!pages_scribbled)
			assert_int_equal(page(i)->virq_pending, vcpus[i].pending);
		if (vcpus[i].state != VCPU_STOPPED && vcpus[i].cell->state == MV_CELL_RUNNING)
			assert_int_equal(vcpus[i].frame.psr & PSR_NOT_A_CELLS, PSR_USER);
	}
	if (check_invariants)
		assert_true(check_invariants() > 0);
}

/* Entry and exit ------------------------------------------------------------- */

static void reschedule(void)
{
	const struct vcpu *chosen;

	machine.idle = false;
	if (setjmp(machine.resting))
		return;
	chosen = schedule(arch_percpu());
	assert_ptr_equal(chosen, arch_percpu()->current);
	assert_int_equal(arch_percpu()->resched, 0);
}

static void leave(void)
{
	if (arch_percpu()->resched)
		reschedule();
	check_machine();
}

struct mv_result hypercall(uint32_t number, const uint32_t a[6])
{
	struct vcpu *caller = arch_percpu()->current;
	uint64_t both;

	assert_false(machine.idle);
	if (number >= MV_NR_CALLS)
		return (struct mv_result){ MV_ERR_CALL, 0 };
	assert_int_not_equal(number, MV_CALL_VCPU_RESUME);
	both = hypercall_table[number](a[0], a[1], a[2], a[3], a[4], a[5]);
	assert_ptr_equal(arch_percpu()->current, caller);
	if (hypercall_result)
		hypercall_result(number, both);
	caller->frame.r[0] = both;
	caller->frame.r[1] = both >> 32;
	leave();
	take_interrupts();
	return (struct mv_result){ both, both >> 32 };
}

static struct mv_result call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return hypercall(number, (const uint32_t[6]){ a, b, c, d, 0x5a5a5a5a, 0x5a5a5a5a });
}

static void after_fault(void)
{
	reschedule();
	check_machine();
	take_interrupts();
}

void fault(uint32_t cause, uint32_t status, uint32_t address)
{
	assert_false(machine.idle);
	cell_fault(arch_percpu()->current, cause, status, address);
	after_fault();
}

void by_trap(void (*trap)(struct vcpu *v))
{
	assert_false(machine.idle);
	trap(arch_percpu()->current);
	after_fault();
}

void take_interrupts(void)
{
	for (int i = 0; machine_irq_pending(); i++) {
		assert_in_range(i, 0, 10000);
		irq_dispatch();
		if (machine.idle)
			reschedule();
		leave();
	}
}

void device_edge(unsigned int irq)
{
	machine.latched[irq] = 1;
	take_interrupts();
}

void device_level(unsigned int irq, bool asserted)
{
	machine.asserted[irq] = asserted;
	take_interrupts();
}

void advance(uint64_t ns)
{
	uint64_t target = machine.ticks + ns / (1000000000ull / platform.timer_hz);

	for (int i = 0; machine.deadline <= target; i++) {
		assert_in_range(i, 0, 1000000);
		if (machine.ticks < machine.deadline)
			machine.ticks = machine.deadline;
		take_interrupts();
	}
	machine.ticks = target;
}

/* The vCPUs ------------------------------------------------------------------ */

int running(void)
{
	return machine.idle ? -1 : vcpu_index(arch_percpu()->current);
}

struct mv_vcpu_page *page(unsigned int vcpu)
{
	return vcpu_pages[vcpu];
}

void *at(uint32_t address)
{
	return (void *)(uintptr_t)address;
}

void *data(unsigned int cell, uint32_t offset)
{
	return at(CELL_DATA(cell) + offset);
}

static void sleep_one(void)
{
	struct mv_vcpu_page *p = page(running());

	p->virq_master = 0;
	p->virq_enabled = BIT(POKE_LINE);
	mv_vcpu_wait();
}

void sleep_all(void)
{
	for (int i = 0; running() >= 0; i++) {
		assert_in_range(i, 0, 100);
		sleep_one();
	}
}

void forget_poke(unsigned int vcpu)
{
	vcpus[vcpu].pending &= ~virqs[VIRQ_POKE(vcpu)].bit;
	page(vcpu)->virq_pending = vcpus[vcpu].pending;
}

void wake(unsigned int vcpu)
{
	page(vcpu)->virq_enabled |= BIT(POKE_LINE);
	device_edge(IRQ_POKE(vcpu));
	forget_poke(vcpu);
}

void become(unsigned int vcpu)
{
	assert_int_not_equal(vcpus[vcpu].state, VCPU_STOPPED);
	if (vcpus[vcpu].state == VCPU_WAITING)
		wake(vcpu);
	for (int i = 0; running() != (int)vcpu; i++) {
		assert_in_range(i, 0, 100);
		sleep_one();
	}
	page(vcpu)->virq_enabled &= ~BIT(POKE_LINE);
}

void boot_system(void)
{
	machine_reset_devices();
	tables_reset();
	boot();
	reschedule();
	check_machine();
}

void boot_and_settle(void)
{
	boot_system();
	sleep_all();
	printed_nothing();
}

/* What was printed ------------------------------------------------------------ */

bool printed(const char *text)
{
	if (strstr(machine.line, text))
		return true;
	printf("Not printed: %s\nBut this was:\n%s\n", text, machine.line);
	return false;
}

bool printed_nothing(void)
{
	bool nothing = machine.length == 0;

	machine.length = 0;
	machine.line[0] = 0;
	return nothing;
}

void assert_panicked(uint32_t code)
{
	char text[40];

	snprintf(text, sizeof(text), "PANIC 0x%04x", code);
	assert_true(printed(text));
	assert_int_equal(machine.end, END_RESTARTED);
}

/* Hypercalls, as a cell makes them -------------------------------------------- */

static uint32_t word(const void *pointer)
{
	assert_in_range((uintptr_t)pointer, 0, UINT32_MAX);
	return (uintptr_t)pointer;
}

uint32_t mv_version(void)
{
	return call(MV_CALL_VERSION, 0, 0, 0, 0).value;
}

uint32_t mv_vcpu_start(uint32_t vcpu, uint32_t entry, uint32_t stack, uint32_t argument)
{
	return call(MV_CALL_VCPU_START, vcpu, entry, stack, argument).error;
}

uint32_t mv_vcpu_stop(uint32_t vcpu)
{
	return call(MV_CALL_VCPU_STOP, vcpu, 0, 0, 0).error;
}

uint32_t mv_vcpu_wait(void)
{
	return call(MV_CALL_VCPU_WAIT, 0, 0, 0, 0).value;
}

uint32_t mv_vcpu_yield(void)
{
	return call(MV_CALL_VCPU_YIELD, 0, 0, 0, 0).error;
}

struct mv_result mv_vcpu_set_priority(uint32_t vcpu, uint32_t priority)
{
	return call(MV_CALL_VCPU_SET_PRIORITY, vcpu, priority, 0, 0);
}

/* The assembly part of this call, so that no table entry is needed. */
void mv_vcpu_resume(void)
{
	assert_false(machine.idle);
	vcpu_resume(arch_percpu()->current);
	reschedule();
	check_machine();
	take_interrupts();
}

uint64_t sys_vcpu_resume(void)
{
	fail_msg("vcpu_resume is assembly's");
	return 0;
}

uint32_t mv_virq_sync(void)
{
	return call(MV_CALL_VIRQ_SYNC, 0, 0, 0, 0).error;
}

uint32_t mv_virq_raise(uint32_t source, uint32_t payload)
{
	return call(MV_CALL_VIRQ_RAISE, source, payload, 0, 0).error;
}

uint32_t mv_virq_lower(uint32_t source, uint32_t mask)
{
	return call(MV_CALL_VIRQ_LOWER, source, mask, 0, 0).error;
}

struct mv_result mv_virq_fetch(uint32_t virq)
{
	return call(MV_CALL_VIRQ_FETCH, virq, 0, 0, 0);
}

uint32_t mv_virq_ack(uint32_t virq)
{
	return call(MV_CALL_VIRQ_ACK, virq, 0, 0, 0).error;
}

uint32_t mv_channel_send(uint32_t channel, const void *buffer, uint32_t size)
{
	return call(MV_CALL_CHANNEL_SEND, channel, word(buffer), size, 0).error;
}

struct mv_result mv_channel_receive(uint32_t channel, void *buffer, uint32_t size)
{
	return call(MV_CALL_CHANNEL_RECEIVE, channel, word(buffer), size, 0);
}

struct mv_result mv_channel_status(uint32_t channel)
{
	return call(MV_CALL_CHANNEL_STATUS, channel, 0, 0, 0);
}

uint32_t mv_timer_set(uint32_t timer, uint32_t flags, uint64_t time)
{
	return call(MV_CALL_TIMER_SET, timer, flags, time, time >> 32).error;
}

uint32_t mv_timer_cancel(uint32_t timer)
{
	return call(MV_CALL_TIMER_CANCEL, timer, 0, 0, 0).error;
}

uint64_t mv_time_now(void)
{
	struct mv_result both = call(MV_CALL_TIME_NOW, 0, 0, 0, 0);

	return (uint64_t)both.value << 32 | both.error;
}

struct mv_result mv_cell_status(uint32_t cell)
{
	return call(MV_CALL_CELL_STATUS, cell, 0, 0, 0);
}

uint32_t mv_cell_stop(uint32_t cell)
{
	return call(MV_CALL_CELL_STOP, cell, 0, 0, 0).error;
}

uint32_t mv_cell_restart(uint32_t cell)
{
	return call(MV_CALL_CELL_RESTART, cell, 0, 0, 0).error;
}

struct mv_result mv_fault_read(uint32_t log, void *buffer, uint32_t size)
{
	return call(MV_CALL_FAULT_READ, log, word(buffer), size, 0);
}

struct mv_result mv_trace_read(uint32_t log, void *buffer, uint32_t size)
{
	return call(MV_CALL_TRACE_READ, log, word(buffer), size, 0);
}

uint32_t mv_system_reset(uint32_t system, uint32_t action)
{
	return call(MV_CALL_SYSTEM_RESET, system, action, 0, 0).error;
}

struct mv_result mv_system_check(uint32_t system, uint32_t panic)
{
	return call(MV_CALL_SYSTEM_CHECK, system, panic, 0, 0);
}
