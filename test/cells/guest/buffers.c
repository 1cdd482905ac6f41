/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of hypercall buffers in guest address spaces: they count as accesses
 * of guest kernel mode to memory.
 */
#include "guest-judge.h"

#define SIZE sizeof(struct mv_vmmu_stats)

static uint32_t *l1, *l2, block;

static uint32_t stats_at(uint32_t va)
{
	return mv_vmmu_stats(guest_vmmu(), 0, (void *)va, SIZE).error;
}

static void begin(void)
{
	l1 = space_begin();
	l2 = space_l2(l1, PLAY);
	block = (uint32_t)pool_take(MIB, MIB);
	l2[0] = SMALL(block, AP_BOTH);
	l2[1] = SMALL(block + PAGE, AP_BOTH);
	l2[3] = SMALL(block + 3 * PAGE, AP_USER_READS);
	l2[4] = SMALL(block + 4 * PAGE, AP_ALL_READ);
	l2[5] = SMALL(block + 5 * PAGE, AP_KERNEL_READS);
	l2[6] = SMALL(block + 6 * PAGE, AP_KERNEL);
	l2[7] = SMALL(block + 7 * PAGE, AP_NONE);
	l2[8] = SMALL(mv_env_need("uart0", MV_ENV_DEVICE)->address, AP_BOTH);
	l2[9] = SMALL((uint32_t)user_page, AP_BOTH);
	l2[10] = SMALL(0x60000000, AP_BOTH);
	l2[17] = SMALL(block + 17 * PAGE, AP_BOTH);
	l2[32] = LARGE(block, AP_BOTH);
}

static bool writable(void)
{
	static const uint8_t good[] = { 0, 1, 3, 6, 17, 32 }, bad[] = { 2, 4, 5, 7, 8, 9, 10 };

	begin();
	l1[OTHER / MIB] = SECTION(block, AP_BOTH);
	for (uint32_t i = 0; i < sizeof(good); i++) {
		note("page %u", good[i]);
		SAME(stats_at(PLAY + good[i] * PAGE + 16), MV_OK);
		/* The switch to this space is counted. */
		MUST(((const struct mv_vmmu_stats *)(PLAY + good[i] * PAGE + 16))->switches);
	}
	for (uint32_t i = 0; i < sizeof(bad); i++) {
		note("page %u", bad[i]);
		SAME(stats_at(PLAY + bad[i] * PAGE + 16), MV_ERR_ADDRESS);
	}
	SAME(stats_at(OTHER + PAGE), MV_OK);
	SAME(stats_at(PLAY + 2), MV_ERR_ADDRESS);
	SAME(stats_at(MV_GUEST_END - 16), MV_ERR_ADDRESS);
	SAME(stats_at(MV_VCPU_PAGE_BASE), MV_ERR_ADDRESS);
	SAME(stats_at(MV_KERNEL_BASE), MV_ERR_ADDRESS);
	SAME(stats_at(0xfffffff0), MV_ERR_ADDRESS);
	return true;
}

static bool straddling(void)
{
	begin();
	for (uint32_t round = 0; round < 2; round++) {
		SAME(stats_at(PLAY + PAGE - 16), MV_OK);
		SAME(stats_at(PLAY + 2 * PAGE - 16), MV_ERR_ADDRESS);
		SAME(stats_at(PLAY + 3 * PAGE - 16), MV_ERR_ADDRESS);
		SAME(stats_at(PLAY + 4 * PAGE - 16), MV_ERR_ADDRESS);
		SAME(stats_at(PLAY + 8 * PAGE - 16), MV_ERR_ADDRESS);
		SAME(stats_at(PLAY - 16), MV_ERR_ADDRESS);
	}
	return true;
}

/* Guest user and guest kernel pages next to each other: the slot has to change sides. */
static bool mixed(void)
{
	begin();
	l2[0] = SMALL(block, AP_KERNEL);
	for (uint32_t round = 0; round < 20; round++) {
		USER(WRITE, PLAY + PAGE, 0);
		note("round %u", round);
		SAME(stats_at(PLAY + PAGE - 16), MV_OK);
		USER(WRITE, PLAY + 17 * PAGE, 0);
		KERNEL(READ, PLAY, 0);
		SAME(stats_at(PLAY + 3 * PAGE + 32), MV_OK);
		USER(READ, PLAY + 3 * PAGE, 0);
	}
	return true;
}

/* A channel that only this cell has ends of: what is sent is what is mapped. */
static bool messages(void)
{
	uint32_t cap = mv_env_need("loop", MV_CAP_CHANNEL)->cap;
	uint32_t *words;
	struct mv_result r;

	begin();
	words = (uint32_t *)(block + PAGE - 32);
	for (uint32_t i = 0; i < 16; i++)
		words[i] = 0x700 + i;
	SAME(mv_channel_send(cap, (void *)(PLAY + PAGE - 32), 64), MV_OK);
	SAME(mv_channel_send(cap, (void *)(PLAY + 2 * PAGE - 32), 64), MV_ERR_ADDRESS);
	SAME(mv_channel_send(cap, (void *)(PLAY + 8 * PAGE), 64), MV_ERR_ADDRESS);
	SAME(mv_channel_send(cap, (void *)(PLAY + 7 * PAGE), 64), MV_ERR_ADDRESS);
	SAME(mv_channel_send(cap, (void *)(PLAY + 4 * PAGE), 64), MV_OK);
	r = mv_channel_receive(cap, (void *)(PLAY + PAGE), 64);
	SAME(r.error, MV_ERR_EMPTY);
	return true;
}

static bool software(void)
{
	begin();
	space_use((uint32_t *)MV_VMMU_SOFTWARE, 30);
	SAME(stats_at(block), MV_OK);
	SAME(stats_at(PLAY), MV_ERR_ADDRESS);
	SAME(mv_vmmu_map(guest_vmmu(), PLAY, block, MV_RIGHT_READ | MV_RIGHT_WRITE | MV_MAP_USER),
	     MV_OK);
	SAME(stats_at(PLAY + 16), MV_OK);
	SAME(stats_at(PLAY + PAGE - 16), MV_ERR_ADDRESS);
	SAME(mv_vmmu_map(guest_vmmu(), PLAY + PAGE, block, MV_RIGHT_READ | MV_MAP_USER), MV_OK);
	SAME(stats_at(PLAY + PAGE - 16), MV_ERR_ADDRESS);
	SAME(stats_at((uint32_t)user_page), MV_ERR_ADDRESS);
	return true;
}

static const struct check buffers[] = {
	{ "GST80", "A buffer must be memory that guest kernel mode may write", writable },
	{ "GST81", "A buffer over two pages needs both", straddling },
	{ "GST82", "A buffer may lie in pages of both modes", mixed },
	{ "GST83", "Messages are taken from where the guest's tables say", messages },
	{ "GST84", "Buffers in a software-loaded space are what was entered, or the cell's own",
	  software },
};
CHECK_SET(buffers);
