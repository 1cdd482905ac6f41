/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * An example of a cell that protects its parts from each other. It signs requests
 * with a key. The requests come from outside, so the parser runs in guest user mode,
 * where it cannot see the key; see README.md. This file is the other half: it has
 * the key, and decides what the parser may access.
 *
 * Here the requests are a list, some of them attacks; they could as well come
 * in over a channel.
 */
#include "vault.h"

#include <mv.h>

#define PAGE     MV_PAGE_SIZE
#define TIME_MAX (5 * MV_MS)
#define SPACE    1 /* our name for the parser's address space */

/* The pages that the parser sees, and the key, which is in none of them. */

static uint8_t mailbox_page[PAGE] __attribute__((aligned(MV_PAGE_SIZE)));
static uint8_t stack_page[PAGE] __attribute__((aligned(MV_PAGE_SIZE)));
static uint32_t key[4] = { 0x6b657973, 0x74617920, 0x696e2068, 0x65726521 };

static uint32_t vmmu;
static bool late;

/* Not cryptography: something short that depends on the key. */
static uint32_t tag_of(const char *text, uint32_t length)
{
	uint32_t tag = key[0];

	for (uint32_t i = 0; i < length; i++)
		tag = (tag ^ (uint8_t)text[i] ^ key[i % 4]) * 0x01000193;
	return tag;
}

/* Address space of the parser ---------------------------------------------------- */

/** struct view - pages that the parser may see, and where */
static const struct view {
	uint32_t start, end;
	const void *memory;
	uint32_t rights;
} views[] = {
	{ PARSER_CODE, PARSER_CODE + PAGE, mv_user_start, MV_RIGHT_READ | MV_RIGHT_EXEC },
	{ PARSER_STACK, PARSER_STACK + PAGE, stack_page, MV_RIGHT_READ | MV_RIGHT_WRITE },
	{ PARSER_MAILBOX, PARSER_MAILBOX + PAGE, mailbox_page, MV_RIGHT_READ | MV_RIGHT_WRITE },
};

/*
 * Enter the page that the parser missed, for the first time or because the microvisor
 * has dropped it. False if the parser may not access the address.
 */
static bool enter(uint32_t address, uint32_t right)
{
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(views); i++) {
		const struct view *v = &views[i];

		if (address >= v->start && address < v->end && v->rights & right)
			return mv_vmmu_map(vmmu, v->start, (uint32_t)(uintptr_t)v->memory,
					   v->rights | MV_MAP_USER) == MV_OK;
	}
	return false;
}

/* One request ----------------------------------------------------------------------- */

static bool missed(enum ending ending)
{
	const volatile struct mv_vcpu_page *page = mv_page();
	uint32_t right = ending == ENDED_BY_FETCH ? MV_RIGHT_EXEC :
			 page->status & 0x800     ? MV_RIGHT_WRITE :
						    MV_RIGHT_READ;

	return enter(page->address, right);
}

/* Let the parser run until it says that it is done; if it ends otherwise, print why. */
static bool parse(void)
{
	struct parser p = { .sp = PARSER_STACK + PAGE, .psr = MV_PSR_USER };

	p.pc = PARSER_CODE + (uint32_t)((const char *)(uintptr_t)parser_main - mv_user_start);
	p.r[0] = PARSER_MAILBOX;
	for (;;) {
		enum ending ending = parser_run(&p);

		if (ending == ENDED_BY_VIRQ)
			mv_poll();
		if (ending == ENDED_BY_CALL && !p.r[12])
			return true;
		if (ending == ENDED_BY_CALL)
			mv_printf("caught: the parser made call %u\n", p.r[12]);
		else if (ending == ENDED_BY_UNDEFINED)
			mv_printf("caught: the parser went astray\n");
		else if (ending == ENDED_BY_VIRQ && late)
			mv_printf("caught: the parser took too long\n");
		else if (ending != ENDED_BY_VIRQ && !missed(ending))
			mv_printf("caught: the parser %s 0x%08x%s\n",
				  ending == ENDED_BY_FETCH  ? "jumped to" :
				  mv_page()->status & 0x800 ? "wrote to" :
							      "read",
				  mv_page()->address,
				  mv_page()->address == (uint32_t)(uintptr_t)key ?
					  ", where the key is" :
					  "");
		else
			continue;
		return false;
	}
}

static void time_is_over(void *argument)
{
	(void)argument;
	late = true;
}

/* Clear everything first: nothing left by an earlier request may help this one. */
static bool serve(const char *request)
{
	static struct mv_timer timer;
	struct mailbox answer;
	bool good;

	memset(stack_page, 0, PAGE);
	memset(mailbox_page, 0, PAGE);
	memcpy(mailbox_page, request, strlen(request));
	late = false;
	mv_timer_start(&timer, TIME_MAX, 0, time_is_over, NULL);
	good = parse();
	mv_timer_stop(&timer);
	if (!good)
		return false;
	/* Copy first, so that the text that is checked is the text that is signed. */
	memcpy(&answer, mailbox_page, sizeof(answer));
	if (!answer.length || answer.length > TEXT_MAX) {
		mv_printf("caught: the parser's answer makes no sense\n");
		return false;
	}
	mv_printf("signed: %.*s, tag %08x\n", (int)answer.length, answer.text,
		  tag_of(answer.text, answer.length));
	return true;
}

/* The cell -------------------------------------------------------------------------- */

static void begin(void)
{
	volatile struct mv_vcpu_page *page = mv_page();

	vmmu = mv_env_need("vmmu", MV_CAP_VMMU)->cap;
	page->vector = (uint32_t)(uintptr_t)vault_virq;
	page->undefined = (uint32_t)(uintptr_t)vault_undefined;
	page->system_call = (uint32_t)(uintptr_t)vault_call;
	page->fetch_abort = (uint32_t)(uintptr_t)vault_fetch;
	page->data_abort = (uint32_t)(uintptr_t)vault_data;
	while (mv_vmmu_switch(vmmu, MV_VMMU_SOFTWARE, SPACE).value)
		continue;
}

MV_NEEDS_GUEST(MV_NEED_VMMU, 0, 0);

int mv_main(void)
{
	char steal[TEXT_MAX], destroy[TEXT_MAX], escape[TEXT_MAX];
	const char *const requests[] = { "sign hello",    steal,           "sign still here",
					 destroy,         escape,          "call 8",
					 "peek efff0000", "peek f0010000", "size ffffff",
					 "loop",          "sign goodbye" };
	uint32_t served = 0, before = tag_of("key", 3);

	begin();
	mv_snprintf(steal, TEXT_MAX, "peek %x", (uint32_t)(uintptr_t)key);
	mv_snprintf(destroy, TEXT_MAX, "poke %x", (uint32_t)(uintptr_t)key);
	mv_snprintf(escape, TEXT_MAX, "jump %x", (uint32_t)(uintptr_t)tag_of);
	for (uint32_t i = 0; i < MV_ARRAY_SIZE(requests); i++) {
		mv_printf("request: %s\n", requests[i]);
		served += serve(requests[i]);
	}
	mv_printf("%u of %u requests signed, the key is %s\n", served, MV_ARRAY_SIZE(requests),
		  tag_of("key", 3) == before ? "as it was" : "changed");
	return 0;
}
