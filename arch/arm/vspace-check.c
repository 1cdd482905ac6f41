/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Invariants of guest address spaces (CONFIG_DEBUG_CHECKS). vspace.c relies on them
 * when it looks for a space to replace, refill.c on a miss. Called by core/check.c.
 */
#include <arch/vtlb.h>
#include <core/cell.h>
#include <core/vcpu.h>

static bool cached(const struct vtlb *t, const struct vspace *s)
{
	return t && s >= t->spaces && s < t->spaces + CONFIG_VTLB_SPACES && s->valid;
}

bool vspace_check_use(const struct vcpu *v)
{
	const struct vspace *s = v->space;

	if (!s)
		return v->hw == &v->cell->space;
	return v->hw == &s->hw && cached(v->cell->vtlb, s) && s->users;
}

bool vspace_check_table(const struct vcpu *v)
{
	return !v->space || vspace_sound(v->space, v->cell->main);
}
