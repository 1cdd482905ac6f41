/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The way in which the judge cell of the system tests commands its puppets. A page
 * that both share holds one order and its result; vIRQs "go-NAME" and "done-NAME"
 * announce them. A puppet obeys every order, however wrong, so that the judge can see
 * how the microvisor responds.
 */
#ifndef TEST_ORDER_H
#define TEST_ORDER_H

#include <stdint.h>

enum operation {
	OP_NOTHING,
	OP_READ, /* ldr from args[0] */
	OP_READ_BYTE,
	OP_READ_SEVERAL, /* ldmia of 4 words */
	OP_READ_USER, /* ldrt */
	OP_WRITE, /* str args[1] to args[0] */
	OP_WRITE_BYTE,
	OP_WRITE_SEVERAL, /* stmia of 4 words */
	OP_WRITE_EXCLUSIVE, /* ldrex, strex */
	OP_EXECUTE, /* blx args[0] */
	OP_INSTRUCTION, /* the instruction of enum instruction args[0] */
	OP_CALL, /* hypercall args[0] with args[1..6] */
	OP_MATRIX, /* every hypercall with every capability, see matrix.h */
	OP_COUNT, /* count for ever in order.count */
	OP_WAIT_INSTRUCTIONS, /* the same with wfi in the loop */
	OP_SPIN_ANEW, /* count, after every restart too */
	OP_RECURSE, /* until the stack is used up */
	OP_SPOIL, /* change data and bss, arm a timer, start vCPU 1 */
	OP_INSPECT, /* results: data word, bss word, own priority, vCPU 1's state */
	OP_VECTOR, /* upcall to the vector args[0] */
	OP_RESUME, /* vcpu_resume with PC args[0], PSR args[1] */
	OP_PAGE, /* fill the vCPU page with args[0], then go on for a while */
	OP_FLOOD, /* send to capability args[0] until it fails args[1] times */
	OP_STORM, /* raise source args[0] args[1] times */
	OP_CODE_WORD, /* put word args[0] on the stack and jump to it */
	OP_FAULT_ALWAYS, /* after every restart: read address 0 at once */
	OP_REGISTERS, /* load args[0].. into all registers and fault */
	OP_THREAD_ID, /* results: TPIDRURW, TPIDRURO */
	OP_JUMP_THUMB, /* bx to args[0] | 1 */
};

enum instruction {
	INSN_CPS,
	INSN_MSR_CONTROL,
	INSN_MRS,
	INSN_MSR_SPSR,
	INSN_READ_SCTLR,
	INSN_WRITE_SCTLR,
	INSN_WRITE_TTBR0,
	INSN_WRITE_DACR,
	INSN_WRITE_VBAR,
	INSN_WRITE_CONTEXTIDR,
	INSN_READ_TPIDRPRW,
	INSN_WRITE_TPIDRURO,
	INSN_FLUSH_TLB,
	INSN_CLEAN_CACHE,
	INSN_TRANSLATE,
	INSN_READ_PMCCNTR,
	INSN_DEBUG_CONTROL,
	INSN_SMC,
	INSN_HVC,
	INSN_RFE,
	INSN_SRS,
	INSN_LDM_USER,
	INSN_SUBS_PC,
	INSN_VFP,
	INSN_VMRS,
	INSN_NEON,
	INSN_UDF,
	INSN_UDF_THUMB,
	INSN_BKPT,
	INSN_BKPT_THUMB,
	INSN_WFI,
	INSN_WFE,
	INSN_SEV,
	INSN_BARRIERS,
	INSN_SETEND,
	INSN_LDRD_UNALIGNED,
	INSN_LDM_UNALIGNED,
	INSN_LDREX_UNALIGNED,
	INSN_LDR_UNALIGNED,
	INSN_PRELOAD_KERNEL,
	INSN_CP14_TEECR,
	INSN_CP10_CDP,
	NR_INSTRUCTIONS,
};

/**
 * struct order - the shared page
 * @sequence: increased by the judge when an order stands here.
 * @taken: the sequence that the puppet has begun. @done: that it has finished.
 * @lives: how often the puppet has started.
 * @count: what OP_COUNT increases.
 * @text, @rodata, @data, @bss, @heap, @stack, @display, @device: where the
 *	puppet has such memory; @heap_end: the first byte behind its heap.
 * @probe_read: the instruction with which OP_READ reads.
 * @probe_resumed: where OP_RESUME comes back if the PC says so.
 * @cell, @vcpu1 ... @timer: capabilities of the puppet's.
 * @pipe_line: line of the pipe's vIRQ; @pending_at_start: what was pending.
 * @scratch: for messages, at the same address in both cells.
 */
struct order {
	uint32_t sequence;
	uint32_t taken;
	uint32_t done;
	uint32_t operation;
	uint32_t args[8];
	uint32_t result[8];
	uint32_t lives;
	uint32_t count, count1;
	uint32_t text, rodata, data, bss, heap, heap_end, stack, display, device;
	uint32_t probe_read, probe_resumed;
	uint32_t cell, vcpu1, pipe, oneway, big, edge, level, second, timer;
	uint32_t pipe_line, pending_at_start;
	uint32_t scratch[(4096 + 64) / 4] __attribute__((aligned(4096)));
};

#define PRISTINE_WORD 0x900dda7au

#endif
