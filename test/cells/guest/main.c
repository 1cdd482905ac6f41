/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The judge of guest modes and the vMMU: a guest that runs all checks and
 * prints `ok ID sentence` or `not ok ID sentence` for each. The same image is
 * the victim, a guest that the judge lets fault.
 */
#include "guest-judge.h"

static const struct check_set *const sets[] = {
	&modes_set,   &instructions_set, &virqs_set,   &faults_set, &forms_set,  &spaces_set,
	&flushes_set, &software_set,     &buffers_set, &vcpus_set,  &policy_set, &last_set,
};

struct text {
	char text[160];
	unsigned int length;
};

static struct text noted;
static uint32_t random = 1;

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

uint32_t chance(uint32_t limit)
{
	random = random * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)random * limit >> 32);
}

uint32_t status_of(uint32_t (*try_)(uint32_t, uint32_t, uint32_t *), uint32_t access, uint32_t va)
{
	uint32_t word = RETURN_INSN;

	return try_(access, va, &word);
}

uint32_t shows(uint32_t va)
{
	uint32_t word = 0;

	return kernel_try(READ, va, &word) ? ~0u : word;
}

uint32_t user_shows(uint32_t va)
{
	uint32_t word = 0;

	return user_try(READ, va, &word) ? ~0u : word;
}

uint32_t *space_begin(void)
{
	uint32_t *l1;

	space_off();
	pool_reset();
	l1 = space_new();
	space_flush(MV_ASID_ALL, 0, 0);
	space_use(l1, 1);
	return l1;
}

uint32_t marked_page(uint32_t mark)
{
	uint32_t *page = pool_take(PAGE, PAGE);

	*page = mark;
	return (uint32_t)page;
}

static bool run(const struct check *check)
{
	bool holds;

	space_off();
	guest_begin();
	mv_page()->virq_enabled = 0;
	note("no note");
	holds = check->holds();
	mv_page()->virq_master = 0;
	space_off();
	say("%s %s %s\n", holds ? "ok" : "not ok", check->id, check->sentence);
	return holds;
}

MV_NEEDS_GUEST(MV_NEED_VMMU, 0, 0);

int mv_main(void)
{
	const volatile struct pulse *pulse;
	unsigned int passed = 0, failed = 0;
	uint32_t length;

	guest_begin();
	pool_reset();
	if (mv_arg("victim", &length))
		victim_main();
	pulse = (const volatile struct pulse *)mv_env_need("pulse", MV_ENV_SEGMENT)->address;
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sets); i++)
		for (unsigned int n = 0; n < sets[i]->nr; n++)
			*(run(&sets[i]->checks[n]) ? &passed : &failed) += 1;
	say("guest: witness: %u beats, %u damaged, %u wrong, %u missed, worst %u ns late\n",
	    pulse->beats, pulse->damaged, pulse->wrong, pulse->missed, pulse->worst);
	say("guest: %u passed, %u failed\n", passed, failed);
	return 0;
}
