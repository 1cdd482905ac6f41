/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Unit tests of the console cell's screen: what it puts on the serial line goes
 * into a toy terminal that keeps the lines as a person would see them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../guests/console/console.h"

#define WIDTH 300
#define LINES 4000

static char lines[LINES][WIDTH];
static uint32_t nr_lines, column, longest, put_now;
static struct writer one = { .name = "one" }, second = { .name = "second" };

void uart_put(char c)
{
	put_now++;
	if (c == '\r') {
		column = 0;
	} else if (c == '\n') {
		assert_true(++nr_lines < LINES);
	} else if (c == '\b') {
		assert_true(column > 0);
		column--;
	} else {
		assert_true(column < WIDTH - 1);
		lines[nr_lines][column++] = c;
	}
}

static void put(struct writer *w, char c)
{
	put_now = 0;
	screen_put(w, c);
	longest = put_now > longest ? put_now : longest;
}

static void put_text(struct writer *w, const char *text)
{
	while (*text)
		put(w, *text++);
}

static int set_up(void **state)
{
	memset(lines, 0, sizeof(lines));
	nr_lines = column = longest = 0;
	screen_width(6);
	/* Ends whatever line the test before has left on the screen. */
	put_text(&one, "\n");
	put_text(&second, "\n");
	memset(lines, 0, sizeof(lines));
	nr_lines = column = 0;
	return 0;
}

static void test_only_whole_lines_appear(void **state)
{
	put_text(&one, "not yet");
	put_text(&second, "a line\n");
	assert_string_equal(lines[0], "second| a line");
	put_text(&one, ", now\n");
	assert_string_equal(lines[1], "one   | not yet, now");
}

static void test_line_in_the_middle_is_shown_again(void **state)
{
	put_text(&one, "name? ");
	screen_show(&one);
	assert_string_equal(lines[0], "one   | name? ");
	put_text(&second, "meanwhile\n");
	put_text(&one, "Ada\n");
	assert_string_equal(lines[1], "second| meanwhile");
	assert_string_equal(lines[2], "one   | name? Ada");
}

static void test_backspace_takes_back_and_stops_at_the_name(void **state)
{
	put_text(&one, "abc");
	screen_show(&one);
	put_text(&one, "\b \b\b\b\b\b\b\b\b\b\b\b\b\b\bX\n");
	assert_memory_equal(lines[0], "one   | X", 9);
	put_text(&one, "ab\bc\n");
	assert_string_equal(lines[1], "one   | ac");
}

static void test_control_characters_do_nothing(void **state)
{
	put_text(&one, "a\x1b[2J\x07\x7f\rb\n");
	assert_string_equal(lines[0], "one   | a?[2J??b");
}

static void test_tab_and_other_alphabets_pass(void **state)
{
	put_text(&one, "a\tb\xc3\xa4\n");
	assert_string_equal(lines[0], "one   | a       b\xc3\xa4");
}

static void test_endless_line_is_broken(void **state)
{
	for (int i = 0; i < LINE_MAX + 5; i++)
		put(&one, 'x');
	put(&one, '\n');
	assert_int_equal(strlen(lines[0]), 8 + LINE_MAX);
	assert_string_equal(lines[1], "one   | xxxxx");
}

static bool begins_with_name(const char *line)
{
	return !strncmp(line, "one   | ", 8) || !strncmp(line, "second| ", 8);
}

/* Whatever is written: each line has its name, and no call writes too much. */
static void test_anything_goes(void **state)
{
	static const char alphabet[] = "ab |\b\b\n\r\t\x1b";

	srand(7);
	for (int i = 0; i < 60000; i++) {
		struct writer *w = rand() % 3 ? &one : &second;

		put(w, alphabet[(uint32_t)rand() % (sizeof(alphabet) - 1)]);
		if (rand() % 5 == 0)
			screen_show(w);
		if (nr_lines > LINES - 100)
			break;
	}
	assert_true(nr_lines > 1000);
	for (uint32_t i = 0; i < nr_lines; i++)
		assert_true(begins_with_name(lines[i]));
	assert_true(longest <= SCREEN_ROOM);
}

static void test_longest_output_of_one_character(void **state)
{
	strcpy(one.name, "a-name-of-nineteen-");
	one.colour = 36;
	screen_width(24);
	for (int i = 0; i < LINE_MAX - 1; i++)
		put(&one, 'x');
	screen_show(&second);
	put(&one, '\t');
	assert_in_range(longest, LINE_MAX, SCREEN_ROOM);
	one = (struct writer){ .name = "one" };
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, set_up)
	const struct CMUnitTest tests[] = {
		TEST(test_only_whole_lines_appear),
		TEST(test_line_in_the_middle_is_shown_again),
		TEST(test_backspace_takes_back_and_stops_at_the_name),
		TEST(test_control_characters_do_nothing),
		TEST(test_tab_and_other_alphabets_pass),
		TEST(test_endless_line_is_broken),
		TEST(test_anything_goes),
		TEST(test_longest_output_of_one_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
