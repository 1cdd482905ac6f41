/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The puppet: carries out the orders that the judge writes into the shared page
 * (test/cells/lib/order.h), above all forbidden ones. Several cells of a test product
 * run it, each with another fault policy.
 */
#include "matrix.h"
#include "order.h"
#include "probe.h"

static volatile struct order *order;
static uint32_t data_word = PRISTINE_WORD;
static uint32_t bss_word;
static const uint32_t rodata_word = PRISTINE_WORD;
static const struct mv_env_entry *go, *done;
static uint32_t second_stack[64] __attribute__((aligned(8)));

/* "go-" and the cell's name, and the like. */
static const struct mv_env_entry *mine(const char *prefix, uint32_t kind)
{
	char name[24];

	mv_snprintf(name, sizeof(name), "%s-%s", prefix, mv_env->cell);
	return mv_env_need(name, kind);
}

static uint32_t address_of(const char *name, uint32_t kind)
{
	const struct mv_env_entry *entry = mv_env_find(name, kind);

	return entry ? entry->address : 0;
}

static uint32_t cap_of(const char *name, uint32_t kind)
{
	const struct mv_env_entry *entry = mv_env_find(name, kind);

	return entry ? entry->cap : 0;
}

/* Tell the judge where things are, as seen from here. */
static void introduce(void)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);

	order->text = (uint32_t)(uintptr_t)introduce;
	order->rodata = (uint32_t)(uintptr_t)&rodata_word;
	order->data = (uint32_t)(uintptr_t)&data_word;
	order->bss = (uint32_t)(uintptr_t)&bss_word;
	order->heap = heap->address;
	order->heap_end = heap->address + heap->size;
	order->stack = (uint32_t)(uintptr_t)__builtin_frame_address(0);
	order->display = address_of("display", MV_ENV_SEGMENT);
	order->device = address_of("uart2", MV_ENV_DEVICE);
	order->probe_read = (uint32_t)(uintptr_t)probe_read;
	order->probe_resumed = (uint32_t)(uintptr_t)probe_resumed;
	order->cell = cap_of("cell", MV_CAP_CELL);
	order->vcpu1 = cap_of("vcpu1", MV_CAP_VCPU);
	order->timer = cap_of("timer0", MV_CAP_TIMER);
	order->pipe = cap_of("pipe", MV_CAP_CHANNEL);
	order->oneway = cap_of("oneway", MV_CAP_CHANNEL);
	order->big = cap_of("big", MV_CAP_CHANNEL);
	order->edge = cap_of("edge", MV_CAP_SOURCE);
	order->level = cap_of("level", MV_CAP_SOURCE);
	order->second = cap_of("second", MV_CAP_SOURCE);
	if (order->pipe)
		order->pipe_line = mv_env_find("pipe", MV_CAP_CHANNEL)->line;
}

/* Single operations ------------------------------------------------------------ */

static void count_for_ever(volatile uint32_t *count)
{
	for (;;)
		++*count;
}

static void second(void *argument)
{
	(void)argument;
	count_for_ever(&order->count1);
}

static void do_call(void)
{
	uint32_t args[6];
	struct raw_result r;

	for (int i = 0; i < 6; i++)
		args[i] = order->args[1 + i];
	r = raw_call(order->args[0], args);
	order->result[0] = r.r0;
	order->result[1] = r.r1;
	order->result[2] = r.r2;
	order->result[3] = r.r3;
	order->result[4] = r.r12;
}

static void do_matrix(void)
{
	static struct matrix m;

	matrix_run(&m);
	order->result[0] = m.wrong;
	order->result[1] = m.calls;
	order->result[2] = m.number;
	order->result[3] = m.cap;
	order->result[4] = m.error;
	order->result[5] = m.wanted;
}

static void wait_for_interrupts(void)
{
	for (;;) {
		__asm__ volatile("wfi");
		order->count++;
	}
}

/* Ends when @depth is 0, and the stack long before. */
__attribute__((noinline)) static uint32_t recurse(uint32_t depth)
{
	volatile uint32_t here[32];

	here[0] = depth;
	order->count++;
	return depth ? recurse(depth - 1) + here[0] : 0;
}

static void spoil(void)
{
	data_word = ~PRISTINE_WORD;
	bss_word = ~0u;
	mv_timer_set(order->timer, MV_TIMER_PERIODIC, MV_MS);
	mv_vcpu_set_priority(cap_of("vcpu0", MV_CAP_VCPU), 110);
	if (order->vcpu1)
		mv_vcpu_run(1, second, NULL, second_stack, sizeof(second_stack));
}

static void inspect(void)
{
	uint32_t vcpu0 = cap_of("vcpu0", MV_CAP_VCPU);
	struct mv_result priority = mv_vcpu_set_priority(vcpu0, 100);

	order->result[0] = data_word;
	order->result[1] = bss_word;
	order->result[2] = priority.value;
	order->result[3] = order->vcpu1 ? mv_vcpu_stop(order->vcpu1) : MV_ERR_STATE;
	order->result[4] = mv_timer_cancel(order->timer);
	order->result[5] = mv_page()->virq_pending;
}

