/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The parser: takes a request apart. It runs in guest user mode and sees this
 * code, its stack and the mailbox; nothing else, so whatever a request makes it
 * do stays in there.
 *
 * It is full of holes on purpose. The holes of a real parser are harder to see, which
 * is why it is confined. "peek", "poke", "jump" and "call" stand for attacks through a
 * hole, "loop" for input on which the parser never ends.
 *
 * The code is linked elsewhere than it runs (PARSER_CODE), so it may have no
 * constants or variables of its own, and call nothing outside of this file.
 */
#include "vault.h"

#include <stdbool.h>

#define PARSER __attribute__((section(".user")))
#define INLINE static inline __attribute__((always_inline))

/* The system call that says: done. */
INLINE void done(void)
{
	register uint32_t r12 __asm__("r12") = 0;

	__asm__ volatile("svc #0" : : "r"(r12) : "memory");
}

INLINE uint32_t word_of(char a, char b, char c, char d)
{
	return (uint32_t)a << 24 | (uint32_t)b << 16 | (uint32_t)c << 8 | (uint32_t)d;
}

INLINE uint32_t digit(char c)
{
	return c >= 'a' ? (uint32_t)(c - 'a') + 10 : (uint32_t)(c - '0');
}

INLINE uint32_t number(const char *s)
{
	uint32_t value = 0;

	while (*s)
		value = value << 4 | digit(*s++);
	return value;
}

INLINE void sign(struct mailbox *m, const char *text)
{
	uint32_t length = 0;

	while (text[length]) {
		m->text[length] = text[length];
		length++;
	}
	m->length = length;
}

/* A request is a word of four letters, a blank and an argument. */
PARSER void parser_main(struct mailbox *m)
{
	const char *in = m->input, *argument = in + 5;
	uint32_t word = word_of(in[0], in[1], in[2], in[3]);

	if (word == word_of('s', 'i', 'g', 'n'))
		sign(m, argument);
	if (word == word_of('p', 'e', 'e', 'k'))
		m->length = *(volatile uint32_t *)number(argument);
	if (word == word_of('p', 'o', 'k', 'e'))
		*(volatile uint32_t *)number(argument) = 0;
	if (word == word_of('j', 'u', 'm', 'p'))
		((void (*)(void))number(argument))();
	if (word == word_of('s', 'i', 'z', 'e'))
		m->length = number(argument);
	if (word == word_of('c', 'a', 'l', 'l')) {
		register uint32_t r12 __asm__("r12") = number(argument);

		__asm__ volatile("svc #0" : : "r"(r12) : "memory");
	}
	while (word == word_of('l', 'o', 'o', 'p'))
		__asm__ volatile("");
	done();
}
