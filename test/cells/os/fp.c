/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Floating point, given to a process when it first uses it: until then such an
 * instruction is undefined. The registers stay where they are while others run
 * that do not compute.
 */
#include "os.h"

static struct process *owner; /* whose values the registers hold */
static bool usable;

static void set_usable(bool on)
{
	if (on != usable)
		machine_fp(on);
	usable = on;
}

bool fp_undefined(struct process *p)
{
	if (usable)
		return false;
	set_usable(true);
	if (owner == p)
		return true;
	if (owner)
		fp_save(&owner->fp);
	fp_load(&p->fp);
	owner = p;
	counts.fp_loads++;
	return true;
}

void fp_switch(struct process *p)
{
	set_usable(owner == p);
}

void fp_fork(struct process *child, struct process *parent)
{
	if (owner == parent)
		fp_save(&parent->fp);
	child->fp = parent->fp;
}

void fp_exit(struct process *p)
{
	if (owner == p)
		owner = NULL;
}
