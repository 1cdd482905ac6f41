/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What a client and the cell "notary" (guests/notary) say to each other: a request
 * is one message of their channel, and has one reply, in order. Words are
 * little-endian. A message to be signed may come in pieces.
 */
#ifndef NOTARY_H
#define NOTARY_H

#include <stdint.h>

/** struct notary_request - and behind it data, as long as the channel lets */
struct notary_request {
	uint32_t op;
	uint32_t id; /* comes back in the reply */
};

#define NOTARY_ADD    1 /* data: a piece of the message; more follows */
#define NOTARY_SIGN   2 /* data: the last piece, or nothing; the reply has the MAC */
#define NOTARY_VERIFY 3 /* data: a MAC, then as NOTARY_SIGN; the reply says if it is right */
#define NOTARY_FORGET 4 /* no data; what was added so far is forgotten */

#define NOTARY_MAC    32 /* bytes of a MAC: HMAC-SHA-256 */

/** struct notary_reply - @mac is 0 but for NOTARY_SIGN that went well */
struct notary_reply {
	uint32_t status;
	uint32_t id;
	uint8_t mac[NOTARY_MAC];
};

#define NOTARY_OK        0
#define NOTARY_DIFFERENT 1 /* the MAC is not that of the message */
#define NOTARY_MALFORMED 2 /* no such request, or too short or too long for one */
#define NOTARY_TOO_LONG  3 /* more than NOTARY_LONGEST bytes */
#define NOTARY_BUSY      4 /* this client asks too much: nothing was done, say it again later */
/* After every other error, what was added so far is forgotten. */

#define NOTARY_LONGEST 0x100000 /* bytes of a message */
/* A client may use so many bytes a second, a request counting as NOTARY_COST more. */
#define NOTARY_RATE  0x100000
#define NOTARY_BURST 0x20000 /* so many at once after a pause */
#define NOTARY_COST  256

#endif
