/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The hostile guest: makes random operations on its vMMU, with tables that it
 * changes all the time, and checks that accesses which succeed reach only its own
 * memory. Its fault policy restarts it when it has destroyed itself; the counts go on.
 */
#include "hostile.h"
#include "pulse.h"

#define RUN_NS 20000 /* time for wild code in guest user mode */

struct progress *progress;

static struct worker workers[NR_WORKERS];
static uint8_t stack[4096] __attribute__((aligned(8)));

static void find_foreign(uint32_t va, uint32_t value)
{
	if (progress->foreign++)
		return;
	progress->va = va;
	progress->value = value;
}

/* Spaces --------------------------------------------------------------------------- */

/* The tables may have been overwritten; what the guest kernel needs is put back. */
static void repair(uint32_t table)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP);

	for (uint32_t slot = 0; slot <= (heap->address + heap->size) / MIB; slot++)
		tables[table][slot] = SECTION(slot * MIB, AP_KERNEL);
	tables[table][MV_SEGMENT_BASE / MIB] = SECTION(MV_SEGMENT_BASE, AP_KERNEL);
	space_page(tables[table], USER_CODE, SMALL((uint32_t)user_page, AP_ALL_READ));
}

static void use(struct worker *w)
{
	uint32_t table = w->table;

	mv_page()->dacr |= 1;
	if (table < NR_TABLES)
		repair(table);
	if (table > NR_TABLES)
		space_off();
	else
		space_use(table == NR_TABLES ? (uint32_t *)MV_VMMU_SOFTWARE : tables[table],
			  w->asid);
}

static void change_space(struct worker *w)
{
	w->table = below(w, NR_TABLES + 2);
	w->asid = below(w, 4);
	use(w);
}

/* Any arguments: those of a guest that counts on nothing. */
static void random_call(struct worker *w)
{
	uint32_t asid = below(w, 4) ? below(w, 4) : below(w, 300);
	uint32_t va = some_address(w), size = below(w, 3) ? below(w, 32) * PAGE : random_word(w);
	uint32_t buffer = below(w, 2) ? va : (va | (PAGE - 1)) - 15; /* in two pages */

	switch (below(w, 4)) {
	case 0:
		mv_vmmu_flush(guest_vmmu(), asid, va & ~(PAGE - 1), size);
		break;
	case 1:
		mv_vmmu_flush(guest_vmmu(), asid, 0, 0);
		break;
	case 2:
		mv_vmmu_map(guest_vmmu(), va & ~(below(w, 8) ? PAGE - 1 : 0),
			    below(w, 2) ? some_page(w) : random_word(w) & ~(PAGE - 1),
			    below(w, 17));
		break;
	default:
		mv_vmmu_stats(guest_vmmu(), below(w, 3), (void *)buffer, 32 + below(w, 8));
		break;
	}
}

/* Words of the vCPU page that mean nothing to the guest itself. */
static void play_with_page(struct worker *w)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->dacr = below(w, 4) ? 0x55555555 : random_word(w) | 1;
	page->status = random_word(w);
	page->address = random_word(w);
	page->saved_pc = random_word(w);
	page->saved_psr = random_word(w);
	page->saved_sp = random_word(w);
	page->kernel_sp = random_word(w);
	page->virq_pending = random_word(w);
	page->cell = random_word(w);
}

/* Accesses --------------------------------------------------------------------------- */

/* Alone, the guest knows where its memory is, and that nobody changes it meanwhile. */
static void look(struct worker *w, uint32_t va, uint32_t value)
{
	if (progress->workers > 1 || (is_mark(value) && below(w, 16)))
		return;
	space_off();
	if (is_ours(value))
		progress->looked++;
	else
		find_foreign(va, value);
	use(w);
}

static void try_read(struct worker *w)
{
	uint32_t va = some_address(w), word = 0, status;

	/* Its own fixed pages, which it may read, are no matter of the tables. */
	if (va >= MV_GUEST_END && va < MV_KERNEL_BASE)
		return;
	status = below(w, 2) ? user_try(READ, va, &word) : kernel_try(READ, va, &word);
	if (status) {
		progress->faults++;
		return;
	}
	if (IN_HOLE(va))
		find_foreign(va, word);
	progress->reads++;
	progress->last += va >= MV_GUEST_HIGH;
	look(w, va, word);
}

static void try_write(struct worker *w)
{
	uint32_t va = some_address(w), word = mark(random_word(w)), status;

	/* Not the guest kernel's own image and stack, nor its vCPU page. */
	if (va < WINDOW || (va >= MV_SEGMENT_BASE && va < MV_SEGMENT_BASE + 4 * MIB) ||
	    (va >= MV_GUEST_END && va < MV_KERNEL_BASE))
		return;
	status = below(w, 2) ? user_try(WRITE, va, &word) : kernel_try(WRITE, va, &word);
	if (status) {
		progress->faults++;
		return;
	}
	if (IN_HOLE(va))
		find_foreign(va, word);
	progress->writes++;
	progress->last += va >= MV_GUEST_HIGH;
}

