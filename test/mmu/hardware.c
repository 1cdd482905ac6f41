/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * TLB and table walks. The TLB is a hash table without replacement; an entry
 * counts as long as the generation of its ASID is the one it was made in.
 */
#include "hardware.h"

#include "machine.h"
#include "unit.h"

#include <arch/cp15.h>
#include <string.h>

#define NR_ENTRIES 16384u
#define NR_LINES   128
#define NR_AHEAD   16
#define NR_ASIDS   256

enum kind {
	KIND_NONE,
	KIND_PAGE,
	KIND_SECTION,
	KIND_TABLE, /* a first-level entry that leads to a second level */
};

struct line {
	enum kind kind;
	uint32_t asid, page, generation;
	struct ref_entry entry;
};

static struct line tlb[NR_ENTRIES];
static unsigned int nr_lines;
static uint32_t generation[NR_ASIDS];

static uint32_t waiting[NR_LINES]; /* invalidations: address and ASID */
static bool waiting_all[NR_LINES];
static unsigned int nr_waiting;

static uint32_t ahead[NR_AHEAD];
static unsigned int nr_ahead;

/* A copy of the memory that was cleaned: table walks see only this. */
static uint8_t seen_l1[sizeof(l1_tables[0]) * NR_CELLS] __attribute__((aligned(4)));
static uint8_t seen_l2[64 * L2_TABLE_BYTES] __attribute__((aligned(4)));
static uint8_t seen_vtlb_l1[NR_GUESTS * CONFIG_VTLB_SPACES * L1_TABLE_BYTES]
	__attribute__((aligned(4)));
static uint8_t seen_vtlb_l2[NR_GUESTS * CONFIG_VTLB_TABLES * L2_TABLE_BYTES]
	__attribute__((aligned(4)));

static void check_forgotten(const uint8_t *word);

/* Memory -------------------------------------------------------------------- */

