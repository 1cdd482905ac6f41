/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Faults at once: what the cell is then subjected to is what the benchmark
 * measures. fault-monitor is the same with another fault policy.
 */
#include <mv.h>

int mv_main(void)
{
	__asm__ volatile(".global bench_mark_fault\n"
			 "bench_mark_fault:\n"
			 "	mov	r0, #0\n"
			 "	str	r0, [r0]\n"
			 :
			 :
			 : "r0", "memory");
	return 0;
}
