/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Capabilities. cap_find() is the only place where an index given by a cell
 * becomes an object; every object that a hypercall names goes through it.
 */
#ifndef CORE_CAP_H
#define CORE_CAP_H

#include <core/cell.h>
#include <core/percpu.h>
#include <core/vcpu.h>

/**
 * cap_find - look up a capability of the calling cell
 * @index: as given by the cell; any value.
 * @kind: the kind of object it must name. @rights: the rights it must have, 0 = none.
 *	CAP_<NAME> gives both for a hypercall, from core/hypercalls.yaml.
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
