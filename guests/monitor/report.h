/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The message on the channel "report": the counts of the demo's consumer.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

struct report {
	uint32_t good; /* messages that came in order and undamaged */
	uint32_t lost;
	uint32_t damaged;
};

#endif
