/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The checks of guest modes and the vMMU, and the functions that they share. As in
 * test/cells/judge, each file has a table of checks, main.c runs all of them and
 * prints a line for each, and test/system reads the same tables.
 */
#ifndef GUEST_JUDGE_H
#define GUEST_JUDGE_H

#include "guest.h"
#include "pulse.h"
#include "uart.h"

struct check {
	const char *id;
	const char *sentence;
	bool (*holds)(void);
};

struct check_set {
	const struct check *checks;
	unsigned int nr;
};

#define CHECK_SET(name) const struct check_set name##_set = { name, MV_ARRAY_SIZE(name) }

extern const struct check_set modes_set, instructions_set, virqs_set, faults_set, forms_set,
	spaces_set, flushes_set, software_set, buffers_set, vcpus_set, policy_set, last_set;

/* In a check: end it, with a line that tells why, unless ... */
#define MUST(condition)                                                       \
	do {                                                                  \
		if (!judge_must((condition), #condition, __FILE__, __LINE__)) \
			return false;                                         \
	} while (0)
#define SAME(value, wanted)                                                              \
	do {                                                                             \
		if (!judge_same((uint32_t)(value), (uint32_t)(wanted), #value, __FILE__, \
				__LINE__))                                               \
			return false;                                                    \
	} while (0)

bool judge_must(bool condition, const char *text, const char *file, int line);
bool judge_same(uint32_t value, uint32_t wanted, const char *text, const char *file, int line);
/** note - something to print if the check fails */
void note(const char *format, ...) MV_PRINTF(1, 2);

/** checks map the pages that they play with here, in slots of their own */
#define PLAY  0x20000000u
#define OTHER 0x30000000u

/** can_user, can_kernel - one access gives this status, 0 = it succeeds */
#define USER(access, va, wanted)   SAME(status_of(user_try, access, va), wanted)
#define KERNEL(access, va, wanted) SAME(status_of(kernel_try, access, va), wanted)

uint32_t status_of(uint32_t (*try_)(uint32_t, uint32_t, uint32_t *), uint32_t access, uint32_t va);
/** shows - a word that guest kernel mode reads there, ~0 if it cannot */
uint32_t shows(uint32_t va);
/** user_shows - the same for guest user mode */
uint32_t user_shows(uint32_t va);

/** space_begin - a fresh pool, a new space, switched to with ASID 1 */
uint32_t *space_begin(void);
/** marked_page - a page of memory whose first word is that */
uint32_t marked_page(uint32_t mark);

/** chance - a number from 0 up to, and not including, @limit */
uint32_t chance(uint32_t limit);

/* The victim: a cell of the same image that obeys one order at its start. */
enum order {
	ORDER_NOTHING,
	ORDER_CALL,
	ORDER_UNDEFINED,
	ORDER_FETCH,
	ORDER_READ,
	ORDER_WRITE,
	ORDER_VIRQ,
	ORDER_BAD_DATA_VECTOR,
	ORDER_BAD_FETCH_VECTOR,
	ORDER_BAD_CALL_VECTOR,
	ORDER_TABLE_OUTSIDE,
	ORDER_VECTOR_IN_DATA,
	ORDER_BAD_VECTOR,
	NR_ORDERS,
};

/**
 * struct victim_page - the segment "orders"
 * @event, @bits: of ORDER_BAD_VECTOR: which exception, and the vector's lowest bits.
 */
struct victim_page {
	uint32_t order;
	uint32_t begun, survived;
	uint32_t event, bits;
};

_Noreturn void victim_main(void);

#endif
