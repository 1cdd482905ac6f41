/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Fault log: a record for each fault of a cell. The cell with the log capability
 * fetches and prints them. Where no living cell reads the log, and
 * CONFIG_FAULT_PRINT is set, the microvisor prints the record itself.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <core/vcpu.h>

/** fault_log - record a vCPU's fault and the @policy that follows (enum mv_policy) */
void fault_log(const struct vcpu *v, uint32_t cause, uint32_t status, uint32_t address,
	       uint32_t policy);

/** fault_log_open - a cell starts: if it is the log's reader, tell it of waiting records */
void fault_log_open(const struct cell *c);

/** fault_log_count - records waiting, for the invariant checks */
uint32_t fault_log_count(void);

/** fault_print - write a record to the serial line, in words */
void fault_print(const struct mv_fault_record *r);

#endif
