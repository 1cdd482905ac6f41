/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS's kernel: processes, page frames, address spaces, the reference
 * model. The kernel runs with interrupts masked, except where it says otherwise, on
 * one stack that is empty while users run.
 */
#ifndef TEST_OS_H
#define TEST_OS_H

#include "calls.h"
#include "machine.h"
#include <mv.h>

#define MAX_PROCESSES 16

/* Processes (process.c) -------------------------------------------------------------- */

enum process_state {
	PROCESS_FREE,
	PROCESS_READY,
	PROCESS_BLOCKED, /* makes its system call again when @waits_for says so */
	PROCESS_ASLEEP,
	PROCESS_ZOMBIE,
};

/**
 * struct process - one of them
 * @regs: first, since the entries know only its address.
 * @waits_for: the process whose doings let a blocked one go on.
 * @wake: tick at which a sleeping one goes on.
 * @pages: what its address space should be: see vm.c.
 * @table: its first-level translation table, if it has one.
 * @fp_used: @fp, or the floating point unit, has something of it.
 */
struct process {
	struct regs regs;
	uint32_t number, parent, state, waits_for, wake;
	uint32_t pages[NR_PAGES];
	uint32_t heap; /* pages */
	uint32_t *table;
	uint32_t ending, hash;
	uint32_t handler, operation;
	uint32_t thread_id, thread_word;
	uint32_t message[MESSAGE_MAX / 4], message_size;
	bool message_full, fp_used;
	struct fp_regs fp;
};

extern struct process processes[MAX_PROCESSES];
extern struct process *current;
extern uint32_t ticks;

/** process_number - a process by its number, NULL if there is none */
struct process *process_find(uint32_t number);
struct process *process_create(uint32_t parent);
void process_fork(struct process *p);
void process_exit(struct process *p, uint32_t ending, uint32_t hash);
void process_wait(struct process *p);
/** process_block - make the system call again when process @number does something */
void process_block(struct process *p, uint32_t number);
/** process_wake - whoever waits for this process */
void process_wake(uint32_t number);
void process_sleep(struct process *p, uint32_t duration);
void process_ticked(void);
/** process_choose - whose turn it is; @next: not the current one if there is another */
struct regs *process_choose(bool next);

/* Page frames (frames.c) --------------------------------------------------------------- */

void frames_init(void);
/** frame_get - a zeroed page, referred to once */
uint32_t frame_get(void);
void frame_ref(uint32_t frame);
void frame_put(uint32_t frame);
uint32_t frame_refs(uint32_t frame);
uint32_t frames_used(void);
extern uint32_t shared_memory; /* 64 KiB, aligned */
extern uint32_t big_memory; /* 1 MiB, aligned */
extern uint32_t kernel_page;

/* Address spaces (vm.c) ------------------------------------------------------------------ */

/* An element of process.pages: the frame, MAPPED, rights, and: */
#define VM_FRAME          0x10 /* it has one */
#define VM_COPY           0x20 /* the frame may be shared: copy before writing */
#define VM_RIGHTS         (RIGHT_READ | RIGHT_WRITE | RIGHT_EXEC)
#define VM_ADDRESS(entry) ((entry) & ~(PAGE_SIZE - 1u))

#define NO_PAGE           ~0u

/** vm_page - the number of the page that an address lies in, or NO_PAGE */
uint32_t vm_page(uint32_t va);
/** vm_fixed - what all processes have at an address; its rights, 0: nothing */
uint32_t vm_fixed(uint32_t va, uint32_t *pa);
/** vm_now - rights that the MMU is to give to a page of this entry */
uint32_t vm_now(uint32_t entry);
/** vm_fault - make an access possible; false if it is forbidden */
bool vm_fault(struct process *p, uint32_t va, uint32_t access);
bool vm_map(struct process *p, uint32_t page, uint32_t count, uint32_t rights);
bool vm_unmap(struct process *p, uint32_t page, uint32_t count, uint32_t flush);
bool vm_protect(struct process *p, uint32_t page, uint32_t count, uint32_t rights, uint32_t flush);
bool vm_move(struct process *p, uint32_t from, uint32_t to, uint32_t flush);
void vm_fork(struct process *child, struct process *parent);
void vm_free(struct process *p);
/** vm_copy - between the kernel and the current process; false if that may not */
bool vm_copy_in(void *to, uint32_t from, uint32_t size);
bool vm_copy_out(uint32_t to, const void *from, uint32_t size);

