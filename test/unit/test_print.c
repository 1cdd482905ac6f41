/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/* Tests of formatted output on the serial line. */
#include "software.h"
#include "unit.h"

#include <core/print.h>
#include <stdio.h>

#define assert_prints(expected, ...)                         \
	do {                                                 \
		printed_nothing();                           \
		print(__VA_ARGS__);                          \
		assert_string_equal(machine.line, expected); \
	} while (0)

TEST(print_001, "UNI-PRINT-001", "text comes as it is, a line end as carriage return and line feed")
{
	assert_prints("", "");
	assert_prints("plain", "plain");
	assert_prints("a\r\nb\r\n\r\n", "a\nb\n\n");
}

TEST(print_002, "UNI-PRINT-002", "numbers are printed in decimal and hexadecimal")
{
	assert_prints("0 1 10 4294967295", "%u %u %u %u", 0, 1, 10, 0xffffffff);
	assert_prints("0 f 10 ffffffff", "%x %x %x %x", 0, 15, 16, 0xffffffff);
	assert_prints("1234567890 deadbeef", "%u %x", 1234567890, 0xdeadbeef);
}

TEST(print_003, "UNI-PRINT-003", "any number of digits is right in decimal")
{
	char text[12];

	for (uint64_t n = 1; n <= UINT32_MAX; n = n * 7 + 3) {
		snprintf(text, sizeof(text), "%u", (uint32_t)n);
		assert_prints(text, "%u", (uint32_t)n);
	}
	for (uint32_t n = 0xffffff00; n; n++) {
		snprintf(text, sizeof(text), "%u", n);
		assert_prints(text, "%u", n);
	}
}

TEST(print_004, "UNI-PRINT-004", "a width pads with blanks, or with zeros if it starts with one")
{
	assert_prints("[   42][00042][0000002a][ 2a]", "[%5u][%05u][%08x][%3x]", 42, 42, 42, 42);
	assert_prints("[12345][ffff]", "[%2u][%02x]", 12345, 0xffff);
	assert_prints("[            7]", "[%13u]", 7);
}

TEST(print_005, "UNI-PRINT-005", "strings and characters are printed, line ends in them too")
{
	assert_prints("<abc> <>", "<%s> <%s>", "abc", "");
	assert_prints("x\r\n", "%c%s", 'x', "\n");
}

TEST(print_006, "UNI-PRINT-006", "a percent sign is printed, also for a letter not known")
{
	assert_prints("100%", "100%%");
	assert_prints("%", "%d");
}
