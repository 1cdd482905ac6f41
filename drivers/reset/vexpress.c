/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Restart and power-off through the configuration interface of the Versatile
 * Express system registers. Source: ARM DUI 0447J, chapter 4.3.16.
 */
#include <arch/io.h>
#include <drivers/ops.h>

#define SYS_CFGDATA       0xa0
#define SYS_CFGCTRL       0xa4

#define CFG_START_WRITE   0xc0000000u
#define CFG_FUNCTION(n)   ((uint32_t)(n) << 20)
#define FUNCTION_SHUTDOWN 8
#define FUNCTION_REBOOT   9

static void *sysreg;

static void vexpress_init(void *const regs[1])
{
	sysreg = regs[0];
}

static void request(uint32_t function)
{
	io_write(sysreg, SYS_CFGDATA, 0);
	io_write(sysreg, SYS_CFGCTRL, CFG_START_WRITE | CFG_FUNCTION(function));
	io_complete();
}

static void vexpress_restart(void)
{
	request(FUNCTION_REBOOT);
}

static void vexpress_power_off(void)
{
	request(FUNCTION_SHUTDOWN);
}

const struct reset_ops vexpress_reset_ops = {
	.init = vexpress_init,
	.restart = vexpress_restart,
	.power_off = vexpress_power_off,
};
