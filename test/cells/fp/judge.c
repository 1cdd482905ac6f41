/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The judge: runs all checks and prints `ok ID sentence` or `not ok ID sentence`
 * for each. Here are those of the rivals, which are native cells.
 */
#include "judge.h"

#include "guest.h"

#define LIMIT_NS  (50 * MV_MS)
#define ENOUGH    4u /* rounds of each vCPU in a contest */
#define NR_RIVALS 2u

struct rival {
	const char *name;
	volatile struct board *board;
	uint32_t cell;
	struct mv_fault_record fault; /* the last one */
	uint32_t faults;
};

static struct rival rivals[] = { { .name = "red" }, { .name = "blue" }, { .name = "late" } };
static struct rival *const red = &rivals[0], *const blue = &rivals[1], *const late = &rivals[2];

bool judge_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line)
{
	if (value != wanted)
		say("# %s:%d: `%s` is 0x%x, not 0x%x\n", file, line, text, value, wanted);
	return value == wanted;
}

static void rivals_find(void)
{
	char name[24];

	for (uint32_t i = 0; i < MV_ARRAY_SIZE(rivals); i++) {
		struct rival *r = &rivals[i];

		mv_snprintf(name, sizeof(name), "board-%s", r->name);
		r->board = (volatile struct board *)(uintptr_t)mv_env_need(name, MV_ENV_SEGMENT)
				   ->address;
		r->cell = mv_env_need(r->name, MV_CAP_CELL)->cap;
	}
}

static void read_faults(void)
{
	uint32_t log = mv_env_need("log", MV_CAP_LOG)->cap;
	struct mv_fault_record record;

	while (!mv_fault_read(log, &record, sizeof(record)).error)
		for (uint32_t i = 0; i < MV_ARRAY_SIZE(rivals); i++)
			if (!strcmp(rivals[i].name, record.name)) {
				rivals[i].fault = record;
				rivals[i].faults++;
			}
}

/* Orders ------------------------------------------------------------------------ */

static void give(struct rival *r, uint32_t operation, uint32_t argument)
{
	r->board->operation = operation;
	r->board->argument = argument;
	r->board->stop = 0;
	r->board->sequence++;
}

/* Until the word has that value. */
static bool comes(const volatile uint32_t *word, uint32_t value)
{
	uint64_t end = mv_time_now() + LIMIT_NS;

	while (*word != value && mv_time_now() < end)
		mv_sleep(50 * MV_US);
	return *word == value;
}

static bool order(struct rival *r, uint32_t operation, uint32_t argument)
{
	give(r, operation, argument);
	return comes(&r->board->done, r->board->sequence);
}

/* The order ends in a fault as of an undefined instruction, and a restart. */
static bool faults(struct rival *r, uint32_t operation)
{
	uint32_t lives = r->board->lives, before;

	read_faults();
	before = r->faults;
	give(r, operation, 0);
	MUST(comes(&r->board->lives, lives + 1));
	read_faults();
	SAME(r->faults, before + 1);
	SAME(r->fault.cause, MV_FAULT_UNDEFINED);
	SAME(r->fault.status | r->fault.address, 0);
	return true;
}

static bool restart(struct rival *r)
{
	uint32_t lives = r->board->lives;

	return !mv_cell_restart(r->cell) && comes(&r->board->lives, lives + 1);
}

bool rivals_compete(void)
{
	for (uint32_t i = 0; i < NR_RIVALS; i++) {
		rivals[i].board->contest[0] = (struct contest){ 0 };
		rivals[i].board->contest[1] = (struct contest){ 0 };
		give(&rivals[i], OP_CONTEST, 0);
	}
	return !mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap, PRIORITY).error;
}

bool rivals_end(void)
{
	uint64_t end = mv_time_now() + LIMIT_NS;

	for (uint32_t i = 0; i < NR_RIVALS; i++)
		for (uint32_t n = 0; n < 2; n++)
			while (rivals[i].board->contest[n].rounds < ENOUGH && mv_time_now() < end)
				mv_vcpu_yield();
	mv_vcpu_set_priority(mv_env_need("vcpu0", MV_CAP_VCPU)->cap, PRIORITY_JUDGE);
	for (uint32_t i = 0; i < NR_RIVALS; i++) {
		rivals[i].board->stop = 1;
		MUST(comes(&rivals[i].board->done, rivals[i].board->sequence));
		for (uint32_t n = 0; n < 2; n++) {
			MUST(rivals[i].board->contest[n].rounds >= ENOUGH);
			SAME(rivals[i].board->contest[n].registers, 0);
			SAME(rivals[i].board->contest[n].arithmetic, 0);
			SAME(rivals[i].board->contest[n].thread_ids, 0);
		}
	}
	return true;
}

/* Checks -------------------------------------------------------------------------- */

/* The first check: so far the registers have the values that QEMU starts with. */
static bool starts_with_zero(void)
{
	struct image image;

	fp_get(&image);
	MUST(image_zero(&image));
	SAME(thread_id(), 0);
	for (uint32_t i = 0; i < NR_RIVALS; i++) {
		MUST(comes(&rivals[i].board->lives, 1));
		MUST(image_zero((const struct image *)&rivals[i].board->first));
	}
	return true;
}

static bool contest(void)
{
	struct contest mine = { 0 };
	uint64_t start;

	MUST(rivals_compete());
	start = mv_time_now();
	for (uint32_t seed = 1; seed <= 6; seed++)
		contest_round(&mine, seed);
	/* Two slices of its own in each, and four others wanted theirs. */
	MUST(mv_time_now() - start > 6 * 4 * SLICE_NS);
	MUST(rivals_end());
	SAME(mine.rounds, 6);
	SAME(mine.registers, 0);
	SAME(mine.arithmetic, 0);
	SAME(mine.thread_ids, 0);
	return true;
}

