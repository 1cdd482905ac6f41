/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The boot-time tables, which the system compiler writes: one C file that
 * defines every array and count declared below. The microvisor reads them and
 * never changes a const one. Index 0 of a capability table is the null
 * capability. MV_NONE marks an absent index.
 */
#ifndef CORE_TABLES_H
#define CORE_TABLES_H

#include <mullion/abi.h>

#define MV_NONE 0xffff

/** struct cap - an object and the rights a cell has on it */
struct cap {
	uint8_t kind; /* MV_CAP_* */
	uint8_t rights; /* MV_RIGHT_* of that kind */
	uint16_t index; /* into the kind's table; channel: channel * 2 + end */
};

enum mv_policy {
	POLICY_HALT,
	POLICY_RESTART,
	POLICY_MONITOR,
};

/* Attributes of a mapping. */
#define MAP_READ     MV_RIGHT_READ
#define MAP_WRITE    MV_RIGHT_WRITE
#define MAP_EXEC     MV_RIGHT_EXEC
#define MAP_DEVICE   0x8 /* device memory: no caching, no reordering */
#define MAP_KERNEL   0x10 /* for the microvisor alone (set by arch code) */
#define MAP_UNCACHED 0x20 /* memory that the guest wants uncached (set by arch code) */

/** struct map_desc - a piece of physical memory in a cell's address space */
struct map_desc {
	uint32_t va; /* page aligned, below MV_KERNEL_BASE */
	uint32_t pa; /* page aligned */
	uint32_t size; /* bytes, multiple of the page size */
	uint32_t attr; /* MAP_* */
};

/**
 * struct load_desc - a part of a cell's image, copied before the cell starts
 * @source: pristine bytes in the image store, NULL if @copy is 0.
 * @va: their destination in the cell's address space, word aligned.
 * @copy: bytes to copy, multiple of 4.
 * @zero: bytes to clear after them, multiple of 4.
 */
struct load_desc {
	const void *source;
	uint32_t va;
	uint32_t copy;
	uint32_t zero;
};

struct cell;

struct cell_desc {
	const char *name;
	const struct cap *caps; /* caps[0] is null */
	const struct map_desc *maps;
	const struct load_desc *loads;
	const struct mv_env *env;
	uint32_t env_size; /* multiple of the page size */
	uint32_t entry; /* first PC of vCPU 0 */
	uint32_t stack; /* first SP of vCPU 0 */
	uint16_t nr_caps;
	uint16_t nr_maps;
	uint16_t nr_loads;
	uint16_t first_vcpu; /* the cell's vCPUs stand together */
	uint16_t nr_vcpus;
	uint16_t monitor_virq; /* vIRQ raised on a fault, or MV_NONE */
	uint16_t vtlb; /* of a cell with a vMMU, or MV_NONE */
	uint8_t floor, ceiling; /* priorities its vCPUs may take */
	uint8_t policy; /* enum mv_policy */
	uint8_t restart_limit; /* restarts before it is halted, 0 = none */
	uint8_t start_at_boot;
};

struct vcpu_desc {
	uint16_t cell;
	uint8_t local; /* index in the cell */
	uint8_t priority;
	uint8_t cpu;
};

/** struct virq_desc - a vIRQ: one line of one vCPU */
struct virq_desc {
	uint16_t vcpu;
	uint16_t irq; /* physical interrupt it stems from, or MV_NONE */
	uint8_t line; /* 0..31 */
	uint8_t level; /* 1: pending while the payload is not zero */
};

/** struct channel_desc - a pair of FIFOs; FIFO n carries what end n sends */
struct channel_desc {
	const char *name;
	uint8_t *fifo[2]; /* depth * slot bytes each, 32-byte aligned */
	const struct cell *cell[2]; /* at each end */
	uint16_t virq[2]; /* vIRQ of each end, or MV_NONE */
	uint16_t message_size; /* largest message, bytes */
	uint16_t depth; /* messages each FIFO holds */
	uint16_t slot; /* 32 + message_size rounded up to 32 */
};

struct timer_desc {
	uint16_t virq;
};

enum irq_trigger {
	IRQ_LEVEL,
	IRQ_EDGE,
	IRQ_UNROUTED, /* no cell has it */
};

/** struct irq_route - which vIRQ a physical interrupt raises, and how */
struct irq_route {
	uint16_t virq; /* MV_NONE: not handed to a cell */
	uint8_t trigger; /* enum irq_trigger */
};

struct irqchip_ops;
struct timer_ops;
struct serial_ops;
struct reset_ops;

/**
 * struct platform_desc - the devices that the microvisor itself uses
 * Every *_regs lists physical base addresses in the order of the device's reg
 * property. The driver knows what each of them means.
 */
struct platform_desc {
	const char *board;
	const struct irqchip_ops *irqchip;
	const struct timer_ops *timer;
	const struct serial_ops *serial;
	const struct reset_ops *reset; /* NULL: the board cannot */
	uint32_t irqchip_regs[2];
	uint32_t timer_regs[2];
	uint32_t serial_regs[1];
	uint32_t reset_regs[1];
	uint32_t timer_hz;
	uint32_t serial_hz;
	uint16_t timer_irq;
	/* What the boot fact sheet prints. */
	uint32_t ram_base, ram_size;
	uint32_t free_base, free_size; /* RAM that no cell has */
};

#define L1_TABLE_BYTES 16384
#define L2_TABLE_BYTES 1024

extern const struct platform_desc platform;

/** platform_ticks - the board's timer, in ticks */
uint64_t platform_ticks(void);
extern const char product_name[];

extern const uint16_t nr_cells, nr_vcpus, nr_virqs, nr_channels, nr_timers;
extern const uint16_t nr_irqs; /* entries of irq_routes */
extern const uint16_t nr_l2_tables; /* enough for every map, env and kernel */

extern const struct cell_desc cell_descs[];
extern const struct vcpu_desc vcpu_descs[];
extern const struct virq_desc virq_descs[];
extern const struct channel_desc channel_descs[];
extern const struct timer_desc timer_descs[];
extern const struct irq_route irq_routes[];
extern const uint16_t log_cell; /* the cell that reads the fault log, or MV_NONE */
extern const uint16_t log_virq; /* vIRQ raised for each record, or MV_NONE */

/*
 * Objects are arrays of the counts above, in .bss; each kind's header declares
 * its own (cells[], vcpus[], virqs[], channels[], timers[]).
 */
extern struct mv_vcpu_page *const vcpu_pages[]; /* 4 KiB each, page aligned */
extern uint8_t l1_tables[][L1_TABLE_BYTES]; /* one a cell, 16 KiB aligned */
extern uint8_t l2_tables[][L2_TABLE_BYTES]; /* 1 KiB aligned */

#endif
