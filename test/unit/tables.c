/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The tables that the system compiler would write for the system described in
 * tables.h. They are const for the microvisor; here they have a second name
 * under which a test may change them before it boots.
 */
#include "tables.h"

#include "machine.h"

#include <core/cell.h>
#include <core/channel.h>
#include <core/percpu.h>
#include <core/timer.h>
#include <core/vcpu.h>
#include <core/virq.h>
#include <string.h>

const char product_name[] = "Unit test";
const uint16_t nr_cells = NR_CELLS, nr_vcpus = NR_VCPUS, nr_virqs = NR_VIRQS;
const uint16_t nr_channels = NR_CHANNELS, nr_timers = NR_TIMERS, nr_irqs = NR_IRQS;
uint16_t edit_log_cell = CELL_MONITOR, edit_log_virq = VIRQ_FAULTS;

struct cell cells[NR_CELLS];
struct vcpu vcpus[NR_VCPUS];
struct virq virqs[NR_VIRQS];
struct channel channels[NR_CHANNELS];
struct timer timers[NR_TIMERS];

static uint8_t pages[NR_VCPUS][MV_PAGE_SIZE] __attribute__((aligned(MV_PAGE_SIZE)));

#define PAGE(v) (struct mv_vcpu_page *)pages[v]
struct mv_vcpu_page *const vcpu_pages[NR_VCPUS] = {
	PAGE(0), PAGE(1), PAGE(2), PAGE(3), PAGE(4), PAGE(5), PAGE(6),
};

struct platform_desc edit_platform = {
	.board = "test-machine",
	.irqchip = &machine_irqchip,
	.timer = &machine_timer,
	.serial = &machine_serial,
	.reset = &machine_reset,
	.irqchip_regs = { 0x1000, 0x2000 },
	.timer_regs = { 0x3000, 0x4000 },
	.serial_regs = { 0x5000 },
	.reset_regs = { 0x6000 },
	.timer_hz = 100000000,
	.serial_hz = 24000000,
	.timer_irq = IRQ_TIMER,
	.ram_base = 0x60000000,
	.ram_size = 0x10000000,
	.free_base = 0x60400000,
	.free_size = 0x0fc00000,
};

/* Words that differ, so that a wrong place shows. */
#define WORD4(n)   (n) * 0x9e3779b1u, (n) + 0x51ed270bu, ~(n), (n)*3
#define WORD16(n)  WORD4(n), WORD4((n) + 1), WORD4((n) + 2), WORD4((n) + 3)
#define WORD64(n)  WORD16(n), WORD16((n) + 4), WORD16((n) + 8), WORD16((n) + 12)
#define WORD256(n) WORD64(n), WORD64((n) + 16), WORD64((n) + 32), WORD64((n) + 48)
const uint32_t pristine[] = {
	WORD256(1),   WORD256(101), WORD256(201), WORD256(301),
	WORD256(401), WORD256(501), WORD256(601), WORD256(701),
};

#define MAPS(cell)                                                                                 \
	(const struct map_desc[])                                                                  \
	{                                                                                          \
		{ CELL_BASE(cell), 0, MV_PAGE_SIZE, MAP_READ | MAP_EXEC },                         \
			{ CELL_CONST(cell), 0, MV_PAGE_SIZE, MAP_READ },                           \
			{ CELL_DATA(cell), 0, CELL_DATA_SIZE, MAP_READ | MAP_WRITE },              \
			{ CELL_DEVICE(cell), 0, MV_PAGE_SIZE, MAP_READ | MAP_WRITE | MAP_DEVICE }, \
	}

static const struct load_desc small_loads[][2] = {
#define LOADS(cell)                                              \
	[cell] = { { pristine, CELL_BASE(cell), IMAGE_TEXT, 0 }, \
		   { pristine, CELL_DATA(cell), IMAGE_DATA, IMAGE_ZERO } }
	LOADS(CELL_CONSOLE), LOADS(CELL_MONITOR), LOADS(CELL_ALPHA),
	LOADS(CELL_BETA),    LOADS(CELL_ROGUE),
};

static const struct load_desc spare_loads[] = {
	{ pristine, CELL_BASE(CELL_SPARE), SPARE_TEXT, 0 },
	{ NULL, CELL_CONST(CELL_SPARE), 0, 0 },
	{ pristine, CELL_DATA(CELL_SPARE), SPARE_DATA, SPARE_ZERO },
	{ NULL, CELL_DATA(CELL_SPARE) + 0x4000, 0, 64 },
};

