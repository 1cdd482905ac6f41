/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Unit tests of guests/lib: formatted text, the environment, faults in words.
 */
#include "toy-microvisor.h"

/* ---- text ---- */

static void test_format(void **state)
{
	const char *nothing = *state;
	char text[80];

#define CHECK(expected, ...)                                  \
	do {                                                  \
		mv_snprintf(text, sizeof(text), __VA_ARGS__); \
		assert_string_equal(text, expected);          \
	} while (0)
	CHECK("plain %", "plain %%");
	CHECK("-5 7 4000000000", "%d %i %u", -5, 7, 4000000000u);
	CHECK("-2147483648", "%d", INT32_MIN);
	CHECK("0", "%u", 0);
	CHECK("18446744073709551615", "%llu", (unsigned long long)UINT64_MAX);
	CHECK("-9223372036854775808", "%lld", (long long)INT64_MIN);
	CHECK("12 34", "%lu %zu", 12ul, (size_t)34);
	CHECK("beef BEEF 0x0000beef", "%x %X %p", 0xbeef, 0xbeef, (void *)0xbeef);
	CHECK("[   42][42   ][00042]", "[%5d][%-5d][%05d]", 42, 42, 42);
	CHECK("[-0042][  -42][-42  ]", "[%05d][%5d][%-5d]", -42, -42, -42);
	CHECK("[00042][42]", "[%0*d][%1d]", 5, 42, 42);
	CHECK("[ab  ][  ab][ab]", "[%-4s][%*s][%.2s]", "ab", 4, "ab", "abcd");
	CHECK("[ab  ]", "[%*s]", -4, "ab");
	CHECK("[abc]", "[%.*s]", 3, "abcdef");
	CHECK("x(null)", "%c%s", 'x', nothing);
#undef CHECK
	assert_int_equal(mv_snprintf(text, 4, "%s", "abcdef"), 6);
	assert_string_equal(text, "abc");
	assert_int_equal(mv_snprintf(NULL, 0, "12"), 2);
}

/* ---- environment ---- */

static void test_env_by_name_and_kind(void **state)
{
	(void)state;
	assert_int_equal(mv_env_find("console", MV_CAP_CHANNEL)->cap, 8);
	assert_null(mv_env_find("console", MV_CAP_TIMER));
	assert_null(mv_env_find("consol", MV_CAP_CHANNEL));
	assert_null(mv_env_next(mv_env_find("timer0", MV_CAP_TIMER), MV_CAP_TIMER));
}

static void test_env_need_says_what_is_missing(void **state)
{
	(void)state;
	if (!setjmp(panicked)) {
		mv_env_need("work", MV_CAP_CHANNEL);
		fail();
	}
	assert_string_equal(panic_text, "cell 'tester' has no channel 'work': "
					"give it one in the system description");
}

static void test_args(void **state)
{
	uint32_t length;

	(void)state;
	assert_int_equal(mv_arg_number("rate", 1), 25);
	assert_int_equal(mv_arg_number("rat", 1), 7);
	assert_int_equal(mv_arg_number("ra", 1), 1);
	assert_int_equal(mv_arg_number("quiet", 3), 3);
	assert_non_null(mv_arg("quiet", &length));
	assert_int_equal(length, 0);
	assert_null(mv_arg("loud", &length));
	assert_memory_equal(mv_arg("name", &length), "x", 1);
	assert_int_equal(length, 1);
	if (!setjmp(panicked)) {
		mv_arg_number("bad", 0);
		fail();
	}
	assert_string_equal(panic_text, "args: 'bad=1x' is not a number");
	low->env.nr_entries = 0;
	assert_int_equal(mv_arg_number("rate", 1), 1);
}

/* ---- faults ---- */

static char report[2000];

static void print_report(const char *format, ...)
{
	va_list args;
	size_t length = strlen(report);

	va_start(args, format);
	vsnprintf(report + length, sizeof(report) - length, format, args);
	va_end(args);
}

static struct mv_fault_record fault(uint32_t cause, uint32_t status, uint32_t address)
{
	struct mv_fault_record r = { .sequence = 3,
				     .cause = cause,
				     .status = status,
				     .address = address,
				     .restarts = 2,
				     .policy = 1,
				     .time = { 1500000000, 0 },
				     .name = "rogue" };

	r.regs[13] = 0x20ff0;
	r.regs[14] = 0x10104;
	r.regs[15] = 0x10048;
	r.regs[16] = 0x60000010;
	return r;
}

static const char *report_of(const struct mv_fault_record *r)
{
	report[0] = '\0';
	mv_fault_print(r, print_report);
	return report;
}

