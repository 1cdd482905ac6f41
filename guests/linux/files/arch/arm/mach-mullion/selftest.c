// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * What a guest's kernel, however privileged it is among its own processes, cannot
 * reach: memory that its cell has not, the microvisor, and objects that it has no
 * capability for. Tried out at boot with `mullion.selftest=1` on the kernel's command
 * line, or at any time by root: echo 1 >/sys/module/mullion/parameters/selftest. Each
 * promise is a line of the kernel's log; a write fails with EIO if one does not hold.
 * Relies on the exception table: an access that faults is an error, not an oops.
 */
#include <linux/init.h>
#include <linux/io.h>
#include <linux/memblock.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/bug.h>
#include <asm/extable.h>
#include <asm/mullion.h>

#include "mullion.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "mullion."

#define PREFIX "mullion selftest: "
#define NR_CAPS 1024	  /* as many numbers are tried one by one */
#define MAX_STACK SZ_64K
#define EXTERNAL_ABORT 8  /* status of an access to what the cell has not */

extern unsigned int mullion_vmmu;

static unsigned int tried, failed;
static bool ready, wanted;

static void is(bool good, const char *what, unsigned long where)
{
	tried++;
	if (good)
		return;
	if (failed++ < 10)
		pr_err(PREFIX "not ok: %s 0x%08lx\n", what, where);
}

static bool reads(unsigned long address)
{
	u32 word;

	return !copy_from_kernel_nofault(&word, (void *)address, sizeof(word));
}

/* Nothing is destroyed should it be possible: what is there is written. */
static bool writes(unsigned long address)
{
	u32 word = 0;

	copy_from_kernel_nofault(&word, (void *)address, sizeof(word));
	return !copy_to_kernel_nofault((void *)address, &word, sizeof(word));
}

/* The kernel's own mapping of memory that its cell has not. */
static void try_foreign(unsigned long physical)
{
	struct vm_struct *area = get_vm_area(PAGE_SIZE, VM_IOREMAP);
	unsigned long address;

	if (!area)
		return is(false, "no room to map", physical);
	address = (unsigned long)area->addr;
	if (ioremap_page_range(address, address + PAGE_SIZE, physical, PAGE_KERNEL)) {
		is(false, "cannot map", physical);
	} else {
		is(!reads(address), "memory of others can be read at", physical);
		is(!writes(address), "memory of others can be written at", physical);
	}
	free_vm_area(area);
}

/* Segments and devices of this cell. What they have to the end of a page is theirs too. */
static bool is_shared(unsigned long physical)
{
	const struct mv_env *env = (const struct mv_env *)MV_ENV_BASE;
	u32 i;

	for (i = 0; i < env->nr_entries; i++) {
		const struct mv_env_entry *entry = &env->entries[i];

		if ((entry->kind == MV_ENV_SEGMENT || entry->kind == MV_ENV_DEVICE) &&
		    physical - (entry->address & PAGE_MASK) <
			    PAGE_ALIGN(entry->size + (entry->address & ~PAGE_MASK)))
			return true;
	}
	return false;
}

/* Behind what Linux is told of the cell has its device tree, to whole MiB, and a stack. */
static void try_all_foreign(void)
{
	phys_addr_t begin = memblock_start_of_DRAM();
	phys_addr_t end = ALIGN(memblock_end_of_DRAM(), SZ_1M) + MAX_STACK;
	unsigned long mib;

	for (mib = 0; mib < SZ_4K; mib++)
		if ((mib << 20 < begin || mib << 20 >= end) && !is_shared(mib << 20))
			try_foreign(mib << 20);
	try_foreign(begin - PAGE_SIZE);
	try_foreign(end);
	try_foreign(~0ul & PAGE_MASK);
}

/* What lies where the microvisor does, whatever this kernel's tables say. */
static void try_microvisor(void)
{
	unsigned long address;

	for (address = MV_KERNEL_BASE; address < MV_GUEST_HIGH; address += SZ_64K) {
		is(!reads(address), "the microvisor can be read at", address);
		is(!writes(address), "the microvisor can be written at", address);
	}
	is(reads(MV_ENV_BASE), "the environment cannot be read at", MV_ENV_BASE);
	is(!writes(MV_ENV_BASE), "the environment can be written at", MV_ENV_BASE);
}

/* Hypercalls ---------------------------------------------------------------------- */

/* All that name an object, and of which kind. */
static const struct {
	u8 number, kind;
} calls[] = {
	{ MV_CALL_VCPU_START, MV_CAP_VCPU },	   { MV_CALL_VCPU_STOP, MV_CAP_VCPU },
	{ MV_CALL_VCPU_SET_PRIORITY, MV_CAP_VCPU }, { MV_CALL_VIRQ_RAISE, MV_CAP_SOURCE },
	{ MV_CALL_VIRQ_LOWER, MV_CAP_SOURCE },	   { MV_CALL_VIRQ_FETCH, MV_CAP_VIRQ },
	{ MV_CALL_VIRQ_ACK, MV_CAP_VIRQ },	   { MV_CALL_CHANNEL_SEND, MV_CAP_CHANNEL },
	{ MV_CALL_CHANNEL_RECEIVE, MV_CAP_CHANNEL }, { MV_CALL_CHANNEL_STATUS, MV_CAP_CHANNEL },
	{ MV_CALL_TIMER_SET, MV_CAP_TIMER },	   { MV_CALL_TIMER_CANCEL, MV_CAP_TIMER },
	{ MV_CALL_CELL_STATUS, MV_CAP_CELL },	   { MV_CALL_CELL_STOP, MV_CAP_CELL },
	{ MV_CALL_CELL_RESTART, MV_CAP_CELL },	   { MV_CALL_FAULT_READ, MV_CAP_LOG },
	{ MV_CALL_TRACE_READ, MV_CAP_LOG },	   { MV_CALL_SYSTEM_RESET, MV_CAP_SYSTEM },
	{ MV_CALL_SYSTEM_CHECK, MV_CAP_SYSTEM },   { MV_CALL_VMMU_SWITCH, MV_CAP_VMMU },
	{ MV_CALL_VMMU_FLUSH, MV_CAP_VMMU },	   { MV_CALL_VMMU_MAP, MV_CAP_VMMU },
	{ MV_CALL_VMMU_STATS, MV_CAP_VMMU },
};

