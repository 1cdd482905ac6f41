/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Blocking send and receive over the non-blocking hypercalls. After every
 * wake-up, whatever caused it, the call is tried again.
 */
#include "local.h"

/* If the cell has no handler of its own for the channel, its vIRQ only wakes. */
static void enable_line(const struct mv_env_entry *channel)
{
	if (!(mv_page()->virq_enabled & mv_line_bit(channel)))
		mv_on_virq(channel, NULL, NULL);
}

uint32_t mv_channel_put(const struct mv_env_entry *channel, const void *message, uint32_t size)
{
	uint32_t saved = mv_virq_mask(), error;

	enable_line(channel);
	while ((error = mv_channel_send(channel->cap, message, size)) == MV_ERR_FULL)
		mv_wait();
	mv_virq_restore(saved);
	return error;
}

struct mv_result mv_channel_get(const struct mv_env_entry *channel, void *buffer, uint32_t size)
{
	uint32_t saved = mv_virq_mask();
	struct mv_result result;

	enable_line(channel);
	while ((result = mv_channel_receive(channel->cap, buffer, size)).error == MV_ERR_EMPTY)
		mv_wait();
	mv_virq_restore(saved);
	return result;
}
