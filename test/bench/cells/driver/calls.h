/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The measured hypercalls of the driver: error in the low word of the result,
 * value in the high one.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

uint64_t bench_null(void);
uint64_t bench_time_now(void);
uint64_t bench_cell_status(uint32_t cell);
uint64_t bench_channel_status(uint32_t channel);
uint64_t bench_fetch_empty(uint32_t virq);
uint64_t bench_timer_set(uint32_t timer, uint32_t flags, uint32_t low, uint32_t high);
uint64_t bench_timer_cancel(uint32_t timer);
uint64_t bench_refused(uint32_t not_a_cell);

uint64_t bench_raise_upcall(uint32_t source, uint32_t payload);
uint64_t bench_raise_wake(uint32_t source, uint32_t payload);
uint64_t bench_raise_quiet(uint32_t source, uint32_t payload);

uint64_t bench_lie0(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_lie1(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_lie2(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_lie3(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_send0(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_send1(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_send2(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_send3(uint32_t channel, const void *buffer, uint32_t size);
uint64_t bench_answer0(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_answer1(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_answer2(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_answer3(uint32_t channel, void *buffer, uint32_t size);

uint64_t bench_a_yield(void);
uint64_t bench_restart_r(uint32_t cell);
uint64_t bench_restart_w(uint32_t cell);
uint64_t bench_fault_read(uint32_t log, void *buffer, uint32_t size);

void bench_upcall_a_timer(void);
void bench_serve(void);
void bench_seen(void);
void bench_done(void);

#endif
