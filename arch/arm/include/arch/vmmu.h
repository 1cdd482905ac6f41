/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * A guest's vMMU as the portable core sees it: the guest's address spaces, and the
 * vTLB that caches them. Only the architecture's code knows their contents; core
 * has pointers to them. Implemented by vspace.c and vtlb.c.
 */
#ifndef ARCH_VMMU_H
#define ARCH_VMMU_H

#include <core/types.h>

struct vcpu;
struct vspace;
struct vtlb;

/** vtlb_bytes - memory that the vTLB of one guest takes */
uint32_t vtlb_bytes(void);

/** vtlb_reset - drop all spaces; no vCPU of the cell runs */
void vtlb_reset(struct vtlb *t);

/**
 * vtlb_map - enter one page of a software-loaded space
 * @rights: MV_RIGHT_*, and MV_MAP_USER.
 *
 * Return: MV_OK, MV_ERR_ADDRESS or MV_ERR_RIGHTS.
 */
uint32_t vtlb_map(struct vcpu *v, uint32_t va, uint32_t address, uint32_t rights);

/** vspace_software - is it a space of a guest without tables? */
bool vspace_software(const struct vspace *s);

/**
 * vspace_switch - the vCPU uses the space of this table and ASID from now on
 *
 * Return: 0, or 1 if the space to be replaced is not empty yet: call again.
 */
uint32_t vspace_switch(struct vcpu *v, uint32_t table, uint16_t asid);

/** vspace_leave - the vCPU, running or not, uses its cell's own addresses again */
void vspace_leave(struct vcpu *v);

/**
 * vspace_flush_range - drop translations of a part of the address space
 * @asid: flush spaces with this identifier, and global translations in all spaces;
 *	MV_ASID_ALL: flush all spaces.
 *
 * Return: the number of bytes at the end of the range that are still to be flushed.
 */
uint32_t vspace_flush_range(struct vcpu *v, uint32_t asid, uint32_t start, uint32_t size);

/** vspace_flush_asid - drop all translations except global ones; with MV_ASID_ALL, all
 *
 * Return: 0, or 1 if some are left: call again.
 */
uint32_t vspace_flush_asid(struct vcpu *v, uint32_t asid);

/* Invariants, for core/check.c; in vspace-check.c. */

/** vspace_check_use - does the vCPU use its cell's own space, or a valid one of its vTLB? */
bool vspace_check_use(const struct vcpu *v);

/** vspace_check_table - does vspace_sound() hold for the vCPU's space? */
bool vspace_check_table(const struct vcpu *v);

#endif
