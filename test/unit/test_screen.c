/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Unit tests of the console cell's screen. Its output goes into a toy terminal that
 * keeps the lines as a person would see them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../guests/console/console.h"

#define WIDTH 300
#define LINES 4000

static char lines[LINES][WIDTH];
static uint32_t nr_lines, column, longest, put_now;
static bool sequence;
static struct writer one = { .name = "one" }, second = { .name = "second" };

/* No sequence but for colours and for erasing to the end of the line comes out. */
static void in_sequence(char c)
{
	if (c == 'K')
		memset(lines[nr_lines] + column, 0, WIDTH - column);
	else
		assert_true(strchr("[0123456789m", c) != NULL);
	sequence = c != 'K' && c != 'm';
}

static void terminal(char c)
{
	put_now++;
	if (sequence) {
		in_sequence(c);
	} else if (c == '\x1b') {
		sequence = true;
	} else if ((uint8_t)c == 0xcc || (uint8_t)c == 0x81) {
		return; /* U+0301, a mark on the character before it: no column of its own */
	} else if (c == '\r') {
		column = 0;
	} else if (c == '\n') {
		assert_true(++nr_lines < LINES);
	} else if (c == '\b') {
		assert_true(column > strlen("second| "));
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
	screen_start(6, terminal);
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
	put_text(&one, "a\x01\x07\x7f\x0e b\n");
	assert_string_equal(lines[0], "one   | a??? b");
}

/* As they come: character by character, in any number of messages. */
static void test_escape_sequences_are_swallowed(void **state)
{
	put_text(&one, "a\x1b[6nb\x1b[1;31;48mc\x1b[?25hd\x1b[2Je\x1b(Bf\x1b"
		       "7g\x1b=h\n");
	assert_string_equal(lines[0], "one   | abcdefgh");
	put_text(&one, "\x1b]0;title\x07x\x1b]8;;link\x1b\\y\x1bPdevice\x1b\\z\x1b[3 q!\n");
	assert_string_equal(lines[1], "one   | xyz!");
}

static void test_sequence_without_end_takes_its_line_at_most(void **state)
{
	put_text(&one, "a\x1b]0;title without end\nb\x1b[12\nc\x1b\nd\n");
	assert_string_equal(lines[0], "one   | a");
	assert_string_equal(lines[1], "one   | b");
	assert_string_equal(lines[2], "one   | c");
	assert_string_equal(lines[3], "one   | d");
}

static void test_carriage_return_begins_the_own_line_anew(void **state)
{
	for (int i = 1; i <= 100; i++) {
		char bar[24];

		snprintf(bar, sizeof(bar), "\r%3d %% done", i);
		put_text(&one, bar);
		screen_show(&one);
		assert_memory_equal(lines[0] + 8, bar + 1, strlen(bar + 1));
	}
	put_text(&second, "meanwhile\n");
	put_text(&one, "\n");
	assert_string_equal(lines[1], "second| meanwhile");
	assert_string_equal(lines[2], "one   | 100 % done");
	put_text(&one, "long line\rshort\x1b[K\n");
	assert_string_equal(lines[3], "one   | short");
}

static void test_line_is_edited_where_the_cursor_is(void **state)
{
	put_text(&one, "# echo wrold");
	screen_show(&one);
	put_text(&one, "\b\b\b\b");
	screen_show(&one);
	put_text(&one, "or\x1b[2D\x1b[2Cld");
	screen_show(&one);
	assert_string_equal(lines[0], "one   | # echo world");
	put_text(&one, "\x1b[5D\x1b[J");
	screen_show(&one);
	assert_string_equal(lines[0], "one   | # echo ");
	assert_int_equal(column, strlen("one   | # echo "));
}

static void test_control_characters_beyond_ascii_do_nothing(void **state)
{
	put_text(&one, "\xc2\x9b"
		       "2J\x9b\b\b\xc2\n");
	assert_null(strstr(lines[0], "\xc2\x9b"));
}

/* The same characters within a letter are none. */
static void test_sequences_that_begin_beyond_ascii_are_swallowed(void **state)
{
	put_text(&one, "a\x9b"
		       "2Jb\x9b"
		       "31mc\x9d"
		       "0;title\x9c"
		       "d\x84!\n");
	assert_string_equal(lines[0], "one   | abcd!");
	put_text(&one, "\xc3\x9b[\xe2\x82\xac[\xf0\x9f\x98\x9b[\n");
	assert_string_equal(lines[1], "one   | \xc3\x9b[\xe2\x82\xac[\xf0\x9f\x98\x9b[");
}

static void test_name_of_a_new_line_is_written_once(void **state)
{
	put_text(&one, "b\xc3\xa4r");
	put_now = 0;
	put(&one, '\n');
	assert_int_equal(put_now, strlen("one   | b\xc3\xa4r\r\n"));
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
	static const char alphabet[] = "ab |\b\b\n\r\t\x1b\x1b[[]52;KDCJm\x07\xc3\xa4\xc2\x9b";

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

static void test_line_end_in_two_pieces_draws_nothing_again(void **state)
{
	put_text(&one, "a line that a terminal would wrap");
	screen_show(&one);
	put(&one, '\r');
	put_now = 0;
	screen_show(&one);
	assert_int_equal(put_now, 0);
	put(&one, '\n');
	assert_int_equal(put_now, strlen("\r\n"));
	assert_string_equal(lines[0], "one   | a line that a terminal would wrap");
}

static void test_marks_without_width_do_not_lead_into_the_name(void **state)
{
	for (int i = 0; i < 9; i++)
		put_text(&second, "\xcc\x81");
	screen_show(&second);
	put_text(&second, "\rmonitor| all is well\n");
	assert_string_equal(lines[0], "second| monitor| all is well");
}

static void test_longest_output_of_one_character(void **state)
{
	strcpy(one.name, "a-name-of-nineteen-");
	one.colour = 36;
	screen_start(24, terminal);
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
		TEST(test_escape_sequences_are_swallowed),
		TEST(test_sequence_without_end_takes_its_line_at_most),
		TEST(test_carriage_return_begins_the_own_line_anew),
		TEST(test_line_is_edited_where_the_cursor_is),
		TEST(test_control_characters_beyond_ascii_do_nothing),
		TEST(test_sequences_that_begin_beyond_ascii_are_swallowed),
		TEST(test_name_of_a_new_line_is_written_once),
		TEST(test_tab_and_other_alphabets_pass),
		TEST(test_endless_line_is_broken),
		TEST(test_line_end_in_two_pieces_draws_nothing_again),
		TEST(test_marks_without_width_do_not_lead_into_the_name),
		TEST(test_anything_goes),
		TEST(test_longest_output_of_one_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
