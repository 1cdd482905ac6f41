/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of hypercalls as such: numbers, capabilities, arguments out of range,
 * registers.
 */
#include "judge.h"
#include "matrix.h"

static const uint32_t extremes[] = {
	0,          1,          2,          3,          4,          0x7f,
	0x80,       0xff,       0x100,      0xfff,      0x1000,     0x7fff,
	0xffff,     0x10000,    0x7fffffff, 0x80000000, 0xef010000, 0xef000000,
	0xeffffffc, 0xf0000000, 0xfffffffc, 0xffffffff,
};

static bool version(void)
{
	SAME(mv_version(), MV_ABI_VERSION);
	SAME(MV_ABI_VERSION >> 16, 1);
	return true;
}

static bool unknown_numbers(void)
{
	static const uint32_t numbers[] = { MV_NR_CALLS, MV_NR_CALLS + 1,
					    63,          64,
					    127,         128,
					    255,         256,
					    0x100,       0x1000,
					    0xffff,      0x10000,
					    0x3fffffff,  0x40000000,
					    0x40000001,  0x7fffffff,
					    0x80000000,  0x80000001,
					    0xc0000000,  0xffffffff };
	static const uint32_t args[6] = { 1, 2, 3, 4, 5, 6 };

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(numbers); i++) {
		struct raw_result r = raw_call(numbers[i], args);

		note("number 0x%x", numbers[i]);
		SAME(r.r0, MV_ERR_CALL);
		SAME(r.r1 | r.r2 | r.r3 | r.r12, 0);
	}
	return true;
}

static bool not_configured(void)
{
	for (uint32_t n = 0; n < MV_NR_CALLS; n++)
		if (!is_configured(n))
			SAME(call(n, cap_named("log", MV_CAP_LOG), 0, 0, 0), MV_ERR_CALL);
	return true;
}

static bool own_matrix(void)
{
	static struct matrix m;

	matrix_run(&m);
	note("%u calls, first: call %u cap %u gave %u", m.calls, m.number, m.cap, m.error);
	SAME(m.wrong, 0);
	MUST(m.calls > 500);
	return true;
}

static bool puppets_matrix(void)
{
	volatile uint32_t *result = puppet.order->result;

	SAME(order(&puppet, OP_MATRIX, 0, 0), DONE);
	note("%u calls, first: call %u cap %u gave %u", result[1], result[2], result[3], result[4]);
	SAME(result[0], 0);
	MUST(result[1] > 300);
	return true;
}

/* Registers --------------------------------------------------------------------- */

static void fill(struct registers *r, uint32_t number, uint32_t flags)
{
	for (uint32_t i = 0; i < 13; i++)
		r->r[i] = 0xa5000000 + i;
	r->r[0] = number == MV_CALL_CHANNEL_STATUS ? cap_named("pipe", MV_CAP_CHANNEL) : 0;
	r->r[12] = number;
	r->lr = 0xbeef0001;
	r->flags = flags;
}

static bool unchanged(const struct registers *r, uint32_t flags)
{
	for (uint32_t i = 4; i < 12; i++) {
		note("r%u of call %u", i, r->r[12]);
		SAME(r->r[i], 0xa5000000 + i);
	}
	SAME(r->r[2] | r->r[3] | r->r[12], 0);
	SAME(r->lr, 0xbeef0001);
	SAME(r->flags & 0xf80f0000, flags);
	return true;
}

static bool keeps_registers(void (*make)(struct registers *r))
{
	static const uint32_t numbers[] = {
		MV_CALL_VERSION,   MV_CALL_TIME_NOW,  MV_CALL_CHANNEL_STATUS, MV_CALL_VCPU_YIELD,
		MV_CALL_VIRQ_SYNC, MV_CALL_TIMER_SET, MV_CALL_VIRQ_FETCH,     MV_CALL_CHANNEL_SEND,
		MV_NR_CALLS,       0xffffffff
	};

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(numbers); i++) {
		for (uint32_t flags = 0; flags < 32; flags += 5) {
			struct registers r;

			fill(&r, numbers[i], flags << 27);
			make(&r);
			if (!unchanged(&r, flags << 27))
				return false;
		}
	}
	return true;
}

