/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The measured hypercalls of the server: error in the low word of the result,
 * value in the high one.
 */
#ifndef CALLS_H
#define CALLS_H

#include <stdint.h>

uint64_t bench_wait(void);
uint64_t bench_fetch(uint32_t virq);
uint64_t bench_ack(uint32_t virq);
uint64_t bench_b_yield(void);
uint64_t bench_set_priority(uint32_t vcpu, uint32_t priority);
uint64_t bench_timer_set_b(uint32_t timer, uint32_t flags, uint32_t low, uint32_t high);

uint64_t bench_take0(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_take1(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_take2(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_take3(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_receive0(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_receive1(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_receive2(uint32_t channel, void *buffer, uint32_t size);
uint64_t bench_receive3(uint32_t channel, void *buffer, uint32_t size);

void bench_upcall_signal(void);
void bench_upcall_timer(void);
void bench_upcall_idle(void);
void bench_upcall_device(void);
void bench_upcall_serial(void);
void bench_upcall_monitor(void);
void bench_serve(void);

#endif
