/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Walks of a guest's own translation tables, and of the tables that say which
 * physical memory is a cell's. Called by the vTLB. Guest memory may change at any
 * moment, so every word is read only once.
 */
#ifndef ARCH_WALK_H
#define ARCH_WALK_H

#include <core/cell.h>
#include <core/tables.h>

/* Fault status of the short-descriptor format (ARM DDI 0406C, table B3-23). */
#define FS_ALIGNMENT        0x01
#define FS_DEBUG            0x02
#define FS_L1_TRANSLATION   0x05
#define FS_L2_TRANSLATION   0x07
#define FS_EXTERNAL         0x08
#define FS_L1_DOMAIN        0x09
#define FS_L2_DOMAIN        0x0b
#define FS_L1_WALK_EXTERNAL 0x0c
#define FS_L1_PERMISSION    0x0d
#define FS_L2_WALK_EXTERNAL 0x0e
#define FS_L2_PERMISSION    0x0f
#define FS_PARITY           0x19

/** walk_rights - MAP_READ and MAP_WRITE of the two virtual modes, for each AP[2:0] */
struct walk_rights {
	uint8_t kernel, user;
};
extern const struct walk_rights walk_rights[8];

/**
 * struct walk - the translation of an address by a guest's tables
 * @address: guest-physical address of the block that the address lies in.
 * @size: size of that block: 1 MiB, 64 KiB or 4 KiB.
 * @kernel: rights of guest kernel mode, MAP_*. @user: those of guest user mode.
 * @cached: the guest wants normal write-back memory.
 * @global: the translation is the same for all ASIDs.
 */
struct walk {
	uint32_t address;
	uint32_t size;
	uint8_t kernel;
	uint8_t user;
	bool cached;
	bool global;
};

/**
 * walk_guest - walk the guest's tables
 * @table: guest-physical address of the first level.
 * @dacr: the guest's domain access register.
 *
 * Return: 0 with @w filled in, or the fault status to report to the guest.
 */
uint32_t walk_guest(const struct cell *c, uint32_t table, uint32_t dacr, uint32_t va,
		    struct walk *w);

/** struct place - physical memory behind a guest-physical page, and its rights */
struct place {
	uint32_t pa;
	uint32_t attr; /* MAP_* */
};

/** walk_cell_tables - look a guest-physical address up in the cell's own tables */
bool walk_cell_tables(const struct cell *c, uint32_t address, struct place *p);

/** walk_cell_section - is the whole megabyte around it the cell's, in one piece? */
bool walk_cell_section(const struct cell *c, uint32_t address);

/** walk_cell - is this guest-physical address the cell's? Most are in its main memory. */
static inline bool walk_cell(const struct cell *c, uint32_t address, struct place *p)
{
	const struct map_desc *main = c->main;

	if (unlikely(address - main->va >= main->size))
		return walk_cell_tables(c, address, p);
	p->pa = main->pa + (address - main->va);
	p->attr = main->attr;
	return true;
}

#endif
