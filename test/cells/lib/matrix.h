/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Makes every hypercall with every capability that it must refuse: of another kind,
 * without the right, empty, beyond the table. The environment tells which capabilities
 * a cell has; the hypercall declarations tell which one each call needs.
 */
#ifndef TEST_MATRIX_H
#define TEST_MATRIX_H

#include "call.h"
#include <mullion/fuzz_grammar.h>
#include <mv.h>

#define MATRIX_CAPS 128

struct matrix {
	uint8_t kind[MATRIX_CAPS];
	uint8_t rights[MATRIX_CAPS];
	uint32_t nr_caps;
	uint32_t calls; /* made */
	uint32_t wrong; /* that gave another error than they should */
	uint32_t number, cap, error, wanted; /* the first of those */
};

/* Calls that this configuration does not have. */
static inline bool is_configured(uint32_t number)
{
#ifndef CONFIG_TRACE
	if (number == MV_CALL_TRACE_READ)
		return false;
#endif
#ifndef CONFIG_DEBUG_CHECKS
	if (number == MV_CALL_SYSTEM_CHECK)
		return false;
#endif
	return true;
}

static inline void matrix_note(struct matrix *m, uint32_t cap, uint32_t kind, uint32_t rights)
{
	if (!cap || cap >= MATRIX_CAPS)
		return;
	m->kind[cap] = (uint8_t)kind;
	m->rights[cap] |= (uint8_t)rights;
	if (cap >= m->nr_caps)
		m->nr_caps = cap + 1;
}

static inline void matrix_learn(struct matrix *m)
{
	memset(m, 0, sizeof(*m));
	for (uint32_t i = 0; i < mv_env->nr_entries; i++) {
		const struct mv_env_entry *e = &mv_env->entries[i];
		uint32_t ack = e->kind == MV_ENV_DEVICE ? MV_RIGHT_VIRQ_ACK : 0;

		matrix_note(m, e->cap, e->kind, e->rights);
		matrix_note(m, e->virq, MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH | ack);
	}
}

static inline uint32_t matrix_wanted(const struct matrix *m, const struct mv_fuzz_call *c,
				     uint32_t cap)
{
	if (!is_configured(c->number))
		return MV_ERR_CALL;
	if (cap >= m->nr_caps || m->kind[cap] != c->args[0].object)
		return MV_ERR_CAPABILITY;
	if ((m->rights[cap] & c->args[0].rights) != c->args[0].rights)
		return MV_ERR_RIGHTS;
	return MV_OK;
}

static inline void matrix_try(struct matrix *m, const struct mv_fuzz_call *c, uint32_t cap)
{
	uint32_t wanted = matrix_wanted(m, c, cap), error;

	if (!wanted)
		return;
	error = call(c->number, cap, 0, 0, 0);
	m->calls++;
	if (error == wanted || m->wrong++)
		return;
	m->number = c->number;
	m->cap = cap;
	m->error = error;
	m->wanted = wanted;
}

static inline void matrix_run(struct matrix *m)
{
	static const uint32_t far[] = { 0xff,       0x100,      0xfff,      0xffff,     0x10001,
					0x1000001,  0x20000001, 0x3fffffff, 0x40000001, 0x7fffffff,
					0x80000001, 0xc0000001, 0xfffffff0, 0xffffffff };

	matrix_learn(m);
	for (uint32_t n = 0; n < MV_NR_CALLS; n++) {
		const struct mv_fuzz_call *c = &mv_fuzz_calls[n];

		if (!c->nr_args || c->args[0].type != MV_FUZZ_CAP)
			continue;
		for (uint32_t cap = 0; cap < m->nr_caps + 8; cap++)
			matrix_try(m, c, cap);
		for (uint32_t i = 0; i < MV_ARRAY_SIZE(far); i++)
			matrix_try(m, c, far[i]);
	}
}

#endif
