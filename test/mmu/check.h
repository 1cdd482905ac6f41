/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Guests as tests play them, and the checks of the results. Accesses go through the
 * modelled processor, misses are handled as arch/arm/traps.c does, and the outcome is
 * compared with the reference. Flushes and switches are called again as the manual says.
 * Further checks are about the vTLB's own records, which must be right at any time.
 */
#ifndef TEST_MMU_CHECK_H
#define TEST_MMU_CHECK_H

#include "machine.h"

#define NO_STATUS    0u
#define MOST_FAULTS  8u /* of one instruction */
#define FLUSH_EXCESS (8u * CONFIG_VTLB_SPACES) /* pages of the last piece of a range */

/* Slots that a guest can translate, in order: the last is the last of all. */
#define NR_SLOTS  (VTLB_SLOTS + 1)
#define LAST_SLOT 0xfffu
#define SLOT(n)   ((n) < VTLB_SLOTS ? (uint32_t)(n) : LAST_SLOT)

/* Words of a set that have such slots: those up to MV_GUEST_END, and the last. */
#define SLOT_WORDS ((VTLB_SLOTS + 31) / 32 + 1)

/** struct touch - one access of an instruction */
struct touch {
	uint32_t va, access;
};

/** guest_touch - access, with misses handled: the status at last, and how many misses */
uint32_t guest_touch(uint32_t va, bool user, uint32_t access, unsigned int *faults);

/** guest_instruction - all accesses of one instruction; 0 once they all succeed in a row */
uint32_t guest_instruction(const struct touch *touches, unsigned int nr, bool user,
			   unsigned int *faults);

/**
 * guest_switch, guest_flush - as the hypercalls, until all is done; a range that
 * is not all the guest's to translate is refused
 */
void guest_switch(uint32_t table, uint16_t asid);
void guest_flush(uint32_t asid, uint32_t start, uint32_t size);

/** check_access - the access ends as the reference says */
void check_access(uint32_t va, bool user, uint32_t access);

/** check_nothing_more - what is in place for the address is no more than is right */
void check_nothing_more(uint32_t va);

/** check_records - the vTLB's records agree with its tables */
void check_records(const struct cell *c);

/* A guest's tables. */
void set_first(uint32_t table, uint32_t va, uint32_t word);
void set_second(uint32_t table, uint32_t va, uint32_t word);

/* Descriptors: of a section, a small and a large page, of a second-level table. */
uint32_t section(uint32_t address, uint32_t ap, uint32_t more);
uint32_t small_page(uint32_t address, uint32_t ap, uint32_t more);
uint32_t large_page(uint32_t address, uint32_t ap, uint32_t more);
uint32_t second_at(uint32_t table, uint32_t domain);

#define GUEST (&vcpus[GUEST_0])

#endif
