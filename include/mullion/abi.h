/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The public binary interface between the microvisor and its cells: addresses
 * that are the same in every cell, the vCPU page, the environment, capability
 * kinds and rights, payload bits and error codes. Usable from C and assembly.
 * The hypercalls themselves are declared in core/hypercalls.yaml; the header
 * generated from it (mullion/hypercalls.h) includes this one.
 */
#ifndef MULLION_ABI_H
#define MULLION_ABI_H

/** Version of this interface: major << 16 | minor; major changes break cells. */
#define MV_ABI_VERSION 0x00010000

/*
 * Fixed addresses in every cell. A cell's image is linked at or above
 * MV_IMAGE_BASE, so that null pointers fault; from MV_KERNEL_BASE up the
 * address space is the microvisor's. The vCPU page has an address that is one
 * immediate of an instruction: guests are there whenever they mask interrupts.
 */
#define MV_IMAGE_BASE         0x00010000
#define MV_SEGMENT_BASE       0x40000000 /* shared segments, in 1 MiB steps */
#define MV_DEVICE_BASE        0x80000000 /* device registers, page by page */
#define MV_VCPU_PAGE_BASE     0xEF000000 /* vCPU n's page at + n * MV_PAGE_SIZE */
#define MV_ENV_BASE           0xEF010000 /* struct mv_env, read only */
#define MV_ENV_END            0xEF020000 /* of the longest one */
#define MV_KERNEL_BASE        0xF0000000
#define MV_PAGE_SIZE          0x1000
#define MV_GUEST_END          0xEF000000 /* where a guest's own translations end */
#define MV_GUEST_HIGH         0xFFF00000 /* from here to the end they go on: kuser helpers */

#define MV_MAX_VCPUS_PER_CELL 8
#define MV_NR_PRIORITIES      256 /* 255 is the most urgent */

/* Offsets in struct mv_vcpu_page, for assembly. */
#define MV_PAGE_SAVED_PC     0
#define MV_PAGE_SAVED_PSR    4
#define MV_PAGE_SAVED_R12    8
#define MV_PAGE_SAVED_SP     12
#define MV_PAGE_KERNEL_SP    16
#define MV_PAGE_VIRQ_MASTER  20
#define MV_PAGE_VIRQ_ENABLED 24
#define MV_PAGE_VIRQ_PENDING 28
#define MV_PAGE_VECTOR       32
#define MV_PAGE_UNDEFINED    36
#define MV_PAGE_SYSTEM_CALL  40
#define MV_PAGE_FETCH_ABORT  44
#define MV_PAGE_DATA_ABORT   48
#define MV_PAGE_STATUS       52
#define MV_PAGE_ADDRESS      56
#define MV_PAGE_DACR         60
#define MV_PAGE_VCPU         68

/* What a capability names. An entry of another kind is MV_ERR_CAPABILITY. */
#define MV_CAP_NULL    0
#define MV_CAP_CELL    1
#define MV_CAP_VCPU    2
#define MV_CAP_VIRQ    3 /* the receiving end of a vIRQ: a line of a vCPU */
#define MV_CAP_SOURCE  4 /* the raising end of a vIRQ */
#define MV_CAP_CHANNEL 5 /* one end of a channel */
#define MV_CAP_TIMER   6
#define MV_CAP_LOG     7 /* the fault log and the trace buffer */
#define MV_CAP_SYSTEM  8 /* the machine */
#define MV_CAP_VMMU    9 /* a cell's vMMU */
/* Environment entries only: named memory, for which no hypercall is needed. */
#define MV_ENV_SEGMENT 32
#define MV_ENV_DEVICE  33
#define MV_ENV_HEAP    34
#define MV_ENV_STRING  35

