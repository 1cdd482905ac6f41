/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The system under test: physical memory, three cells of which two are guests,
 * their vCPUs, and the tables that arch_space_create() would have built. Every
 * physical address that the microvisor turns into a pointer is checked.
 *
 *   first  cell 0, native: only its memory matters, which nobody may reach
 *   guest  cell 1, two vCPUs if it may, memory of every kind
 *   other  cell 2, one vCPU, shares a segment with the guest
 */
#ifndef TEST_MMU_MACHINE_H
#define TEST_MMU_MACHINE_H

#include "reference.h"

#include <setjmp.h>

#include <arch/mmu.h>
#include <arch/vtlb.h>
#include <arch/walk.h>
#include <core/cell.h>
#include <core/percpu.h>
#include <core/vcpu.h>

enum {
	CELL_FIRST,
	CELL_GUEST,
	CELL_OTHER,
	NR_CELLS
};

enum {
	GUEST_0,
	GUEST_1,
	OTHER_0,
	NR_VCPUS
};

#define NR_GUESTS 2

/* The system compiler demands more spaces than vCPUs. */
#define GUEST_VCPUS (CONFIG_VTLB_SPACES > 2 ? 2 : 1)

/* Guest-physical addresses of the guest; the other one has the first two. */
#define LOW      0x00010000u /* 0xf0000, read, write, execute; in pages */
#define MAIN     0x00100000u /* 0x300000, read, write, execute; in sections */
#define CODE     0x40000000u /* 0x20000, read, execute */
#define CONSTANT 0x40100000u /* 0x100000, read; a section */
#define SHARED   0x40200000u /* 0x2000, read, write; both guests have it */
#define UNEVEN   0x50080000u /* 0x180000, read, write; in pages */
#define DEVICE   0x80000000u /* 0x2000, read, write; a device */
#define NOTHING  0x60000000u /* 0x100000 of no memory */

/*
 * Where its tables are: four first levels, then second ones. With few spaces they
 * are in the main memory, of which refill.c takes care, else in LOW.
 */
#define TABLES_IN_MAIN (CONFIG_VTLB_SPACES < 8)
#define TABLES         (TABLES_IN_MAIN ? MAIN + 0x210000u : LOW + 0x10000u)
#define TABLE(n)       (TABLES + (n)*0x4000u)
#define TABLE_2(n)     (TABLES + 0x20000u + (n)*0x400u)

/**
 * struct machine - registers of the processor, and counts
 * @user: the virtual mode. @words: of tables written, @cleared: whole tables.
 * @invalidations: of the TLB. @reads: words of guest memory looked at.
 * @on_window: called before the microvisor looks at guest memory.
 * @polls: for interrupts; @urgent_at: the one that makes somebody more urgent ready,
 *	or 0. @again: where to when the hypercall gives way for that.
 */
struct machine {
	const struct arch_space *space;
	bool user;
	unsigned int words, cleared, invalidations, reads;
	void (*on_window)(uint32_t *word);
	unsigned int polls, urgent_at;
	jmp_buf again;
};

extern struct machine machine;
extern struct vcpu vcpus[NR_VCPUS];

/** machine_begin - fresh from boot, vCPU 0 of the guest runs */
void machine_begin(void);

/** machine_run - this vCPU runs from now on */
void machine_run(struct vcpu *v);

/** machine_reset_cell - as when the guest's cell is stopped */
void machine_reset_cell(struct cell *c);

/** machine_guest - what decides about the accesses of a vCPU */
struct ref_guest machine_guest(const struct vcpu *v);

/** machine_word - a word of the guest's memory, for tests to read and write */
uint32_t *machine_word(const struct cell *c, uint32_t address);

/** machine_own - must these bytes of physical memory be reachable for the cell, so? */
bool machine_own(const struct cell *c, uint32_t pa, uint32_t size, uint32_t rights, bool device);

/** machine_own_page - is this one of the cell's pages above the guest's space? */
bool machine_own_page(const struct cell *c, uint32_t va, uint32_t pa);

/** machine_cell_of - whose address space a hardware ASID is; space: which cached one or NULL */
const struct cell *machine_cell_of(uint32_t asid, const struct vspace **space);

#endif
