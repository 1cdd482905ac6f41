/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The warden: runs its checks, prints `ok ID sentence` or `not ok ID sentence`
 * for each, then the rows of its table.
 */
#include "warden.h"

static const struct check_set *const sets[] = { &checks_set, &ends_set };

static uint32_t noted;

void note(uint32_t number)
{
	noted = number;
}

bool warden_must(bool condition, const char *text, const char *file, int line)
{
	if (!condition)
		say("# %s:%d: `%s` does not hold; %u\n", file, line, text, noted);
	return condition;
}

bool warden_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line)
{
	if (value != wanted)
		say("# %s:%d: `%s` is 0x%x, not 0x%x; %u\n", file, line, text, value, wanted,
		    noted);
	return value == wanted;
}

void prioritise(uint32_t priority)
{
	mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap, priority);
}

static void run(const struct check *check)
{
	bool holds;

	stage->revives = 0;
	note(0);
	holds = check->holds();
	prioritise(MOST_URGENT);
	say("%s %s %s\n", holds ? "ok" : "not ok", check->id, check->sentence);
}

int mv_main(void)
{
	wards_find();
	/* All have started, and one has done with its lives. */
	mv_sleep(20 * MV_MS);
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sets); i++)
		for (unsigned int n = 0; n < sets[i]->nr; n++)
			run(&sets[i]->checks[n]);
	table_run();
	say("warden: the end\n");
	for (;;)
		mv_wait();
}
