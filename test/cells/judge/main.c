/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The judge: runs all checks, prints `ok ID sentence` or `not ok ID sentence`
 * for each, then waits for letters on its serial line, which it also obeys
 * between checks: c = crash, p = make the microvisor panic, r = restart the
 * machine, o = switch it off.
 */
#include "judge.h"

static const struct check_set *const sets[] = {
	&calls_set, &buffers_set, &channels_set,     &virqs_set,  &upcalls_set, &vcpus_set,
	&sched_set, &memory_set,  &instructions_set, &faults_set, &devices_set, &timers_set,
};

const volatile struct pulse *pulse;

struct text {
	char text[160];
	unsigned int length;
};

static struct text noted;

static void put_text(void *context, char c)
{
	struct text *t = context;

	if (t->length < sizeof(t->text) - 1)
		t->text[t->length++] = c;
}

void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	noted.length = 0;
	mv_vformat(put_text, &noted, format, args);
	noted.text[noted.length] = '\0';
	va_end(args);
}

bool judge_must(bool condition, const char *text, const char *file, int line)
{
	if (!condition)
		say("# %s:%d: `%s` does not hold; %s\n", file, line, text, noted.text);
	return condition;
}

bool judge_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line)
{
	if (value != wanted)
		say("# %s:%d: `%s` is 0x%x, not 0x%x; %s\n", file, line, text, value, wanted,
		    noted.text);
	return value == wanted;
}

uint32_t cap_named(const char *name, uint32_t kind)
{
	return mv_env_need(name, kind)->cap;
}

uint32_t wait_lines(uint32_t lines, uint64_t limit)
{
	const struct mv_env_entry *timer = mv_env_need("timer0", MV_CAP_TIMER);
	uint32_t pending;

	mv_timer_set(timer->cap, 0, limit);
	mv_page()->virq_enabled = lines | line_of(timer);
	pending = mv_vcpu_wait();
	mv_timer_cancel(timer->cap);
	mv_virq_fetch(timer->virq);
	return pending & lines;
}

void pause(uint64_t ns)
{
	wait_lines(0, ns);
}

uint32_t vcpu_cap(uint32_t n)
{
	static const char *const names[] = { "vcpu0", "vcpu1", "vcpu2" };

	return cap_named(names[n], MV_CAP_VCPU);
}

/* Letters ---------------------------------------------------------------------- */

static char read_letter(void)
{
	const struct mv_env_entry *uart = mv_env_need("uart0", MV_ENV_DEVICE);
	volatile uint32_t *regs = uart_at("uart0");

	regs[UART_MASK] = UART_RX_IRQ;
	while (regs[UART_FLAGS] & UART_RX_EMPTY) {
		mv_page()->virq_enabled = line_of(uart);
		mv_vcpu_wait();
		mv_virq_fetch(uart->virq);
		regs[UART_CLEAR] = UART_RX_IRQ;
		mv_virq_ack(uart->virq);
	}
	return (char)regs[UART_DATA];
}

static void obey_letter(char letter)
{
	uint32_t system = cap_named("system", MV_CAP_SYSTEM);

	say("judge: letter %c\n", letter);
	if (letter == 'c')
		__builtin_trap();
	if (letter == 'p')
		say("judge: system_check gave %u\n", mv_system_check(system, 1).error);
	if (letter == 'r')
		say("judge: system_reset gave %u\n", mv_system_reset(system, MV_SYSTEM_RESTART));
	if (letter == 'o')
		say("judge: system_reset gave %u\n", mv_system_reset(system, MV_SYSTEM_POWER_OFF));
}

/* Running the checks --------------------------------------------------------- */

static bool run(const struct check *check)
{
	bool holds;

	helpers_stop();
	puppets_ready();
	note("no note");
	holds = check->holds();
	say("%s %s %s\n", holds ? "ok" : "not ok", check->id, check->sentence);
	return holds;
}

static void run_all(void)
{
	unsigned int passed = 0, failed = 0;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sets); i++)
		for (unsigned int n = 0; n < sets[i]->nr; n++) {
			*(run(&sets[i]->checks[n]) ? &passed : &failed) += 1;
			if (!(uart_at("uart0")[UART_FLAGS] & UART_RX_EMPTY))
				obey_letter(read_letter());
		}
	say("judge: worst heartbeat %u ns late\n", pulse->worst);
	say("judge: %u passed, %u failed\n", passed, failed);
}

MV_NEEDS_SEGMENT("pulse");

int mv_main(void)
{
	struct mv_result status = mv_cell_status(cap_named("cell", MV_CAP_CELL));

	pulse = (const volatile struct pulse *)(uintptr_t)mv_env_need("pulse", MV_ENV_SEGMENT)
			->address;
	puppets_find();
	if (MV_CELL_RESTARTS(status.value)) {
		read_faults();
		say("judge: restarted, the log's last record is of '%s'\n", phoenix.fault.name);
	} else {
		run_all();
	}
	say("judge: waiting for a letter\n");
	for (;;)
		obey_letter(read_letter());
}
