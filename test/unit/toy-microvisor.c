/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The toy microvisor of toy-microvisor.h.
 */
#include "toy-microvisor.h"
#include <sys/mman.h>

#define NEVER UINT64_MAX

struct toy toy;
struct low *low;
jmp_buf panicked;
char panic_text[200];

volatile struct mv_vcpu_page *mv_page(void)
{
	return &toy.page;
}

void raise_line(unsigned int line, uint32_t payload)
{
	toy.payload[line] |= payload;
	toy.page.virq_pending |= 1u << line;
}

void drain_out(void)
{
	bool full = toy.out.count == DEPTH;

	for (uint32_t i = 0; i < toy.out.count; i++)
		strncat(toy.received, toy.out.text[i], toy.out.length[i]);
	toy.out.count = 0;
	if (full)
		raise_line(CHANNEL, MV_CHANNEL_WRITABLE);
}

/* Time goes on to whatever comes first; nothing to come would be a hang. */
uint32_t mv_vcpu_wait(void)
{
	while (!(toy.page.virq_pending & toy.page.virq_enabled)) {
		uint64_t next = toy.deadline < toy.reader_wakes ? toy.deadline : toy.reader_wakes;

		assert_true(next != NEVER);
		toy.now = next > toy.now ? next : toy.now;
		if (toy.deadline <= toy.now) {
			toy.deadline = NEVER;
			raise_line(TIMER, 1);
		}
		if (toy.reader_wakes <= toy.now) {
			toy.reader_wakes = NEVER;
			drain_out();
		}
	}
	return toy.page.virq_pending & toy.page.virq_enabled;
}

struct mv_result mv_virq_fetch(uint32_t virq)
{
	uint32_t line = virq - 10, payload = toy.payload[line];

	assert_true(toy.page.virq_pending & 1u << line);
	toy.payload[line] = 0;
	toy.page.virq_pending &= ~(1u << line);
	return (struct mv_result){ MV_OK, payload };
}

uint32_t mv_virq_sync(void)
{
	toy.lowered = true;
	toy.page.virq_master = 0;
	mv_virq_upcall();
	toy.page.virq_master = 1;
	return MV_OK;
}

uint64_t mv_time_now(void)
{
	return toy.now;
}

uint32_t mv_timer_set(uint32_t timer, uint32_t flags, uint64_t time)
{
	assert_int_equal(timer, 7);
	assert_int_equal(flags, MV_TIMER_ABSOLUTE);
	toy.deadline = time;
	return MV_OK;
}

uint32_t mv_channel_send(uint32_t channel, const void *buffer, uint32_t size)
{
	assert_int_equal(channel, 8);
	assert_int_equal((uintptr_t)buffer % 4, 0);
	if (size > MESSAGE)
		return MV_ERR_SIZE;
	if (toy.out.count == DEPTH)
		return MV_ERR_FULL;
	memcpy(toy.out.text[toy.out.count], buffer, size);
	toy.out.length[toy.out.count++] = size;
	return MV_OK;
}

struct mv_result mv_channel_receive(uint32_t channel, void *buffer, uint32_t size)
{
	uint32_t length = toy.in.length[0];

	assert_int_equal(channel, 8);
	if (!toy.in.count)
		return (struct mv_result){ MV_ERR_EMPTY, 0 };
	assert_true(length <= size);
	memcpy(buffer, toy.in.text[0], length);
	memmove(toy.in.text[0], toy.in.text[1], sizeof(toy.in.text) - MESSAGE);
	memmove(toy.in.length, toy.in.length + 1, sizeof(toy.in.length) - 4);
	toy.in.count--;
	return (struct mv_result){ MV_OK, length };
}

_Noreturn void mv_panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(panic_text, sizeof(panic_text), format, args);
	va_end(args);
	longjmp(panicked, 1);
}

void type(const char *text)
{
	toy.in.length[toy.in.count] = (uint32_t)strlen(text);
	memcpy(toy.in.text[toy.in.count++], text, strlen(text));
	raise_line(CHANNEL, MV_CHANNEL_READABLE);
}

static struct mv_env_entry *add(const char *name, uint16_t kind)
{
	struct mv_env_entry *entry = (struct mv_env_entry *)low->env.entries + low->env.nr_entries;

	low->env.nr_entries++;
	strcpy(entry->name, name);
	entry->kind = kind;
	return entry;
}

static struct mv_env_entry *add_line(const char *name, uint16_t kind, uint16_t cap, uint32_t line)
{
	struct mv_env_entry *entry = add(name, kind);

	entry->cap = cap;
	entry->line = line;
	entry->virq = (uint16_t)(line + 10);
	return entry;
}

static void fill_symbols(void)
{
	struct mv_env_entry *entry = add("symbols", MV_ENV_SEGMENT);
	static const uint32_t entries[] = { 0x10000, 36, 0x10040, 43, 0x10100, 51 };

	strcpy(entry->peer, "rogue");
	entry->address = (uint32_t)(uintptr_t)&low->symbols;
	entry->size = sizeof(low->symbols);
	low->symbols.magic = 0x3153564d;
	low->symbols.count = 3;
	low->symbols.end = 0x10200;
	memcpy(low->symbols.entries, entries, sizeof(entries));
	memcpy(low->symbols.names, "_start\0mv_main\0mv_panic", 24);
}

int toy_set_up(void **state)
{
	struct mv_env_entry *entry;

	(void)state;
	if (!low)
		low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_ptr_not_equal(low, MAP_FAILED);
	memset(low, 0, sizeof(*low));
	memset(&toy, 0, sizeof(toy));
	toy.deadline = toy.reader_wakes = NEVER;
	strcpy(low->env.cell, "tester");
	mv_env = &low->env;
	add_line("timer0", MV_CAP_TIMER, 7, TIMER);
	entry = add_line("console", MV_CAP_CHANNEL, 8, CHANNEL);
	strcpy(entry->peer, "screen");
	entry->address = MESSAGE;
	add_line("alarm", MV_CAP_VIRQ, 0, OTHER);
	strcpy(low->args, "rate=25 quiet name=x  rat=7 bad=1x");
	entry = add("args", MV_ENV_STRING);
	entry->address = (uint32_t)(uintptr_t)low->args;
	fill_symbols();
	/* The library enables timer0 once, and each test has a new page. */
	toy.page.virq_enabled = 1u << TIMER;
	mv_console_patience(10 * MV_MS);
	return 0;
}
