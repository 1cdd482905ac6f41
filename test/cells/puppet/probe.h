/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The puppet's assembly (probe.S): single accesses whose address is known to the
 * judge, and instructions that must have no effect outside user mode.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

uint32_t probe_read(uint32_t address, uint32_t ignored);
uint32_t probe_read_byte(uint32_t address, uint32_t ignored);
uint32_t probe_read_several(uint32_t address, uint32_t ignored);
uint32_t probe_read_user(uint32_t address, uint32_t ignored);
uint32_t probe_write(uint32_t address, uint32_t value);
uint32_t probe_write_byte(uint32_t address, uint32_t value);
uint32_t probe_write_several(uint32_t address, uint32_t value);
uint32_t probe_write_exclusive(uint32_t address, uint32_t value);
uint32_t probe_execute(uint32_t address, uint32_t ignored);
uint32_t probe_execute_thumb(uint32_t address, uint32_t ignored);

/** probe_registers - load @value, @value + 1, ... into r0..r12, sp, lr; fault */
_Noreturn void probe_registers(uint32_t value);

/** probe_resume - vcpu_resume */
uint32_t probe_resume(void);

/** probe_resumed - where to resume: returns the PSR as probe_resume()'s result */
uint32_t probe_resumed(void);

/** instructions - by enum instruction; r0 comes back */
extern uint32_t (*const instructions[])(uint32_t address);

#endif
