/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Trace buffer: a ring of events in which the oldest is lost first. Without
 * CONFIG_TRACE nothing of it is compiled in.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <core/types.h>
#include <mullion/abi.h>

#define TRACE_NO_VCPU 0xffff

void trace_record(uint16_t kind, uint16_t vcpu, uint32_t value);

static inline void trace(uint16_t kind, uint16_t vcpu, uint32_t value)
{
	if (IS_ENABLED(CONFIG_TRACE))
		trace_record(kind, vcpu, value);
}

#endif
