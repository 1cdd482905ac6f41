/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of translations in all forms, with all rights and attributes, against a table
 * of their meaning in the architecture (ARM DDI 0406C, B3.5, B3.7).
 */
#include "guest-judge.h"

enum form {
	FORM_SECTION,
	FORM_LARGE,
	FORM_SMALL,
	NR_FORMS,
};

/* Read and write rights of guest kernel and guest user mode, by AP[2:0]. */
static const char *const table[8] = { "--", "w-", "wr", "ww", "--", "r-", "rr", "rr" };

static uint32_t *l1, *l2, block;

static void begin(void)
{
	uint32_t *word;

	l1 = space_begin();
	l2 = pool_take(L2_SIZE, L2_SIZE);
	block = (uint32_t)pool_take(MIB, MIB);
	for (word = (uint32_t *)block; word < (uint32_t *)(block + MIB); word++)
		*word = RETURN_INSN;
}

/* One translation of that form for PLAY, in domain 1; @xn: it says execute never. */
static void map(enum form form, uint32_t ap, bool xn)
{
	if (form == FORM_SECTION) {
		l1[PLAY / MIB] = SECTION(block, ap) | IN_DOMAIN(1) | (xn ? SECTION_XN : 0);
	} else {
		l1[PLAY / MIB] = TABLE(l2) | IN_DOMAIN(1);
		for (uint32_t i = 0; i < 16; i++)
			l2[i] = form == FORM_SMALL ?
					SMALL(block + i * PAGE, ap) | (xn ? SMALL_XN : 0) :
					LARGE(block, ap) | (xn ? LARGE_XN : 0);
	}
	space_flush(1, PLAY, MIB);
}

static bool allowed(char right, uint32_t access, bool xn)
{
	if (access == EXECUTE)
		return right != '-' && !xn;
	return right == 'w' || (right == 'r' && access == READ);
}

static bool one_access(enum form form, const char *rights, uint32_t access, bool xn)
{
	uint32_t refused = (form == FORM_SECTION ? PERMISSION1 : PERMISSION2) |
			   (access == WRITE ? STATUS_WRITE : 0);
	uint32_t va = PLAY + chance(16) * PAGE + chance(PAGE / 4) * 4;

	KERNEL(access, va, allowed(rights[0], access, xn) ? 0 : refused);
	USER(access, va, allowed(rights[1], access, xn) ? 0 : refused);
	return true;
}

/* All values of AP and XN; the order of accesses changes from time to time. */
static bool rights_of(enum form form)
{
	begin();
	for (uint32_t round = 0; round < 4; round++)
		for (uint32_t n = 0; n < 16; n++) {
			uint32_t first = chance(NR_ACCESSES);

			map(form, n / 2, n % 2);
			for (uint32_t i = 0; i < NR_ACCESSES; i++) {
				uint32_t access = (first + i) % NR_ACCESSES;

				note("form %u, AP %u, XN %u, access %u", form, n / 2, n % 2,
				     access);
				if (!one_access(form, table[n / 2], access, n % 2))
					return false;
			}
		}
	return true;
}

static bool section_rights(void)
{
	return rights_of(FORM_SECTION);
}

static bool large_rights(void)
{
	return rights_of(FORM_LARGE);
}

static bool small_rights(void)
{
	return rights_of(FORM_SMALL);
}

/* A manager's domain: rights and XN do not count. */
static bool managers(void)
{
	begin();
	mv_page()->dacr = 0xd;
	for (uint32_t form = 0; form < NR_FORMS; form++)
		for (uint32_t n = 0; n < 16; n++) {
			map(form, n / 2, n % 2);
			for (uint32_t access = READ; access < NR_ACCESSES; access++) {
				note("form %u, AP %u, XN %u, access %u", form, n / 2, n % 2,
				     access);
				if (!one_access(form, "ww", access, false))
					return false;
			}
		}
	return true;
}

/* Each of the 16 domains is looked up in its own two bits. */
static bool each_domain(void)
{
	begin();
	for (uint32_t d = 1; d < 16; d++)
		for (uint32_t form = 0; form < NR_FORMS; form++) {
			note("domain %u, form %u", d, form);
			map(form, AP_BOTH, false);
			l1[PLAY / MIB] ^= IN_DOMAIN(1) ^ IN_DOMAIN(d);
			mv_page()->dacr = 1 | 1u << d * 2;
			space_flush(1, 0, 0);
			USER(WRITE, PLAY, 0);
			mv_page()->dacr = (0x55555555 & ~(3u << d * 2)) | 1;
			space_flush(1, 0, 0);
			space_flush(MV_ASID_ALL, 0, 0);
			USER(READ, PLAY, form == FORM_SECTION ? DOMAIN1 : DOMAIN2);
		}
	return true;
}

