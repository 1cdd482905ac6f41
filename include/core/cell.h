/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Cell: the isolated unit. It owns its vCPUs and its address space (arch). Its
 * capability table lists all objects that it may name.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include <arch/cpu.h>
#include <core/tables.h>

/*
 * States in addition to MV_CELL_*. The cell is out: nothing of it acts, its peers
 * are being told and its devices closed. After that it enters the state on the right.
 */
enum {
	CELL_STOPPING = MV_CELL_FAULTED + 1, /* -> MV_CELL_STOPPED */
	CELL_RESTARTING, /* -> MV_CELL_LOADING */
	CELL_FAULTING, /* -> MV_CELL_FAULTED */
	NR_CELL_STATES
};

/**
 * struct cell - state of a cell
 * @caps, @nr_caps: copied from the description, for speed.
 * @life: how often it was taken out. A FIFO with another number belongs to an earlier life.
 * @vcpus_reset, @loads_done, @caps_visited, @cells_asked: progress of loading: how many of
 *	its vCPUs were reset, of its load_descs copied, of its capabilities opened, and how
 *	many cells were asked for faults. While it is out, @caps_visited counts those closed.
 * @offset: how much of the next load_desc is done, bytes.
 * @state: MV_CELL_* or CELL_*.
 * @asked: how often cell_restart was called for it, @faults: how often its fault
 *	policy restarted it; both up to MV_CELL_COUNT_MAX.
 * @space: its address space, as the processor needs it.
 * @vtlb: a guest's vTLB, else NULL. @main: a guest's main memory; the vTLB looks there first.
 */
struct cell {
	const struct cap *caps;
	uint32_t nr_caps;
	const struct cell_desc *desc;
	uint32_t life;
	uint32_t offset;
	uint16_t loads_done;
	uint16_t caps_visited;
	uint8_t vcpus_reset;
	uint8_t cells_asked;
	uint8_t state;
	uint16_t asked;
	uint16_t faults;
	struct arch_space space;
	struct vtlb *vtlb;
	const struct map_desc *main;
};

struct vcpu;
struct vtlb;

extern struct cell cells[];

/** cell_create - build a cell's address space and vCPUs (boot) */
void cell_create(uint16_t index);

/** cell_start - load its image and run vCPU 0 (boot) */
void cell_start(struct cell *c);

/** cell_step - take one step of closing or loading it; its address space is in use */
void cell_step(struct cell *c);

/** cell_fault - a vCPU did something forbidden: log it, follow the fault policy */
void cell_fault(struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address);

static inline uint16_t cell_index(const struct cell *c)
{
	return c - cells;
}

/** cell_out - does nothing of it act, with no loading begun either? */
static inline bool cell_out(const struct cell *c)
{
	return c->state != MV_CELL_RUNNING && c->state != MV_CELL_LOADING;
}

/** cell_comes - does it run, or will it without a further call? */
static inline bool cell_comes(const struct cell *c)
{
	return !cell_out(c) || c->state == CELL_RESTARTING;
}

#endif