/**
 * struct paging - how the MMU learns of it: tables.c or loaded.c
 * @enter: process.pages allows more at this address than before.
 * @change: process.pages may allow less from @page on.
 * @inherit: a process has got its pages from its parent.
 * @misses: faults at what was entered before are normal.
 */
struct paging {
	const char *name;
	void (*init)(void);
	void (*create)(struct process *p);
	void (*destroy)(struct process *p);
	void (*use)(struct process *p);
	void (*inherit)(struct process *child);
	void (*enter)(struct process *p, uint32_t va);
	void (*change)(struct process *p, uint32_t page, uint32_t count, uint32_t flush);
	bool (*copy)(void *to, const void *from, uint32_t size, uint32_t user, uint32_t access);
	void (*check)(struct process *p);
	bool misses;
};

extern const struct paging paging_tables, paging_loaded;
extern const struct paging *paging;

/** vm_flush - forget the translations of some of a process's pages */
void vm_flush(struct process *p, uint32_t page, uint32_t count, uint32_t flush);
/** vm_copyable - the address of so many bytes may be a user's */
bool vm_copyable(uint32_t user, uint32_t size);

/** user_copy - bytes to or from user addresses; false if a fault stopped it (copy.S) */
bool user_copy(void *to, const void *from, uint32_t size);
extern const char user_copy_start[], user_copy_end[], user_copy_failed[];

/* The reference model (model.c) ----------------------------------------------------------- */

void model_clear(uint32_t number);
void model_copy(uint32_t child, uint32_t parent);
void model_map(uint32_t number, uint32_t page, uint32_t count, uint32_t rights);
void model_unmap(uint32_t number, uint32_t page, uint32_t count);
void model_protect(uint32_t number, uint32_t page, uint32_t count, uint32_t rights);
void model_move(uint32_t number, uint32_t from, uint32_t to);
void model_write(uint32_t number, uint32_t page, uint32_t version);
uint32_t model_rights(uint32_t number, uint32_t page);
uint32_t model_version(uint32_t number, uint32_t page);

/* Checks (check.c, main.c) ------------------------------------------------------------------ */

/** check_process - hold a process's memory against the model */
void check_process(struct process *p);
/** check_frames - hold the counts of references against all address spaces */
void check_frames(void);
/** wrong - a check does not hold; the first few are told */
void wrong(uint32_t check, uint32_t page, uint32_t expected, uint32_t got);
/** finish - all processes have ended */
_Noreturn void finish(void);
MV_PRINTF(1, 2) void say(const char *format, ...);

extern struct plan plan;

/**
 * struct counts - that something has happened at all
 * @spurious: faults at accesses that were allowed and entered.
 */
struct counts {
	uint32_t calls[NR_CALLS];
	uint32_t zeroed, copied, taken, spurious, kernel_faults, killed, handled;
	uint32_t preempted, switches, kernel_ticks, fp_loads, checks;
	uint32_t added; /* what the shared counters should come to */
};

extern struct counts counts;

/* Floating point (fp.c, fp-regs.S) ------------------------------------------------------------- */

/** fp_undefined - an undefined instruction may be the first use; was it? */
bool fp_undefined(struct process *p);
/** fp_switch - this process runs next */
void fp_switch(struct process *p);
void fp_fork(struct process *child, struct process *parent);
void fp_exit(struct process *p);
void fp_save(struct fp_regs *to);
void fp_load(const struct fp_regs *from);

#endif