#define VIRQ_RIGHTS       MV_RIGHT_VIRQ_FETCH
#define DEVICE_RIGHTS     (MV_RIGHT_VIRQ_FETCH | MV_RIGHT_VIRQ_ACK)
#define BOTH_WAYS         (MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV)
#define CELL_RIGHTS       (MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL)
#define VCPU_RIGHTS       (MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY)
#define END(channel, end) ((channel)*2 + (end))

static const struct cap console_caps[NR_CONSOLE_CAPS] = {
	[CAP_SELF] = { MV_CAP_CELL, CELL_RIGHTS, CELL_CONSOLE },
	[CAP_VCPU_0] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_CONSOLE },
	[CONSOLE_POKE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_CONSOLE) },
	[CONSOLE_UART] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_UART },
	[CONSOLE_LINE] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_LINE, 0) },
	[CONSOLE_LINE_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_CONSOLE_LINE },
	[CONSOLE_GONG] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_GONG },
	[CONSOLE_JUNK] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_JUNK, 0) },
};

static const struct cap monitor_caps[NR_MONITOR_CAPS] = {
	[CAP_SELF] = { MV_CAP_CELL, CELL_RIGHTS, CELL_MONITOR },
	[CAP_VCPU_0] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_MONITOR },
	[MONITOR_POKE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_MONITOR) },
	[MONITOR_TIMER] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, TIMER_MONITOR },
	[MONITOR_TIMER_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_MONITOR_TIMER },
	[MONITOR_LOG] = { MV_CAP_LOG, MV_RIGHT_LOG_READ, 0 },
	[MONITOR_FAULTS] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_FAULTS },
	[MONITOR_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_MONITOR },
	[MONITOR_SYSTEM] = { MV_CAP_SYSTEM, MV_RIGHT_SYSTEM_RESET | MV_RIGHT_SYSTEM_CHECK, 0 },
	[MONITOR_ALPHA] = { MV_CAP_CELL, CELL_RIGHTS, CELL_ALPHA },
	[MONITOR_BETA] = { MV_CAP_CELL, CELL_RIGHTS, CELL_BETA },
	[MONITOR_ROGUE] = { MV_CAP_CELL, CELL_RIGHTS, CELL_ROGUE },
	[MONITOR_SPARE] = { MV_CAP_CELL, CELL_RIGHTS, CELL_SPARE },
	[MONITOR_SPARE_VCPU] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_SPARE },
};

static const struct cap alpha_caps[NR_ALPHA_CAPS] = {
	[CAP_SELF] = { MV_CAP_CELL, CELL_RIGHTS, CELL_ALPHA },
	[CAP_VCPU_0] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_ALPHA },
	[ALPHA_VCPU_1] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_ALPHA_1 },
	[ALPHA_POKE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_ALPHA) },
	[ALPHA_POKE_1] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_ALPHA_1) },
	[ALPHA_TIMER] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, TIMER_ALPHA },
	[ALPHA_TIMER_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_TIMER },
	[ALPHA_TIMER_1] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, TIMER_ALPHA_1 },
	[ALPHA_TIMER_1_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_1_TIMER },
	[ALPHA_WORK] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_WORK, 0) },
	[ALPHA_WORK_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_WORK },
	[ALPHA_LINE] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_LINE, 1) },
	[ALPHA_LINE_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_LINE },
	[ALPHA_BIG] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_BIG, 0) },
	[ALPHA_SPARE] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_SPARE, 0) },
	[ALPHA_SPARE_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_SPARE },
	[ALPHA_DEVICE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_DEVICE },
	[ALPHA_ALARM] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALARM },
	[ALPHA_GONG] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_GONG },
	[ALPHA_BELL] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_BELL },
	[ALPHA_LEVEL] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_LEVEL },
	[ALPHA_SPARE_BELL] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_SPARE_BELL },
	[ALPHA_SPARE_LEVEL] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_SPARE_LEVEL },
	[ALPHA_TIMER_2] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, TIMER_ALPHA_2 },
	[ALPHA_TIMER_2_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_ALPHA_TIMER_2 },
};

