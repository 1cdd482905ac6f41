/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vIRQs: the handler of each line, waiting, and upcalls. Each vCPU has its own
 * lines. An edge vIRQ ends when its payload is fetched, so every enabled line has
 * its capability here, even without a handler.
 */
#include "local.h"

static struct mv_lines lines_of[CONFIG_MAX_VCPUS_PER_CELL];

static struct mv_lines *my_lines(void)
{
	return &lines_of[mv_page()->vcpu];
}

uint32_t mv_line_bit(const struct mv_env_entry *entry)
{
	return entry && entry->virq ? 1u << entry->line : 0;
}

void mv_on_virq(const struct mv_env_entry *entry, mv_handler handler, void *argument)
{
	uint32_t saved = mv_virq_mask();
	struct mv_line *line = &my_lines()->line[entry->line];

	if (!entry->virq)
		mv_panic("'%s' has no vIRQ", entry->name);
	line->handler = handler;
	line->argument = argument;
	line->cap = entry->virq;
	line->counts = entry->kind == MV_CAP_TIMER;
	mv_virq_enable(entry);
	mv_virq_restore(saved);
}

void mv_virq_enable(const struct mv_env_entry *entry)
{
	volatile struct mv_vcpu_page *page = mv_page();

	page->virq_enabled |= mv_line_bit(entry);
	if (page->virq_master && page->virq_pending & page->virq_enabled)
		mv_virq_sync();
}

void mv_virq_disable(const struct mv_env_entry *entry)
{
	mv_page()->virq_enabled &= ~mv_line_bit(entry);
}

static void hold(struct mv_lines *lines, uint32_t pending)
{
	while (pending) {
		unsigned int n = (unsigned int)__builtin_ctz(pending);
		struct mv_line *line = &lines->line[n];
		uint32_t payload = mv_virq_fetch(line->cap).value;

		pending &= pending - 1;
		line->held = line->counts ? line->held + payload : line->held | payload;
		lines->held |= 1u << n;
	}
}

/* Lowest line first. While a handler runs, further payloads may become held. */
static uint32_t run_held(struct mv_lines *lines)
{
	uint32_t served = 0;

	while (lines->held) {
		unsigned int n = (unsigned int)__builtin_ctz(lines->held);
		struct mv_line *line = &lines->line[n];
		uint32_t payload = line->held;

		lines->held &= lines->held - 1;
		line->held = 0;
		served |= 1u << n;
		if (line->handler)
			line->handler(payload, line->argument);
	}
	return served;
}

uint32_t mv_wait(void)
{
	struct mv_lines *lines = my_lines();
	uint32_t saved = mv_virq_mask(), served;

	if (!lines->held)
		hold(lines, mv_vcpu_wait());
	served = run_held(lines);
	mv_virq_restore(saved);
	return served;
}

void mv_poll(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	if (my_lines()->held || page->virq_pending & page->virq_enabled)
		mv_wait();
}

void mv_wait_only(uint32_t only)
{
	volatile struct mv_vcpu_page *page = mv_page();
	uint32_t saved = mv_virq_mask(), enabled = page->virq_enabled;

	page->virq_enabled = only;
	hold(my_lines(), mv_vcpu_wait());
	page->virq_enabled = enabled;
	mv_virq_restore(saved);
}

uint32_t mv_virq_mask(void)
{
	volatile struct mv_vcpu_page *page = mv_page();
	uint32_t saved = page->virq_master;

	page->virq_master = 0;
	return saved;
}

/*
 * Held payloads cause no upcall any more, so their handlers are run here, masked.
 * The test of the pending word comes after the store: see struct mv_vcpu_page.
 */
void mv_virq_unmask(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	run_held(my_lines());
	page->virq_master = 1;
	if (page->virq_pending & page->virq_enabled)
		mv_virq_sync();
}

void mv_virq_restore(uint32_t saved)
{
	if (saved)
		mv_virq_unmask();
}

/* Called by start.S with vIRQs masked. */
void mv_virq_upcall(void)
{
	volatile struct mv_vcpu_page *page = mv_page();
	struct mv_lines *lines = my_lines();

	hold(lines, page->virq_pending & page->virq_enabled);
	run_held(lines);
}
