/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Unit tests of guests/lib: vIRQs, timers, channels and the console, over a toy
 * microvisor. Not tested here, but by every cell in QEMU: start.S, cell.c.
 */
#include "toy-microvisor.h"

#define NR_CALLS 8

/* ---- vIRQs, timers, channels ---- */

static uint32_t calls[NR_CALLS], nr_calls;

static void note(uint32_t payload, void *argument)
{
	calls[nr_calls++ % NR_CALLS] = payload << 8 | (uint32_t)(uintptr_t)argument;
}

static void test_wait_runs_handlers_lowest_line_first(void **state)
{
	(void)state;
	nr_calls = 0;
	mv_on_virq(mv_env_find("alarm", MV_CAP_VIRQ), note, (void *)1);
	mv_on_virq(mv_env_find("console", MV_CAP_CHANNEL), note, (void *)2);
	raise_line(OTHER, 6);
	raise_line(CHANNEL, 3);
	assert_int_equal(mv_wait(), 1u << OTHER | 1u << CHANNEL);
	assert_int_equal(nr_calls, 2);
	assert_int_equal(calls[0], 0x302);
	assert_int_equal(calls[1], 0x601);
	assert_int_equal(toy.page.virq_pending, 0);
}

static void test_disabled_line_stays_pending(void **state)
{
	const struct mv_env_entry *alarm = mv_env_find("alarm", MV_CAP_VIRQ);

	(void)state;
	nr_calls = 0;
	mv_on_virq(alarm, note, NULL);
	mv_virq_disable(alarm);
	raise_line(OTHER, 1);
	mv_poll();
	assert_int_equal(nr_calls, 0);
	mv_virq_enable(alarm);
	mv_poll();
	assert_int_equal(nr_calls, 1);
}

static void test_unmask_delivers_what_is_pending(void **state)
{
	(void)state;
	nr_calls = 0;
	mv_on_virq(mv_env_find("alarm", MV_CAP_VIRQ), note, NULL);
	raise_line(OTHER, 1);
	mv_virq_unmask();
	assert_true(toy.lowered);
	assert_int_equal(nr_calls, 1);
	assert_int_equal(toy.page.virq_master, 1);
	assert_int_equal(mv_virq_mask(), 1);
	assert_int_equal(mv_virq_mask(), 0);
	mv_virq_restore(0);
	assert_int_equal(toy.page.virq_master, 0);
}

static void count(void *argument)
{
	++*(uint32_t *)argument;
}

static void test_timers_share_one(void **state)
{
	static struct mv_timer slow, fast;
	uint32_t slow_ticks = 0, fast_ticks = 0;

	(void)state;
	mv_timer_start(&slow, 25, 0, count, &slow_ticks);
	mv_timer_start(&fast, 10, 10, count, &fast_ticks);
	mv_sleep(35);
	assert_int_equal(toy.now, 35);
	assert_int_equal(slow_ticks, 1);
	assert_int_equal(fast_ticks, 3);
	mv_timer_stop(&fast);
	mv_sleep(100);
	assert_int_equal(fast_ticks, 3);
}

static void test_late_timer_keeps_its_phase(void **state)
{
	static struct mv_timer timer;
	uint32_t ticks = 0;

	(void)state;
	mv_timer_start(&timer, 10, 10, count, &ticks);
	toy.now = 57; /* nobody waited */
	mv_wait();
	assert_in_range(ticks, 1, 2);
	assert_int_equal(timer.deadline % 10, 0);
	assert_true(timer.deadline > 57);
	mv_timer_stop(&timer);
}

static void test_put_waits_for_room(void **state)
{
	const struct mv_env_entry *channel = mv_env_find("console", MV_CAP_CHANNEL);

	(void)state;
	toy.reader_wakes = 500;
	for (int i = 0; i < DEPTH + 1; i++)
		assert_int_equal(mv_channel_put(channel, "abcd", 4), MV_OK);
	assert_int_equal(toy.now, 500);
	assert_int_equal(toy.out.count, 1);
	assert_int_equal(mv_channel_put(channel, toy.received, MESSAGE + 1), MV_ERR_SIZE);
}

static void test_get_returns_the_length(void **state)
{
	char buffer[MESSAGE] __attribute__((aligned(4)));
	struct mv_result got;

	(void)state;
	type("hello");
	got = mv_channel_get(mv_env_find("console", MV_CAP_CHANNEL), buffer, sizeof(buffer));
	assert_int_equal(got.value, 5);
	assert_memory_equal(buffer, "hello", 5);
}