static const struct cap beta_caps[NR_BETA_CAPS] = {
	[CAP_SELF] = { MV_CAP_CELL, CELL_RIGHTS, CELL_BETA },
	[CAP_VCPU_0] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_BETA },
	[BETA_POKE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_BETA) },
	[BETA_TIMER] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, TIMER_BETA },
	[BETA_TIMER_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_BETA_TIMER },
	[BETA_WORK] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_WORK, 1) },
	[BETA_WORK_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_BETA_WORK },
	[BETA_BIG] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_BIG, 1) },
	[BETA_BELL] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_BELL },
	[BETA_LEVEL] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_LEVEL },
	[BETA_ALARM] = { MV_CAP_SOURCE, MV_RIGHT_SOURCE_RAISE, VIRQ_ALARM },
};

static const struct cap rogue_caps[NR_ROGUE_CAPS] = {
	[ROGUE_SELF] = { MV_CAP_CELL, 0, CELL_ROGUE },
	[ROGUE_VCPU] = { MV_CAP_VCPU, 0, VCPU_ROGUE },
	[ROGUE_POKE] = { MV_CAP_VIRQ, 0, VIRQ_POKE(VCPU_ROGUE) },
	[ROGUE_SOURCE] = { MV_CAP_SOURCE, 0, VIRQ_BELL },
	[ROGUE_LEVEL] = { MV_CAP_SOURCE, 0, VIRQ_LEVEL },
	[ROGUE_CHANNEL] = { MV_CAP_CHANNEL, 0, END(CHANNEL_JUNK, 1) },
	[ROGUE_TIMER] = { MV_CAP_TIMER, 0, TIMER_ROGUE },
	[ROGUE_LOG] = { MV_CAP_LOG, 0, 0 },
	[ROGUE_SYSTEM] = { MV_CAP_SYSTEM, 0, 0 },
};

static const struct cap spare_caps[NR_SPARE_CAPS] = {
	[CAP_SELF] = { MV_CAP_CELL, CELL_RIGHTS, CELL_SPARE },
	[CAP_VCPU_0] = { MV_CAP_VCPU, VCPU_RIGHTS, VCPU_SPARE },
	[SPARE_POKE] = { MV_CAP_VIRQ, DEVICE_RIGHTS, VIRQ_POKE(VCPU_SPARE) },
	[SPARE_BELL] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_SPARE_BELL },
	[SPARE_LINE] = { MV_CAP_CHANNEL, BOTH_WAYS, END(CHANNEL_SPARE, 1) },
	[SPARE_LINE_VIRQ] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_SPARE_LINE },
	[SPARE_LEVEL] = { MV_CAP_VIRQ, VIRQ_RIGHTS, VIRQ_SPARE_LEVEL },
};

#define CELL(index, caps_, nr_caps_, nr_maps_, monitor_)                                          \
	.caps = (caps_), .nr_caps = (nr_caps_), .nr_maps = (nr_maps_), .entry = CELL_BASE(index), \
	.stack = CELL_STACK(index), .monitor_virq = (monitor_), .vtlb = MV_NONE
#define SMALL(index) .loads = small_loads[index], .nr_loads = 2

struct cell_desc edit_cells[NR_CELLS] = {
	[CELL_CONSOLE] = { CELL(CELL_CONSOLE, console_caps, NR_CONSOLE_CAPS, 4, MV_NONE),
			   SMALL(CELL_CONSOLE), .name = "console", .maps = MAPS(CELL_CONSOLE),
			   .first_vcpu = VCPU_CONSOLE, .nr_vcpus = 1, .floor = 200, .ceiling = 200,
			   .policy = POLICY_HALT, .start_at_boot = 1 },
	[CELL_MONITOR] = { CELL(CELL_MONITOR, monitor_caps, NR_MONITOR_CAPS, 3, MV_NONE),
			   SMALL(CELL_MONITOR), .name = "monitor", .maps = MAPS(CELL_MONITOR),
			   .first_vcpu = VCPU_MONITOR, .nr_vcpus = 1, .floor = 190, .ceiling = 190,
			   .policy = POLICY_RESTART, .start_at_boot = 1 },
	[CELL_ALPHA] = { CELL(CELL_ALPHA, alpha_caps, NR_ALPHA_CAPS, 4, MV_NONE), SMALL(CELL_ALPHA),
			 .name = "alpha", .maps = MAPS(CELL_ALPHA), .first_vcpu = VCPU_ALPHA,
			 .nr_vcpus = 2, .floor = 50, .ceiling = 120, .policy = POLICY_RESTART,
			 .restart_limit = 3, .start_at_boot = 1 },
	[CELL_BETA] = { CELL(CELL_BETA, beta_caps, NR_BETA_CAPS, 3, MV_NONE), SMALL(CELL_BETA),
			.name = "beta", .maps = MAPS(CELL_BETA), .first_vcpu = VCPU_BETA,
			.nr_vcpus = 1, .floor = 100, .ceiling = 100, .policy = POLICY_RESTART,
			.start_at_boot = 1 },
	[CELL_ROGUE] = { CELL(CELL_ROGUE, rogue_caps, NR_ROGUE_CAPS, 3, VIRQ_MONITOR),
			 SMALL(CELL_ROGUE), .name = "rogue", .maps = MAPS(CELL_ROGUE),
			 .first_vcpu = VCPU_ROGUE, .nr_vcpus = 1, .floor = 60, .ceiling = 60,
			 .policy = POLICY_MONITOR, .start_at_boot = 1 },
	[CELL_SPARE] = { CELL(CELL_SPARE, spare_caps, NR_SPARE_CAPS, 3, MV_NONE),
			 .loads = spare_loads, .nr_loads = 4, .name = "spare",
			 .maps = MAPS(CELL_SPARE), .first_vcpu = VCPU_SPARE, .nr_vcpus = 1,
			 .floor = 40, .ceiling = 40, .policy = POLICY_HALT },
};

