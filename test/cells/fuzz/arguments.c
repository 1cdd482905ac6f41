/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Arguments for random calls. Valid ones are made after the declaration of the
 * call and a few hints for words whose meaning it does not tell; then, in one
 * call of four, some words are replaced by bad ones.
 */
#include "fuzz.h"

uint32_t arena[ARENA_WORDS] __attribute__((aligned(MV_PAGE_SIZE)));

/* Capabilities ------------------------------------------------------------------ */

static uint32_t any_cap(struct worker *w)
{
	return below(w, caps.nr_caps + 2);
}

/* One of that kind, each as likely as the others. */
static uint32_t cap_of_kind(struct worker *w, uint32_t kind)
{
	uint32_t number = 0, nth;

	for (uint32_t cap = 0; cap < caps.nr_caps; cap++)
		number += caps.kind[cap] == kind;
	if (!number)
		return any_cap(w);
	nth = below(w, number);
	for (uint32_t cap = 0;; cap++)
		if (caps.kind[cap] == kind && !nth--)
			return cap;
}

/* Words and buffers ----------------------------------------------------------------- */

static uint32_t arena_address(struct worker *w)
{
	return (uint32_t)(uintptr_t)&arena[below(w, ARENA_WORDS - 1100)];
}

static uint32_t bad_address(struct worker *w)
{
	const uint32_t here = (uint32_t)(uintptr_t)arena, end = here + sizeof(arena);
	const struct mv_env_entry *heap = mv_env_find("heap", MV_ENV_HEAP);
	const struct mv_env_entry *frozen = mv_env_find("frozen", MV_ENV_SEGMENT);
	const struct mv_env_entry *uart = mv_env_find("uart1", MV_ENV_DEVICE);
	const uint32_t list[] = {
		0,
		4,
		here + 1,
		here + 2,
		end - 4,
		MV_IMAGE_BASE,
		MV_IMAGE_BASE - 4,
		(uint32_t)(uintptr_t)mv_fuzz_calls,
		heap->address + heap->size - 4,
		heap->address + heap->size,
		frozen ? frozen->address : 0x40000000,
		frozen ? frozen->address + frozen->size - 4 : 0x40000ffc,
		uart ? uart->address : MV_DEVICE_BASE,
		MV_ENV_BASE,
		MV_VCPU_PAGE_BASE,
		MV_VCPU_PAGE_BASE + 16,
		MV_KERNEL_BASE - 4,
		MV_KERNEL_BASE,
		MV_KERNEL_BASE + 0x10000 + (random_word(w) & 0xfffc),
		0xfe000000,
		MV_GUEST_END,
		MV_GUEST_HIGH - 4,
		MV_GUEST_HIGH,
		0xffff0000,
		0xfffffffc,
		0xffffffff,
		random_word(w) | 0x80000000,
		page_word(w),
		page_word(w) + MV_PAGE_SIZE - 16,
	};

	return list[below(w, MV_ARRAY_SIZE(list))];
}

static uint32_t bad_word(struct worker *w)
{
	static const uint32_t list[] = { 0,          1,          2,          3,        31,
					 32,         63,         64,         65,       127,
					 128,        255,        256,        0x7fff,   0xffff,
					 0x10000,    0x3fffffff, 0x40000000, ~0u >> 1, 0x80000000,
					 0xf0000000, 0xfffffffc, 0xfffffffe, ~0u };

	return one_in(w, 3) ? random_word(w) : list[below(w, MV_ARRAY_SIZE(list))];
}

static uint32_t size_word(struct worker *w)
{
	static const uint32_t sizes[] = { 0, 4, 8, 60, 63, 64, 136, 1024, 4092, 4096 };

	return one_in(w, 2) ? below(w, 65) : sizes[below(w, MV_ARRAY_SIZE(sizes))];
}

/* Of vmmu_flush: asid, start, size; of vmmu_map: va, address, rights. */
static uint32_t vmmu_word(struct worker *w, uint32_t number, uint32_t arg)
{
	if (number == MV_CALL_VMMU_FLUSH && arg == 1)
		return one_in(w, 4) ? MV_ASID_ALL : below(w, 4);
	if (number == MV_CALL_VMMU_FLUSH && arg == 3)
		return below(w, 20) * MV_PAGE_SIZE;
	if (number == MV_CALL_VMMU_MAP && arg == 2)
		return arena_address(w) & ~(MV_PAGE_SIZE - 1);
	if (number == MV_CALL_VMMU_MAP && arg == 3)
		return (below(w, 8) << 1) | MV_RIGHT_READ;
	return page_word(w);
}