/* Where an address of a block leads to, first and last word of it. */
static bool addresses(void)
{
	const uint32_t sizes[NR_FORMS] = { MIB, 16 * PAGE, PAGE };

	begin();
	for (uint32_t i = 0; i < MIB / 4; i++)
		((uint32_t *)block)[i] = i;
	for (uint32_t form = 0; form < NR_FORMS; form++) {
		map(form, AP_BOTH, false);
		for (uint32_t i = 0; i < 100; i++) {
			uint32_t word = chance(sizes[form] / 4);

			word = i == 0 ? 0 : i == 1 ? sizes[form] / 4 - 1 : word;
			note("form %u", form);
			SAME(i % 2 ? shows(PLAY + word * 4) : user_shows(PLAY + word * 4), word);
		}
	}
	return true;
}

/* Supersections, reserved types, and entries in which only the type is set. */
static bool reserved(void)
{
	begin();
	for (uint32_t i = 0; i < 64; i++) {
		uint32_t noise = chance(1u << 30) << 2;

		l1[PLAY / MIB] = noise & ~3u;
		space_flush(1, PLAY, MIB);
		note("entry %x", l1[PLAY / MIB]);
		USER(READ, PLAY, TRANSLATION1);
		l1[PLAY / MIB] = noise | 3u;
		space_flush(1, PLAY, MIB);
		KERNEL(READ, PLAY, TRANSLATION1);
		l1[PLAY / MIB] = SECTION(block, AP_BOTH) | 1u << 18 | (noise & 0x000381e0);
		space_flush(1, PLAY, MIB);
		USER(WRITE, PLAY, TRANSLATION1 | STATUS_WRITE);
		l1[PLAY / MIB] = TABLE(l2);
		l2[0] = noise & ~3u;
		space_flush(1, PLAY, MIB);
		KERNEL(EXECUTE, PLAY, TRANSLATION2);
	}
	return true;
}

/* A megabyte with pages of both modes: each mode sees its own pages, in any order. */
static bool mixed(void)
{
	static const uint8_t ap[4] = { AP_KERNEL, AP_USER_READS, AP_BOTH, AP_ALL_READ };

	begin();
	l1[PLAY / MIB] = TABLE(l2) | IN_DOMAIN(1);
	for (uint32_t i = 0; i < 4; i++)
		l2[i] = SMALL(block + i * PAGE, ap[i]);
	for (uint32_t i = 0; i < 2000; i++) {
		uint32_t page = chance(4), access = chance(NR_ACCESSES), user = chance(2);
		bool may = allowed(table[ap[page]][user], access, false);
		uint32_t wanted = may ? 0 : PERMISSION2 | (access == WRITE ? STATUS_WRITE : 0);

		note("step %u: page %u, access %u, user %u", i, page, access, user);
		SAME(status_of(user ? user_try : kernel_try, access, PLAY + page * PAGE), wanted);
	}
	space_use(l1, 1);
	return true;
}

/* Memory that is not cached, and write-through, is the same memory. */
static bool memory_types(void)
{
	begin();
	for (uint32_t bits = 0; bits < 8; bits++) {
		note("C, B, TEX %x", bits);
		l1[PLAY / MIB] = TABLE(l2) | IN_DOMAIN(1);
		l2[0] = (SMALL(block, AP_BOTH) & ~0xcu) | (bits & 3) << 2 | (bits & 4) << 4;
		space_flush(1, PLAY, MIB);
		*(volatile uint32_t *)block = bits + 100;
		SAME(user_shows(PLAY), bits + 100);
		*(volatile uint32_t *)PLAY = bits + 200;
		SAME(*(volatile uint32_t *)block, bits + 200);
	}
	return true;
}

static const struct check forms[] = {
	{ "GST40", "A section's AP and XN mean what the architecture says", section_rights },
	{ "GST41", "A large page's AP and XN mean what the architecture says", large_rights },
	{ "GST42", "A small page's AP and XN mean what the architecture says", small_rights },
	{ "GST43", "In a manager's domain rights do not count", managers },
	{ "GST44", "Each of 16 domains has its own two bits", each_domain },
	{ "GST45", "Each form leads to all of its memory", addresses },
	{ "GST46", "Supersections and reserved encodings are translation faults", reserved },
	{ "GST47", "Guest kernel and guest user pages can share a megabyte", mixed },
	{ "GST48", "Memory of another type is the same memory", memory_types },
};
CHECK_SET(forms);
