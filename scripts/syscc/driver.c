/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The microvisor's drivers for the devices that it uses itself, by compatible. A
 * new driver is one more line here.
 */
#include "model.h"

const char *const role_names[NR_ROLES] = {
	[ROLE_IRQCHIP] = "irqchip",
	[ROLE_TIMER] = "timer",
	[ROLE_SERIAL] = "serial",
	[ROLE_RESET] = "reset",
};

#define GIC(name)                                                                                \
	{                                                                                        \
		name, ROLE_IRQCHIP, "gicv1_irqchip_ops", "CONFIG_DRIVER_GICV1", 2, false, false, \
			true                                                                     \
	}

const struct driver drivers[] = {
	GIC("arm,cortex-a9-gic"),
	GIC("arm,arm11mp-gic"),
	GIC("arm,gic-400"),
#ifdef SYSCC_TEST
	/* A controller that knows only levels: no board has one yet, but test/syscc does. */
	{ "mullion,test-levels", ROLE_IRQCHIP, "gicv1_irqchip_ops", "CONFIG_DRIVER_GICV1", 2, false,
	  false, false },
#endif
	{ "arm,cortex-a9-global-timer", ROLE_TIMER, "a9_global_timer_ops",
	  "CONFIG_DRIVER_A9_GLOBAL_TIMER", 1, true, true, false },
	{ "arm,sp804", ROLE_TIMER, "sp804_timer_ops", "CONFIG_DRIVER_SP804", 1, true, true, false },
	{ "arm,pl011", ROLE_SERIAL, "pl011_serial_ops", "CONFIG_DRIVER_PL011", 1, false, true,
	  false },
	{ "arm,vexpress-sysreg", ROLE_RESET, "vexpress_reset_ops", "CONFIG_DRIVER_VEXPRESS_RESET",
	  1, false, false, false },
	{ "arm,realview-pb-sysreg", ROLE_RESET, "realview_reset_ops",
	  "CONFIG_DRIVER_REALVIEW_RESET", 1, false, false, false },
};
const size_t nr_drivers = ARRAY_SIZE(drivers);

const struct driver *driver_find(const struct node *node, enum role role)
{
	const struct prop *compatible = node_prop(node, "compatible");

	for (unsigned int i = 0; i < prop_nr_strings(compatible); i++)
		for (size_t j = 0; j < nr_drivers; j++)
			if (drivers[j].role == role &&
			    !strcmp(drivers[j].compatible, prop_string(compatible, i)))
				return &drivers[j];
	return NULL;
}