struct vcpu_desc edit_vcpus[NR_VCPUS] = {
	[VCPU_CONSOLE] = { CELL_CONSOLE, 0, 200, 0 }, [VCPU_MONITOR] = { CELL_MONITOR, 0, 190, 0 },
	[VCPU_ALPHA] = { CELL_ALPHA, 0, 100, 0 },     [VCPU_ALPHA_1] = { CELL_ALPHA, 1, 100, 0 },
	[VCPU_BETA] = { CELL_BETA, 0, 100, 0 },       [VCPU_ROGUE] = { CELL_ROGUE, 0, 60, 0 },
	[VCPU_SPARE] = { CELL_SPARE, 0, 40, 0 },
};

#define POKE(v) [VIRQ_POKE(v)] = { v, IRQ_POKE(v), POKE_LINE, 0 }
const struct virq_desc virq_descs[NR_VIRQS] = {
	POKE(VCPU_CONSOLE),
	POKE(VCPU_MONITOR),
	POKE(VCPU_ALPHA),
	POKE(VCPU_ALPHA_1),
	POKE(VCPU_BETA),
	POKE(VCPU_ROGUE),
	POKE(VCPU_SPARE),
	[VIRQ_UART] = { VCPU_CONSOLE, IRQ_UART, 0, 0 },
	[VIRQ_CONSOLE_LINE] = { VCPU_CONSOLE, MV_NONE, 1, 0 },
	[VIRQ_GONG] = { VCPU_CONSOLE, MV_NONE, 2, 0 },
	[VIRQ_FAULTS] = { VCPU_MONITOR, MV_NONE, 0, 0 },
	[VIRQ_MONITOR] = { VCPU_MONITOR, MV_NONE, 1, 0 },
	[VIRQ_MONITOR_TIMER] = { VCPU_MONITOR, MV_NONE, 2, 0 },
	[VIRQ_ALPHA_TIMER] = { VCPU_ALPHA, MV_NONE, 0, 0 },
	[VIRQ_ALPHA_WORK] = { VCPU_ALPHA, MV_NONE, 1, 0 },
	[VIRQ_ALPHA_LINE] = { VCPU_ALPHA, MV_NONE, 2, 0 },
	[VIRQ_ALPHA_SPARE] = { VCPU_ALPHA, MV_NONE, 3, 0 },
	[VIRQ_DEVICE] = { VCPU_ALPHA, IRQ_DEVICE, 4, 0 },
	[VIRQ_ALARM] = { VCPU_ALPHA, MV_NONE, 5, 0 },
	[VIRQ_ALPHA_TIMER_2] = { VCPU_ALPHA, MV_NONE, 6, 0 },
	[VIRQ_ALPHA_1_TIMER] = { VCPU_ALPHA_1, MV_NONE, 0, 0 },
	[VIRQ_BETA_TIMER] = { VCPU_BETA, MV_NONE, 0, 0 },
	[VIRQ_BETA_WORK] = { VCPU_BETA, MV_NONE, 1, 0 },
	[VIRQ_BELL] = { VCPU_BETA, MV_NONE, 2, 0 },
	[VIRQ_LEVEL] = { VCPU_BETA, MV_NONE, 3, 1 },
	[VIRQ_SPARE_BELL] = { VCPU_SPARE, MV_NONE, 0, 0 },
	[VIRQ_SPARE_LINE] = { VCPU_SPARE, MV_NONE, 1, 0 },
	[VIRQ_SPARE_LEVEL] = { VCPU_SPARE, MV_NONE, 2, 1 },
};

