/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A guest for test/system/test_layout.py: wherever its memory lies, the
 * microvisor must read translation tables in every part of it that the guest
 * can write. So a first-level table is put at each place that can hold one, and
 * a second-level one at the end of each piece, and the guest looks through
 * them at memory that it has marked. Prints a line for each piece of memory,
 * `ok` or `not ok`, with how many tables it held.
 *
 * Of a segment that guests share, each uses every second place: `turn=0` or 1.
 * Without a vMMU it is a cell that restarts guests, and reads their statistics.
 */
#include <mv.h>

#define MIB         0x100000u
#define L2_SIZE     0x400u
#define MIRROR      0xa0000000u /* virtual address of what is looked at */
#define SECTION     0x040e /* kernel may read and write, write-back */
#define NOT_GLOBAL  0x20000u
#define PAGE_BITS   0x081e /* not global, kernel may read and write, write-back */
#define L1_IS_TABLE 1u

static uint32_t vmmu, asid;
static volatile uint32_t marked[2 * MV_PAGE_SIZE / 4] __attribute__((aligned(MV_PAGE_SIZE)));

static void use(uint32_t table)
{
	while (mv_vmmu_switch(vmmu, table, asid % MV_ASID_MAX).value)
		continue;
}

/* Every megabyte where it is, but the one of MIRROR: there is what is marked. */
static void fill(uint32_t *table, uint32_t mirror)
{
	for (uint32_t i = 0; i < MV_VMMU_TABLE_SIZE / 4; i++)
		table[i] = i * MIB | SECTION | NOT_GLOBAL;
	table[MIRROR / MIB] = mirror;
}

/* What the mirror shows: at @seen there, what is at @place here. */
static bool shows(uint32_t table, uint32_t seen, volatile uint32_t *place)
{
	uint32_t value, other = 0x5eed0000 + ++asid;

	use(table);
	*(volatile uint32_t *)seen = other;
	value = *place;
	*place = ~other;
	value = value == other && *(volatile uint32_t *)seen == ~other;
	use(MV_VMMU_OFF);
	return value && *place == ~other;
}

static bool first_level(uint32_t at)
{
	uint32_t place = (uint32_t)marked;

	fill((uint32_t *)at, (place & ~(MIB - 1)) | SECTION | NOT_GLOBAL);
	return shows(at, MIRROR + place % MIB, marked);
}

/* The two pages of a mark change places. */
static bool second_level(uint32_t table, uint32_t at)
{
	volatile uint32_t *second = marked + MV_PAGE_SIZE / 4;

	fill((uint32_t *)table, at | L1_IS_TABLE);
	memset((void *)at, 0, L2_SIZE);
	((uint32_t *)at)[1] = (uint32_t)marked | PAGE_BITS;
	((uint32_t *)at)[0] = (uint32_t)second | PAGE_BITS;
	return shows(table, MIRROR, second) && shows(table, MIRROR + MV_PAGE_SIZE, marked);
}

static uint32_t turn;

/* A piece of memory that the guest can write. @step: 2 if it is shared. */
static void piece(const char *name, uint32_t start, uint32_t size, uint32_t step)
{
	uint32_t end = start + size, nr = 0, bad = 0, table = 0;
	uint32_t at = (start + MV_VMMU_TABLE_SIZE - 1) & ~(MV_VMMU_TABLE_SIZE - 1);

	for (at += turn % step * MV_VMMU_TABLE_SIZE; at < end && end - at >= MV_VMMU_TABLE_SIZE;
	     at += step * MV_VMMU_TABLE_SIZE) {
		table = table ? table : at;
		nr++;
		bad += !first_level(at);
	}
	/* The last word of the piece: of a page that may share its megabyte. */
	if (table && step == 1 && end - table >= MV_VMMU_TABLE_SIZE + L2_SIZE) {
		nr++;
		bad += !second_level(table, (end - L2_SIZE) & ~(L2_SIZE - 1));
	}
	mv_printf("%s %s: %u of %u tables\n", bad ? "not ok" : "ok", name, nr - bad, nr);
}

/* With no room for a table: pages of its own memory, entered one by one. */
static void pages(void)
{
	uint32_t bad = 0;

	use(MV_VMMU_SOFTWARE);
	for (uint32_t i = 0; i < sizeof(marked) / MV_PAGE_SIZE; i++) {
		volatile uint32_t *place = marked + i * MV_PAGE_SIZE / 4;

		bad += mv_vmmu_map(vmmu, MIRROR, (uint32_t)place, MV_RIGHT_READ) != MV_OK;
		*place = i + 1;
		bad += *(volatile uint32_t *)MIRROR != i + 1;
	}
	use(MV_VMMU_OFF);
	mv_printf("%s pages\n", bad ? "not ok" : "ok");
}

/* As a native cell with rights on guests: their statistics, and nothing else. */
static void watch(const struct mv_env_entry *e)
{
	struct mv_vmmu_stats stats = { 0 };
	struct mv_result result;
	bool good;

	mv_sleep(2 * MV_S);
	result = mv_vmmu_stats(e->cap, 0, &stats, sizeof(stats));
	good = result.error == MV_OK && result.value == sizeof(stats) && stats.switches &&
	       stats.page_misses + stats.section_misses;
	good &= mv_vmmu_stats(e->cap, 1, &stats, sizeof(stats)).error == MV_ERR_ARGUMENT;
	good &= mv_vmmu_stats(e->cap, 0, &stats, sizeof(stats) - 4).error == MV_ERR_SIZE;
	good &= mv_vmmu_stats(e->cap, 0, (void *)MV_ENV_BASE, sizeof(stats)).error ==
		MV_ERR_ADDRESS;
	good &= mv_vmmu_switch(e->cap, MV_VMMU_OFF, 0).error == MV_ERR_RIGHTS;
	good &= mv_vmmu_flush(e->cap, MV_ASID_ALL, 0, 0).error == MV_ERR_RIGHTS;
	good &= mv_vmmu_map(e->cap, MIRROR, (uint32_t)marked, MV_RIGHT_READ) == MV_ERR_RIGHTS;
	mv_printf("%s %s: %u switches\n", good ? "ok" : "not ok", e->name, stats.switches);
}

static void use_all(void)
{
	const struct mv_env_entry *heap = mv_env_need("heap", MV_ENV_HEAP), *s = NULL;
	uint32_t length;
	uint32_t step = mv_arg("turn", &length) ? 2 : 1;

	vmmu = mv_env_need("vmmu", MV_CAP_VMMU)->cap;
	turn = mv_arg_number("turn", 0);
	mv_page()->dacr = 1;
	pages();
	piece("heap", heap->address, heap->size, 1);
	while ((s = mv_env_next(s, MV_ENV_SEGMENT)))
		if (s->rights & MV_RIGHT_WRITE)
			piece(s->name, s->address, s->size, step);
}

int mv_main(void)
{
	const struct mv_env_entry *e = NULL;

	if (mv_env_find("vmmu", MV_CAP_VMMU))
		use_all();
	else
		while ((e = mv_env_next(e, MV_CAP_VMMU)))
			watch(e);
	mv_printf("done\n");
	return 0;
}
