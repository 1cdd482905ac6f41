/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Operations with other processes. Each process has tokens for those that it
 * and its children may still have at a time, so that fork() never fails by
 * chance, whoever runs when.
 */
#include "user.h"

/* Become a process of one's own: the parent's state is on this stack, copied. */
static void be_born(struct self *s, uint32_t random, uint32_t left, uint32_t tokens)
{
	s->random = random | 1;
	s->hash = 0;
	s->left = left;
	s->tokens = tokens;
	s->nr_children = 0;
	s->added = 0;
	s->number = call0(CALL_SELF);
}

void op_fork(struct self *s)
{
	uint32_t random = random_word(s), left, tokens, child;

	if (!s->tokens)
		return;
	tokens = below(s, s->tokens);
	left = below(s, s->left / 2 + 1);
	child = call0(CALL_FORK);
	if (!child) {
		be_born(s, random, left, tokens);
		return;
	}
	expect(CHECK_CALLS, child, 1, child <= MAX_CHILDREN + 1);
	s->children[s->nr_children] = child;
	s->given[s->nr_children++] = tokens + 1;
	s->tokens -= tokens + 1;
	s->left -= left;
}

void op_wait(struct self *s)
{
	struct two end;

	if (!s->nr_children)
		return;
	end = call2(CALL_WAIT, s->children[--s->nr_children], 0, 0, 0);
	expect(CHECK_CALLS, 0, ENDED, end.r0);
	mix(s, end.r1);
	s->tokens += s->given[s->nr_children];
	expect(CHECK_CALLS, 0, ~0u, call1(CALL_WAIT, s->number));
}

static void die(uint32_t how)
{
	call1(CALL_HANDLER, 0);
	if (how == 0)
		probe_write(4, 1);
	else if (how == 1)
		*(volatile uint32_t *)(uintptr_t)USER_BIG = 1;
	else if (how == 2)
		((void (*)(void))(uintptr_t)USER_STACK)();
	else
		__builtin_trap();
	call1(CALL_EXIT, 0);
}

void op_kill(struct self *s)
{
	uint32_t how = below(s, 4), child;

	if (!s->tokens)
		return;
	child = call0(CALL_FORK);
	if (!child)
		die(how);
	expect(CHECK_KILL, how, KILLED, call1(CALL_WAIT, child));
}

#define LETTERS 3

static void answer(struct self *s)
{
	uint32_t parent = call2(CALL_SELF, 0, 0, 0, 0).r1, letter[MESSAGE_MAX / 4];

	for (uint32_t n = 0; n < LETTERS; n++) {
		uint32_t size = call3(CALL_RECEIVE, address_of(letter), sizeof(letter), 0);

		for (uint32_t i = 0; i < size / 4; i++)
			letter[i] = letter[i] * 3 + i;
		call3(CALL_SEND, parent, address_of(letter), size);
	}
	call1(CALL_EXIT, s->hash);
}

void op_echo(struct self *s)
{
	uint32_t letter[MESSAGE_MAX / 4], child, first = random_word(s);

	if (!s->tokens)
		return;
	child = call0(CALL_FORK);
	if (!child)
		answer(s);
	for (uint32_t n = 0; n < LETTERS; n++) {
		uint32_t words = 1 + below(s, MESSAGE_MAX / 4);

		for (uint32_t i = 0; i < words; i++)
			letter[i] = first ^ (i << n);
		expect(CHECK_MESSAGE, 0, 1, call3(CALL_SEND, child, address_of(letter), words * 4));
		expect(CHECK_MESSAGE, 0, words * 4,
		       call3(CALL_RECEIVE, address_of(letter), sizeof(letter), 0));
		for (uint32_t i = 0; i < words; i++)
			expect(CHECK_MESSAGE, i, (first ^ (i << n)) * 3 + i, letter[i]);
	}
	expect(CHECK_MESSAGE, 0, ENDED, call1(CALL_WAIT, child));
}

/* To itself, from any page and back to where it came from. */
void op_letter(struct self *s)
{
	uint32_t page = any_page(s), rights = call1(CALL_MODEL, page);
	uint32_t address = page_address(page) + below(s, PAGE_SIZE - MESSAGE_MAX),
		 end[MESSAGE_MAX / 4];
	uint32_t readable = (rights & RIGHT_READ) != 0, size = 1 + below(s, MESSAGE_MAX);

	expect(CHECK_MESSAGE, page, readable, call3(CALL_SEND, s->number, address, size));
	mix(s, readable);
	if (!readable)
		return;
	if (rights & RIGHT_WRITE) {
		expect(CHECK_MESSAGE, page, size, call3(CALL_RECEIVE, address, size, 0));
		read_page(s, page);
		return;
	}
	expect(CHECK_MESSAGE, page, 0, call3(CALL_RECEIVE, address, size, 0));
	expect(CHECK_MESSAGE, page, 0, call3(CALL_RECEIVE, KERNEL_PAGE, size, 0));
	expect(CHECK_MESSAGE, page, size, call3(CALL_RECEIVE, address_of(end), sizeof(end), 0));
}