static bool registers_arm(void)
{
	return keeps_registers(call_with_registers);
}

static bool registers_thumb(void)
{
	return keeps_registers(call_with_registers_thumb);
}

static bool immediates(void)
{
	register uint32_t r0 __asm__("r0") = 1;
	register uint32_t r1 __asm__("r1");
	register uint32_t r12 __asm__("r12") = MV_CALL_VERSION;
	uint32_t error, value;

	__asm__ volatile("svc #0x123456" : "+r"(r0), "=r"(r1), "+r"(r12)::"r2", "r3", "memory");
	error = r0;
	value = r1;
	SAME(error, MV_OK);
	SAME(value, MV_ABI_VERSION);
	return true;
}

/* Arguments ---------------------------------------------------------------------- */

/* A capability with which the call does no harm to the judge. */
static uint32_t harmless_cap(uint32_t object)
{
	switch (object) {
	case MV_CAP_CELL:
		return sleeper.cell;
	case MV_CAP_VCPU:
		return vcpu_cap(2);
	case MV_CAP_VIRQ:
		return mv_env_need("edge", MV_CAP_VIRQ)->cap;
	case MV_CAP_SOURCE:
		return low.go;
	case MV_CAP_CHANNEL:
		return cap_named("pipe", MV_CAP_CHANNEL);
	case MV_CAP_TIMER:
		return cap_named("timer2", MV_CAP_TIMER);
	case MV_CAP_LOG:
		return cap_named("log", MV_CAP_LOG);
	}
	return cap_named("system", MV_CAP_SYSTEM);
}

/* Calls that would do what they say: stop, restart, wait, reset. */
static bool has_consequences(uint32_t number)
{
	return number == MV_CALL_VCPU_START || number == MV_CALL_VCPU_WAIT ||
	       number == MV_CALL_VCPU_RESUME || number == MV_CALL_CELL_STOP ||
	       number == MV_CALL_CELL_RESTART || number == MV_CALL_SYSTEM_RESET ||
	       number == MV_CALL_SYSTEM_CHECK;
}

static void harmless_words(const struct mv_fuzz_call *c, uint32_t words[6])
{
	static uint32_t buffer[32];
	uint32_t n = 0;

	memset(words, 0, 6 * sizeof(*words));
	for (uint32_t i = 0; i < c->nr_args; i++) {
		const struct mv_fuzz_arg *arg = &c->args[i];

		if (arg->type == MV_FUZZ_CAP)
			words[n] = harmless_cap(arg->object);
		else if (arg->type == MV_FUZZ_BUFFER)
			words[n] = (uint32_t)(uintptr_t)buffer;
		n += arg->type == MV_FUZZ_U64 ? 2 : 1;
	}
}

static bool extreme_call(const struct mv_fuzz_call *c, uint32_t word, uint32_t value)
{
	struct raw_result r;
	uint32_t words[6];

	/* Small numbers name the judge itself. */
	if (c->number == MV_CALL_VCPU_STOP && !word && value < 16)
		return true;
	harmless_words(c, words);
	words[word] = value;
	note("%s, argument word %u = 0x%x", c->name, word, value);
	r = raw_call(c->number, words);
	SAME(r.r2 | r.r3 | r.r12, 0);
	if (c->time64)
		return true;
	MUST(r.r0 < MV_NR_ERRORS);
	MUST(!r.r0 || c->errors & 1u << r.r0);
	return true;
}

static bool extreme_arguments(void)
{
	for (uint32_t n = 0; n < MV_NR_CALLS; n++) {
		if (has_consequences(n))
			continue;
		for (uint32_t word = 0; word < 6; word++)
			for (unsigned int i = 0; i < MV_ARRAY_SIZE(extremes); i++)
				if (!extreme_call(&mv_fuzz_calls[n], word, extremes[i]))
					return false;
	}
	mv_timer_cancel(cap_named("timer2", MV_CAP_TIMER));
	return true;
}

