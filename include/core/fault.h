/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fault log: what happened to cells, as records that the cell with the log
 * capability fetches and prints. Where no living cell reads it, and
 * CONFIG_FAULT_PRINT is set, the microvisor prints the record itself.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <core/vcpu.h>

/** fault_log - record what a vCPU did and what follows (enum mv_policy) */
void fault_log(const struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address,
	       uint32_t policy);

/** fault_log_open - a cell starts: if it reads the log, it is told of what waits there */
void fault_log_open(const struct cell *c);

/** fault_log_count - records waiting, for the invariant checks */
uint32_t fault_log_count(void);

/** fault_print - write a record to the serial line, in words */
void fault_print(const struct mv_fault_record *r);

#endif
