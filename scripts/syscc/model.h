/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The system as the rules judge it and the emitters write it. It is filled in steps:
 * parse_*() from the tree, image_*() from the cells' ELF files, assign_*() with
 * the objects that the description implies, place_*() with addresses. A step treats
 * malformed input as absent and never complains: only the rules do.
 */
#ifndef SYSCC_MODEL_H
#define SYSCC_MODEL_H

#include "config.h"
#include "needs.h"
#include "tree.h"

#include "../../include/core/window.h"
#include "../../include/mullion/abi.h"

#define NONE         0xffff
#define PAGE         ((unsigned int)MV_PAGE_SIZE)
#define MIB          0x100000
#define NR_LINES     32 /* vIRQ lines of a vCPU */
#define MAX_REGS     4
#define MAX_DEV_IRQS 8
#define MAX_SEGMENTS 16 /* PT_LOADs of an image */
#define MAX_TIMERS   (NR_LINES * MV_MAX_VCPUS_PER_CELL)
#define MAX_STRING   1024

/* Interrupts that a controller may have, private ones included. */
#define IRQS_MIN 64
#define IRQS_MAX 1020

/*
 * The microvisor sees physical memory at a fixed offset (core/window.h), from the
 * megabyte that it is loaded in up to its window for devices.
 */
#define WINDOW_SIZE (DEVICE_WINDOW - MV_KERNEL_BASE)

/* Symbol files of other cells: the last 16 MiB of the window for segments. */
#define SYMBOLS_BASE (MV_DEVICE_BASE - 16 * MIB)

static inline uint64_t span_end(struct span span)
{
	return span.start + span.size;
}

static inline bool spans_overlap(struct span a, struct span b)
{
	return a.size && b.size && a.start < span_end(b) && b.start < span_end(a);
}

static inline bool span_within(struct span inner, struct span outer)
{
	return inner.start >= outer.start && span_end(inner) <= span_end(outer);
}

/** struct refs - the nodes a property refers to; NULL: no such phandle */
struct refs {
	struct node **nodes;
	size_t nr;
};

/* What the microvisor uses itself. */
enum role {
	ROLE_IRQCHIP,
	ROLE_TIMER,
	ROLE_SERIAL,
	ROLE_RESET,
	NR_ROLES,
	ROLE_NONE = NR_ROLES,
};

/** struct driver - a driver in the microvisor for a compatible */
struct driver {
	const char *compatible;
	enum role role;
	const char *ops; /* C symbol */
	const char *config; /* Kconfig symbol */
	unsigned int nr_regs; /* that it needs */
	bool irq, clock; /* it needs one */
	bool edges; /* for a controller: it can tell an edge from a level */
};

struct device_irq {
	uint32_t number; /* at the interrupt controller */
	bool edge;
	struct virq *virq; /* raised in the owner */
};

struct device {
	struct node *node;
	const char *name; /* label, or node name without address */
	struct span regs[MAX_REGS];
	uint64_t va[MAX_REGS]; /* in the owner */
	unsigned int nr_regs;
	struct device_irq irqs[MAX_DEV_IRQS];
	unsigned int nr_irqs;
	bool dma;
	enum role role; /* for the microvisor */
	const struct driver *driver; /* in the microvisor, if it has a role */
	struct cell *owner; /* the first cell it is given to */
};

struct vcpu {
	struct cell *cell;
	unsigned int index, local;
	uint32_t lines; /* next free vIRQ line; more than NR_LINES is an error */
};

struct virq {
	struct cell *cell;
	struct vcpu *vcpu;
	const char *name;
	unsigned int index, line, cap;
	uint32_t irq; /* physical, or NONE */
	bool level;
};

struct timer {
	struct cell *cell;
	struct virq *virq;
	unsigned int index, cap;
};

struct channel {
	const char *name; /* in the tables and reports */
	const char *end_name[2]; /* in each end's environment */
	struct node *node; /* NULL: a console channel, made for .. */
	struct cell *console_of; /* .. this cell */
	struct refs ends;
	struct cell *end[2]; /* NULL: not two different cells */
	struct virq *virq[2];
	unsigned int cap[2]; /* in each end's cell */
	uint32_t message_size, depth;
	bool one_way;
	const char *carries; /* NULL: nothing that drivers know */
	struct refs segment_refs;
	unsigned int index;
};

