/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The assembly half of guest-driver. Hypercalls give the error in the low word and
 * the value in the high one.
 */
#ifndef GUEST_DRIVER_H
#define GUEST_DRIVER_H

#include "guest.h"

#define BENCH_CODE 0x09000000u /* where guest user mode sees bench_page */

uint64_t bench_vcpu_set(uint32_t which, uint32_t value);
uint64_t bench_cache_range(uint32_t op, const void *start, uint32_t size);
uint64_t bench_switch_cached(uint32_t vmmu, const uint32_t *table, uint32_t asid);
uint64_t bench_switch_other(uint32_t vmmu, const uint32_t *table, uint32_t asid);
uint64_t bench_flush_page(uint32_t vmmu, uint32_t asid, uint32_t start, uint32_t size);
uint64_t bench_flush_asid(uint32_t vmmu, uint32_t asid, uint32_t start, uint32_t size);
uint64_t bench_flush_all(uint32_t vmmu, uint32_t asid, uint32_t start, uint32_t size);
uint64_t bench_flush_empty(uint32_t vmmu, uint32_t asid, uint32_t start, uint32_t size);
uint64_t bench_sync(void);
uint32_t bench_mask(volatile struct mv_vcpu_page *page);
void bench_fp_first(uint32_t value);
void bench_fp_kept(uint32_t value);
void bench_done(void);

/* vectors */
void bench_call(void);
void bench_fault_upcall(void);
void bench_user_virq_upcall(void);
void bench_held_upcall(void);

/* code of guest user mode */
extern const char bench_page[], bench_null[], bench_fault[], bench_section[], bench_fill[];
extern const char bench_large_first[], bench_large_warm[], bench_small_first[], bench_small_warm[];

#endif
