/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * vIRQ objects. Devices, timers, channels and cells raise them by the same path,
 * which ends in vcpu_notify(). Relies on the irqchip driver to mask and unmask
 * the physical interrupts behind some of them.
 */
#include <core/cap.h>
#include <core/hypercall.h>
#include <core/timer.h>
#include <core/trace.h>
#include <core/virq.h>
#include <drivers/ops.h>
#include <hypercall_protos.h>

void virq_create(uint16_t index)
{
	const struct virq_desc *desc = &virq_descs[index];

	virqs[index].vcpu = &vcpus[desc->vcpu];
	virqs[index].bit = 1u << desc->line;
	virqs[index].irq = desc->irq;
	virqs[index].edge = !desc->level;
	if (desc->level)
		virqs[index].vcpu->levels |= virqs[index].bit;
	virq_close(index);
}

/* A stop clears the pending line but leaves the old payload, which must not count. */
static uint32_t payload_of(const struct virq *q)
{
	return q->vcpu->pending & q->bit ? q->payload : 0;
}

static void clear(struct virq *q)
{
	struct vcpu *v = q->vcpu;

	v->pending &= ~q->bit;
	v->page->virq_pending = v->pending;
}

/* @pending: the vCPU's pending lines before; the caller reads them before the payload changes. */
static void put(struct virq *q, uint32_t payload, uint32_t pending)
{
	q->payload = payload;
	if (!(payload | q->edge))
		return;
	trace(MV_TRACE_VIRQ, vcpu_index(q->vcpu), q->bit);
	vcpu_notify(q->vcpu, pending | q->bit);
}

HOT_PATH void virq_assert(struct virq *q, uint32_t payload)
{
	uint32_t pending = q->vcpu->pending;

	put(q, pending & q->bit ? q->payload | payload : payload, pending);
}

HOT_PATH void virq_count(struct virq *q)
{
	uint32_t count = payload_of(q) + 1;

	put(q, count ? count : UINT32_MAX, q->vcpu->pending);
}

void virq_add(struct virq *q, uint32_t count)
{
	q->payload += MIN(count, UINT32_MAX - q->payload);
}

void virq_raise(uint16_t index, uint32_t payload)
{
	if (index != MV_NONE)
		virq_assert(&virqs[index], payload);
}

void virq_open(uint16_t index)
{
	if (virqs[index].irq != MV_NONE)
		platform.irqchip->unmask(virqs[index].irq);
}

void virq_close(uint16_t index)
{
	if (virqs[index].irq != MV_NONE)
		platform.irqchip->mask(virqs[index].irq);
}

uint64_t sys_virq_raise(uint32_t cap, uint32_t payload)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VIRQ_RAISE, &index);

	if (error)
		return result(error, 0);
	virq_assert(&virqs[index], payload);
	return result(MV_OK, 0);
}

uint64_t sys_virq_lower(uint32_t cap, uint32_t mask)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VIRQ_LOWER, &index);

	if (error)
		return result(error, 0);
	if (virqs[index].edge)
		return result(MV_ERR_STATE, 0);
	virqs[index].payload &= ~mask;
	if (!virqs[index].payload)
		clear(&virqs[index]);
	return result(MV_OK, 0);
}

uint64_t sys_virq_fetch(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VIRQ_FETCH, &index);
	uint32_t payload;
	struct virq *q;

	if (error)
		return result(error, 0);
	q = &virqs[index];
	/* More periods may have passed since the timer expired. */
	if (unlikely(q->vcpu->timers.spent & q->bit))
		virq_add(q, timer_fetched(q->vcpu, q->bit));
	payload = payload_of(q);
	if (q->edge)
		clear(q);
	return result(MV_OK, payload);
}

uint64_t sys_virq_ack(uint32_t cap)
{
	uint16_t index;
	uint32_t error = cap_find(cap, CAP_VIRQ_ACK, &index);

	if (error)
		return result(error, 0);
	platform.irqchip->unmask(virqs[index].irq);
	return result(MV_OK, 0);
}
