/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Checks of vIRQs: edge and level, payloads, masking, storms.
 */
#include "judge.h"

static const struct mv_env_entry *edge(void)
{
	return mv_env_need("edge", MV_CAP_VIRQ);
}

static const struct mv_env_entry *level(void)
{
	return mv_env_need("level", MV_CAP_VIRQ);
}

static uint32_t fetch(const struct mv_env_entry *entry)
{
	return mv_virq_fetch(entry->virq).value;
}

static bool pending(const struct mv_env_entry *entry)
{
	return mv_page()->virq_pending & line_of(entry);
}

static bool raise_edge(uint32_t payload)
{
	return order_call(&puppet, MV_CALL_VIRQ_RAISE, puppet.order->edge, payload, 0, 0) == MV_OK;
}

static bool raise_level(uint32_t payload)
{
	return order_call(&puppet, MV_CALL_VIRQ_RAISE, puppet.order->level, payload, 0, 0) == MV_OK;
}

static bool lower_level(uint32_t mask)
{
	return order_call(&puppet, MV_CALL_VIRQ_LOWER, puppet.order->level, mask, 0, 0) == MV_OK;
}

static bool payload_ored(void)
{
	fetch(edge());
	MUST(!pending(edge()));
	MUST(raise_edge(0x1) && raise_edge(0x80000000) && raise_edge(0x100));
	MUST(pending(edge()));
	SAME(wait_lines(line_of(edge()), MV_MS), line_of(edge()));
	SAME(fetch(edge()), 0x80000101);
	MUST(!pending(edge()));
	SAME(fetch(edge()), 0);
	SAME(wait_lines(line_of(edge()), MV_MS), 0);
	return true;
}

static bool edge_without_payload(void)
{
	MUST(raise_edge(0));
	SAME(wait_lines(line_of(edge()), MV_MS), line_of(edge()));
	SAME(fetch(edge()), 0);
	MUST(!pending(edge()));
	return true;
}

static bool level_stays(void)
{
	MUST(raise_level(0x11));
	for (int i = 0; i < 3; i++) {
		SAME(wait_lines(line_of(level()), MV_MS), line_of(level()));
		SAME(fetch(level()), 0x11);
	}
	MUST(lower_level(0x01));
	SAME(fetch(level()), 0x10);
	MUST(pending(level()));
	MUST(lower_level(0xffffffef));
	MUST(pending(level()));
	MUST(lower_level(0x10));
	MUST(!pending(level()));
	SAME(fetch(level()), 0);
	SAME(wait_lines(line_of(level()), MV_MS), 0);
	return true;
}

static bool level_without_payload(void)
{
	MUST(raise_level(0));
	MUST(!pending(level()));
	MUST(lower_level(~0u));
	return true;
}

static bool edge_not_lowered(void)
{
	MUST(raise_edge(2));
	SAME(order_call(&puppet, MV_CALL_VIRQ_LOWER, puppet.order->edge, 2, 0, 0), MV_ERR_STATE);
	SAME(fetch(edge()), 2);
	return true;
}

static bool masked_line(void)
{
	order_give(&puppet, OP_STORM, puppet.order->edge, 3);
	SAME(wait_lines(0, MV_MS), 0);
	MUST(pending(edge()));
	SAME(wait_lines(line_of(edge()), MV_MS), line_of(edge()));
	SAME(fetch(edge()), 7);
	SAME(order_wait(&puppet, MV_MS), DONE);
	return true;
}

static bool page_is_a_copy(void)
{
	MUST(raise_edge(4));
	mv_page()->virq_pending = 0;
	SAME(wait_lines(line_of(edge()), MV_MS), line_of(edge()));
	SAME(fetch(edge()), 4);
	mv_page()->virq_pending = ~0u;
	SAME(wait_lines(line_of(edge()) | line_of(level()), MV_MS), 0);
	return true;
}

static bool several_at_once(void)
{
	MUST(raise_edge(1) && raise_level(1));
	SAME(wait_lines(line_of(edge()) | line_of(level()), MV_MS),
	     line_of(edge()) | line_of(level()));
	SAME(fetch(edge()), 1);
	MUST(lower_level(1));
	return true;
}

static bool storm(void)
{
	uint32_t beats = pulse->beats, wakes = 0, payload = 0;

	order_give(&puppet, OP_STORM, puppet.order->edge, 20000);
	while (wait_lines(line_of(edge()) | line_of(puppet.done), 200 * MV_MS) & line_of(edge())) {
		payload |= fetch(edge());
		wakes++;
	}
	SAME(order_wait(&puppet, MV_MS), DONE);
	note("%u wakes", wakes);
	SAME(wakes, 20000);
	SAME(payload, ~0u);
	MUST(pulse->beats > beats);
	return true;
}

/* The judge does not look: all that comes is one vIRQ. */
static bool unread_storm(void)
{
	order_give(&puppet, OP_STORM, puppet.order->edge, 20000);
	SAME(order_wait(&puppet, MV_S), DONE);
	SAME(fetch(edge()), ~0u);
	MUST(!pending(edge()));
	return true;
}

/* Storms from all sides, on one another and on the judge. */
static bool cross_storm(void)
{
	struct puppet *const all[] = { &puppet, &phoenix, &mortal, &fragile };
	uint32_t beats = pulse->beats;

	for (unsigned int i = 0; i < MV_ARRAY_SIZE(all); i++)
		order_give(all[i], OP_STORM, all[i]->order->edge, 10000);
	for (unsigned int i = 0; i < MV_ARRAY_SIZE(all); i++)
		SAME(order_wait(all[i], 500 * MV_MS), DONE);
	fetch(edge());
	MUST(pulse->beats > beats);
	return true;
}

static const struct check virqs[] = {
	{ "VIR01", "Payloads are ORed until fetched, then the vIRQ is gone", payload_ored },
	{ "VIR02", "An edge vIRQ comes also without a payload", edge_without_payload },
	{ "VIR03", "A level vIRQ stays until its source has taken all of it back", level_stays },
	{ "VIR04", "A level vIRQ without a payload does not come", level_without_payload },
	{ "VIR05", "An edge vIRQ cannot be lowered", edge_not_lowered },
	{ "VIR06", "A line that is not enabled wakes nobody, but is not lost", masked_line },
	{ "VIR07", "What a cell writes into its pending word changes nothing", page_is_a_copy },
	{ "VIR08", "Lines that are pending together are reported together", several_at_once },
	{ "VIR09", "A storm of vIRQs reaches a waiting cell one by one", storm },
	{ "VIR10", "A storm of vIRQs at a cell that does not look is one vIRQ", unread_storm },
	{ "VIR11", "Storms of vIRQs from several cells do not hold up the witness", cross_storm },
};

CHECK_SET(virqs);
