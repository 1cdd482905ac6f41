/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A hypercall as a hostile cell makes it: any number, any arguments.
 */
#ifndef TEST_CALL_H
#define TEST_CALL_H

#include <stdint.h>

struct raw_result {
	uint32_t r0, r1, r2, r3, r12;
};

static inline struct raw_result raw_call(uint32_t number, const uint32_t args[6])
{
	register uint32_t r0 __asm__("r0") = args[0];
	register uint32_t r1 __asm__("r1") = args[1];
	register uint32_t r2 __asm__("r2") = args[2];
	register uint32_t r3 __asm__("r3") = args[3];
	register uint32_t r4 __asm__("r4") = args[4];
	register uint32_t r5 __asm__("r5") = args[5];
	register uint32_t r12 __asm__("r12") = number;

	__asm__ volatile("svc #0"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r12)
			 : "r"(r4), "r"(r5)
			 : "memory");
	return (struct raw_result){ r0, r1, r2, r3, r12 };
}

/** call - the same with up to four arguments, for its error */
static inline uint32_t call(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	const uint32_t args[6] = { a, b, c, d };

	return raw_call(number, args).r0;
}

#endif
