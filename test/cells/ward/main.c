/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A ward of the warden: tells on the stage what it has found when it started,
 * then does as it is told. Its image is so large that it takes long to load. This
 * file has what all roles share; which one it plays says its cell's name.
 */
#include "ward.h"

volatile struct stage *stage;
volatile struct ward *me;

/* Cleared at each start, in many steps. */
static volatile uint32_t ballast[0x180000 / 4];

static uint32_t place_of(const char *name)
{
	static const char *const names[] = PLACE_NAMES;

	for (uint32_t i = 0; i < NR_PLACES; i++)
		if (!strcmp(names[i], name))
			return i;
	mv_panic("no place for '%s'", name);
}

const struct mv_env_entry *mine(const char *prefix, uint32_t kind)
{
	char name[24];

	mv_snprintf(name, sizeof(name), "%s-%s", prefix, mv_env->cell);
	return mv_env_need(name, kind);
}

uint32_t fetch_if(const struct mv_env_entry *entry)
{
	if (!(mv_page()->virq_pending & 1u << entry->line))
		return 0;
	return mv_virq_fetch(entry->virq).value;
}

void busy(uint64_t ns)
{
	uint64_t end = mv_time_now() + ns;

	do
		for (volatile uint32_t i = 0; i < 1000; i++)
			;
	while (mv_time_now() < end);
}

MV_NEEDS_SEGMENT("stage");

int mv_main(void)
{
	uint32_t place = place_of(mv_env->cell);

	stage = (volatile struct stage *)(uintptr_t)mv_env_need("stage", MV_ENV_SEGMENT)->address;
	me = &stage->wards[place];
	me->index = mv_page()->cell;
	if (ballast[0] | ballast[MV_ARRAY_SIZE(ballast) - 1])
		mv_panic("not all is cleared");
	ballast[0] = ballast[MV_ARRAY_SIZE(ballast) - 1] = 1;
	if (place == MONITOR)
		monitor();
	if (place == BYSTANDER)
		bystander();
	if (place == DRIVER)
		driver();
	victim(place);
	return 0;
}
