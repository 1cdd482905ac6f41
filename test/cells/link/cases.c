/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Mistakes of a client of a disk, one case after the other. Each case begins with a
 * good ring and a good request, spoils one thing, and names the server's right response.
 * Rings of random words follow. After each case a good request must be served.
 */
#include "client.h"

#include <mv.h>

#define RANDOM_RINGS 300

enum {
	TYPE_IN,
	TYPE_OUT,
	TYPE_UNKNOWN = 77
};
enum {
	GOOD = 0,
	IO_ERROR = 1,
	UNKNOWN = 2
};

static struct descriptor *d;

static void nothing(void)
{
}
static void beyond_end(void)
{
	d[1].at = segment_size;
}
static void across_end(void)
{
	d[1].at = segment_size - 511;
}
static void far_away(void)
{
	d[1].at = 0x100000000ull + DATA_AT;
}
static void in_the_kernel(void)
{
	d[1].at = 0xc0008000;
}
static void wraps(void)
{
	d[1].at = 0xffffffffffffff00ull;
}
static void too_long(void)
{
	d[1].size = 0xffffffff;
}
static void empty(void)
{
	d[1].size = 0;
}
static void page_of_the_state(void)
{
	d[1].at = 0;
}
static void status_far_away(void)
{
	d[2].at = 0xc0008000;
}
static void status_read_only(void)
{
	d[2].flags = 0;
}
static void status_too_long(void)
{
	d[2].size = 2;
}
static void head_far_away(void)
{
	d[0].at = 0xc0008000;
}
static void head_written(void)
{
	d[0].flags |= WRITE;
}
static void head_too_short(void)
{
	d[0].size = 15;
}
static void indirect(void)
{
	d[0].flags = INDIRECT;
	d[0].at = 0xc0008000;
}
static void unknown_flag(void)
{
	d[1].flags |= 8;
}
static void loop(void)
{
	d[2].flags |= NEXT;
}
static void next_outside(void)
{
	d[1].next = RING_NUM;
}
static void next_far_outside(void)
{
	d[1].next = 0xffff;
}
static void first_outside(void)
{
	avail()[2] = 0xffff;
}
static void only_the_head(void)
{
	d[0].flags = 0;
}
static void too_many(void)
{
	avail()[1] = RING_NUM + 1;
}
static void backwards(void)
{
	avail()[1] = 0xffff;
}
static void ring_of_three(void)
{
	shared->num = 3;
}
static void ring_of_none(void)
{
	shared->num = 0;
}
static void ring_too_large(void)
{
	shared->num = 0x8000;
}
static void ring_across_end(void)
{
	shared->desc = segment_size - 16;
}
static void ring_far_away(void)
{
	shared->desc = 0xc0008000;
}
static void ring_not_aligned(void)
{
	shared->desc = RING_DESC + 4;
}
static void avail_at_end(void)
{
	shared->avail = segment_size - 2;
}
static void used_in_state(void)
{
	shared->used = 0;
}
static void used_wraps(void)
{
	shared->used = 0xfffffffc;
}
static void sector_beyond(void)
{
	client_prepare(TYPE_IN, shared->capacity);
}
static void sector_wraps(void)
{
	client_prepare(TYPE_IN, 0x0080000000000000ull);
}
static void sector_last(void)
{
	client_prepare(TYPE_IN, ~0ull);
}
static void odd_size(void)
{
	d[1].size = 511;
}
static void wrong_direction(void)
{
	client_prepare(TYPE_OUT, 1);
	d[1].flags |= WRITE;
}
static void unknown_type(void)
{
	client_prepare(TYPE_UNKNOWN, 0);
}

