/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Random steps. Arguments are good more often than not, so that the system
 * gets far; bad ones are chosen from the edges of every range.
 */
#include "steps.h"

#include "model.h"
#include "unit.h"

#include <core/percpu.h>
#include <string.h>

struct steps_counts steps_counts;

static uint32_t (*choose)(uint32_t n);
static uint32_t idle_steps;
static bool scribbled; /* the running vCPU has changed its page in this step */

#define PICK(array) ((array)[choose(ARRAY_SIZE(array))])
#define BUFFERS     0x3000 /* offset in a cell's data, away from its image */

static const uint32_t edges[] = { 0,          1,          2,          3,         0x7f,
				  0x80,       0xff,       0x100,      0xffff,    0x10000,
				  0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };

/* Arguments ------------------------------------------------------------------ */

static uint32_t any_word(void)
{
	return choose(2) ? PICK(edges) : choose(0x10000) << 16 | choose(0x10000);
}

static uint32_t capability(unsigned int cell, uint8_t kind)
{
	const struct cell_desc *d = &edit_cells[cell];
	uint32_t start;

	if (choose(16) == 0)
		return any_word();
	start = choose(d->nr_caps);
	if (choose(16) == 0)
		return start;
	for (uint32_t i = 0; i < d->nr_caps; i++)
		if (d->caps[(start + i) % d->nr_caps].kind == kind)
			return (start + i) % d->nr_caps;
	return start;
}

static uint32_t address(unsigned int cell)
{
	switch (choose(16)) {
	case 0:
		return any_word();
	case 1:
		return CELL_BASE(choose(NR_CELLS)) + choose(12 * MV_PAGE_SIZE);
	case 2:
		return CELL_END(cell) - choose(80);
	case 3:
		return CELL_CONST(cell) + choose(MV_PAGE_SIZE) / 4 * 4;
	default:
		return CELL_DATA(cell) + BUFFERS + choose(64) * 4;
	}
}

static uint32_t size(void)
{
	static const uint32_t sizes[] = { 0,   4,   8,   31,  32,  33,   63,   64,   65,
					  127, 128, 129, 136, 500, 1024, 1025, 4096, 4097 };

	return choose(12) ? PICK(sizes) : any_word();
}

static uint64_t delay(void)
{
	switch (choose(8)) {
	case 0:
		return choose(40);
	case 1:
		return (uint64_t)any_word() << 32 | any_word();
	case 2:
		return 99999 + choose(3);
	default:
		return 100 * US + choose(20000) * 1000ull;
	}
}

static uint8_t kind_of(uint32_t number)
{
	static const uint8_t kinds[] = {
		[MV_CALL_VCPU_START] = MV_CAP_VCPU,
		[MV_CALL_VCPU_STOP] = MV_CAP_VCPU,
		[MV_CALL_VCPU_SET_PRIORITY] = MV_CAP_VCPU,
		[MV_CALL_VIRQ_RAISE] = MV_CAP_SOURCE,
		[MV_CALL_VIRQ_LOWER] = MV_CAP_SOURCE,
		[MV_CALL_VIRQ_FETCH] = MV_CAP_VIRQ,
		[MV_CALL_VIRQ_ACK] = MV_CAP_VIRQ,
		[MV_CALL_CHANNEL_SEND] = MV_CAP_CHANNEL,
		[MV_CALL_CHANNEL_RECEIVE] = MV_CAP_CHANNEL,
		[MV_CALL_CHANNEL_STATUS] = MV_CAP_CHANNEL,
		[MV_CALL_TIMER_SET] = MV_CAP_TIMER,
		[MV_CALL_TIMER_CANCEL] = MV_CAP_TIMER,
		[MV_CALL_CELL_STATUS] = MV_CAP_CELL,
		[MV_CALL_CELL_STOP] = MV_CAP_CELL,
		[MV_CALL_CELL_RESTART] = MV_CAP_CELL,
		[MV_CALL_FAULT_READ] = MV_CAP_LOG,
		[MV_CALL_TRACE_READ] = MV_CAP_LOG,
		[MV_CALL_SYSTEM_RESET] = MV_CAP_SYSTEM,
		[MV_CALL_SYSTEM_CHECK] = MV_CAP_SYSTEM,
		[MV_CALL_VMMU_SWITCH] = MV_CAP_VMMU,
		[MV_CALL_VMMU_FLUSH] = MV_CAP_VMMU,
		[MV_CALL_VMMU_MAP] = MV_CAP_VMMU,
		[MV_CALL_VMMU_STATS] = MV_CAP_VMMU,
	};

	return number < ARRAY_SIZE(kinds) ? kinds[number] : MV_CAP_NULL;
}