static uint8_t *seen(const uint8_t *p)
{
	const struct {
		const uint8_t *start;
		uint8_t *copy;
		size_t size;
	} all[] = {
		{ vtlb_l2[0][0], seen_vtlb_l2, sizeof(seen_vtlb_l2) },
		{ vtlb_l1[0][0], seen_vtlb_l1, sizeof(seen_vtlb_l1) },
		{ l2_tables[0], seen_l2, sizeof(seen_l2) },
		{ l1_tables[0], seen_l1, sizeof(seen_l1) },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		if ((uintptr_t)(p - all[i].start) < all[i].size)
			return all[i].copy + (p - all[i].start);
	fail_msg("%p is no translation table", p);
	return NULL;
}

void arch_clean(const void *start, uint32_t size)
{
	memcpy(seen(start), start, size);
	machine.cleared++;
	arch_dsb();
}

/* Valid entries give way to an invalid one first, or TLBs could have both. */
static void clean_word(const uint32_t *word)
{
	uint32_t *copy = (uint32_t *)seen((const uint8_t *)word), now = *word;

	if (*copy && now && *copy != now)
		fail_msg("a valid table entry was replaced by another");
	*copy = now;
	if (now)
		check_forgotten((const uint8_t *)word);
}

void arch_clean_word(const void *word)
{
	clean_word(word);
	machine.words++;
	arch_dsb();
}

void arch_clean_group(const void *words)
{
	const uint32_t *word = words;

	if ((uintptr_t)words % (CLEAN_GROUP * 4))
		fail_msg("a group of words is not aligned");
	for (uint32_t i = 0; i < CLEAN_GROUP; i++)
		clean_word(&word[i]);
	machine.words++;
	arch_dsb();
}

static uint32_t load(uint32_t pa)
{
	uint32_t word;

	memcpy(&word, seen(arch_window(pa)), 4);
	return word;
}

/* The TLB ------------------------------------------------------------------- */

static struct line *find(enum kind kind, uint32_t asid, uint32_t va)
{
	uint32_t page = kind == KIND_PAGE ? va >> 12 : va >> 20;
	uint32_t hash = (page * 2654435761u ^ asid * 40503u ^ kind * 97u) % NR_ENTRIES;

	for (;; hash = (hash + 1) % NR_ENTRIES) {
		struct line *line = &tlb[hash];

		if (!line->kind)
			return line;
		if (line->kind == kind && line->asid == asid && line->page == page)
			return line;
	}
}

static const struct ref_entry *look_up(enum kind kind, uint32_t asid, uint32_t va)
{
	const struct line *line = find(kind, asid, va);

	return line->kind && line->generation == generation[asid] ? &line->entry : NULL;
}

static void forget_all(void)
{
	memset(tlb, 0, sizeof(tlb));
	nr_lines = 0;
}

static void remember(enum kind kind, uint32_t asid, uint32_t va, const struct ref_entry *e)
{
	struct line *line = find(kind, asid, va);

	if (!line->kind && ++nr_lines > NR_ENTRIES / 2) {
		forget_all();
		line = find(kind, asid, va);
	}
	*line = (struct line){ kind, asid, kind == KIND_PAGE ? va >> 12 : va >> 20,
			       generation[asid], *e };
}

static void drop(enum kind kind, uint32_t asid, uint32_t va)
{
	find(kind, asid, va)->generation = generation[asid] - 1;
}

static void wait_for_barrier(uint32_t value, bool all)
{
	if (nr_waiting == NR_LINES)
		fail_msg("%u invalidations without a barrier", nr_waiting);
	waiting[nr_waiting] = value;
	waiting_all[nr_waiting++] = all;
	machine.invalidations++;
}

void arch_tlbimva(uint32_t va_and_asid)
{
	wait_for_barrier(va_and_asid, false);
}

void arch_tlbiasid(uint32_t asid)
{
	wait_for_barrier(asid, true);
}

void arch_tlbiall(uint32_t unused)
{
	forget_all();
}

void arch_bpiall(uint32_t unused)
{
}

void arch_isb(void)
{
}

/* A slot that is entered has left nothing in the TLB. */
static void check_forgotten(const uint8_t *word)
{
	uintptr_t offset = word - vtlb_l1[0][0];
	uint32_t n = offset / L1_TABLE_BYTES, va, asid;

	if (offset >= sizeof(seen_vtlb_l1))
		return;
	va = (uint32_t)(offset % L1_TABLE_BYTES) / 4 << 20;
	asid = vtlbs[n / CONFIG_VTLB_SPACES].spaces[n % CONFIG_VTLB_SPACES].hw.asid;
	if (look_up(KIND_SECTION, asid, va) || look_up(KIND_TABLE, asid, va))
		fail_msg("the TLB still knows slot %#x as it was", va >> 20);
}

static const struct ref_entry *translate(uint32_t asid, uint32_t ttbr0, uint32_t va);

void arch_dsb(void)
{
	for (unsigned int i = 0; i < nr_waiting; i++) {
		uint32_t asid = waiting[i] & 0xff, va = waiting[i] & ~0xfffu;

		if (waiting_all[i]) {
			generation[asid]++;
			continue;
		}
		drop(KIND_PAGE, asid, va);
		drop(KIND_SECTION, asid, va);
		drop(KIND_TABLE, asid, va);
	}
	nr_waiting = 0;
	for (unsigned int i = 0; machine.space && i < NR_AHEAD && i < nr_ahead; i++)
		translate(machine.space->asid, machine.space->ttbr0, ahead[i]);
}

bool hw_settled(void)
{
	return nr_waiting == 0;
}

void hw_expect(uint32_t va)
{
	ahead[nr_ahead++ % NR_AHEAD] = va;
}

/* Translation ---------------------------------------------------------------- */

/* The microvisor's promise for everything that a table walk can ever find. */
static void check_entry(uint32_t asid, uint32_t va, const struct ref_entry *e)
{
	const struct vspace *space;
	const struct cell *c = machine_cell_of(asid, &space);
	bool device = e->texcb == 1;
	uint32_t start = va & -e->size;

	if (!c)
		fail_msg("ASID %u is nobody's", asid);
	if (!e->ng)
		fail_msg("%#x is global", va);
	if (e->domain != DOMAIN_CELL && (e->domain != DOMAIN_USER || !space))
		fail_msg("%#x is in domain %u", va, e->domain);
	if (!device && e->texcb != 7 && e->texcb != 4)
		fail_msg("%#x has memory type %#x", va, e->texcb);
	if (!space || !ref_translates(start)) {
		if (e->domain != DOMAIN_CELL)
			fail_msg("%#x is open to guest user mode", va);
		if (machine_own_page(c, va, e->base))
			return;
	}
	if ((space ? !ref_translates(start) : start >= MV_GUEST_END) ||
	    !machine_own(c, e->base, e->size, ref_rights(e, false), device))
		fail_msg("%#x leads to %#x with rights %u, which %s does not have", va, e->base,
			 ref_rights(e, false), c->desc->name);
}

static struct ref_entry first_entry(uint32_t asid, uint32_t ttbr0, uint32_t va)
{
	const struct ref_entry *kept = look_up(KIND_TABLE, asid, va);
	struct ref_entry e;

	if (kept)
		return *kept;
	e = ref_first(load((ttbr0 & ~0x3fffu) + (va >> 20) * 4));
	if (e.kind == REF_TABLE)
		remember(KIND_TABLE, asid, va, &e);
	return e;
}

/* The block that translates the address, or NULL. */
static const struct ref_entry *translate(uint32_t asid, uint32_t ttbr0, uint32_t va)
{
	const struct ref_entry *page = look_up(KIND_PAGE, asid, va);
	const struct ref_entry *section = look_up(KIND_SECTION, asid, va);
	struct ref_entry e;

	if (page && section)
		fail_msg("the TLB has two entries for %#x", va);
	if (page || section)
		return page ? page : section;
	e = first_entry(asid, ttbr0, va);
	if (e.kind == REF_TABLE)
		e = ref_second(load(e.base + (va >> 12 & 255) * 4), e.domain);
	if (e.kind == REF_FAULT)
		return NULL;
	if (e.level == 2 && e.size != 0x1000)
		fail_msg("%#x is in a large page", va);
	check_entry(asid, va, &e);
	remember(e.level == 2 ? KIND_PAGE : KIND_SECTION, asid, va, &e);
	return look_up(e.level == 2 ? KIND_PAGE : KIND_SECTION, asid, va);
}

struct hw_answer hw_access(uint32_t va, bool user, uint32_t access)
{
	struct hw_answer answer = { .status = 5 };
	const struct ref_entry *e;

	if (!hw_settled())
		fail_msg("an invalidation was not waited for");
	e = translate(machine.space->asid, machine.space->ttbr0, va);
	if (!e)
		return answer;
	answer.status = ref_check(e, user ? DACR_USER : DACR_KERNEL, false, access);
	answer.pa = e->base + va % e->size;
	answer.device = e->texcb == 1;
	answer.cached = e->texcb == 7;
	return answer;
}

bool hw_kernel_access(uint32_t va, uint32_t access)
{
	const struct ref_entry *e = translate(machine.space->asid, machine.space->ttbr0, va);

	return e && e->texcb != 1 && !ref_check(e, DACR_KERNEL, true, access);
}

void hw_begin(void)
{
	forget_all();
	memset(generation, 0, sizeof(generation));
	memset(seen_l1, 0, sizeof(seen_l1));
	memset(seen_l2, 0, sizeof(seen_l2));
	memset(seen_vtlb_l1, 0, sizeof(seen_vtlb_l1));
	memset(seen_vtlb_l2, 0, sizeof(seen_vtlb_l2));
	nr_waiting = nr_ahead = 0;
}