static bool priority_range(void)
{
	static const uint32_t bad[] = { 0,   JUDGE_FLOOR - 1, JUDGE_CEILING + 1, 255,
					256, 256 + 100,       0x10064,           0x80000064,
					~0u, ~0u - 155 };
	struct mv_result r;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(bad); i++) {
		note("priority 0x%x", bad[i]);
		SAME(mv_vcpu_set_priority(vcpu_cap(1), bad[i]).error, MV_ERR_ARGUMENT);
	}
	SAME(mv_vcpu_set_priority(vcpu_cap(1), JUDGE_FLOOR).value, JUDGE_PRIORITY);
	r = mv_vcpu_set_priority(vcpu_cap(1), JUDGE_CEILING);
	SAME(r.error, MV_OK);
	SAME(r.value, JUDGE_FLOOR);
	SAME(mv_vcpu_set_priority(vcpu_cap(1), JUDGE_PRIORITY).value, JUDGE_CEILING);
	return true;
}

static bool timer_arguments(void)
{
	static const struct {
		uint32_t flags;
		uint64_t time;
	} bad[] = {
		{ 3, MV_S },
		{ 4, MV_S },
		{ 0x80000000, MV_S },
		{ ~0u, MV_S },
		{ 2, 0 },
		{ 2, 1 },
		{ 0, 1ull << 63 },
		{ 1, ~0ull },
		{ 0, ~0ull },
		{ 2, ~0ull },
		{ 1, (1ull << 62) + 1 },
		{ 2, CONFIG_TIMER_MIN_PERIOD_US * MV_US - 1 },
	};
	uint32_t timer = cap_named("timer2", MV_CAP_TIMER);

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(bad); i++) {
		note("flags 0x%x time 0x%llx", bad[i].flags, bad[i].time);
		SAME(mv_timer_set(timer, bad[i].flags, bad[i].time), MV_ERR_ARGUMENT);
		SAME(mv_timer_cancel(timer), MV_ERR_STATE);
	}
	SAME(mv_timer_set(timer, 1, 1ull << 62), MV_OK);
	SAME(mv_timer_set(timer, 3, 0), MV_ERR_ARGUMENT);
	SAME(mv_timer_cancel(timer), MV_OK);
	return true;
}

static bool system_arguments(void)
{
	static const uint32_t bad[] = { 2, 3, 0x100, 0x10000, 0x80000000, 0x80000001, ~0u };
	uint32_t system = cap_named("system", MV_CAP_SYSTEM);

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(bad); i++) {
		note("argument 0x%x", bad[i]);
		SAME(mv_system_reset(system, bad[i]), MV_ERR_ARGUMENT);
		if (is_configured(MV_CALL_SYSTEM_CHECK))
			SAME(mv_system_check(system, bad[i]).error, MV_ERR_ARGUMENT);
	}
	return true;
}

static bool invariants(void)
{
	struct mv_result r = mv_system_check(cap_named("system", MV_CAP_SYSTEM), 0);

	if (!is_configured(MV_CALL_SYSTEM_CHECK))
		return r.error == MV_ERR_CALL;
	SAME(r.error, MV_OK);
	MUST(r.value > 300);
	return true;
}

static const struct check calls[] = {
	{ "HYP01", "The version call gives the version of the interface", version },
	{ "HYP02", "An unknown call number is an error, however large", unknown_numbers },
	{ "HYP03", "A call that is not configured is an error", not_configured },
	{ "HYP04", "No call takes a capability of another kind, without the right, or none",
	  own_matrix },
	{ "HYP05", "Nor from a cell whose capabilities are others", puppets_matrix },
	{ "HYP06", "A call changes no register but r0 to r3 and r12, nor flags", registers_arm },
	{ "HYP07", "The same for calls from Thumb code", registers_thumb },
	{ "HYP08", "The number in the SVC instruction plays no part", immediates },
	{ "HYP09", "Any word as any argument gives a declared error or success",
	  extreme_arguments },
	{ "HYP10", "A priority outside the cell's range is refused, its bounds are not",
	  priority_range },
	{ "HYP11", "Wrong timer settings are refused and change nothing", timer_arguments },
	{ "HYP12", "Actions on the machine that do not exist are refused", system_arguments },
	{ "HYP13", "The microvisor's own invariants hold", invariants },
};

CHECK_SET(calls);
