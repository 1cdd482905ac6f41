/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The segment "stage", which the warden of test/products/lifecycle.dts and its wards
 * share. Each ward reports there what it has found and done. The warden puts its orders
 * there and announces them by the vIRQ "act-NAME".
 */
#ifndef TEST_STAGE_H
#define TEST_STAGE_H

#include <stdint.h>

enum place {
	UPPER,
	LOWER,
	MONITOR,
	BYSTANDER,
	MORTAL,
	BRIEF,
	DRIVER,
	NR_PLACES,
};

#define PLACE_NAMES                                                                   \
	{                                                                             \
		"upper", "lower", "monitor", "bystander", "mortal", "brief", "driver" \
	}

/* What a ward is told to do: payload bits of its "act-NAME". */
#define ACT_FAULT   1u
#define ACT_SPIN    2u /* for BUSY_NS */
#define ACT_RESTART 4u /* itself */
#define ACT_STOP    8u /* itself */
#define ACT_LATER   16u /* a bystander: be busy at stage.busy_from */
#define ACT_DUE     32u /* arm a timer for stage.due, at the lowest priority there is */
#define ACT_ALARM   64u /* the driver: its device interrupts in stage.delay us */
#define ACT_LINE    128u /* the driver: its other device interrupts now */
#define ACT_NOTHING 256u /* but take stage.priority, as a bystander does with every order */

#define BUSY_NS     1000000u
#define BEAT_NS     2000000u

/**
 * struct ward - of one ward
 * @lives: how often it started. @index: of the cell.
 * @beats: periods of its timer that it has counted, in all lives.
 * @bell, @mail: what it found when it started: payload of "bell-NAME", and the
 *	messages of "mail-NAME", ORed.
 * @early: timers that had expired by then, which it had not armed yet.
 * @reset: whether it was told then that its peer at "link" had gone.
 * @edge, @level: whether a device's interrupt had come by then.
 * @told: by "monitor", in this life. @records: of the fault log, in all lives.
 * @restarts: what it did as a monitor.
 */
struct ward {
	uint32_t lives, index;
	uint32_t beats;
	uint32_t bell, mail, early, reset;
	uint32_t edge, level;
	uint32_t told, records, restarts;
};

/**
 * struct stage - the segment
 * @revives: the monitor restarts who has faulted.
 * @priority: of the bystander. @busy_from: when it begins, ns.
 * @due: when a ward's timer is to expire, ns; @came: who came, in that order.
 * @delay: of the driver's device, us.
 */
struct stage {
	struct ward wards[NR_PLACES];
	uint32_t revives;
	uint32_t priority;
	uint64_t busy_from;
	uint64_t due[NR_PLACES];
	uint32_t came[NR_PLACES], nr_came;
	uint32_t delay;
};

#endif