static void other_arguments(unsigned int cell, uint32_t number, uint32_t a[6])
{
	uint64_t time = delay();

	switch (number) {
	case MV_CALL_VCPU_SET:
		a[0] = choose(3);
		a[1] = any_word();
		break;
	case MV_CALL_CACHE_RANGE:
		a[0] = choose(4);
		a[1] = address(cell);
		a[2] = size();
		break;
	case MV_CALL_CHANNEL_SEND:
	case MV_CALL_CHANNEL_RECEIVE:
	case MV_CALL_FAULT_READ:
	case MV_CALL_TRACE_READ:
		a[1] = address(cell);
		a[2] = size();
		break;
	case MV_CALL_VCPU_SET_PRIORITY:
		a[1] = choose(8) ? 45 + choose(80) : any_word();
		break;
	case MV_CALL_TIMER_SET:
		a[1] = choose(12) ? choose(3) : any_word();
		a[2] = time;
		a[3] = time >> 32;
		break;
	case MV_CALL_SYSTEM_RESET:
		a[1] = 2 + any_word() / 2; /* nothing that ends the machine */
		break;
	case MV_CALL_SYSTEM_CHECK:
		a[1] = choose(2) ? 0 : 2 + any_word() / 2;
		break;
	case MV_CALL_VIRQ_RAISE:
	case MV_CALL_VIRQ_LOWER:
		a[1] = choose(3) ? BIT(choose(32)) : any_word();
		break;
	default:
		for (int i = 1; i < 6; i++)
			a[i] = any_word();
	}
}

/* Cells that rest too often leave nobody to do the rest. */
static bool too_rash(uint32_t number)
{
	if (number == MV_CALL_VCPU_WAIT)
		return choose(4) != 0;
	return (number == MV_CALL_CELL_STOP || number == MV_CALL_VCPU_STOP) && choose(8) != 0;
}

/* Steps ---------------------------------------------------------------------- */

static void fill_buffer(unsigned int cell)
{
	uint32_t *words = data(cell, BUFFERS);

	for (int i = 0; i < 4; i++)
		words[choose(128)] = any_word();
}

static void check_record(uint32_t first, const uint32_t a[6])
{
	const struct mv_fault_record *r = at(a[1]);

	assert_int_equal(r->sequence, first);
	assert_in_range(r->cell, 0, NR_CELLS - 1);
	assert_string_equal(r->name, edit_cells[r->cell].name);
}

static void call_step(unsigned int vcpu)
{
	unsigned int cell = edit_vcpus[vcpu].cell;
	uint32_t number = choose(40) ? choose(MV_NR_CALLS) : any_word();
	uint32_t a[6] = { 0 }, error, value, first = model.log[0];
	static struct model_message expected;
	struct mv_result got;

	if (too_rash(number) || number == MV_CALL_VCPU_RESUME)
		return;
	a[0] = capability(cell, kind_of(number));
	other_arguments(cell, number, a);
	fill_buffer(cell);
	if (number == MV_CALL_CHANNEL_RECEIVE && a[0] < edit_cells[cell].nr_caps) {
		unsigned int end = edit_cells[cell].caps[a[0]].index % (2 * NR_CHANNELS);

		expected = model.fifos[end / 2][!(end % 2)].messages[0];
	}
	error = model_call(vcpu, number, a, &value);
	got = hypercall(number, a);
	if (number < MV_NR_CALLS) {
		steps_counts.calls[number]++;
		steps_counts.good[number] += got.error == MV_OK;
	}
	if (error == MODEL_ANY)
		return;
	assert_int_equal(got.error, error);
	assert_int_equal(got.value, value);
	if (error == MV_OK && number == MV_CALL_CHANNEL_RECEIVE && value)
		assert_memory_equal(at(a[1]), expected.bytes, value);
	if (error == MV_OK && number == MV_CALL_FAULT_READ)
		check_record(first, a);
}

