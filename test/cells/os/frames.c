/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Page frames with counts of references, and the memory that is set apart: a
 * large page and a section that all processes share, and the kernel's own page.
 * Physical addresses are the kernel's addresses.
 */
#include "os.h"

#define MIB        0x100000u
#define LARGE      0x10000u
#define MAX_FRAMES 1024

uint32_t shared_memory, big_memory, kernel_page;

static uint32_t first_frame, nr_frames, used;
static uint8_t refs[MAX_FRAMES];
static uint16_t free_list[MAX_FRAMES];

static uint32_t index_of(uint32_t frame)
{
	return (frame - first_frame) / PAGE_SIZE;
}

static void fill_big(void)
{
	for (uint32_t i = 0; i < MIB / PAGE_SIZE; i++)
		*(uint32_t *)(uintptr_t)(big_memory + i * PAGE_SIZE) = BIG_PATTERN + i;
}

void frames_init(void)
{
	uint32_t start, end;

	machine_ram(&start, &end);
	start = (start + LARGE - 1) & ~(LARGE - 1);
	big_memory = (start + MIB - 1) & ~(MIB - 1);
	shared_memory = big_memory + MIB;
	kernel_page = shared_memory + LARGE;
	*(uint32_t *)(uintptr_t)kernel_page = BIG_PATTERN;
	fill_big();
	first_frame = kernel_page + PAGE_SIZE;
	nr_frames = (end - first_frame) / PAGE_SIZE;
	if (end < first_frame || nr_frames < 600)
		say("test-os: only %u page frames\n", nr_frames);
	if (nr_frames > MAX_FRAMES)
		nr_frames = MAX_FRAMES;
	for (uint32_t i = 0; i < nr_frames; i++)
		free_list[i] = (uint16_t)i;
}

uint32_t frame_get(void)
{
	uint32_t n, frame;

	if (used == nr_frames) {
		say("test-os: out of memory\n");
		machine_end();
	}
	n = free_list[used++];
	frame = first_frame + n * PAGE_SIZE;
	refs[n] = 1;
	memset((void *)(uintptr_t)frame, 0, PAGE_SIZE);
	return frame;
}

void frame_ref(uint32_t frame)
{
	refs[index_of(frame)]++;
}

void frame_put(uint32_t frame)
{
	uint32_t n = index_of(frame);

	if (n >= nr_frames || !refs[n])
		wrong(CHECK_KERNEL, n, 1, 0);
	else if (!--refs[n])
		free_list[--used] = (uint16_t)n;
}

uint32_t frame_refs(uint32_t frame)
{
	return refs[index_of(frame)];
}

uint32_t frames_used(void)
{
	return used;
}