/* Rights, one set of bits for each kind. */
#define MV_RIGHT_CELL_STATUS   1
#define MV_RIGHT_CELL_CONTROL  2
#define MV_RIGHT_VCPU_CONTROL  1
#define MV_RIGHT_VCPU_PRIORITY 2
#define MV_RIGHT_VIRQ_FETCH    1
#define MV_RIGHT_VIRQ_ACK      2 /* only vIRQs that stem from a device */
#define MV_RIGHT_SOURCE_RAISE  1
#define MV_RIGHT_CHANNEL_SEND  1
#define MV_RIGHT_CHANNEL_RECV  2
#define MV_RIGHT_TIMER_SET     1
#define MV_RIGHT_LOG_READ      1
#define MV_RIGHT_SYSTEM_RESET  1
#define MV_RIGHT_SYSTEM_CHECK  2
#define MV_RIGHT_VMMU_CONTROL  1
#define MV_RIGHT_VMMU_STATS    2
/* Rights on memory, in environment entries. */
#define MV_RIGHT_READ  1
#define MV_RIGHT_WRITE 2
#define MV_RIGHT_EXEC  4

/* Payload bits of a channel end's vIRQ. */
#define MV_CHANNEL_READABLE 1 /* was empty, now holds a message */
#define MV_CHANNEL_WRITABLE 2 /* was full, now has room */
#define MV_CHANNEL_RESET    4 /* the peer cell was stopped or restarted */

/* Flags of timer_set. */
#define MV_TIMER_ABSOLUTE 1 /* the time is a point on the clock, not a delay */
#define MV_TIMER_PERIODIC 2 /* and again every `time` nanoseconds */

/* Tables of vmmu_switch that are none. */
#define MV_VMMU_OFF        1 /* addresses are the cell's own */
#define MV_VMMU_SOFTWARE   2 /* the guest enters pages by vmmu_map */

#define MV_VMMU_TABLE_SIZE 0x4000 /* of a first-level table, and its alignment */

/* Address-space identifiers of vmmu_switch and vmmu_flush. */
#define MV_ASID_MAX 255
#define MV_ASID_ALL 256 /* vmmu_flush: whatever the identifier */

/* Rights of vmmu_map: MV_RIGHT_READ, _WRITE, _EXEC for guest kernel mode; and */
#define MV_MAP_USER 8 /* the same for guest user mode */

/* Registers of vcpu_set. */
#define MV_VCPU_THREAD_ID 0 /* TPIDRURO */
#define MV_VCPU_FP        1 /* may floating point and NEON be used? */

/* Operations of cache_range. */
#define MV_CACHE_CLEAN            0
#define MV_CACHE_CLEAN_INVALIDATE 1
#define MV_CACHE_CODE             2

/* Actions of system_reset. */
#define MV_SYSTEM_RESTART   0
#define MV_SYSTEM_POWER_OFF 1

/* States of a cell, as cell_status reports them. */
#define MV_CELL_STOPPED 0
#define MV_CELL_LOADING 1 /* its image is being copied into its memory */
#define MV_CELL_RUNNING 2
#define MV_CELL_FAULTED 3 /* stopped by a fault, waiting for a decision */

/*
 * What cell_status returns: the state, how often the cell's fault policy has
 * restarted it, and how often cell_restart was called for it. The counts stay at
 * their end.
 */
#define MV_CELL_COUNT_MAX 4095
#define MV_CELL_STATUS(state, faults, asked) \
	((uint32_t)(asked) << 20 | (uint32_t)(faults) << 8 | (state))
#define MV_CELL_STATE(status)    ((status)&0xff)
#define MV_CELL_FAULTS(status)   ((status) >> 8 & 0xfff)
#define MV_CELL_ASKED(status)    ((status) >> 20)
#define MV_CELL_RESTARTS(status) (MV_CELL_FAULTS(status) + MV_CELL_ASKED(status))

/* The payload bit by which a monitor is told of a cell, by the cell's index. */
#define MV_FAULT_BIT(cell) (1u << ((cell) % 32))