static void resume_step(unsigned int vcpu)
{
	page(vcpu)->saved_pc = CELL_BASE(edit_vcpus[vcpu].cell);
	page(vcpu)->saved_psr = any_word();
	mv_vcpu_resume();
}

static void page_step(unsigned int vcpu)
{
	scribbled = true;
	page(vcpu)->virq_enabled = choose(4) ? ~0u : any_word();
	page(vcpu)->virq_master = choose(4) ? choose(2) : any_word();
	page(vcpu)->vector = any_word();
}

static void device_step(void)
{
	static const uint32_t irqs[] = { IRQ_UART,    IRQ_DEVICE,  IRQ_NOBODY,  IRQ_POKE(0),
					 IRQ_POKE(1), IRQ_POKE(2), IRQ_POKE(3), IRQ_POKE(4),
					 IRQ_POKE(5), IRQ_POKE(6) };
	uint32_t irq = PICK(irqs);

	if (irq == IRQ_UART) {
		model.waits[irq] = choose(2);
		device_level(irq, model.waits[irq]);
	} else {
		model.waits[irq] = true;
		device_edge(irq);
	}
}

static void time_step(void)
{
	uint64_t ns = choose(4) ? choose(2000) * US : choose(30) * MS;
	uint64_t target = machine.ticks * 10 + ns + 40;

	while (model_near_expiry(target))
		target += 50;
	advance(target - machine.ticks * 10);
	model_time(target);
}

static void fault_step(unsigned int vcpu)
{
	uint32_t cause = 1 + choose(MV_FAULT_EXTERNAL);

	steps_counts.faults++;
	model_fault(vcpu, cause);
	fault(cause, any_word(), any_word());
	machine.length = 0;
}

/* Between two steps of cells that stop or load, somebody else may get his turn. */
static void interrupt_some_poll(void)
{
	unsigned int vcpu;

	if (choose(6) != 5) /* not when the input of a fuzzer is used up */
		return;
	vcpu = choose(NR_VCPUS);
	if (cells[edit_vcpus[vcpu].cell].state != MV_CELL_RUNNING)
		return;
	model.poked = true;
	machine.latched[IRQ_POKE(vcpu)] = 1;
	model.waits[IRQ_POKE(vcpu)] = true;
}

static void boot_step(void)
{
	steps_counts.boots++;
	idle_steps = 0;
	model_boot();
	boot_system();
	machine.on_poll = interrupt_some_poll;
}

static bool owes_upcall(void)
{
	return running() >= 0 && vcpu_wants_upcall(arch_percpu()->current);
}

static void step_of(int vcpu)
{
	uint32_t what = choose(100);

	if (vcpu >= 0 && what < 72)
		call_step(vcpu);
	else if (vcpu >= 0 && what < 76)
		resume_step(vcpu);
	else if (vcpu >= 0 && what < 84)
		page_step(vcpu);
	else if (vcpu >= 0 && what < 85)
		fault_step(vcpu);
	else if (what < 93)
		device_step();
	else
		time_step();
}

void steps_one(void)
{
	int before = running();
	bool owed = owes_upcall();

	idle_steps = before < 0 ? idle_steps + 1 : 0;
	steps_counts.idle += before < 0;
	if (idle_steps > 200 || choose(5000) == 0) {
		boot_step();
	} else {
		scribbled = false;
		step_of(before);
		/* A cell that unmasks vIRQs asks for the upcall itself (virq_sync). */
		if (owes_upcall())
			assert_true(running() == before && (owed || scribbled));
	}
	model_compare();
	check_machine();
}

void steps_begin(uint32_t (*choose_)(uint32_t n))
{
	choose = choose_;
	boot_step();
	model_compare();
}
