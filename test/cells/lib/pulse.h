/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The state that the witness cell of the system tests publishes in the segment
 * "pulse", which all others may only read.
 */
#ifndef TEST_PULSE_H
#define TEST_PULSE_H

#include <stdint.h>

#define PULSE_NS 1000000u

/**
 * struct pulse - the witness's state
 * @beats: heartbeats so far, one each PULSE_NS.
 * @latest: by how many ns the latest one was late; @worst: since @clear.
 * @missed: heartbeats that came a whole period late.
 * @damaged: words of its memory that were not as it had left them.
 * @wrong: messages and results it got that were wrong.
 * @lives: how often it started.
 */
struct pulse {
	uint32_t beats;
	uint32_t latest;
	uint32_t worst;
	uint32_t missed;
	uint32_t damaged;
	uint32_t wrong;
	uint32_t lives;
};

#endif
