/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The wards as the warden sees them: what it has of each, telling it what to do,
 * bringing it back.
 */
#include "warden.h"

volatile struct stage *stage;
struct charge charges[NR_PLACES];

static uint32_t cap_of(const char *prefix, const char *name)
{
	const struct mv_env_entry *entry;
	char whole[24];

	mv_snprintf(whole, sizeof(whole), "%s-%s", prefix, name);
	entry = mv_env_find(whole, MV_CAP_SOURCE);
	return entry ? entry->cap : 0;
}

MV_NEEDS_SEGMENT("stage");

void wards_find(void)
{
	static const char *const names[] = PLACE_NAMES;
	char whole[24];

	stage = (volatile struct stage *)(uintptr_t)mv_env_need("stage", MV_ENV_SEGMENT)->address;
	for (uint32_t i = 0; i < NR_PLACES; i++) {
		mv_snprintf(whole, sizeof(whole), "mail-%s", names[i]);
		charges[i] = (struct charge){
			.cell = mv_env_need(names[i], MV_CAP_CELL)->cap,
			.act = cap_of("act", names[i]),
			.bell = cap_of("bell", names[i]),
			.mail = mv_env_find(whole, MV_CAP_CHANNEL),
			.seen = &stage->wards[i],
		};
	}
}

uint32_t status_of(uint32_t place)
{
	return mv_cell_status(charges[place].cell).value;
}

uint32_t state_of(uint32_t place)
{
	return MV_CELL_STATE(status_of(place));
}

void tell(uint32_t place, uint32_t what)
{
	mv_virq_raise(charges[place].act, what);
}

void ring(uint32_t place, uint32_t number)
{
	mv_virq_raise(charges[place].bell, number);
	mv_channel_send(charges[place].mail->cap, &number, sizeof(number));
}

bool told_of_reset(uint32_t place)
{
	return mv_virq_fetch(charges[place].mail->virq).value & MV_CHANNEL_RESET;
}

bool fresh(uint32_t place)
{
	uint32_t lives;

	mv_cell_stop(charges[place].cell);
	lives = charges[place].seen->lives;
	mv_cell_restart(charges[place].cell);
	mv_sleep(3 * MV_MS);
	if (charges[place].mail)
		told_of_reset(place);
	return state_of(place) == MV_CELL_RUNNING && charges[place].seen->lives == lives + 1;
}

bool monitor_told(uint32_t place)
{
	return charges[MONITOR].seen->told & MV_FAULT_BIT(charges[place].seen->index);
}
