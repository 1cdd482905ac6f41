/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Guests that break every rule: garbage for tables, tables in any memory, no
 * flushes, changes while the microvisor reads. What the modelled processor takes
 * from the vTLB is checked at each look (hardware.c); nothing else is promised.
 */
#include "steps.h"

#include "hardware.h"
#include "unit.h"

#define STATUSES 0xfba0 /* translation, domain, permission, external */

/* The next word that is looked at changes just before or stays so. */
static void change_under_way(uint32_t *word)
{
	if (choose(4) == 0)
		*word = choose(2) ? some_first() : some_second();
}

/* Some memory of this guest: mostly where it has its tables. */
static uint32_t some_memory(const struct vcpu *v)
{
	uint32_t offset = choose(0x10000) << 2;

	if (choose(8) == 0 && machine_word(v->cell, MAIN + offset))
		return MAIN + offset;
	return choose(2) ? TABLE(choose(4)) + (some_va() >> 20) * 4 :
			   TABLE_2(choose(16)) + (some_va() >> 12 & 255) * 4;
}

static void write_garbage(const struct vcpu *v)
{
	uint32_t *word = machine_word(v->cell, some_memory(v));

	switch (choose(4)) {
	case 0:
		*word = choose(0x10000) << 16 | choose(0x10000);
		break;
	case 1:
		*word ^= 1u << choose(32);
		break;
	case 2:
		*word = some_second();
		break;
	default:
		*word = some_first();
	}
}

static void switch_somewhere(void)
{
	uint32_t table = choose(16) << 28 | choose(0x100) << 20 | choose(16) << 14;

	if (choose(4))
		table = choose(4) ? TABLE(choose(4)) : MV_VMMU_SOFTWARE;
	if (choose(16) == 0)
		vspace_leave(percpus[0].current);
	else if (choose(2))
		guest_switch(table, choose(256));
	else
		vspace_switch(percpus[0].current, table, choose(4));
}

static void touch(struct vcpu *v)
{
	uint32_t va = some_va(), access = 1u << choose(3), status;
	bool user = choose(2);

	if (choose(8) == 0)
		va = choose(0x10000) << 16 | choose(0x10000);
	hw_expect(va);
	status = hw_access(va, user, access).status;
	if (!status || !v->space)
		return;
	machine.user = user;
	status = vtlb_fault(v, va, access);
	machine.user = false;
	if (status && (status > 15 || !(STATUSES >> status & 1)))
		fail_msg("%#x is no fault status", status);
	if (!status && hw_access(va, user, access).status)
		fail_msg("%#x was entered, and is not there for access %u", va, access);
}

static void hostile_step(void)
{
	struct vcpu *v = percpus[0].current;
	uint32_t what = choose(32);

	machine.on_window = choose(4) ? NULL : change_under_way;
	if (what < 12)
		touch(v);
	else if (what < 22)
		write_garbage(v);
	else if (what < 25)
		switch_somewhere();
	else if (what < 27)
		machine_run(&vcpus[choose(2) ? choose(GUEST_VCPUS) : OTHER_0]);
	else if (what == 27)
		v->page->dacr = choose(0x10000) << 16 | choose(0x10000);
	else if (what == 28)
		some_flush();
	else if (what == 29 && v->space)
		vtlb_may(v, some_va(), 1 + choose(3) * 0xfff, 1u << choose(2));
	else if (what == 30 && v->space && v->space->table == MV_VMMU_SOFTWARE)
		vtlb_map(v, some_va() & ~0xfffu, some_va() & ~0xfffu, READ | choose(16));
	else if (what == 31 && choose(8) == 0)
		machine_reset_cell(v->cell);
	machine.on_window = NULL;
}

static void hostile_begin(void)
{
	some_places();
	for (unsigned int i = 0; i < 200; i++) {
		write_garbage(&vcpus[GUEST_0]);
		write_garbage(&vcpus[OTHER_0]);
	}
}

const struct steps hostile = { hostile_begin, hostile_step };
