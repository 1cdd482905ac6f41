/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Stops and restarts worst when it has done all it can, takes what it sends
 * from time to time, reads the trace, and ends the run.
 */
#include <worst.h>

static uint32_t buffer[4096 / 4];

static void take_messages(void)
{
	const struct mv_env_entry *e = NULL;

	while ((e = mv_env_next(e, MV_CAP_CHANNEL))) {
		mv_channel_receive(e->cap, buffer, sizeof(buffer));
		mv_channel_send(e->cap, buffer, e->address);
	}
}

/* Without CONFIG_TRACE there is nothing to read. */
static void read_trace(void)
{
	mv_trace_read(mv_env_need("log", MV_CAP_LOG)->cap, buffer, 1024);
}

int mv_main(void)
{
	volatile struct worst *page = the_page();
	uint32_t victim = mv_env_need("busiest", MV_CAP_CELL)->cap;

	while (page->lives < mv_arg_number("lives", LIVES)) {
		mv_sleep(5 * MV_MS);
		take_messages();
		read_trace();
		if (!page->idle)
			continue;
		page->idle = 0;
		mv_cell_stop(victim);
		mv_cell_restart(victim);
	}
	mv_sleep(50 * MV_MS);
	mv_system_reset(mv_env_need("system", MV_CAP_SYSTEM)->cap, MV_SYSTEM_RESTART);
	return 0;
}
