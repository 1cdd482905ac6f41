/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The operations of a process, one after the other, chosen at random.
 */
#include "user.h"

static const struct {
	void (*fn)(struct self *s);
	uint32_t weight;
} operations[] = {
	{ op_fill, 30 },   { op_read, 30 }, { op_execute, 4 }, { op_map, 14 },    { op_unmap, 5 },
	{ op_protect, 8 }, { op_move, 4 },  { op_break, 3 },   { op_outside, 5 }, { op_flush, 3 },
	{ op_deep, 2 },    { op_fork, 10 }, { op_wait, 4 },    { op_kill, 2 },    { op_echo, 2 },
	{ op_letter, 5 },  { op_spin, 3 },  { op_compute, 6 }, { op_shared, 8 },  { op_thread, 4 },
	{ op_calls, 4 },
};

#define NR_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static uint32_t all_weights(void)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < NR_OPERATIONS; i++)
		sum += operations[i].weight;
	return sum;
}

static void one_operation(struct self *s, uint32_t all)
{
	uint32_t n = below(s, all), i = 0;

	while (n >= operations[i].weight)
		n -= operations[i++].weight;
	mix(s, i);
	operations[i].fn(s);
}

void work(struct self *s)
{
	uint32_t all = all_weights(), operation = 0;

	while (s->left) {
		s->left--;
		call1(CALL_OPERATION, ++operation);
		one_operation(s, all);
	}
	while (s->nr_children)
		op_wait(s);
	for (uint32_t page = 0; page < FIRST_STACK; page++)
		read_page(s, page);
	call0(CALL_CHECK);
	call1(CALL_ADDED, s->added);
	call1(CALL_EXIT, s->hash);
	__builtin_unreachable();
}