/* A write of a word that stands nowhere else: it must have come to the guest's memory. */
static void try_token(struct worker *w)
{
	uint32_t va = some_address(w), word = 0x70000000 | progress->operations << 4, status;

	if (progress->workers > 1 || va < WINDOW || va >= MV_SEGMENT_BASE)
		return;
	status = below(w, 2) ? user_try(WRITE, va, &word) : kernel_try(WRITE, va, &word);
	if (status)
		return;
	progress->writes++;
	space_off();
	if (is_ours(word))
		progress->looked++;
	else
		find_foreign(va, word);
	use(w);
}

/* Whatever stands there, with any registers, until something happens or time is up. */
static void run_wild(struct worker *w)
{
	char name[8];
	struct regs r;
	const struct mv_env_entry *timer;

	mv_snprintf(name, sizeof(name), "timer%u", mv_page()->vcpu);
	timer = mv_env_need(name, MV_CAP_TIMER);
	mv_virq_fetch(timer->virq);
	mv_page()->virq_enabled = 1u << timer->line;
	for (uint32_t i = 0; i < 13; i++)
		r.r[i] = below(w, 2) ? some_address(w) : random_word(w);
	r.sp = some_address(w);
	r.lr = some_address(w);
	r.pc = some_address(w);
	r.psr = (random_word(w) & 0xf8000000) | MV_PSR_USER;
	mv_timer_set(timer->cap, 0, RUN_NS);
	user_run(&r);
	mv_timer_cancel(timer->cap);
	mv_page()->virq_enabled = 0;
	/* It could write there; the library relies on it. */
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2"
			 :
			 : "r"(MV_VCPU_PAGE_BASE + (w == workers ? 0 : PAGE)));
	progress->runs++;
}

static void operate(struct worker *w)
{
	uint32_t what = below(w, 64);

	if (what < 14)
		tables_spoil(w);
	else if (what < 36)
		try_read(w);
	else if (what < 48)
		try_write(w);
	else if (what < 50)
		try_token(w);
	else if (what < 54)
		run_wild(w);
	else if (what < 58)
		change_space(w);
	else if (what < 63)
		random_call(w);
	else
		play_with_page(w);
	progress->operations++;
}

static void work(void *argument)
{
	struct worker *w = argument;

	guest_begin();
	mv_page()->dacr = 0x55555555;
	change_space(w);
	while (progress->operations < progress->count)
		operate(w);
	space_off();
}

/* The cell ------------------------------------------------------------------------------ */

static void report(void)
{
	const volatile struct pulse *pulse =
		(const volatile struct pulse *)mv_env_need("pulse", MV_ENV_SEGMENT)->address;
	struct mv_vmmu_stats stats;

	if (mv_vmmu_stats(guest_vmmu(), 0, &stats, sizeof(stats)).error)
		mv_panic("no statistics");
	mv_printf("seed %u: %u operations, %u reads, %u writes, %u runs, %u faults, %u lives\n",
		  progress->seed, progress->operations, progress->reads, progress->writes,
		  progress->runs, progress->faults, progress->lives);
	mv_printf("misses %u %u %u, evictions %u, flips %u, spaces %u\n", stats.section_misses,
		  stats.large_misses, stats.page_misses, stats.evictions, stats.flips,
		  stats.spaces_made);
	mv_printf("witness: %u beats, %u damaged, %u wrong, %u missed\n", pulse->beats,
		  pulse->damaged, pulse->wrong, pulse->missed);
	mv_printf("%u looked at, %u foreign, first at %x: %x\n", progress->looked,
		  progress->foreign, progress->va, progress->value);
	mv_printf("%u in the last megabyte\n", progress->last);
	mv_printf("done\n");
}

MV_NEEDS_GUEST(MV_NEED_VMMU, 0, 0);
MV_NEEDS_SEGMENT("progress");
MV_NEEDS_SEGMENT("pulse");

int mv_main(void)
{
	progress = (struct progress *)mv_env_need("progress", MV_ENV_SEGMENT)->address;
	if (!progress->count)
		*progress = (struct progress){ .seed = mv_arg_number("seed", 1),
					       .count = mv_arg_number("count", 20000),
					       .workers = mv_arg_number("workers", 1) };
	progress->lives++;
	guest_begin();
	pool_reset();
	tables_make();
	for (uint32_t i = 0; i < NR_WORKERS; i++)
		workers[i].random = progress->seed * 2654435761u + progress->lives * 97 + i + 1;
	tables_fill(&workers[0]);
	if (progress->workers > 1)
		mv_vcpu_run(1, work, &workers[1], stack, sizeof(stack));
	work(&workers[0]);
	/* The other one ends by itself; then the library's vectors may be needed again. */
	mv_page()->virq_enabled = 0;
	report();
	return 0;
}
