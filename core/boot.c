/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Boot: boot() is one list of steps, with a reason where the order matters.
 * head.S enters it with the MMU on, interrupts masked and .bss clear, and goes
 * on to the scheduler when it returns.
 */
#include <core/boot.h>
#include <core/cell.h>
#include <core/clock.h>
#include <core/irq.h>
#include <core/panic.h>
#include <core/percpu.h>
#include <core/print.h>
#include <core/sched.h>
#include <core/timer.h>
#include <core/virq.h>
#include <drivers/ops.h>

struct percpu percpus[1];

/* The scheduler needs a vCPU to switch from. This one is never ready. */
static struct vcpu nobody;

static void devices_init(void)
{
	void *regs[2];

	regs[0] = arch_map_device(platform.serial_regs[0]);
	platform.serial->init(regs, platform.serial_hz);
	for (unsigned int i = 0; i < 2; i++)
		regs[i] = arch_map_device(platform.irqchip_regs[i]);
	platform.irqchip->init(regs, nr_irqs);
	for (unsigned int i = 0; i < 2; i++)
		regs[i] = arch_map_device(platform.timer_regs[i]);
	platform.timer->init(regs, platform.timer_hz);
	if (platform.reset) {
		regs[0] = arch_map_device(platform.reset_regs[0]);
		platform.reset->init(regs);
	}
}

/* The end of the highest RAM that belongs to a cell. */
static uint32_t ram_end(void)
{
	uint32_t end = 0;

	for (unsigned int i = 0; i < nr_cells; i++) {
		const struct cell_desc *desc = &cell_descs[i];

		for (unsigned int m = 0; m < desc->nr_maps; m++)
			if (!(desc->maps[m].attr & MAP_DEVICE))
				end = MAX(end, desc->maps[m].pa + desc->maps[m].size);
	}
	return end;
}

/*
 * If the board had less RAM than its description says, cells would fault or lose what
 * they write.
 */
static void ram_check(void)
{
	uint32_t last = ram_end() - sizeof(uint32_t);

	panic_if_no_ram(last);
	if (!arch_ram_keeps(last))
		panic(PANIC_RAM, last);
	panic_if_no_ram(0);
}

static void objects_init(void)
{
	for (uint16_t i = 0; i < nr_cells; i++)
		cell_create(i);
	for (uint16_t i = 0; i < nr_virqs; i++)
		virq_create(i);
	for (uint16_t i = 0; i < nr_timers; i++)
		timer_create(i);
}

static void cells_start(void)
{
	for (uint16_t i = 0; i < nr_cells; i++)
		if (cell_descs[i].start_at_boot)
			cell_start(&cells[i]);
}

/**
 * boot - called by head.S, which goes on with the first schedule()
 */
RARE_PATH void boot(void)
{
	/* Scheduler first: objects enter its queues. A panic does not need it. */
	percpus[0].current = &nobody;
	sched_init(&percpus[0]);
	/* Devices before objects: creating a vIRQ masks its physical interrupt. */
	devices_init();
	panic_report();
	ram_check();
	clock_init(platform.timer_hz);
	objects_init();
	irq_init();
	/* Print before the cells start: from then on the serial line may belong to one. */
	if (IS_ENABLED(CONFIG_BOOT_SHEET))
		fact_sheet();
	cells_start();
}