static bool seeds_differ(void)
{
	struct image a, b;

	image_fill(&a, 1);
	image_fill(&b, 2);
	MUST(!image_same(&a, &b) && !image_zero(&a));
	b = a;
	b.d[31] ^= 1;
	MUST(!image_same(&a, &b));
	b = a;
	b.fpscr ^= 1;
	return !image_same(&a, &b);
}

static bool restart_clears(void)
{
	struct image image;

	for (uint32_t judges = 0; judges < 2; judges++) {
		MUST(order(red, OP_DIRTY, 0x5eed));
		/* The registers are its own still, or the judge's. */
		if (judges) {
			image_fill(&image, 0xbad);
			fp_put(&image);
		}
		MUST(restart(red));
		MUST(image_zero((const struct image *)&red->board->first));
		SAME(red->board->first_thread, 0);
	}
	return true;
}

static bool late_start(void)
{
	MUST(order(blue, OP_DIRTY, 0xb1e));
	mv_vcpu_set(MV_VCPU_THREAD_ID, 0x1d);
	SAME(late->board->lives, 0);
	MUST(restart(late));
	MUST(image_zero((const struct image *)&late->board->first));
	SAME(late->board->first_thread, 0);
	SAME(thread_id(), 0x1d);
	return true;
}

/* The judge owns the registers, so the rival's first instruction traps as undefined. */
static bool first_instruction(void)
{
	for (uint32_t value = 0; value < 8; value++) {
		fp_use();
		MUST(order(red, OP_FIRST_ARM, value));
		SAME(red->board->result, value + 1);
		fp_use();
		MUST(order(red, OP_FIRST_THUMB, value + 1));
		SAME(red->board->result, value + 2);
	}
	return true;
}

static bool privileged(void)
{
	return faults(red, OP_READ_FPEXC) && faults(red, OP_WRITE_FPEXC) &&
	       faults(red, OP_UNDEFINED) && faults(red, OP_WRITE_THREAD_ID);
}

/* The cell runs when it is reset: its thread ID is in the processor then. */
static bool fault_clears(void)
{
	mv_vcpu_set(MV_VCPU_THREAD_ID, 0);
	MUST(order(red, OP_DIRTY, 0xd1));
	MUST(faults(red, OP_UNDEFINED));
	MUST(image_zero((const struct image *)&red->board->first));
	SAME(red->board->first_thread, 0);
	SAME(thread_id(), 0);
	return true;
}

/* Once the rival owns the registers, once not; afterwards it can use them again. */
static bool switched_off(void)
{
	for (uint32_t judges = 0; judges < 2; judges++) {
		MUST(order(red, OP_DIRTY, 7));
		if (judges)
			fp_use();
		MUST(faults(red, OP_USE_WHEN_OFF));
		MUST(order(red, OP_FIRST_ARM, 1));
		SAME(red->board->result, 2);
	}
	return true;
}

static bool switched_on_again(void)
{
	struct image image;

	for (uint32_t seed = 1; seed < 5; seed++) {
		give(red, OP_KEEP, seed);
		/* Between its two calls, or not. */
		mv_sleep(150 * MV_US);
		image_fill(&image, ~seed);
		if (seed % 2)
			fp_put(&image);
		MUST(comes(&red->board->done, red->board->sequence));
		SAME(red->board->result, true);
	}
	return true;
}

static bool bad_register(void)
{
	SAME(mv_vcpu_set(2, 0), MV_ERR_ARGUMENT);
	SAME(mv_vcpu_set(~0u, 1), MV_ERR_ARGUMENT);
	SAME(mv_vcpu_set(MV_VCPU_THREAD_ID, ~0u), MV_OK);
	SAME(thread_id(), ~0u);
	SAME(mv_vcpu_set(MV_VCPU_THREAD_ID, 0), MV_OK);
	SAME(thread_id(), 0);
	return true;
}

static const struct check natives[] = {
	{ "FPU01", "A cell that starts finds all floating-point registers 0", starts_with_zero },
	{ "FPU02", "What the checks compare differs by seed, and single bits count", seeds_differ },
	{ "FPU03", "Five vCPUs of three cells compute at once, and none notices", contest },
	{ "FPU04", "A restart clears registers and thread ID, whoever has used them",
	  restart_clears },
	{ "FPU05", "A cell that starts late sees nothing of the others' registers", late_start },
	{ "FPU06", "The first instruction may be conditional, in ARM and Thumb code",
	  first_instruction },
	{ "FPU07", "Privileged and undefined instructions stay so with floating point",
	  privileged },
	{ "FPU08", "Switched off, floating point is undefined until the next start", switched_off },
	{ "FPU09", "Switched on again, all registers are as they were", switched_on_again },
	{ "FPU10", "A vCPU has no other registers to set, and any thread ID", bad_register },
	{ "FPU11", "A fault clears registers and thread ID of the cell that is running",
	  fault_clears },
};

static CHECK_SET(natives);
static const struct check_set *const sets[] = { &natives_set, &modes_set, &caches_set };

void judge(void)
{
	unsigned int passed = 0, failed = 0;
	bool holds;

	rivals_find();
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(sets); i++)
		for (unsigned int n = 0; n < sets[i]->nr; n++) {
			holds = sets[i]->checks[n].holds();
			*(holds ? &passed : &failed) += 1;
			say("%s %s %s\n", holds ? "ok" : "not ok", sets[i]->checks[n].id,
			    sets[i]->checks[n].sentence);
		}
	say("judge: %u passed, %u failed\n", passed, failed);
	say("judge: the end\n");
}
