/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fault log: a ring of records, filled when a cell faults and emptied by the
 * cell that has the log capability. Where no cell can read the log, fault_print()
 * (fault-print.c) prints the record.
 */
#include <core/buffer.h>
#include <core/cap.h>
#include <core/clock.h>
#include <core/fault.h>
#include <core/hypercall.h>
#include <core/trace.h>
#include <core/virq.h>
#include <hypercall_protos.h>

_Static_assert(sizeof(struct mv_fault_record) % 4 == 0, "cleared by words");

static struct mv_fault_record records[CONFIG_FAULT_RECORDS];
static uint32_t first, count, sequence;

uint32_t fault_log_count(void)
{
	return count;
}

/* @place modulo the ring's size, for less than two rounds. A division would need a library. */
static uint32_t wrapped(uint32_t place)
{
	return place < CONFIG_FAULT_RECORDS ? place : place - CONFIG_FAULT_RECORDS;
}

/* Is there a log reader that runs or will run, and is not the faulting cell itself? */
static bool reader_comes(const struct cell *faulting)
{
	if (log_cell == MV_NONE || &cells[log_cell] == faulting)
		return false;
	return cell_comes(&cells[log_cell]);
}

static void fill(struct mv_fault_record *r, const struct vcpu *v)
{
	uint64_t now = clock_now();

	arch_zero(r, sizeof(*r));
	r->sequence = ++sequence;
	r->cell = v->desc->cell;
	r->vcpu = v->desc->local;
	r->restarts = v->cell->faults + v->cell->asked;
	r->time[0] = now;
	r->time[1] = now >> 32;
	for (unsigned int i = 0; i < sizeof(r->name) - 1 && v->cell->desc->name[i]; i++)
		r->name[i] = v->cell->desc->name[i];
	arch_copy(r->regs, &v->frame, sizeof(r->regs));
}

void fault_log(const struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address,
	       uint32_t policy)
{
	struct mv_fault_record r;

	trace(MV_TRACE_FAULT, vcpu_index(v), cause);
	fill(&r, v);
	r.cause = cause;
	r.status = status;
	r.address = address;
	r.policy = policy;
	if (!reader_comes(v->cell)) {
		if (IS_ENABLED(CONFIG_FAULT_PRINT))
			fault_print(&r);
		return;
	}
	if (count == CONFIG_FAULT_RECORDS)
		return;
	arch_copy(&records[wrapped(first + count++)], &r, sizeof(r));
	virq_raise(log_virq, 1);
}

void fault_log_open(const struct cell *c)
{
	if (log_cell == cell_index(c) && count)
		virq_raise(log_virq, 1);
}

static uint32_t decode_read(uint32_t buffer, uint32_t size)
{
	if (size < sizeof(struct mv_fault_record))
		return MV_ERR_SIZE;
	if (!count)
		return MV_ERR_EMPTY;
	if (!buffer_writable(buffer, sizeof(struct mv_fault_record)))
		return MV_ERR_ADDRESS;
	return MV_OK;
}

uint64_t sys_fault_read(uint32_t cap, uint32_t buffer, uint32_t size)
{
	uint16_t unused;
	uint32_t error = cap_find(cap, CAP_FAULT_READ, &unused);

	if (!error)
		error = decode_read(buffer, size);
	if (error)
		return result(error, 0);
	arch_copy((void *)(uintptr_t)buffer, &records[first], sizeof(records[0]));
	first = wrapped(first + 1);
	count--;
	return result(MV_OK, sizeof(records[0]));
}
