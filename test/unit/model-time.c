/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The model's timers: which of them expire, and how often that is counted. Called by
 * model.c, model-calls.c and the tests that let time pass.
 */
#include "model.h"

#include "unit.h"

#include <core/timer.h>

static uint64_t now(void)
{
	return machine.ticks * 10;
}

static bool waits(unsigned int timer)
{
	return model.timers[timer].armed && !model.timers[timer].spent;
}

/* In the microvisor it has expired. */
static bool has_expired(unsigned int timer)
{
	const struct timer_queue *q = &vcpus[model_vcpu_of_timer(timer)].timers;

	return !(q->waiting & timers[timer].virq->bit);
}

bool model_near_expiry(uint64_t ns)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++)
		if (waits(t) && model.timers[t].deadline <= ns &&
		    ns - model.timers[t].deadline < 40)
			return true;
	return false;
}

/* The highest priority of all vCPUs that run or take their cell's steps; -1: there are none. */
static int best_priority(void)
{
	int best = -1;

	for (unsigned int v = 0; v < NR_VCPUS; v++)
		if (model.vcpus[v].state == VCPU_READY)
			best = MAX(best, (int)model.vcpus[v].priority);
	return best;
}

static int priority_of_timer(unsigned int timer)
{
	return model.vcpus[model_vcpu_of_timer(timer)].priority;
}

/* The timer that expires next, up to @ns: earliest first, of two the more urgent one. */
static int next_expiry(uint64_t ns)
{
	int best = best_priority(), next = -1;

	for (unsigned int t = 0; t < NR_TIMERS; t++) {
		uint64_t deadline = model.timers[t].deadline;

		if (!waits(t) || deadline > ns || priority_of_timer(t) < best ||
		    (model.poked && !has_expired(t)))
			continue;
		if (next < 0 || deadline < model.timers[next].deadline ||
		    (deadline == model.timers[next].deadline &&
		     priority_of_timer(t) > priority_of_timer(next)))
			next = t;
	}
	return next;
}

/* Its vIRQ counts: an expiry that was not fetched is not lost. */
static void expire(unsigned int timer)
{
	unsigned int virq = timer_descs[timer].virq;
	uint32_t before = model.payload[virq];

	model.timers[timer].spent = model.timers[timer].period;
	model.timers[timer].armed = model.timers[timer].spent;
	model.payload[virq] = 0;
	model_raise(virq, before + 1);
}

void model_time(uint64_t ns)
{
	int timer;

	while ((timer = next_expiry(ns)) >= 0)
		expire(timer);
}

/*
 * All that has waited for somebody less urgent: the more urgent ones first, whatever
 * their deadlines. Where an interrupt came while a cell took its steps, somebody was
 * made ready at a time that is not known here: the microvisor says which expired before.
 */
void model_late(void)
{
	for (int priority = MV_NR_PRIORITIES - 1; priority >= 0; priority--)
		for (unsigned int t = 0; t < NR_TIMERS; t++) {
			bool may = model.poked ? has_expired(t) : priority >= best_priority();

			if (waits(t) && model.timers[t].deadline <= now() &&
			    priority_of_timer(t) == priority && may)
				expire(t);
		}
}

/* The periods that went by while nobody fetched count. */
static void unspend(unsigned int timer)
{
	uint64_t period = model.timers[timer].period, missed;

	if (!model.timers[timer].spent)
		return;
	missed = (now() - model.timers[timer].deadline) / period;
	model.payload[timer_descs[timer].virq] += missed;
	model.timers[timer].deadline += (missed + 1) * period;
	model.timers[timer].spent = false;
}

static uint32_t set_timer(unsigned int timer, uint32_t flags, uint64_t time)
{
	if (flags > MV_TIMER_PERIODIC || time > 1ull << 62)
		return MV_ERR_ARGUMENT;
	if (flags == MV_TIMER_PERIODIC && time < CONFIG_TIMER_MIN_PERIOD_US * US)
		return MV_ERR_ARGUMENT;
	unspend(timer);
	model.timers[timer].armed = true;
	model.timers[timer].deadline = flags & MV_TIMER_ABSOLUTE ? time : now() + time;
	model.timers[timer].period = flags & MV_TIMER_PERIODIC ? time : 0;
	return MV_OK;
}

/* And the next one is due in phase. */
void model_fetch(unsigned int virq)
{
	for (unsigned int t = 0; t < NR_TIMERS; t++)
		if (timer_descs[t].virq == virq)
			unspend(t);
}

uint32_t model_timer_call(uint32_t number, unsigned int t, const uint32_t a[6])
{
	if (number == MV_CALL_TIMER_SET)
		return set_timer(t, a[1], (uint64_t)a[3] << 32 | a[2]);
	if (!model.timers[t].armed)
		return MV_ERR_STATE;
	unspend(t);
	model.timers[t].armed = false;
	return MV_OK;
}
