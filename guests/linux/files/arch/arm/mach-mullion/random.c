// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: The Mullion authors
/*
 * A seed for random numbers. A cell has no generator, so the seed is made of what two
 * boots do not have in common: how long hypercalls and reads from memory take, by the clock.
 * Without it the first process that asks waits until Linux has collected as much from its
 * timer, 2.5 seconds. guests/linux/README.md says what such a seed is worth. Called once the
 * clock can be read.
 */
#include <linux/init.h>
#include <linux/random.h>
#include <asm/mullion.h>

#include "mullion.h"

/* Many more samples than bits: one that hardly varies is worth a fraction of a bit. */
#define SAMPLES 512

static u32 samples[SAMPLES] __initdata;

void __init mullion_seed_random(void)
{
	const u8 *memory = (const u8 *)PAGE_OFFSET;
	u32 read = 0;
	unsigned int i;

	for (i = 0; i < SAMPLES; i++) {
		read = read * 33 + READ_ONCE(memory[read % SZ_4M]);
		samples[i] = (u32)mv_time_now() ^ read;
	}
	add_bootloader_randomness(samples, sizeof(samples));
	memzero_explicit(samples, sizeof(samples));
}
