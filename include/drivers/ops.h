/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Interfaces of the drivers that the microvisor itself needs. A driver knows a
 * device's registers; it is given their (virtual) addresses. The system compiler
 * chooses it by the device's `compatible` and puts it into platform_desc.
 */
#ifndef DRIVERS_OPS_H
#define DRIVERS_OPS_H

#include <core/types.h>

/** struct irqchip_ops - interrupt controller */
struct irqchip_ops {
	/** init - mask all interrupts, route all to this CPU, switch on */
	void (*init)(void *const regs[2], uint32_t nr_irqs);
	/**
	 * ack - the most urgent pending interrupt becomes active
	 * A value of nr_irqs or more is no interrupt, or an unexpected one for drop().
	 */
	uint32_t (*ack)(void);
	/** drop - end and mask what ack() returned, if possible; false: it was no interrupt */
	bool (*drop)(uint32_t irq);
	/** end - the active interrupt is active no more */
	void (*end)(uint32_t irq);
	/** end_masked - the same, and it does not come again until unmasked */
	void (*end_masked)(uint32_t irq);
	void (*mask)(uint32_t irq);
	void (*unmask)(uint32_t irq);
	/** trigger - edge or level, as the description says (boot only) */
	void (*trigger)(uint32_t irq, bool edge);
};

/**
 * struct timer_ops - a counter that never wraps and one deadline, in ticks
 * The counter is read by a separate function, NAME_now for NAME_timer_ops. The
 * boot-time tables call it by name, so that it is inlined into the hypercall.
 */
struct timer_ops {
	void (*init)(void *const regs[2], uint32_t hz);
	/** set - interrupt at @deadline or at once if passed; early is allowed */
	void (*set)(uint64_t deadline);
	/** clear - withdraw the interrupt; only those come that the driver itself needs */
	void (*clear)(void);
};

uint64_t a9_global_now(void);
uint64_t sp804_now(void);

/** struct serial_ops - polled output */
struct serial_ops {
	void (*init)(void *const regs[1], uint32_t hz);
	void (*put)(char c);
};

/** struct reset_ops - restart and power-off; a member is NULL if the board cannot do it */
struct reset_ops {
	void (*init)(void *const regs[1]);
	void (*restart)(void);
	void (*power_off)(void);
};

#endif