static void test_fault_report(void **state)
{
	struct mv_fault_record r = fault(MV_FAULT_WRITE, 0x807, 4);

	(void)state;
	assert_string_equal(
		report_of(&r),
		"fault 3: cell 'rogue', vCPU 0, 1.500000 s after boot, restarted 2 times before\n"
		"  what: tried to write 0x00000004, pc 0x00010048 (mv_main+0x8), "
		"lr 0x00010104 (mv_panic+0x4)\n"
		"  why:  nothing is mapped there (status 0x807)\n"
		"  hint: a null pointer, perhaps with an offset\n"
		"  r0  00000000  r1  00000000  r2  00000000  r3  00000000\n"
		"  r4  00000000  r5  00000000  r6  00000000  r7  00000000\n"
		"  r8  00000000  r9  00000000  r10 00000000  r11 00000000\n"
		"  r12 00000000  sp  00020ff0\n"
		"  lr  00010104  pc  00010048  psr 60000010 (ARM)\n"
		"  then: it is restarted\n");
}

static void test_fault_hints(void **state)
{
	static const struct {
		uint32_t cause, status, address;
		const char *text;
	} cases[] = {
		{ MV_FAULT_WRITE, 0x807, 0x20800, "stack overflow" },
		{ MV_FAULT_READ, 0x00d, 0xf0000000, "belongs to the microvisor" },
		{ MV_FAULT_READ, 0x00d, 0xf0000000, "not for this kind of access" },
		{ MV_FAULT_WRITE, 0x80f, 0xef010010, "environment" },
		{ MV_FAULT_FETCH, 0x00f, 0xef000000, "vCPU pages" },
		{ MV_FAULT_READ, 0x005, 0x80000000, "'devices'" },
		{ MV_FAULT_WRITE, 0x80f, 0x40000000, "'read-only-for'" },
		{ MV_FAULT_FETCH, 0x005, 0x30000000, "wild jump" },
		{ MV_FAULT_WRITE, 0x80f, 0x00010000, "can only be read" },
		{ MV_FAULT_ALIGNMENT, 0x001, 0x00013001, "not a multiple" },
		{ MV_FAULT_EXTERNAL, 0x008, 0x80000000, "bus answered with an error" },
		{ MV_FAULT_EXTERNAL, 0x406, 0, "some time after" },
		{ MV_FAULT_BREAKPOINT, 0x002, 0x10000, "breakpoint" },
		{ MV_FAULT_UNDEFINED, 0, 0, "floating point" },
		{ 99, 0x41f, 0x13000, "unknown fault status" },
	};

	(void)state;
	for (size_t i = 0; i < MV_ARRAY_SIZE(cases); i++) {
		struct mv_fault_record r = fault(cases[i].cause, cases[i].status, cases[i].address);

		assert_non_null(strstr(report_of(&r), cases[i].text));
	}
}

static void test_fault_by_panic_says_so(void **state)
{
	struct mv_fault_record r = fault(MV_FAULT_UNDEFINED, 0, 0);

	(void)state;
	r.regs[15] = 0x10110;
	r.policy = 77;
	assert_non_null(strstr(report_of(&r), "gave itself up"));
	assert_non_null(strstr(report, "then: unknown"));
	r.regs[0] = MV_PANICKED;
	assert_non_null(
		strstr(report_of(&r), "what: its operating system panicked, pc 0x00010110"));
	assert_non_null(strstr(report, "no second fault"));
}

static void test_symbols_end_where_the_text_ends(void **state)
{
	uint32_t offset;

	(void)state;
	assert_null(mv_symbol_find("rogue", 0xfffc, &offset));
	assert_string_equal(mv_symbol_find("rogue", 0x10000, &offset), "_start");
	assert_string_equal(mv_symbol_find("rogue", 0x100ff, &offset), "mv_main");
	assert_int_equal(offset, 0xbf);
	assert_string_equal(mv_symbol_find("rogue", 0x101ff, &offset), "mv_panic");
	assert_null(mv_symbol_find("rogue", 0x10200, &offset));
	assert_null(mv_symbol_find("other", 0x10000, &offset));
	low->symbols.magic = 0;
	assert_null(mv_symbol_find("rogue", 0x10000, &offset));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, toy_set_up)
	const struct CMUnitTest tests[] = {
		TEST(test_format),
		TEST(test_env_by_name_and_kind),
		TEST(test_env_need_says_what_is_missing),
		TEST(test_args),
		TEST(test_fault_report),
		TEST(test_fault_hints),
		TEST(test_fault_by_panic_says_so),
		TEST(test_symbols_end_where_the_text_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