static const struct {
	const char *name;
	void (*spoil)(void);
	enum outcome outcome;
	uint8_t status; /* if it is done */
} cases[] = {
	{ "nothing wrong", nothing, DONE, GOOD },
	{ "data beyond the end", beyond_end, REFUSED, 0 },
	{ "data across the end", across_end, REFUSED, 0 },
	{ "data above 4 GiB", far_away, REFUSED, 0 },
	{ "data in the kernel", in_the_kernel, REFUSED, 0 },
	{ "data that wraps", wraps, REFUSED, 0 },
	{ "data of 4 GiB", too_long, REFUSED, 0 },
	{ "no data", empty, REFUSED, 0 },
	{ "data in the page of state", page_of_the_state, REFUSED, 0 },
	{ "status in the kernel", status_far_away, REFUSED, 0 },
	{ "status read-only", status_read_only, REFUSED, 0 },
	{ "status of two bytes", status_too_long, REFUSED, 0 },
	{ "head in the kernel", head_far_away, REFUSED, 0 },
	{ "head to be written", head_written, REFUSED, 0 },
	{ "head too short", head_too_short, REFUSED, 0 },
	{ "indirect table in the kernel", indirect, REFUSED, 0 },
	{ "unknown flag", unknown_flag, REFUSED, 0 },
	{ "endless chain", loop, REFUSED, 0 },
	{ "next outside", next_outside, REFUSED, 0 },
	{ "next far outside", next_far_outside, REFUSED, 0 },
	{ "first outside", first_outside, REFUSED, 0 },
	{ "only a head", only_the_head, REFUSED, 0 },
	{ "more than the ring has", too_many, REFUSED, 0 },
	{ "index backwards", backwards, REFUSED, 0 },
	{ "ring of three", ring_of_three, REFUSED, 0 },
	{ "ring of none", ring_of_none, REFUSED, 0 },
	{ "ring too large", ring_too_large, REFUSED, 0 },
	{ "ring across the end", ring_across_end, REFUSED, 0 },
	{ "ring in the kernel", ring_far_away, REFUSED, 0 },
	{ "ring not aligned", ring_not_aligned, REFUSED, 0 },
	{ "available at the end", avail_at_end, REFUSED, 0 },
	{ "used in the page of state", used_in_state, REFUSED, 0 },
	{ "used that wraps", used_wraps, REFUSED, 0 },
	{ "sector beyond the disk", sector_beyond, DONE, IO_ERROR },
	{ "sector that wraps", sector_wraps, DONE, IO_ERROR },
	{ "last of all sectors", sector_last, DONE, IO_ERROR },
	{ "half a sector", odd_size, DONE, IO_ERROR },
	{ "wrong direction", wrong_direction, DONE, IO_ERROR },
	{ "unknown request", unknown_type, DONE, UNKNOWN },
};

static bool good_request(void)
{
	if (!client_session())
		return false;
	client_prepare(TYPE_IN, 0);
	return client_outcome() == DONE && *status() == GOOD;
}

static bool run(uint32_t i)
{
	enum outcome outcome;
	bool right;

	if (!client_session())
		return false;
	/* The server looks at the ring with the next poke only. */
	client_prepare(TYPE_IN, 0);
	cases[i].spoil();
	outcome = client_outcome();
	right = outcome == cases[i].outcome && (outcome != DONE || *status() == cases[i].status);
	if (!right)
		mv_printf("disk: %s: outcome %u, status %u\n", cases[i].name, outcome, *status());
	return right && good_request();
}

/* Words that are nearly right are the dangerous ones. */
static uint32_t likely(void)
{
	static const uint32_t words[] = { 0, 1, 2, 3, 0x1000, 0x2000, 0x3000, 0xffff, 0x12000 };

	return test_random() % 4 ? words[test_random() % MV_ARRAY_SIZE(words)] : test_random();
}

/* Half of them with places of the ring that are right, so that it is looked into. */
static bool random_ring(void)
{
	uint32_t *words = in_segment(RING_DESC);

	if (!client_session())
		return false;
	for (uint32_t i = 0; i < 0x1000 / 4; i++)
		words[i] = likely();
	if (test_random() % 2) {
		shared->num = likely();
		shared->desc = likely();
		shared->avail = likely();
		shared->used = likely();
	} else {
		used()[1] = 0;
		avail()[1] = (uint16_t)(test_random() % (RING_NUM + 1));
	}
	client_poke();
	client_sleep();
	client_sleep();
	return client_session();
}

void test_client(void)
{
	uint32_t right = 0, answered = 0;

	client_find();
	d = descriptors();
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(cases); i++)
		right += run(i);
	mv_printf("disk: %u of %u cases are right\n", right, MV_ARRAY_SIZE(cases));
	for (uint32_t i = 0; i < RANDOM_RINGS; i++)
		answered += random_ring();
	mv_printf("disk: %u of %u random rings survived, then %s\n", answered, RANDOM_RINGS,
		  good_request() ? "good" : "bad");
}