static void upcall_to(uint32_t vector)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->vector = vector;
	page->virq_enabled = ~0u;
	page->virq_master = 1;
	mv_timer_set(order->timer, 0, 0);
	for (;;)
		order->count++;
}

static void resume_to(uint32_t pc, uint32_t psr)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->virq_enabled = 0;
	page->saved_pc = pc;
	page->saved_psr = psr;
	page->saved_r12 = 0;
	order->result[0] = probe_resume();
	page->virq_master = 0;
}

/* Everything a page holds is overwritten, again and again, while a timer runs. */
static void fill_page(uint32_t value)
{
	volatile uint32_t *page = (volatile uint32_t *)mv_page();
	uint64_t end = mv_time_now() + 2 * MV_MS;

	mv_timer_set(order->timer, MV_TIMER_PERIODIC, 200 * MV_US);
	while (mv_time_now() < end) {
		for (int i = 1; i < MV_PAGE_SIZE / 4; i++)
			page[i] = value;
		page[0] = 0;
		mv_virq_sync();
	}
	mv_timer_cancel(order->timer);
}

static void flood(uint32_t channel, uint32_t failures)
{
	while (failures) {
		if (mv_channel_send(channel, (const void *)(uintptr_t)order->scratch, 64))
			failures--;
		else
			order->count++;
	}
	order->result[0] = order->count;
}

static void storm(uint32_t source, uint32_t times)
{
	for (uint32_t i = 0; i < times; i++)
		mv_virq_raise(source, 1u << (i % 32));
}

static void run_word(uint32_t word)
{
	volatile uint32_t code[2] = { word, 0xe12fff1e /* bx lr */ };

	probe_execute((uint32_t)(uintptr_t)code, 0);
}

static void thread_id(void)
{
	uint32_t a, b;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2\n\tmrc p15, 0, %1, c13, c0, 3"
			 : "=r"(a), "=r"(b));
	order->result[0] = a;
	order->result[1] = b;
}

/* Dispatch --------------------------------------------------------------------- */

typedef uint32_t (*access_fn)(uint32_t address, uint32_t value);

static const access_fn accesses[] = {
	[OP_READ] = probe_read,
	[OP_READ_BYTE] = probe_read_byte,
	[OP_READ_SEVERAL] = probe_read_several,
	[OP_READ_USER] = probe_read_user,
	[OP_WRITE] = probe_write,
	[OP_WRITE_BYTE] = probe_write_byte,
	[OP_WRITE_SEVERAL] = probe_write_several,
	[OP_WRITE_EXCLUSIVE] = probe_write_exclusive,
	[OP_EXECUTE] = probe_execute,
	[OP_JUMP_THUMB] = probe_execute_thumb,
};

static void perform_other(uint32_t operation, uint32_t a, uint32_t b)
{
	switch (operation) {
	case OP_INSTRUCTION:
		order->result[0] = instructions[a](b);
		break;
	case OP_COUNT:
	case OP_SPIN_ANEW:
		count_for_ever(&order->count);
		break;
	case OP_WAIT_INSTRUCTIONS:
		wait_for_interrupts();
		break;
	case OP_RECURSE:
		recurse(~0u);
		break;
	case OP_VECTOR:
		upcall_to(a);
		break;
	case OP_RESUME:
		resume_to(a, b);
		break;
	case OP_PAGE:
		fill_page(a);
		break;
	case OP_FLOOD:
		flood(a, b);
		break;
	case OP_STORM:
		storm(a, b);
		break;
	case OP_CODE_WORD:
		run_word(a);
		break;
	case OP_FAULT_ALWAYS:
		probe_read(0, 0);
		break;
	case OP_REGISTERS:
		probe_registers(a);
	}
}

static void perform(uint32_t operation)
{
	uint32_t a = order->args[0], b = order->args[1];

	if (operation < MV_ARRAY_SIZE(accesses) && accesses[operation])
		order->result[0] = accesses[operation](a, b);
	else if (operation == OP_CALL)
		do_call();
	else if (operation == OP_MATRIX)
		do_matrix();
	else if (operation == OP_SPOIL)
		spoil();
	else if (operation == OP_INSPECT)
		inspect();
	else if (operation == OP_THREAD_ID)
		thread_id();
	else
		perform_other(operation, a, b);
}

static void obey(void)
{
	if (order->taken == order->sequence)
		return;
	order->taken = order->sequence;
	perform(order->operation);
	order->done = order->taken;
	mv_virq_raise(done->cap, 1);
}

int mv_main(void)
{
	order = (volatile struct order *)(uintptr_t)mine("orders", MV_ENV_SEGMENT)->address;
	go = mine("go", MV_CAP_VIRQ);
	done = mine("done", MV_CAP_SOURCE);
	introduce();
	order->pending_at_start = mv_page()->virq_pending;
	order->lives++;
	if (order->operation == OP_SPIN_ANEW || order->operation == OP_FAULT_ALWAYS)
		perform_other(order->operation, 0, 0);
	for (;;) {
		obey();
		mv_page()->virq_enabled = 1u << go->line;
		mv_vcpu_wait();
		mv_virq_fetch(go->virq);
	}
}
