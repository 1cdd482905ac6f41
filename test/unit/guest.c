/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The guests' side of the test machine: see guest.h.
 */
#include "guest.h"

#include "software.h"
#include "unit.h"

#include <arch/fp.h>
#include <core/cell.h>
#include <core/percpu.h>
#include <string.h>

struct guest_machine guest;
struct vtlb vtlbs[1];

static void asked(const char *name, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	guest.name = name;
	guest.args[0] = a;
	guest.args[1] = b;
	guest.args[2] = c;
	guest.args[3] = d;
}

void guest_boot(void)
{
	static struct cap caps[NR_BETA_CAPS];

	memcpy(caps, edit_cells[CELL_BETA].caps, sizeof(caps));
	caps[BETA_VMMU] =
		(struct cap){ MV_CAP_VMMU, MV_RIGHT_VMMU_CONTROL | MV_RIGHT_VMMU_STATS, CELL_BETA };
	caps[BETA_VMMU_OTHER] = (struct cap){ MV_CAP_VMMU, MV_RIGHT_VMMU_STATS, CELL_ALPHA };
	edit_cells[CELL_BETA].caps = caps;
	edit_cells[CELL_BETA].vtlb = 0;
	boot_and_settle();
	become(VCPU_BETA);
	guest.name = NULL;
}

void guest_create(struct cell *cell)
{
	if (cell->desc->vtlb == MV_NONE)
		return;
	cell->vtlb = &vtlbs[cell->desc->vtlb];
	for (unsigned int i = 0; i < CONFIG_VTLB_SPACES; i++)
		vtlbs[0].spaces[i].hw.cell = cell_index(cell);
}

bool guest_space(const struct arch_space *space)
{
	for (unsigned int i = 0; i < CONFIG_VTLB_SPACES; i++)
		if (space == &vtlbs[0].spaces[i].hw)
			return true;
	return false;
}

/* The virtual mode is the processor's while a vCPU runs, else the vCPU's. */
void guest_switch(struct vcpu *from, const struct vcpu *to)
{
	from->dacr = guest.user;
	guest.user = to->dacr;
}

bool arch_user_mode(void)
{
	return guest.user;
}

void arch_set_user_mode(bool user)
{
	assert_true(vcpu_is_guest(arch_percpu()->current));
	guest.user = user;
}

void arch_vcpu_enter(struct vcpu *v)
{
	vspace_leave(v);
	v->dacr = 0;
	if (v == v->cpu->current)
		guest.user = false;
}

void arch_vcpu_reset(struct vcpu *v)
{
	v->thread_id = 0;
	v->special = v->cell->vtlb ? VCPU_SPECIAL_GUEST : 0;
	v->dacr = 0;
	if (v != v->cpu->current)
		return;
	guest.user = false;
	arch_space_switch(v->hw);
}

void arch_set_thread_id(struct vcpu *v, uint32_t value)
{
	assert_ptr_equal(v, arch_percpu()->current);
	guest.thread_id = value;
}

bool arch_set_fp(struct vcpu *v, bool on)
{
	assert_ptr_equal(v, arch_percpu()->current);
	guest.fp_on = on;
	return guest.fp;
}

bool fp_take(struct vcpu *v)
{
	assert_ptr_equal(v, arch_percpu()->current);
	return guest.fp_taken;
}

void vtlb_reset(struct vtlb *t)
{
	asked("vtlb_reset", t - vtlbs, 0, 0, 0);
	for (unsigned int i = 0; i < CONFIG_VTLB_SPACES; i++)
		t->spaces[i].valid = t->spaces[i].users = 0;
}

uint32_t vtlb_bytes(void)
{
	return sizeof(struct vtlb);
}

uint32_t vtlb_fault(struct vcpu *v, uint32_t va, uint32_t access)
{
	asked("vtlb_fault", vcpu_index(v), va, access, 0);
	return guest.status;
}

uint32_t vtlb_map(struct vcpu *v, uint32_t va, uint32_t address, uint32_t rights)
{
	asked("vtlb_map", vcpu_index(v), va, address, rights);
	return guest.error;
}

bool vspace_software(const struct vspace *s)
{
	return s->table == MV_VMMU_SOFTWARE;
}

static void use(struct vcpu *v, struct vspace *s)
{
	if (v->space)
		v->space->users--;
	v->space = s;
	v->hw = s ? &s->hw : &v->cell->space;
	if (s)
		s->users++;
	if (v == v->cpu->current)
		arch_space_switch(v->hw);
}

void vspace_leave(struct vcpu *v)
{
	use(v, NULL);
}

uint32_t vspace_switch(struct vcpu *v, uint32_t table, uint16_t asid)
{
	struct vspace *s = &vtlbs[0].spaces[asid % CONFIG_VTLB_SPACES];

	asked("vspace_switch", vcpu_index(v), table, asid, 0);
	if (guest.again)
		return guest.again;
	s->table = table;
	s->valid = true;
	use(v, s);
	return 0;
}

uint32_t vspace_flush_asid(struct vcpu *v, uint32_t asid)
{
	asked("vspace_flush_asid", vcpu_index(v), asid, 0, 0);
	return guest.again;
}

uint32_t vspace_flush_range(struct vcpu *v, uint32_t asid, uint32_t start, uint32_t size)
{
	asked("vspace_flush_range", vcpu_index(v), asid, start, size);
	return guest.again;
}