#define SLOT(size) (32 + ROUND_UP(size, 32))
static uint8_t work_fifos[2][SLOT(64) * 3] __attribute__((aligned(32)));
static uint8_t line_fifos[2][SLOT(128) * 4] __attribute__((aligned(32)));
static uint8_t big_fifos[2][SLOT(4096) * 1] __attribute__((aligned(32)));
static uint8_t spare_fifos[2][SLOT(32) * 2] __attribute__((aligned(32)));
static uint8_t junk_fifos[2][SLOT(8) * 1] __attribute__((aligned(32)));
#define FIFOS(name)                  \
	{                            \
		(name)[0], (name)[1] \
	}

struct channel_desc edit_channels[NR_CHANNELS] = {
	[CHANNEL_WORK] = { "work",
			   FIFOS(work_fifos),
			   { &cells[CELL_ALPHA], &cells[CELL_BETA] },
			   { VIRQ_ALPHA_WORK, VIRQ_BETA_WORK },
			   64,
			   3,
			   SLOT(64) },
	[CHANNEL_LINE] = { "line",
			   FIFOS(line_fifos),
			   { &cells[CELL_CONSOLE], &cells[CELL_ALPHA] },
			   { VIRQ_CONSOLE_LINE, VIRQ_ALPHA_LINE },
			   128,
			   4,
			   SLOT(128) },
	[CHANNEL_BIG] = { "big",
			  FIFOS(big_fifos),
			  { &cells[CELL_ALPHA], &cells[CELL_BETA] },
			  { MV_NONE, MV_NONE },
			  4096,
			  1,
			  SLOT(4096) },
	[CHANNEL_SPARE] = { "spare",
			    FIFOS(spare_fifos),
			    { &cells[CELL_ALPHA], &cells[CELL_SPARE] },
			    { VIRQ_ALPHA_SPARE, VIRQ_SPARE_LINE },
			    32,
			    2,
			    SLOT(32) },
	[CHANNEL_JUNK] = { "junk",
			   FIFOS(junk_fifos),
			   { &cells[CELL_CONSOLE], &cells[CELL_ROGUE] },
			   { MV_NONE, MV_NONE },
			   8,
			   1,
			   SLOT(8) },
};

const struct timer_desc timer_descs[NR_TIMERS] = {
	[TIMER_MONITOR] = { VIRQ_MONITOR_TIMER }, [TIMER_ALPHA] = { VIRQ_ALPHA_TIMER },
	[TIMER_ALPHA_1] = { VIRQ_ALPHA_1_TIMER }, [TIMER_ALPHA_2] = { VIRQ_ALPHA_TIMER_2 },
	[TIMER_BETA] = { VIRQ_BETA_TIMER },       [TIMER_ROGUE] = { VIRQ_POKE(VCPU_ROGUE) },
};

/* Filled by tables_reset(): most interrupts belong to nobody. */
struct irq_route edit_routes[NR_IRQS];

static void routes_reset(void)
{
	for (unsigned int irq = 0; irq < NR_IRQS; irq++)
		edit_routes[irq] = (struct irq_route){ MV_NONE, IRQ_UNROUTED };
	for (unsigned int v = 0; v < NR_VCPUS; v++)
		edit_routes[IRQ_POKE(v)] = (struct irq_route){ VIRQ_POKE(v), IRQ_EDGE };
	edit_routes[IRQ_UART] = (struct irq_route){ VIRQ_UART, IRQ_LEVEL };
	edit_routes[IRQ_DEVICE] = (struct irq_route){ VIRQ_DEVICE, IRQ_EDGE };
}

void tables_reset(void)
{
	memset(cells, 0, sizeof(cells));
	memset(vcpus, 0, sizeof(vcpus));
	memset(virqs, 0, sizeof(virqs));
	memset(channels, 0, sizeof(channels));
	memset(timers, 0, sizeof(timers));
	memset(pages, 0, sizeof(pages));
	memset(&percpus[0], 0, sizeof(percpus[0]));
	routes_reset();
}