struct segment {
	const char *name;
	struct node *node;
	struct refs shared_by, read_only_for;
	struct span pa; /* start: place_memory() if not fixed */
	uint64_t va;
	bool fixed;
	unsigned int index;
};

struct sink {
	const char *name;
	struct node *node;
	struct refs from_refs, to_refs;
	struct cell *from, *to;
	uint32_t to_vcpu;
	bool level;
	struct virq *virq;
	unsigned int source_cap; /* in the raising cell */
};

/** struct image_segment - a PT_LOAD */
struct image_segment {
	uint32_t va, offset, file_size, memory_size, flags; /* flags: MV_RIGHT_* */
};

enum image_state {
	IMAGE_OK,
	IMAGE_ABSENT, /* no name given */
	IMAGE_MISSING,
	IMAGE_UNREADABLE,
	IMAGE_NOT_ARM_ELF,
	IMAGE_DAMAGED,
};

struct image {
	const char *path;
	enum image_state state;
	uint32_t entry;
	struct image_segment segments[MAX_SEGMENTS];
	unsigned int nr_segments;
	struct span span; /* of virtual addresses, whole pages */
	struct needs needs;
};

/** struct symbol_file - names of functions in an image, see symbols.c */
struct symbol_file {
	const char *image_name, *path;
	const char *symbol; /* in the image store */
	uint64_t size;
	uint64_t va; /* in the cells that have it */
};

struct map {
	uint64_t va, pa, size;
	unsigned int attr; /* MV_RIGHT_* */
	bool device;
	const char *what;
	const char *pa_symbol; /* instead of @pa: in the image store */
};

struct load {
	const char *symbol; /* NULL: nothing to copy */
	uint64_t va, copy, zero;
	const char *what;
};

struct cap {
	const char *kind, *rights; /* C text */
	unsigned int index; /* in the table of the kind */
	const char *what;
};

struct env_entry {
	const char *name, *peer;
	const struct node *node; /* which the name is of; NULL: it is given or a cell's */
	const char *kind, *rights; /* C text */
	unsigned int cap;
	const struct virq *virq; /* NULL: none */
	uint64_t address, size;
	const char *text; /* of a string; its @size bytes may hold several */
	bool describes; /* the string tells of the device of this name */
	bool after_cell; /* the name is that of a cell, or the console's */
	bool many; /* one of several with this name: the peers differ */
};

struct cell {
	const char *name, *symbol; /* symbol: usable in C */
	struct cell *next;
	struct node *node;
	unsigned int index;
	const char *image_name;
	struct image image;
	struct symbol_file *symbol_file; /* NULL: none */
	struct span memory; /* physical; start: place_memory() if not fixed */
	bool fixed;
	uint64_t stack; /* bytes */
	uint32_t priority, floor, ceiling, nr_vcpus, cpu, nr_timers, restart_limit;
	const char *policy; /* "halt", "restart", "monitor" */
	const char *bootargs, *args;
	unsigned int vtlb; /* NONE without a vMMU */
	unsigned int vmmu_cap; /* 0 without */
	bool disabled; /* only referred to, in no list */
	bool trusted, vmmu, fault_log, symbols, device_tree, manual, may_reset, may_check;
	struct refs monitor_refs, console_refs, controls, device_refs;
	struct cell *monitor, *console;
	/* Assigned. */
	struct vcpu *vcpus[MV_MAX_VCPUS_PER_CELL];
	struct virq *log_virq, *monitor_virq;
	unsigned int first_vcpu;
	struct virq **virqs;
	size_t nr_virqs;
	struct cap *caps;
	size_t nr_caps;
	struct env_entry *env;
	size_t nr_env;
	uint64_t env_size; /* bytes, whole pages */
	/* Placed. */
	uint64_t base; /* lowest virtual address of its memory */
	struct span heap, dtb_va; /* virtual */
	uint64_t stack_top;
	struct map *maps;
	size_t nr_maps;
	struct load *loads;
	size_t nr_loads;
	void *dtb;
	uint32_t dtb_size;
};

