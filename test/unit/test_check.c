/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Tests of the invariant checks: each invariant is broken on purpose, as a
 * mistake of the microvisor would, and must end in its own panic.
 */
#include "software.h"
#include "unit.h"

#include <core/channel.h>
#include <core/check.h>
#include <core/fault.h>
#include <core/panic.h>
#include <core/percpu.h>
#include <core/timer.h>

/* The log's counter is the fault object's own; the linker wraps its reader. */
static uint32_t log_excess;
uint32_t __real_fault_log_count(void);
uint32_t __wrap_fault_log_count(void);
uint32_t __wrap_fault_log_count(void)
{
	return __real_fault_log_count() + log_excess;
}

static struct runqueue *rq(void)
{
	return &arch_percpu()->rq;
}

static void assert_broken(uint32_t code)
{
	ENDS(check_invariants());
	assert_panicked(code);
}

TEST(check_001, "UNI-CHECK-001", "a sound microvisor passes, and the checks are counted")
{
	struct mv_result r;

	become(VCPU_MONITOR);
	r = mv_system_check(MONITOR_SYSTEM, 0);
	assert_int_equal(r.error, MV_OK);
	assert_in_range(r.value, 256 + NR_VCPUS + NR_VIRQS + NR_CHANNELS, 1000);
}

TEST(check_002, "UNI-CHECK-002", "a panic on request has its own code and names the caller")
{
	become(VCPU_MONITOR);
	ENDS(mv_system_check(MONITOR_SYSTEM, 1));
	assert_panicked(PANIC_REQUESTED);
	assert_true(printed("detail 0x00000001"));
}

TEST(check_003, "UNI-CHECK-003", "system_check takes no other request")
{
	static const uint32_t bad[] = { 2, 3, 0x80000000, 0x80000001, 0xffffffff };

	become(VCPU_MONITOR);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_error(MV_ERR_ARGUMENT, mv_system_check(MONITOR_SYSTEM, bad[i]));
}

TEST(check_004, "UNI-CHECK-004", "a bit of a queue that is empty is found")
{
	become(VCPU_ALPHA);
	rq()->words[3] |= BIT(9);
	assert_broken(PANIC_QUEUE_BITS);
}

TEST(check_005, "UNI-CHECK-005", "a queue without its bit is found")
{
	become(VCPU_ALPHA);
	rq()->words[100 / 32] = 0;
	rq()->summary = 0;
	assert_broken(PANIC_QUEUE_BITS);
}

TEST(check_006, "UNI-CHECK-006", "a summary that disagrees with its words is found")
{
	become(VCPU_ALPHA);
	rq()->summary |= BIT(0);
	assert_broken(PANIC_QUEUE_BITS);
}

TEST(check_007, "UNI-CHECK-007", "a vCPU in a queue without being ready is found")
{
	become(VCPU_ALPHA);
	vcpus[VCPU_ALPHA].state = VCPU_WAITING;
	assert_broken(PANIC_QUEUE_MEMBER);
}

TEST(check_008, "UNI-CHECK-008", "a vCPU in the queue of another priority is found")
{
	become(VCPU_ALPHA);
	vcpus[VCPU_ALPHA].priority = 101;
	assert_broken(PANIC_QUEUE_MEMBER);
}

TEST(check_009, "UNI-CHECK-009", "a queue whose links disagree is found")
{
	become(VCPU_ALPHA);
	wake(VCPU_BETA);
	vcpus[VCPU_BETA].run.prev = &rq()->queues[100];
	assert_broken(PANIC_QUEUE_MEMBER);
}

TEST(check_010, "UNI-CHECK-010", "a ready vCPU in no queue is found")
{
	become(VCPU_ALPHA);
	vcpus[VCPU_BETA].state = VCPU_READY;
	assert_broken(PANIC_QUEUE_COUNT);
}

TEST(check_011, "UNI-CHECK-011", "a wrong first choice is found")
{
	become(VCPU_ALPHA);
	wake(VCPU_BETA);
	rq()->best = &vcpus[VCPU_BETA];
	assert_broken(PANIC_BEST);
}

