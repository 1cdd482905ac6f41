/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS's machine: a guest cell. The vCPU page is the processor, the vMMU
 * the MMU, timer0 the timer, a channel the console. Lines leave whole; when the
 * console has no room they wait. Words in the cell's args: seed, count, repeat,
 * period, `loaded` (no translation tables); a segment "plan-CELL", in which QEMU can put
 * words before the start, overrides them.
 */
#include "os.h"

#define VCPU_PAGE ((volatile struct mv_vcpu_page *)MV_VCPU_PAGE_BASE)
#define MIB       0x100000u
#define DACR      0x5u /* domains 0 and 1 */

_Static_assert(sizeof(struct regs) == REGS_SIZE, "known to the entries");
_Static_assert(offsetof(struct regs, self) - offsetof(struct regs, pc) ==
		       offsetof(struct mv_vcpu_page, kernel_sp),
	       "the entries copy them in one go");

void entry_system_call(void);
void entry_undefined(void);
void entry_fetch_abort(void);
void entry_data_abort(void);
void entry_virq(void);

static uint32_t vmmu;
static const struct mv_env_entry *timer, *console;
static char line[128] __attribute__((aligned(4)));
static uint32_t length;

int mv_main(void)
{
	kernel_main();
}

static uint32_t planned(const uint32_t *words, uint32_t n, const char *key, uint32_t missing)
{
	return words && words[n] ? words[n] : mv_arg_number(key, missing);
}

MV_NEEDS_GUEST(MV_NEED_VMMU, 0, 0);

void machine_init(struct plan *to)
{
	const struct mv_env_entry *segment;
	const uint32_t *words;
	uint32_t unused;
	char name[24];

	mv_snprintf(name, sizeof(name), "plan-%s", mv_env->cell);
	segment = mv_env_find(name, MV_ENV_SEGMENT);
	words = segment ? (const uint32_t *)(uintptr_t)segment->address : NULL;
	console = mv_env_find("console", MV_CAP_CHANNEL);
	vmmu = mv_env_need("vmmu", MV_CAP_VMMU)->cap;
	timer = mv_env_need("timer0", MV_CAP_TIMER);
	to->seed = planned(words, 0, "seed", 1);
	to->count = planned(words, 1, "count", 2000);
	to->repeat = planned(words, 2, "repeat", 4);
	to->period = planned(words, 3, "period", 100);
	if (mv_arg("loaded", &unused))
		paging = &paging_loaded;
}

void machine_start(const struct plan *p)
{
	volatile struct mv_vcpu_page *page = VCPU_PAGE;

	page->vector = (uint32_t)(uintptr_t)entry_virq;
	page->undefined = (uint32_t)(uintptr_t)entry_undefined;
	page->system_call = (uint32_t)(uintptr_t)entry_system_call;
	page->fetch_abort = (uint32_t)(uintptr_t)entry_fetch_abort;
	page->data_abort = (uint32_t)(uintptr_t)entry_data_abort;
	page->virq_enabled = 1u << timer->line;
	/* Not mv_panic(): the library's register is the first process's by now. */
	if (mv_timer_set(timer->cap, MV_TIMER_PERIODIC, p->period * MV_US)) {
		say("test-os: a period of %u us is not allowed\n", p->period);
		machine_end();
	}
}

void machine_ram(uint32_t *start, uint32_t *end)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);

	*start = heap->address;
	*end = heap->address + heap->size;
}

bool machine_sections(uint32_t n, uint32_t *start, uint32_t *end, bool *device)
{
	machine_ram(start, end);
	*start = 0;
	*end = (*end + MIB - 1) & ~(MIB - 1);
	*device = false;
	return n == 0;
}

void machine_put(void *context, char c)
{
	line[length++] = c;
	if (c != '\n' && length < sizeof(line))
		return;
	while (console && mv_channel_send(console->cap, line, length) == MV_ERR_FULL)
		mv_vcpu_yield();
	length = 0;
}

/* The MMU -------------------------------------------------------------------------- */

void machine_switch(uint32_t table, uint32_t asid)
{
	VCPU_PAGE->dacr = DACR;
	while (mv_vmmu_switch(vmmu, table, asid).value)
		;
}

static void flush(uint32_t asid, uint32_t start, uint32_t size)
{
	uint32_t left;

	for (uint32_t end = start + size; (left = mv_vmmu_flush(vmmu, asid, start, size).value);)
		if (size) {
			start = end - left;
			size = left;
		}
}

void machine_flush(uint32_t kind, uint32_t asid, uint32_t start, uint32_t size)
{
	if (kind == FLUSH_ALL)
		flush(MV_ASID_ALL, 0, 0);
	else if (kind == FLUSH_ASID)
		flush(asid, 0, 0);
	else if (kind == FLUSH_RANGE)
		flush(asid, start, size);
	else
		for (uint32_t va = start; va != start + size; va += PAGE_SIZE)
			flush(asid, va, PAGE_SIZE);
}

void machine_written(const uint32_t *entry, uint32_t count)
{
	__asm__ volatile("" : : : "memory");
}

void machine_code(uint32_t page)
{
	uint32_t left = PAGE_SIZE;

	while (left)
		left = mv_cache_range(MV_CACHE_CODE, page + PAGE_SIZE - left, left).value;
}

/* Interrupts and registers ------------------------------------------------------------ */

void machine_tick(void)
{
	mv_virq_fetch(timer->virq);
}

static void unmask(void)
{
	volatile struct mv_vcpu_page *page = VCPU_PAGE;

	page->virq_master = 1;
	if (page->virq_pending & page->virq_enabled)
		mv_virq_sync();
}

void machine_breathe(void)
{
	unmask();
	VCPU_PAGE->virq_master = 0;
}

void machine_wait(void)
{
	unmask();
	mv_vcpu_wait();
	VCPU_PAGE->virq_master = 0;
}

void machine_fp(bool on)
{
	mv_vcpu_set(MV_VCPU_FP, on);
}

void machine_thread_id(uint32_t value)
{
	mv_vcpu_set(MV_VCPU_THREAD_ID, value);
}

/* The end -------------------------------------------------------------------------------- */

static void say_stats(void)
{
	struct mv_vmmu_stats s;

	mv_vmmu_stats(vmmu, 0, &s, sizeof(s));
	say("# vMMU: sections %u, large %u, pages %u, evictions %u, flips %u, spaces %u, "
	    "switches %u, flushes %u\n",
	    s.section_misses, s.large_misses, s.page_misses, s.evictions, s.flips, s.spaces_made,
	    s.switches, s.flushes);
}

void machine_end(void)
{
	mv_timer_cancel(timer->cap);
	mv_vmmu_switch(vmmu, MV_VMMU_OFF, 0);
	say_stats();
	say("test-os: end\n");
	for (;;)
		mv_cell_stop(mv_env_need("cell", MV_CAP_CELL)->cap);
}
