/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Restart of the RealView platform baseboards (PB-A8, PBX-A9) by their system
 * registers; they cannot switch themselves off. Source: ARM HBI-0178,
 * DUI 0417D, chapter 4.3.10.
 */
#include <arch/io.h>
#include <drivers/ops.h>

#define SYS_LOCK       0x20
#define SYS_RESETCTL   0x40

#define UNLOCK         0xa05f
#define RESET_POWER_ON 0x104

static void *sysreg;

static void realview_init(void *const regs[1])
{
	sysreg = regs[0];
}

static void realview_restart(void)
{
	io_write(sysreg, SYS_LOCK, UNLOCK);
	io_write(sysreg, SYS_RESETCTL, RESET_POWER_ON);
	io_complete();
}

const struct reset_ops realview_reset_ops = {
	.init = realview_init,
	.restart = realview_restart,
};