struct microvisor {
	struct node *node;
	const char *board;
	struct refs role_refs[NR_ROLES];
	struct device *devices[NR_ROLES];
	uint32_t load_offset, reserve;
	uint32_t nr_irqs;
};

/** struct system - all that is known; arrays of pointers, in order of the source */
struct system {
	struct tree tree;
	const char *tree_error; /* NULL: it could be read */
	struct config config;
	const char *product;
	const char *dtb_path, *images_path;
	struct microvisor microvisor;
	struct node *memory_node; /* the first */
	struct span ram;
	struct cell **cells;
	struct vcpu **vcpus;
	struct virq **virqs;
	struct channel **channels;
	struct timer **timers;
	struct segment **segments;
	struct sink **sinks;
	struct device **devices;
	struct symbol_file **symbol_files;
	size_t nr_cells, nr_vcpus, nr_virqs, nr_channels, nr_timers, nr_segments, nr_sinks,
		nr_devices, nr_symbol_files;
	/* Placed. */
	uint64_t kernel_pa, store_size, pool_start;
	struct span free; /* the largest piece of RAM that is given to nobody */
	bool exhausted; /* RAM did not suffice */
	const struct node *exhausted_by;
	uint64_t exhausted_size;
	unsigned int nr_l2_tables, nr_vtlbs;
	uint32_t vtlb_spaces, vtlb_tables; /* of each vTLB */
};

/* parse.c, parse-cell.c, parse-board.c */
void parse_system(struct system *sys);
void parse_cells(struct system *sys);
void resolve_cells(struct system *sys);
void parse_board(struct system *sys);
void parse_devices(struct system *sys);
struct refs parse_refs(const struct system *sys, const struct node *node, const char *name);
char *c_symbol(const char *name);
struct cell *refs_cell(const struct refs *refs, size_t index);
struct cell *refs_enabled(const struct refs *refs, size_t index);
bool refs_have(const struct refs *refs, const struct cell *cell);

/* Does a channel carry @what? The segment of a disk, or NULL. */
bool channel_carries(const struct channel *channel, const char *what);
const struct segment *channel_segment(const struct system *sys, const struct channel *channel);

/* image.c: the ELF files of the cells. */
void image_read_all(struct system *sys);
enum image_state image_parse(struct image *image, const char *bytes, size_t size);
bool image_name_plain(const char *name);
char *image_config_symbol(const struct system *sys, const char *name);
/** The image that a symbol CONFIG_GUEST_... is of. */
const char *image_of_symbol(const char *symbol);

/* symbols.c: symbol files, if a cell wants them. */
void symbols_find(struct system *sys);

/* assign.c: vCPUs, timers and vIRQ lines; caps.c: capabilities and environment. */
void assign_objects(struct system *sys);
void assign_caps(struct system *sys);
void env_finish(struct cell *cell);
/** env_text_bytes - of all strings behind the entries */
uint64_t env_text_bytes(const struct cell *cell);

/* place.c: virtual and physical addresses, what is mapped and loaded. */
void place_virtual(struct system *sys);
void place_physical(struct system *sys);

/* The address at which the microvisor sees physical memory, and the end of what it can see. */
uint64_t place_window(const struct system *sys, uint64_t pa);
uint64_t place_window_end(const struct system *sys);

/* layout.c: the inside of a cell, before and after it has its memory. */
void layout_assign(struct cell *cell);
void layout_map(struct cell *cell);

/* Bytes of a message in a FIFO: its length in a line of 32, then itself. */
static inline unsigned int channel_slot(const struct channel *channel)
{
	return 32 + (unsigned int)round_up(channel->message_size, 32);
}

/* Bytes of a guest's vTLB: tables of both levels, and the data about them. */
static inline uint64_t vtlb_size(const struct system *sys)
{
	return sys->vtlb_spaces * (16384ull + 1084) + sys->vtlb_tables * (1024ull + 12) + 544;
}

/** Whether a guest may write a segment, and so keep translation tables in it. */
bool segment_of_guest(const struct system *sys, const struct segment *segment);

/* driver.c */
extern const struct driver drivers[];
extern const size_t nr_drivers;
extern const char *const role_names[NR_ROLES];
const struct driver *driver_find(const struct node *node, enum role role);

/* guest-dtb.c */
void guest_dtb_make(struct system *sys, struct cell *cell);

#endif