/* Errors: a closed list. Reasons are given with each hypercall. */
#define MV_OK             0
#define MV_ERR_CALL       1 /* no such hypercall in this configuration */
#define MV_ERR_CAPABILITY 2 /* index out of range, empty, or another kind */
#define MV_ERR_RIGHTS     3 /* the capability lacks the right */
#define MV_ERR_ARGUMENT   4 /* a value outside its range */
#define MV_ERR_ADDRESS    5 /* memory the caller may not access so */
#define MV_ERR_SIZE       6 /* longer than the object or the buffer holds */
#define MV_ERR_FULL       7 /* no room now; a vIRQ will tell */
#define MV_ERR_EMPTY      8 /* nothing there now; a vIRQ will tell */
#define MV_ERR_STATE      9 /* the object's state does not allow it now */
#define MV_NR_ERRORS      10

/* Causes of a fault. */
#define MV_FAULT_UNDEFINED  1 /* undefined or privileged instruction */
#define MV_FAULT_FETCH      2 /* instruction fetch not allowed or mapped */
#define MV_FAULT_READ       3
#define MV_FAULT_WRITE      4
#define MV_FAULT_BREAKPOINT 5
#define MV_FAULT_ALIGNMENT  6
#define MV_FAULT_EXTERNAL   7 /* the bus refused: nothing at the address */

/* In r0 at MV_FAULT_UNDEFINED: an operating system has panicked, and ended its cell so. */
#define MV_PANICKED 0x434e4150

/* The virtual PSR's mode bits and interrupt mask. */
#define MV_PSR_USER   0x10
#define MV_PSR_KERNEL 0x13
#define MV_PSR_MODE   0x1f
#define MV_PSR_MASKED 0x80

#ifndef __ASSEMBLER__
#ifdef __KERNEL__ /* Linux has no such file, but these types */
#include <linux/types.h>
#else
#include <stdint.h>
#endif

/**
 * struct mv_vcpu_page - what a vCPU and the microvisor share
 * @saved_pc: the interrupted PC, written by an upcall, taken by vcpu_resume.
 * @saved_psr: the interrupted PSR, likewise. A guest's shows the virtual mode,
 *	MV_PSR_KERNEL or MV_PSR_USER, and in MV_PSR_MASKED whether vIRQs were
 *	masked; a system call leaves the bits of FIQ and asynchronous aborts in
 *	it as the processor has them. vcpu_resume looks at bit 0 to tell the modes
 *	apart.
 * @saved_r12: the interrupted r12, likewise (r12 carries hypercall numbers).
 * @saved_sp: the interrupted stack pointer, written by an upcall out of guest
 *	user mode; taken by vcpu_resume into it. After a system call r12 holds it
 *	too.
 * @kernel_sp: set by a guest: the stack pointer with which an upcall out of
 *	guest user mode starts.
 * @virq_master: set by the cell: 1 = a pending, enabled vIRQ makes an upcall.
 *	The microvisor clears it when it makes one. In guest user mode vIRQs make
 *	upcalls whatever it holds, and a guest leaves it at 0 there.
 * @virq_enabled: set by the cell: lines that make upcalls and end vcpu_wait.
 * @virq_pending: written by the microvisor: lines that are pending. A copy;
 *	what the cell writes here changes nothing.
 * @vector: set by the cell: where an upcall for a vIRQ starts.
 * @undefined, @fetch_abort, @data_abort: set by a guest: where the upcall for
 *	each exception starts (bit 0 set: Thumb code); 0: the cell's fault policy
 *	applies.
 * @system_call: set by a guest: where the upcall for a system call starts. ARM
 *	code, and used as it is: 0 is the address 0.
 * @status: fault status of the last abort upcall (short-descriptor format).
 * @address: its fault address.
 * @dacr: set by a guest: its domain access register, for its own tables.
 * @cell: index of this cell among all cells.
 * @vcpu: index of this vCPU in the cell.
 *
 * Masking vIRQs is a store of 0 to @virq_master. Unmasking is a store of 1,
 * then a test of @virq_pending & @virq_enabled, then virq_sync if not zero.
 */
