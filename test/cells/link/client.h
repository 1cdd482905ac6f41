/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The client's side of a disk over a segment, as guests/linux has it in
 * drivers/mullion/link.h: only as much of it as the cases need, and nothing that keeps
 * it from being broken.
 */
#ifndef TEST_LINK_CLIENT_H
#define TEST_LINK_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

/** struct page_of_state - the first page of the segment */
struct page_of_state {
	volatile uint32_t magic, version, state, answer, status, depth;
	volatile uint64_t identity, features, capacity;
	uint32_t gap[500];
	volatile uint32_t session, client_status;
	volatile uint64_t client_identity, client_features;
	volatile uint32_t num, desc, avail, used;
};

_Static_assert(__builtin_offsetof(struct page_of_state, session) == 2048, "as link.h has it");

struct descriptor {
	uint64_t at;
	uint32_t size;
	uint16_t flags, next;
};

enum {
	NEXT = 1,
	WRITE = 2,
	INDIRECT = 4
};
enum {
	RING_NUM = 16,
	RING_DESC = 0x1000,
	RING_AVAIL = 0x1400,
	RING_USED = 0x1800
};
/* Three descriptors: what is wanted, the data, and what became of it. */
enum {
	HEAD_AT = 0x2000,
	DATA_AT = 0x3000,
	STATUS_AT = 0x4000,
	NO_STATUS = 0xee
};
enum outcome {
	DONE,
	REFUSED,
	SILENT
};

extern struct page_of_state *shared;
extern uint32_t segment_size;

void *in_segment(uint32_t at);
struct descriptor *descriptors(void);
volatile uint16_t *avail(void); /* flags, index, ring */
volatile uint16_t *used(void); /* flags, index */
volatile uint8_t *status(void);

void client_find(void);
/** client_session - begin one with a good and empty ring; false: no answer */
bool client_session(void);
/** client_prepare - a good request of one sector in the ring, not yet counted */
void client_prepare(uint32_t type, uint64_t sector);
void client_poke(void);
/** client_sleep - a millisecond, in which the server works */
void client_sleep(void);
/** client_outcome - what has become of the ring: the server's next move */
enum outcome client_outcome(void);

void test_client(void);
uint32_t test_random(void);

#endif