TEST(check_012, "UNI-CHECK-012", "a first choice while nobody is ready is found")
{
	rq()->best = &vcpus[VCPU_BETA];
	assert_broken(PANIC_BEST);
}

TEST(check_013, "UNI-CHECK-013", "a priority outside its cell's range is found")
{
	vcpus[VCPU_ALPHA_1].priority = 121;
	assert_broken(PANIC_PRIORITY);
}

TEST(check_014, "UNI-CHECK-014", "a live vCPU in a stopped or faulted cell is found")
{
	cells[CELL_BETA].state = MV_CELL_FAULTED;
	assert_broken(PANIC_CELL_STATE);
}

TEST(check_015, "UNI-CHECK-015",
     "timer queues out of the order of their vCPUs' priorities are found")
{
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	mv_timer_set(ALPHA_TIMER_1, 0, 2 * MS);
	vcpus[VCPU_ALPHA_1].priority = 101;
	assert_broken(PANIC_TIMER_ORDER);
}

TEST(check_016, "UNI-CHECK-016", "a timer queue that is in no list is found")
{
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	list_remove(&vcpus[VCPU_ALPHA].timers.node);
	assert_broken(PANIC_TIMER_ORDER);
}

TEST(check_017, "UNI-CHECK-017", "a FIFO that starts outside its depth is found")
{
	channels[CHANNEL_WORK].fifos[1].first = 3;
	assert_broken(PANIC_FIFO);
}

TEST(check_018, "UNI-CHECK-018", "a FIFO that holds more than its depth is found")
{
	channels[CHANNEL_WORK].fifos[0].count = 4;
	assert_broken(PANIC_FIFO);
}

TEST(check_019, "UNI-CHECK-019", "a level vIRQ pending without payload is found, and the reverse")
{
	virqs[VIRQ_LEVEL].payload = 1;
	assert_broken(PANIC_PENDING);
	virqs[VIRQ_LEVEL].payload = 0;
	vcpus[VCPU_BETA].pending = BIT(3);
	printed_nothing();
	assert_broken(PANIC_PENDING);
}

TEST(check_020, "UNI-CHECK-020", "a vCPU whose first timer is not its first is found")
{
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	timers[TIMER_ALPHA].deadline += 5 * MS;
	assert_broken(PANIC_TIMER);
	timers[TIMER_ALPHA].deadline -= 5 * MS;
	vcpus[VCPU_ALPHA].timers.spent = vcpus[VCPU_ALPHA].timers.waiting;
	printed_nothing();
	assert_broken(PANIC_TIMER);
}

TEST(check_023, "UNI-CHECK-023", "hardware set later than a timer that it is to serve is found")
{
	become(VCPU_ALPHA);
	mv_timer_set(ALPHA_TIMER, 0, 1 * MS);
	arch_percpu()->deadline += 5 * MS;
	assert_broken(PANIC_TIMER_LATE);
}

TEST(check_024, "UNI-CHECK-024", "an armed timer of a cell that is out is found")
{
	become(VCPU_BETA);
	mv_timer_set(BETA_TIMER, 0, 1 * MS);
	vcpu_halt(&vcpus[VCPU_BETA]);
	cells[CELL_BETA].state = MV_CELL_STOPPED;
	assert_broken(PANIC_CELL_STATE);
}

TEST(check_021, "UNI-CHECK-021", "a fault log that counts too many is found")
{
	log_excess = CONFIG_FAULT_RECORDS;
	check_invariants();
	log_excess++;
	assert_broken(PANIC_LOG);
}

TEST(check_022, "UNI-CHECK-022", "the scheduler makes the checks by itself")
{
	become(VCPU_ALPHA);
	channels[CHANNEL_BIG].fifos[0].first = 1;
	ENDS(mv_vcpu_yield());
	assert_panicked(PANIC_FIFO);
}
