/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The two halves of the vault. They share one page, the mailbox. The store (main.c,
 * guest kernel mode) holds the key; the parser (parser.c, guest user mode) reads
 * requests from outside, and is trusted with nothing.
 */
#ifndef VAULT_H
#define VAULT_H

#include <stdint.h>

#define TEXT_MAX 64

/**
 * struct mailbox - the only memory that the parser can write, except its stack
 * @input: a request as it came, NUL terminated.
 * @text, @length: the parser's answer, the text to be signed.
 * The store takes a copy and trusts none of it.
 */
struct mailbox {
	char input[TEXT_MAX];
	char text[TEXT_MAX];
	uint32_t length;
};

/* Addresses at which the parser sees its pages, far from all addresses of the store. */
#define PARSER_CODE    0x10000000u
#define PARSER_STACK   0x10100000u
#define PARSER_MAILBOX 0x10200000u

/** struct parser - the parser's registers while it does not run; known to switch.S */
struct parser {
	uint32_t r[13];
	uint32_t sp, lr, pc, psr;
};

/* The reason why a run of the parser ended; known to switch.S. */
enum ending {
	ENDED_BY_VIRQ,
	ENDED_BY_UNDEFINED,
	ENDED_BY_CALL,
	ENDED_BY_FETCH,
	ENDED_BY_DATA,
};

/** parser_run - let the parser continue until something ends its run (switch.S) */
enum ending parser_run(struct parser *p);

/* Vectors (switch.S). */
void vault_virq(void);
void vault_undefined(void);
void vault_call(void);
void vault_fetch(void);
void vault_data(void);

/** parser_main - where the parser begins, in code pages of its own (parser.c) */
void parser_main(struct mailbox *m);

/* The pages of section .user: see guests/lib/cell.lds. */
extern const char mv_user_start[], mv_user_end[];

#endif
