/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The system that the unit tests run on, by name: cells, vCPUs, vIRQs, channels
 * and timers (tables.c), and what each cell's capabilities are called.
 *
 *   console  priority 200, owns a level-triggered device
 *   monitor  priority 190, reads the fault log, controls the others
 *   alpha    priority 100 of 50..120, two vCPUs, restarted up to 3 times
 *   beta     priority 100, restarted without limit
 *   rogue    priority 60, has one capability of each kind, all without rights
 *   spare    priority 40, started by hand, large image, halted on a fault
 */
#ifndef TEST_TABLES_H
#define TEST_TABLES_H

#include <core/tables.h>

enum {
	CELL_CONSOLE,
	CELL_MONITOR,
	CELL_ALPHA,
	CELL_BETA,
	CELL_ROGUE,
	CELL_SPARE,
	NR_CELLS
};

enum {
	VCPU_CONSOLE,
	VCPU_MONITOR,
	VCPU_ALPHA,
	VCPU_ALPHA_1,
	VCPU_BETA,
	VCPU_ROGUE,
	VCPU_SPARE,
	NR_VCPUS
};

/* Every vCPU has an edge vIRQ at line 31, from an edge-triggered interrupt. */
#define POKE_LINE    31
#define VIRQ_POKE(v) (v)
#define IRQ_POKE(v)  (64 + (v))

enum {
	VIRQ_UART = NR_VCPUS, /* console 0, physical level-triggered interrupt */
	VIRQ_CONSOLE_LINE, /* console 1: the channel with alpha */
	VIRQ_GONG, /* console 2, edge: from alpha */
	VIRQ_FAULTS, /* monitor 0: the fault log */
	VIRQ_MONITOR, /* monitor 1: a fault of rogue */
	VIRQ_MONITOR_TIMER, /* monitor 2 */
	VIRQ_ALPHA_TIMER, /* alpha 0 */
	VIRQ_ALPHA_WORK, /* alpha 1: the channel with beta */
	VIRQ_ALPHA_LINE, /* alpha 2: the channel with the console */
	VIRQ_ALPHA_SPARE, /* alpha 3: the channel with the spare cell */
	VIRQ_DEVICE, /* alpha 4, physical edge-triggered interrupt */
	VIRQ_ALARM, /* alpha 5, edge: from beta */
	VIRQ_ALPHA_TIMER_2, /* alpha 6 */
	VIRQ_ALPHA_1_TIMER, /* alpha's vCPU 1, 0 */
	VIRQ_BETA_TIMER, /* beta 0 */
	VIRQ_BETA_WORK, /* beta 1 */
	VIRQ_BELL, /* beta 2, edge: from alpha */
	VIRQ_LEVEL, /* beta 3, level: from alpha */
	VIRQ_SPARE_BELL, /* spare 0, edge: from alpha */
	VIRQ_SPARE_LINE, /* spare 1: the channel with alpha */
	VIRQ_SPARE_LEVEL, /* spare 2, level: from alpha */
	NR_VIRQS
};

enum {
	IRQ_TIMER = 27,
	IRQ_UART = 37,
	IRQ_DEVICE = 40,
	IRQ_NOBODY = 41, /* known to the board, given to no cell */
	NR_IRQS = 80
};

enum {
	CHANNEL_WORK, /* alpha, beta: 64 bytes, 3 messages */
	CHANNEL_LINE, /* console, alpha: 128 bytes, 4 messages */
	CHANNEL_BIG, /* alpha, beta: 4096 bytes, 1 message, no vIRQs */
	CHANNEL_SPARE, /* alpha, spare: 32 bytes, 2 messages */
	CHANNEL_JUNK, /* console, rogue: 8 bytes, 1 message */
	NR_CHANNELS
};

enum {
	TIMER_MONITOR,
	TIMER_ALPHA,
	TIMER_ALPHA_1,
	TIMER_ALPHA_2, /* of vCPU 0, too */
	TIMER_BETA,
	TIMER_ROGUE,
	NR_TIMERS
};

/* Capabilities: 1 is the cell itself, 2 its vCPU 0, in every cell. */
#define CAP_SELF   1
#define CAP_VCPU_0 2

enum {
	CONSOLE_POKE = 3,
	CONSOLE_UART,
	CONSOLE_LINE,
	CONSOLE_LINE_VIRQ,
	CONSOLE_GONG,
	CONSOLE_JUNK,
	NR_CONSOLE_CAPS
};