/* ---- console ---- */

static void test_lines_are_sent_whole(void **state)
{
	(void)state;
	mv_printf("one ");
	assert_int_equal(toy.out.count, 0);
	mv_printf("line\ntwo\nprompt> ");
	assert_int_equal(toy.out.count, 2);
	mv_console_flush();
	drain_out();
	assert_string_equal(toy.received, "one line\ntwo\nprompt> ");
	mv_printf("\n");
}

static void test_long_line_goes_in_pieces(void **state)
{
	(void)state;
	mv_printf("%070d\n", 1);
	assert_int_equal(toy.out.count, 3);
	assert_int_equal(toy.out.length[0], MESSAGE);
	drain_out();
	assert_int_equal(strlen(toy.received), 71);
}

static void test_full_console_is_waited_for(void **state)
{
	(void)state;
	toy.reader_wakes = 5 * MV_MS;
	for (int i = 0; i < DEPTH + 2; i++)
		mv_printf("line %d\n", i);
	assert_int_equal(toy.now, 5 * MV_MS);
	drain_out();
	assert_string_equal(toy.received, "line 0\nline 1\nline 2\nline 3\nline 4\nline 5\n");
}

static void test_dead_console_costs_lines_not_the_cell(void **state)
{
	(void)state;
	for (int i = 0; i < DEPTH + 3; i++)
		mv_printf("line %d\n", i);
	assert_int_equal(toy.now, 3 * 10 * MV_MS);
	drain_out();
	mv_printf("back\n");
	drain_out();
	assert_string_equal(toy.received, "line 0\nline 1\nline 2\nline 3\n"
					  "[3 lines lost]\nback\n");
}

static void test_rest_of_a_dropped_line_is_dropped(void **state)
{
	(void)state;
	mv_console_patience(0);
	for (int i = 0; i < DEPTH; i++)
		mv_printf("%d\n", i);
	mv_printf("%040d", 5); /* its first piece finds no room */
	drain_out();
	mv_printf("tail\nnext\n");
	drain_out();
	assert_string_equal(toy.received, "0\n1\n2\n3\n[1 lines lost]\nnext\n");
}

static void test_waiting_for_the_console_loses_no_virq(void **state)
{
	(void)state;
	nr_calls = 0;
	mv_on_virq(mv_env_find("alarm", MV_CAP_VIRQ), note, (void *)1);
	mv_on_virq(mv_env_find("console", MV_CAP_CHANNEL), note, (void *)2);
	raise_line(OTHER, 1);
	for (int i = 0; i < DEPTH + 1; i++) {
		toy.reader_wakes = toy.now + 5;
		mv_printf("x\n");
	}
	assert_int_equal(nr_calls, 0);
	mv_wait();
	mv_poll();
	assert_int_equal(nr_calls, 2);
	assert_true(calls[0] == 0x202 || calls[1] == 0x202); /* WRITABLE was kept */
}

static void test_no_console_is_no_problem(void **state)
{
	(void)state;
	low->env.nr_entries = 0;
	mv_printf("into the void\n");
	assert_int_equal(toy.out.count, 0);
}

static char got_line[80];

static void take_line(char *line)
{
	strcpy(got_line, line);
}

static void test_line_editor(void **state)
{
	(void)state;
	mv_on_line(take_line);
	type("helq\x7flx");
	mv_wait();
	type("\b\bp\x01\r");
	mv_wait();
	drain_out();
	assert_string_equal(got_line, "help");
	assert_string_equal(toy.received, "helq\b \blx\b \b\b \bp\n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, toy_set_up)
	const struct CMUnitTest tests[] = {
		TEST(test_wait_runs_handlers_lowest_line_first),
		TEST(test_disabled_line_stays_pending),
		TEST(test_unmask_delivers_what_is_pending),
		TEST(test_timers_share_one),
		TEST(test_late_timer_keeps_its_phase),
		TEST(test_put_waits_for_room),
		TEST(test_get_returns_the_length),
		TEST(test_lines_are_sent_whole),
		TEST(test_long_line_goes_in_pieces),
		TEST(test_full_console_is_waited_for),
		TEST(test_dead_console_costs_lines_not_the_cell),
		TEST(test_rest_of_a_dropped_line_is_dropped),
		TEST(test_waiting_for_the_console_loses_no_virq),
		TEST(test_no_console_is_no_problem),
		TEST(test_line_editor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
