/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The C half of guest.h: handlers of exceptions in guest kernel mode, accesses in
 * both modes, address spaces in the cell's heap.
 */
#include "guest.h"

#include "uart.h"

_Static_assert(offsetof(struct regs, lr) == 56 && offsetof(struct regs, pc) == 60, "stubs");

uint32_t kernel_probe(uint32_t access, uint32_t va, uint32_t word);
extern const char kernel_probe_end[];
void kernel_trapped(uint32_t event, struct trap *t);

struct seen seen_by[MV_MAX_VCPUS_PER_CELL];

/* The cell faults, its handler of undefined instructions notwithstanding. */
_Noreturn void guest_panic(const char *format, ...)
{
	va_list args;

	mv_page()->undefined = 0;
	mv_vmmu_switch(guest_vmmu(), MV_VMMU_OFF, 0);
	if (mv_env_find("uart0", MV_ENV_DEVICE)) {
		va_start(args, format);
		uart_vprintf(format, args);
		va_end(args);
		say("\n");
	}
	__builtin_trap();
}

void guest_begin(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->vector = (uint32_t)vector_virq;
	page->undefined = (uint32_t)vector_undefined;
	page->system_call = (uint32_t)vector_call;
	page->fetch_abort = (uint32_t)vector_fetch;
	page->data_abort = (uint32_t)vector_data;
	page->dacr = 0x5;
	*seen() = (struct seen){ 0 };
}

uint32_t guest_vmmu(void)
{
	return mv_env_need("vmmu", MV_CAP_VMMU)->cap;
}

static bool is_probe(uint32_t pc)
{
	return pc >= (uint32_t)kernel_probe && pc < (uint32_t)kernel_probe_end;
}

/* A trap in a probe goes back to where it was called; any other is the end. */
void kernel_trapped(uint32_t event, struct trap *t)
{
	struct seen *s = seen();

	s->event = event;
	s->pc = t->pc;
	s->psr = t->psr;
	if (event == EVENT_VIRQ) {
		s->virqs++;
		if (s->on_virq)
			s->on_virq(t);
		return;
	}
	s->status = mv_page()->status;
	s->address = mv_page()->address;
	s->traps++;
	if (s->on_trap && s->on_trap(event, t))
		return;
	if (!is_probe(event == EVENT_FETCH ? t->lr : t->pc))
		guest_panic("trap %u at %x: %x %x", event, t->pc, s->status, s->address);
	t->pc = t->lr;
}

/* Accesses ---------------------------------------------------------------------- */

struct regs user_regs(const char *label)
{
	return (struct regs){ .sp = USER_STACK + PAGE, .pc = user_at(label), .psr = MV_PSR_USER };
}

uint32_t user_try(uint32_t access, uint32_t va, uint32_t *word)
{
	static const char *const code[NR_ACCESSES] = { user_read, user_write, user_execute };
	struct regs r = user_regs(code[access]);
	uint32_t event;

	r.r[0] = *word;
	r.r[1] = va;
	event = user_run(&r);
	*word = r.r[0];
	if (event == EVENT_CALL)
		return 0;
	if (event == EVENT_FETCH && r.pc == va && access == EXECUTE)
		return mv_page()->status;
	if (event == EVENT_DATA && r.pc == user_at(code[access]) && mv_page()->address == va)
		return mv_page()->status;
	return OTHER_EVENT;
}

uint32_t kernel_try(uint32_t access, uint32_t va, uint32_t *word)
{
	struct seen *s = seen();
	uint32_t before = s->traps, value = kernel_probe(access, va, *word);

	if (s->traps == before) {
		*word = access == READ ? value : *word;
		return 0;
	}
	if (s->traps != before + 1 || s->address != va ||
	    s->event != (access == EXECUTE ? EVENT_FETCH : EVENT_DATA))
		return OTHER_EVENT;
	return s->status;
}

/* Memory ---------------------------------------------------------------------------- */

static uint32_t pool_next;

void pool_reset(void)
{
	pool_next = mv_env_need("heap", MV_ENV_HEAP)->address;
}

void *pool_take(uint32_t size, uint32_t align)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);
	uint32_t at = (pool_next + align - 1) & ~(align - 1);

	if (at + size > heap->address + heap->size)
		guest_panic("no memory for %u", size);
	pool_next = at + size;
	return memset((void *)at, 0, size);
}

/* Address spaces ---------------------------------------------------------------------- */

uint32_t *space_new(void)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);
	uint32_t *l1 = pool_take(L1_SIZE, L1_SIZE);

	for (uint32_t slot = 0; slot * MIB < heap->address + heap->size + MIB; slot++)
		l1[slot] = SECTION(slot * MIB, AP_KERNEL);
	for (uint32_t slot = 0; slot < 4; slot++) {
		l1[MV_SEGMENT_BASE / MIB + slot] = SECTION(MV_SEGMENT_BASE + slot * MIB, AP_KERNEL);
		l1[MV_DEVICE_BASE / MIB + slot] = SECTION(MV_DEVICE_BASE + slot * MIB, AP_KERNEL);
	}
	space_page(l1, USER_CODE, SMALL((uint32_t)user_page, AP_ALL_READ));
	space_page(l1, USER_STACK, SMALL((uint32_t)pool_take(PAGE, PAGE), AP_BOTH) | SMALL_XN);
	l1[USER_CODE / MIB] &= ~IN_DOMAIN(15u);
	return l1;
}

uint32_t *space_l2(uint32_t *l1, uint32_t va)
{
	uint32_t *l2 = pool_take(L2_SIZE, L2_SIZE);

	l1[va / MIB] = TABLE(l2) | IN_DOMAIN(1);
	return l2;
}

void space_page(uint32_t *l1, uint32_t va, uint32_t descriptor)
{
	uint32_t *l2 = (uint32_t *)(l1[va / MIB] & ~(L2_SIZE - 1));

	if (!l2)
		l2 = space_l2(l1, va);
	l2[va / PAGE % 256] = descriptor;
}

void space_use(const uint32_t *l1, uint32_t asid)
{
	struct mv_result result;

	do
		result = mv_vmmu_switch(guest_vmmu(), (uint32_t)l1, asid);
	while (!result.error && result.value);
	if (result.error)
		guest_panic("switch: %u", result.error);
}

void space_off(void)
{
	mv_vmmu_switch(guest_vmmu(), MV_VMMU_OFF, 0);
}

void space_flush(uint32_t asid, uint32_t start, uint32_t size)
{
	struct mv_result result;
	uint32_t end = start + size;

	do {
		result = mv_vmmu_flush(guest_vmmu(), asid, start, size);
		if (size) {
			size = result.value;
			start = end - size;
		}
	} while (!result.error && result.value);
	if (result.error)
		guest_panic("flush: %u", result.error);
}
