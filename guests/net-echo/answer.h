/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The interface of answer.c, for main.c. answer.c knows nothing of channels.
 */
#ifndef NET_ECHO_ANSWER_H
#define NET_ECHO_ANSWER_H

#include <stdint.h>

struct host {
	uint8_t mac[6];
	uint8_t ip[4];
	uint64_t now; /* the answer to a question for the time */
};

/**
 * net_answer - turns the Ethernet frame of @size bytes at @frame into its answer
 * The buffer has room for @room bytes. Returns the length of the answer, or 0 if
 * there is none: frames that are damaged or for other hosts are ignored.
 */
uint32_t net_answer(const struct host *host, uint8_t *frame, uint32_t size, uint32_t room);

#endif
