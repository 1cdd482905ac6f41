/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Capabilities: the single place where an index given by a cell becomes an
 * object. Everything that a hypercall names goes through cap_find().
 */
#ifndef CORE_CAP_H
#define CORE_CAP_H

#include <core/cell.h>
#include <core/percpu.h>
#include <core/vcpu.h>

/**
 * cap_find - look a capability of the calling cell up
 * @index: as given by the cell; any value.
 * @kind: what it must name. @rights: what it must allow, 0 = nothing. Both are of the
 *	call, CAP_<NAME>, made from core/hypercalls.yaml.
 * @object: set to the object's index only if the result is MV_OK.
 *
 * Return: MV_OK, MV_ERR_CAPABILITY or MV_ERR_RIGHTS.
 */
static inline uint32_t cap_find(uint32_t index, uint8_t kind, uint8_t rights, uint16_t *object)
{
	const struct cell *cell = current_vcpu()->cell;
	const struct cap *cap;

	if (unlikely(index >= cell->nr_caps))
		return MV_ERR_CAPABILITY;
	cap = &cell->caps[index];
	if (unlikely(cap->kind != kind))
		return MV_ERR_CAPABILITY;
	if (unlikely((cap->rights & rights) != rights))
		return MV_ERR_RIGHTS;
	*object = cap->index;
	return MV_OK;
}

#endif