enum {
	MONITOR_POKE = 3,
	MONITOR_TIMER,
	MONITOR_TIMER_VIRQ,
	MONITOR_LOG,
	MONITOR_FAULTS,
	MONITOR_VIRQ,
	MONITOR_SYSTEM,
	MONITOR_ALPHA,
	MONITOR_BETA,
	MONITOR_ROGUE,
	MONITOR_SPARE,
	MONITOR_SPARE_VCPU,
	NR_MONITOR_CAPS
};

enum {
	ALPHA_VCPU_1 = 3,
	ALPHA_POKE,
	ALPHA_POKE_1,
	ALPHA_TIMER,
	ALPHA_TIMER_VIRQ,
	ALPHA_TIMER_1,
	ALPHA_TIMER_1_VIRQ,
	ALPHA_WORK,
	ALPHA_WORK_VIRQ,
	ALPHA_BIG,
	ALPHA_SPARE,
	ALPHA_SPARE_VIRQ,
	ALPHA_LINE, /* 15, 16: in different steps of a stop */
	ALPHA_LINE_VIRQ,
	ALPHA_DEVICE,
	ALPHA_ALARM,
	ALPHA_GONG,
	ALPHA_BELL,
	ALPHA_LEVEL,
	ALPHA_SPARE_BELL,
	ALPHA_SPARE_LEVEL,
	ALPHA_TIMER_2,
	ALPHA_TIMER_2_VIRQ,
	NR_ALPHA_CAPS
};

enum {
	BETA_POKE = 3,
	BETA_TIMER,
	BETA_TIMER_VIRQ,
	BETA_WORK,
	BETA_WORK_VIRQ,
	BETA_BIG,
	BETA_BELL,
	BETA_LEVEL,
	BETA_ALARM,
	BETA_VMMU, /* if it is a guest: guest_boot() */
	BETA_VMMU_OTHER, /* statistics of another */
	NR_BETA_CAPS
};

/* None of rogue's capabilities has a right. */
enum {
	ROGUE_SELF = 1,
	ROGUE_VCPU,
	ROGUE_POKE,
	ROGUE_SOURCE,
	ROGUE_LEVEL,
	ROGUE_CHANNEL,
	ROGUE_TIMER,
	ROGUE_LOG,
	ROGUE_SYSTEM,
	NR_ROGUE_CAPS
};

enum {
	SPARE_POKE = 3,
	SPARE_BELL,
	SPARE_LINE,
	SPARE_LINE_VIRQ,
	SPARE_LEVEL,
	NR_SPARE_CAPS
};

/*
 * Memory of a cell: a page of text (read, execute), a page of constants (read),
 * eight of data, then nothing. The same bytes are the host's, below 4 GiB.
 */
#define CELL_BASE(cell)   (0x10000000u + (cell)*0x100000u)
#define CELL_CONST(cell)  (CELL_BASE(cell) + MV_PAGE_SIZE)
#define CELL_DATA(cell)   (CELL_CONST(cell) + MV_PAGE_SIZE)
#define CELL_DATA_SIZE    (8 * MV_PAGE_SIZE)
#define CELL_END(cell)    (CELL_DATA(cell) + CELL_DATA_SIZE)
#define CELL_STACK(cell)  (CELL_END(cell) - 16)
#define CELL_DEVICE(cell) (MV_DEVICE_BASE + (cell)*MV_PAGE_SIZE)

/* What every cell is loaded with: text, then data and cleared data. */
#define IMAGE_TEXT 512
#define IMAGE_DATA 256
#define IMAGE_ZERO 768
/* And the spare cell: more than one step each. */
#define SPARE_TEXT MV_PAGE_SIZE
#define SPARE_DATA 5000
#define SPARE_ZERO 6000
#define LOAD_STEP  2048

extern const uint32_t pristine[];

/* The tables, open to change by a test before it boots. */
extern struct platform_desc edit_platform __asm__("platform");
extern struct cell_desc edit_cells[NR_CELLS] __asm__("cell_descs");
extern struct vcpu_desc edit_vcpus[NR_VCPUS] __asm__("vcpu_descs");
extern struct channel_desc edit_channels[NR_CHANNELS] __asm__("channel_descs");
extern struct irq_route edit_routes[NR_IRQS] __asm__("irq_routes");
extern uint16_t edit_log_cell __asm__("log_cell");
extern uint16_t edit_log_virq __asm__("log_virq");

/** tables_reset - all objects as the boot code finds them: clear */
void tables_reset(void);

#endif