/* Valid words that the declarations cannot tell. */
static uint32_t hinted_word(struct worker *w, const struct mv_fuzz_call *call, uint32_t arg)
{
	switch (call->number) {
	case MV_CALL_VCPU_START:
		return arg == 1 ? (uint32_t)(uintptr_t)fuzz_entry : random_word(w);
	case MV_CALL_VCPU_SET_PRIORITY:
		return 80 + below(w, 41);
	case MV_CALL_VIRQ_RAISE:
	case MV_CALL_VIRQ_LOWER:
		return 1u << below(w, 4);
	case MV_CALL_TIMER_SET:
		return below(w, 3);
	case MV_CALL_SYSTEM_CHECK:
		return 0;
	case MV_CALL_FAULT_READ:
		return sizeof(struct mv_fault_record) + below(w, 8);
	case MV_CALL_CHANNEL_RECEIVE:
		return one_in(w, 4) ? below(w, 65) : 4096;
	case MV_CALL_VMMU_SWITCH:
		return arg == 1 ? space_word(w) : below(w, 4);
	case MV_CALL_VMMU_FLUSH:
	case MV_CALL_VMMU_MAP:
		return vmmu_word(w, call->number, arg);
	case MV_CALL_VMMU_STATS:
		return arg == 1 ? below(w, 3) : sizeof(struct mv_vmmu_stats) + below(w, 8);
	case MV_CALL_VCPU_SET:
		return below(w, 2);
	case MV_CALL_CACHE_RANGE:
		return arg == 1 ? arena_address(w) : arg == 0 ? below(w, 3) : size_word(w);
	}
	return size_word(w);
}

/* A delay, a period or a point of time, not far away. */
static void time_words(struct worker *w, uint32_t flags, uint32_t *words)
{
	uint64_t time = below(w, 2) ? below(w, 3000) : below(w, 400000);

	if (flags & MV_TIMER_ABSOLUTE)
		time += mv_time_now();
	if (flags & MV_TIMER_PERIODIC)
		time += CONFIG_TIMER_MIN_PERIOD_US * 1000;
	words[0] = (uint32_t)time;
	words[1] = (uint32_t)(time >> 32);
}

static void make_valid(struct worker *w, const struct mv_fuzz_call *call, uint32_t words[6])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < call->nr_args; i++) {
		const struct mv_fuzz_arg *arg = &call->args[i];

		if (arg->type == MV_FUZZ_CAP)
			words[n] = cap_of_kind(w, arg->object);
		else if (arg->type == MV_FUZZ_BUFFER)
			words[n] = arena_address(w);
		else if (arg->type == MV_FUZZ_U64)
			time_words(w, words[n - 1], &words[n]);
		else
			words[n] = hinted_word(w, call, i);
		n += arg->type == MV_FUZZ_U64 ? 2 : 1;
	}
}

static void spoil_one(struct worker *w, const struct mv_fuzz_call *call, uint32_t words[6])
{
	uint32_t i = below(w, call->nr_args ? call->nr_args : 1);
	uint32_t type = call->nr_args ? call->args[i].type : MV_FUZZ_U32;

	if (type == MV_FUZZ_BUFFER)
		words[i] = bad_address(w);
	else if (type == MV_FUZZ_CAP && one_in(w, 2))
		words[i] = any_cap(w);
	else if (type == MV_FUZZ_U64)
		words[i + below(w, 2)] = bad_word(w);
	else
		words[i] = bad_word(w);
}

void arguments_make(struct worker *w, const struct mv_fuzz_call *call, uint32_t words[6])
{
	for (int i = 0; i < 6; i++)
		words[i] = random_word(w);
	make_valid(w, call, words);
	if (one_in(w, 4))
		spoil_one(w, call, words);
	if (one_in(w, 16))
		spoil_one(w, call, words);
	/* The one request that is a panic by right. */
	if (call->number == MV_CALL_SYSTEM_CHECK && words[1] == 1)
		words[1] = 0;
}
