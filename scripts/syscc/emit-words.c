/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Puts facts into words, the same for system.txt and for the drawing.
 */
#include "emit.h"

const char *say_size(uint64_t bytes)
{
	if (bytes && bytes % MIB == 0)
		return mem_printf("%llu MiB", (unsigned long long)(bytes / MIB));
	if (bytes && bytes % 1024 == 0)
		return mem_printf("%llu KiB", (unsigned long long)(bytes / 1024));
	return mem_printf("%llu B", (unsigned long long)bytes);
}

const char *say_priorities(const struct cell *cell)
{
	if (cell->floor == cell->ceiling)
		return mem_printf("%u", cell->priority);
	return mem_printf("%u (%u..%u)", cell->priority, cell->floor, cell->ceiling);
}

const char *say_policy(const struct cell *cell)
{
	if (cell->monitor)
		return mem_printf("tell %s", cell->monitor->name);
	if (cell->restart_limit)
		return mem_printf("restart, %u times", cell->restart_limit);
	return cell->policy;
}

const char *say_messages(const struct channel *channel)
{
	return mem_printf("%u messages of %u bytes", channel->depth, channel->message_size);
}

const char *say_span(struct span span)
{
	return mem_printf("0x%08llx-0x%08llx", (unsigned long long)span.start,
			  (unsigned long long)(span_end(span) - 1));
}
