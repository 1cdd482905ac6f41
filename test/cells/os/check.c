/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The kernel checks itself: address spaces and the contents of page frames against
 * the model, references to frames against their counts.
 */
#include "os.h"

#define PAGE_WORDS (PAGE_SIZE / 4)

static void check_words(struct process *p, uint32_t page, uint32_t step)
{
	uint32_t version = model_version(p->number, page);
	const uint32_t *words = (const uint32_t *)(uintptr_t)VM_ADDRESS(p->pages[page]);

	for (uint32_t i = page % step; i < PAGE_WORDS; i += step) {
		if (words[i] == page_word(version, i))
			continue;
		wrong(CHECK_KERNEL, page, page_word(version, i), words[i]);
		return;
	}
}

/* One page word by word, of the others a few; stacks hold what they like. */
void check_process(struct process *p)
{
	uint32_t whole = counts.checks++ % FIRST_STACK;

	for (uint32_t page = 0; page < NR_PAGES; page++) {
		uint32_t is = p->pages[page] & (MAPPED | VM_RIGHTS);

		if (is != model_rights(p->number, page))
			wrong(CHECK_KERNEL, page, model_rights(p->number, page), is);
		if (page < FIRST_STACK && p->pages[page] & VM_FRAME)
			check_words(p, page, page == whole ? 1 : 61);
		if (!(p->pages[page] & VM_FRAME) && model_version(p->number, page))
			wrong(CHECK_KERNEL, page, model_version(p->number, page), 0);
		if (page % 8 == 7)
			machine_breathe();
	}
	paging->check(p);
}

static uint32_t references(uint32_t frame)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < MAX_PROCESSES; i++)
		for (uint32_t page = 0; page < NR_PAGES; page++)
			found += processes[i].pages[page] & VM_FRAME &&
				 VM_ADDRESS(processes[i].pages[page]) == frame;
	return found;
}

void check_frames(void)
{
	for (uint32_t page = 0; page < NR_PAGES; page++) {
		uint32_t entry = current->pages[page], frame = VM_ADDRESS(entry);

		if (!(entry & VM_FRAME))
			continue;
		if (references(frame) != frame_refs(frame))
			wrong(CHECK_KERNEL, page, references(frame), frame_refs(frame));
		if (frame_refs(frame) > 1 && !(entry & VM_COPY))
			wrong(CHECK_KERNEL, page, VM_COPY, entry);
	}
}