struct mv_vcpu_page {
	uint32_t saved_pc;
	uint32_t saved_psr;
	uint32_t saved_r12;
	uint32_t saved_sp;
	uint32_t kernel_sp;
	uint32_t virq_master;
	uint32_t virq_enabled;
	uint32_t virq_pending;
	uint32_t vector;
	uint32_t undefined;
	uint32_t system_call;
	uint32_t fetch_abort;
	uint32_t data_abort;
	uint32_t status;
	uint32_t address;
	uint32_t dacr;
	uint32_t cell;
	uint32_t vcpu;
};

/**
 * struct mv_env_entry - one thing a cell has, by name
 * @name: as in the system description, NUL terminated.
 * @peer: name of the cell at the other end, or empty.
 * @kind: MV_CAP_* or MV_ENV_*.
 * @rights: MV_RIGHT_* of that kind.
 * @cap: capability index, 0 where the kind has none.
 * @virq: capability index of the vIRQ that belongs to it, 0 = none.
 * @line: that vIRQ's line, 0..31, meaningful if @virq is not 0 or for
 *	MV_CAP_VIRQ entries.
 * @address: virtual address (segment, device, heap); message size (channel).
 * @size: bytes; depth in messages (channel); described priority (cell).
 */
struct mv_env_entry {
	char name[24];
	char peer[16];
	uint16_t kind;
	uint16_t rights;
	uint16_t cap;
	uint16_t virq;
	uint32_t line;
	uint32_t address;
	uint32_t size;
	uint32_t reserved;
};

#define MV_ENV_MAGIC 0x31564e45 /* "ENV1" */

/** struct mv_env - read-only dictionary at MV_ENV_BASE in every cell */
struct mv_env {
	uint32_t magic;
	uint32_t nr_entries;
	char cell[24];
	char product[32];
	struct mv_env_entry entries[];
};

/**
 * struct mv_fault_record - what is known of one fault, as fault_read gives it
 * @sequence: counts faults since boot, from 1.
 * @cell: index of the cell.
 * @vcpu: index of the vCPU in the cell.
 * @cause: MV_FAULT_*.
 * @status: the processor's fault status register, 0 if not an abort.
 * @address: address accessed or fetched, 0 if none.
 * @restarts: how often the cell was restarted before this fault.
 * @policy: what follows: enum mv_policy in core/tables.h order
 *	(0 halt, 1 restart, 2 the monitor decides).
 * @time: nanoseconds since boot, low and high word.
 * @regs: r0..r12, sp, lr, pc, psr.
 */
struct mv_fault_record {
	uint32_t sequence;
	uint32_t cell;
	uint32_t vcpu;
	uint32_t cause;
	uint32_t status;
	uint32_t address;
	uint32_t restarts;
	uint32_t policy;
	uint32_t time[2];
	char name[24];
	uint32_t regs[17];
};

/**
 * struct mv_vmmu_stats - what a vCPU has had its vTLB do since its cell started
 * @section_misses, @large_misses, @page_misses: entries made, by kind.
 * @evictions: second-level tables taken from another slot.
 * @flips: slots emptied because guest kernel and user pages share them.
 * @spaces_made: address spaces that were not cached.
 * @switches: of the address space. @flushes: of any kind.
 */
struct mv_vmmu_stats {
	uint32_t section_misses;
	uint32_t large_misses;
	uint32_t page_misses;
	uint32_t evictions;
	uint32_t flips;
	uint32_t spaces_made;
	uint32_t switches;
	uint32_t flushes;
};

/** struct mv_trace_event - one entry of the trace buffer (CONFIG_TRACE) */
struct mv_trace_event {
	uint32_t time[2];
	uint16_t kind;
	uint16_t vcpu;
	uint32_t value;
};

#define MV_TRACE_SWITCH 1 /* @vcpu runs from now on */
#define MV_TRACE_IRQ    2 /* physical interrupt, @value its number */
#define MV_TRACE_VIRQ   3 /* vIRQ raised for @vcpu, @value the bit of its line */
#define MV_TRACE_FAULT  4 /* @vcpu faulted, @value the cause */

#endif /* !__ASSEMBLER__ */
#endif
