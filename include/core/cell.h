/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell: the isolated unit. Owns its vCPUs, its address space (arch) and, by
 * its capability table, all that it may name.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include <arch/cpu.h>
#include <core/tables.h>

/* Beside MV_CELL_*: no vCPU runs, its objects are being stopped. */
#define CELL_STOPPING 0x80

/**
 * struct cell - state of a cell
 * @caps, @nr_caps: copied from the description to be near.
 * @load: index of the load_desc that is being copied, while loading.
 * @offset: how much of it is done, bytes.
 * @restarts: how often it was restarted since boot.
 * @cap: how many capabilities were visited, while stopping or after loading.
 * @state: MV_CELL_* or CELL_STOPPING. @then: what it is after CELL_STOPPING.
 * @space: its address space, as the processor wants to be told.
 * @vtlb: of a guest, else NULL. @main: its main memory, where the vTLB looks first.
 */
struct cell {
	const struct cap *caps;
	uint32_t nr_caps;
	const struct cell_desc *desc;
	uint32_t offset;
	uint16_t load;
	uint16_t restarts;
	uint16_t cap;
	uint8_t state;
	uint8_t then;
	struct arch_space space;
	struct vtlb *vtlb;
	const struct map_desc *main;
};

struct vcpu;
struct vtlb;

extern struct cell cells[];

/** cell_create - build a cell's address space and vCPUs (boot) */
void cell_create(uint16_t index);

/** cell_start - load its image and run vCPU 0 (it must be stopped) */
void cell_start(struct cell *c);

/** cell_step - stop or load it a little further; its address space is in use */
void cell_step(struct cell *c);

/** cell_fault - a vCPU did what it may not: log it, follow the policy */
void cell_fault(struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address);

static inline uint16_t cell_index(const struct cell *c)
{
	return c - cells;
}

/** boot - build all objects and start the cells; called from assembly */
void boot(void);

#endif