/* Any hypercall, also one that there is not; all its arguments but the first are the same. */
static u32 call(u32 number, u32 cap, u32 argument)
{
	register u32 r0 __asm__("r0") = cap;
	register u32 r1 __asm__("r1") = argument;
	register u32 r2 __asm__("r2") = argument;
	register u32 r3 __asm__("r3") = argument;
	register u32 r4 __asm__("r4") = argument;
	register u32 r5 __asm__("r5") = argument;
	register u32 r12 __asm__("r12") = number;

	__asm__ volatile("svc #0"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r12)
			 : "r"(r4), "r"(r5)
			 : "memory");
	return r0;
}

/* Whether this cell has a capability of this kind with this number. */
static bool owns(u32 cap, u32 kind)
{
	const struct mv_env *env = (const struct mv_env *)MV_ENV_BASE;
	u32 i;

	for (i = 0; i < env->nr_entries; i++) {
		const struct mv_env_entry *entry = &env->entries[i];

		if ((entry->kind == kind && entry->cap == cap) ||
		    (kind == MV_CAP_VIRQ && entry->virq == cap && cap))
			return true;
	}
	return false;
}

/* There need not be two of them: they are options of the microvisor. */
static bool refuses(u32 number, u32 cap, u32 argument)
{
	bool optional = number == MV_CALL_TRACE_READ || number == MV_CALL_SYSTEM_CHECK;
	u32 error = call(number, cap, argument);

	return error == MV_ERR_CAPABILITY || (optional && error == MV_ERR_CALL);
}

static void try_cap(u32 cap)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		u32 number = calls[i].number;

		if (owns(cap, calls[i].kind))
			continue;
		is(refuses(number, cap, 0) && refuses(number, cap, 1) &&
			   refuses(number, cap, MV_KERNEL_BASE),
		   "a hypercall accepts the capability", cap);
	}
}

/* Calls that there are not, and what names no object of this cell. */
static void try_calls(void)
{
	u32 i;

	for (i = 0; i < NR_CAPS; i++)
		try_cap(i);
	for (i = 10; i < 32; i++) {
		try_cap(1u << i);
		try_cap(-(1u << i));
		try_cap((1u << i) + 1); /* would be one of ours if only a part were looked at */
	}
	for (i = MV_NR_CALLS; i < NR_CAPS; i++)
		is(call(i, 1, 0) == MV_ERR_CALL, "there is a hypercall", i);
	for (i = 8; i < 32; i++)
		is(call((1u << i) + MV_CALL_CELL_STOP, 1, 0) == MV_ERR_CALL, "there is a hypercall",
		   (1u << i) + MV_CALL_CELL_STOP);
}

/* The microvisor neither reads nor writes for a guest what the guest may not. */
static void try_buffers(void)
{
	const struct mv_env_entry *console = mullion_env("console", MV_CAP_CHANNEL);
	unsigned long address;

	for (address = MV_GUEST_END; address >= MV_GUEST_END; address += SZ_64K) {
		is(mv_vmmu_stats(mullion_vmmu, 0, (void *)address, 64).error == MV_ERR_ADDRESS,
		   "the microvisor writes for us at", address);
		if (console)
			is(mv_channel_send(console->cap, (void *)address, 4) == MV_ERR_ADDRESS,
			   "the microvisor reads for us at", address);
	}
}

/* ----------------------------------------------------------------------------------- */

static int run(void)
{
	static const struct {
		const char *sentence;
		void (*run)(void);
	} parts[] = {
		{ "memory that the cell has not cannot be reached", try_all_foreign },
		{ "the microvisor's memory cannot be reached", try_microvisor },
		{ "what the cell has no capability for cannot be named", try_calls },
		{ "buffers that are not the guest's are refused", try_buffers },
	};
	unsigned int i, all = 0;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		tried = failed = 0;
		parts[i].run();
		pr_info(PREFIX "%s: %s: %u tried, %u failed\n", failed ? "not ok" : "ok",
			parts[i].sentence, tried, failed);
		all += failed;
	}
	return all ? -EIO : 0;
}

static int set(const char *value, const struct kernel_param *param)
{
	bool now;
	int error = kstrtobool(value, &now);

	if (error || !now)
		return error;
	if (ready)
		return run();
	wanted = true;
	return 0;
}

static const struct kernel_param_ops ops = { .set = set };

module_param_cb(selftest, &ops, NULL, 0200);

/* As other faults of the kernel: whoever has an entry in the exception table goes on. */
static int external_abort(unsigned long address, unsigned int status, struct pt_regs *regs)
{
	return user_mode(regs) || !fixup_exception(regs);
}

static int __init init(void)
{
	hook_fault_code(EXTERNAL_ABORT, external_abort, SIGBUS, 0, "external abort");
	ready = true;
	return wanted ? run() : 0;
}
late_initcall(init);
