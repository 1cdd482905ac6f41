/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The boot-time tables of the product "Small".
 * Made by the system compiler from the system description: do not edit.
 */
#include <stddef.h>

#include <core/tables.h>
#include <core/cell.h>
#include <core/vcpu.h>
#include <core/virq.h>
#include <core/channel.h>
#include <core/timer.h>
#include <arch/vtlb.h>
#include <drivers/ops.h>

#define TABLE __attribute__((section(".rodata.system")))

const char product_name[] TABLE = "Small";
static const char board_name[] TABLE = "test";
static const char name_console[] TABLE = "console";
static const char name_app[] TABLE = "app";
static const char name_channel_0[] TABLE = "console:app";

/* ---- the board ---- */

extern const struct irqchip_ops gicv1_irqchip_ops;
extern const struct timer_ops a9_global_timer_ops;
extern const struct serial_ops pl011_serial_ops;
extern const struct reset_ops vexpress_reset_ops;

uint64_t platform_ticks(void)
{
	return a9_global_now();
}

const struct platform_desc platform TABLE = {
	.board = board_name,
	.irqchip = &gicv1_irqchip_ops,
	.irqchip_regs = { 0x1e001000, 0x1e000100 }, /* gic */
	.timer = &a9_global_timer_ops,
	.timer_regs = { 0x1e000200 }, /* timer */
	.serial = &pl011_serial_ops,
	.serial_regs = { 0x10009000 }, /* uart0 */
	.reset = &vexpress_reset_ops,
	.reset_regs = { 0x10000000 }, /* sysreg */
	.timer_hz = 100000000,
	.serial_hz = 24000000,
	.timer_irq = 27,
	.ram_base = 0x60000000,
	.ram_size = 0x01000000,
	.free_base = 0x60218000,
	.free_size = 0x00de8000,
};

/* ---- how many of each ---- */

const uint16_t nr_cells TABLE = 2;
const uint16_t nr_vcpus TABLE = 2;
const uint16_t nr_virqs TABLE = 5;
const uint16_t nr_channels TABLE = 1;
const uint16_t nr_timers TABLE = 2;
const uint16_t nr_irqs TABLE = 96;
const uint16_t nr_l2_tables TABLE = 8;

/* ---- environments, in the image store ---- */

#define ENVIRONMENT __attribute__((section(".images"), aligned(MV_PAGE_SIZE)))
_Static_assert(sizeof(struct mv_env) == 64, "made for this interface");
_Static_assert(sizeof(struct mv_env_entry) == 64, "made for this interface");

static const struct {
	uint32_t magic, nr_entries;
	char cell[24], product[32];
	struct mv_env_entry entries[8];
	char text[36];
	uint8_t padding[3484];
} env_console ENVIRONMENT = {
	.magic = MV_ENV_MAGIC,
	.nr_entries = 8,
	.cell = "console",
	.product = "Small",
	.entries = {
		{ .name = "cell",
		  .kind = MV_CAP_CELL, .rights = MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL, .cap = 1,
		  .size = 200 },
		{ .name = "vcpu0",
		  .kind = MV_CAP_VCPU, .rights = MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY, .cap = 2 },
		{ .name = "timer0",
		  .kind = MV_CAP_TIMER, .rights = MV_RIGHT_TIMER_SET, .cap = 3, .virq = 5, .line = 0 },
		{ .name = "app", .peer = "app",
		  .kind = MV_CAP_CHANNEL, .rights = MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV, .cap = 4, .virq = 6, .line = 1,
		  .address = 0x80, .size = 0x10 },
		{ .name = "uart0",
		  .kind = MV_ENV_DEVICE, .rights = MV_RIGHT_READ | MV_RIGHT_WRITE, .virq = 7, .line = 2,
		  .address = 0x80000000, .size = 0x1000 },
		{ .name = "uart0",
		  .kind = MV_ENV_STRING, .rights = MV_RIGHT_READ,
		  .address = 0xef010240, .size = 0x18 },
		{ .name = "heap",
		  .kind = MV_ENV_HEAP, .rights = MV_RIGHT_READ | MV_RIGHT_WRITE,
		  .address = 0x13800, .size = 0xb800 },
		{ .name = "args",
		  .kind = MV_ENV_STRING, .rights = MV_RIGHT_READ,
		  .address = 0xef010258, .size = 0xc },
	},
	.text = "arm,pl011"
		"\0" "arm,primecell"
		"\0" "say \"hello\"",
};
_Static_assert(sizeof(env_console) % MV_PAGE_SIZE == 0, "whole pages");

static const struct {
	uint32_t magic, nr_entries;
	char cell[24], product[32];
	struct mv_env_entry entries[5];
	uint8_t padding[3712];
} env_app ENVIRONMENT = {
	.magic = MV_ENV_MAGIC,
	.nr_entries = 5,
	.cell = "app",
	.product = "Small",
	.entries = {
		{ .name = "cell",
		  .kind = MV_CAP_CELL, .rights = MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL, .cap = 1,
		  .size = 100 },
		{ .name = "vcpu0",
		  .kind = MV_CAP_VCPU, .rights = MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY, .cap = 2 },
		{ .name = "timer0",
		  .kind = MV_CAP_TIMER, .rights = MV_RIGHT_TIMER_SET, .cap = 3, .virq = 5, .line = 0 },
		{ .name = "console", .peer = "console",
		  .kind = MV_CAP_CHANNEL, .rights = MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV, .cap = 4, .virq = 6, .line = 1,
		  .address = 0x80, .size = 0x10 },
		{ .name = "heap",
		  .kind = MV_ENV_HEAP, .rights = MV_RIGHT_READ | MV_RIGHT_WRITE,
		  .address = 0x12000, .size = 0x5000 },
	},
};
_Static_assert(sizeof(env_app) % MV_PAGE_SIZE == 0, "whole pages");

/* ---- cell console ---- */

static const struct cap caps_console[] TABLE = {
	[0] = { MV_CAP_NULL, 0, 0 }, /* null */
	[1] = { MV_CAP_CELL, MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL, 0 }, /* this cell */
	[2] = { MV_CAP_VCPU, MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY, 0 }, /* its vCPU 0 */
	[3] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, 0 }, /* timer0 */
	[4] = { MV_CAP_CHANNEL, MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV, 1 }, /* channel 'app' to app */
	[5] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH, 0 }, /* vIRQ of 'timer0': vCPU 0 line 0 */
	[6] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH, 1 }, /* vIRQ of 'app': vCPU 0 line 1 */
	[7] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH | MV_RIGHT_VIRQ_ACK, 2 }, /* vIRQ of 'uart0': vCPU 0 line 2 */
};

static const struct map_desc maps_console[] TABLE = {
	/* va, pa, size */
	{ 0x80000000, 0x10009000, 0x00001000, MAP_READ | MAP_WRITE | MAP_DEVICE }, /* uart0 */
	{ 0x00010000, 0x60200000, 0x00001000, MAP_READ | MAP_EXEC }, /* text */
	{ 0x00011000, 0x60201000, 0x00001000, MAP_READ }, /* constants */
	{ 0x00012000, 0x60202000, 0x0000d000, MAP_READ | MAP_WRITE }, /* data, heap */
	{ 0x00020000, 0x6020f000, 0x00001000, MAP_READ | MAP_WRITE }, /* stack */
};

extern const uint8_t image_console_0[];
extern const uint8_t image_console_1[];
extern const uint8_t image_console_2[];

static const struct load_desc loads_console[] TABLE = {
	/* source, va, copy, zero */
	{ image_console_0, 0x00010000, 0x40, 0x0 }, /* text */
	{ image_console_1, 0x00011000, 0x10, 0x0 }, /* constants */
	{ image_console_2, 0x00012000, 0x20, 0x17e0 }, /* data */
};

/* ---- cell app ---- */

static const struct cap caps_app[] TABLE = {
	[0] = { MV_CAP_NULL, 0, 0 }, /* null */
	[1] = { MV_CAP_CELL, MV_RIGHT_CELL_STATUS | MV_RIGHT_CELL_CONTROL, 1 }, /* this cell */
	[2] = { MV_CAP_VCPU, MV_RIGHT_VCPU_CONTROL | MV_RIGHT_VCPU_PRIORITY, 1 }, /* its vCPU 0 */
	[3] = { MV_CAP_TIMER, MV_RIGHT_TIMER_SET, 1 }, /* timer0 */
	[4] = { MV_CAP_CHANNEL, MV_RIGHT_CHANNEL_SEND | MV_RIGHT_CHANNEL_RECV, 0 }, /* channel 'console' to console */
	[5] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH, 3 }, /* vIRQ of 'timer0': vCPU 0 line 0 */
	[6] = { MV_CAP_VIRQ, MV_RIGHT_VIRQ_FETCH, 4 }, /* vIRQ of 'console': vCPU 0 line 1 */
};

static const struct map_desc maps_app[] TABLE = {
	/* va, pa, size */
	{ 0x00010000, 0x60210000, 0x00001000, MAP_READ | MAP_EXEC }, /* text */
	{ 0x00011000, 0x60211000, 0x00001000, MAP_READ }, /* constants */
	{ 0x00012000, 0x60212000, 0x00005000, MAP_READ | MAP_WRITE }, /* heap */
	{ 0x00018000, 0x60217000, 0x00001000, MAP_READ | MAP_WRITE }, /* stack */
};

extern const uint8_t image_app_0[];
extern const uint8_t image_app_1[];

static const struct load_desc loads_app[] TABLE = {
	/* source, va, copy, zero */
	{ image_app_0, 0x00010000, 0x40, 0x0 }, /* text */
	{ image_app_1, 0x00011000, 0x10, 0x0 }, /* constants */
};

/* ---- cells ---- */

const struct cell_desc cell_descs[] TABLE = {
	[0] = {
		.name = name_console,
		.caps = caps_console,
		.maps = maps_console,
		.loads = loads_console,
		.env = (const struct mv_env *)&env_console,
		.env_size = sizeof(env_console),
		.entry = 0x00010000,
		.stack = 0x00021000,
		.nr_caps = 8,
		.nr_maps = 5,
		.nr_loads = 3,
		.first_vcpu = 0,
		.nr_vcpus = 1,
		.monitor_virq = MV_NONE,
		.vtlb = MV_NONE,
		.floor = 200,
		.ceiling = 200,
		.policy = POLICY_HALT,
		.restart_limit = 0,
		.start_at_boot = 1,
	},
	[1] = {
		.name = name_app,
		.caps = caps_app,
		.maps = maps_app,
		.loads = loads_app,
		.env = (const struct mv_env *)&env_app,
		.env_size = sizeof(env_app),
		.entry = 0x00010000,
		.stack = 0x00019000,
		.nr_caps = 7,
		.nr_maps = 4,
		.nr_loads = 2,
		.first_vcpu = 1,
		.nr_vcpus = 1,
		.monitor_virq = MV_NONE,
		.vtlb = MV_NONE,
		.floor = 100,
		.ceiling = 100,
		.policy = POLICY_HALT,
		.restart_limit = 0,
		.start_at_boot = 1,
	},
};

const struct vcpu_desc vcpu_descs[] TABLE = {
	[0] = { .cell = 0, .local = 0, .priority = 200, .cpu = 0 }, /* console */
	[1] = { .cell = 1, .local = 0, .priority = 100, .cpu = 0 }, /* app */
};

const struct virq_desc virq_descs[] TABLE = {
	[0] = { .vcpu = 0, .irq = MV_NONE, .line = 0, .level = 0 }, /* console: timer0 */
	[1] = { .vcpu = 0, .irq = MV_NONE, .line = 1, .level = 0 }, /* console: app */
	[2] = { .vcpu = 0, .irq = 37, .line = 2, .level = 0 }, /* console: uart0 */
	[3] = { .vcpu = 1, .irq = MV_NONE, .line = 0, .level = 0 }, /* app: timer0 */
	[4] = { .vcpu = 1, .irq = MV_NONE, .line = 1, .level = 0 }, /* app: console */
};

/* FIFO n carries what end n sends. */
static uint8_t fifo_0_0[16 * 160] __attribute__((aligned(32)));
static uint8_t fifo_0_1[16 * 160] __attribute__((aligned(32)));

const struct channel_desc channel_descs[] TABLE = {
	[0] = {
		.name = name_channel_0,
		.fifo = { fifo_0_0, fifo_0_1 },
		.cell = { &cells[1], &cells[0] }, /* app, console */
		.virq = { 4, 1 },
		.message_size = 128,
		.depth = 16,
		.slot = 160,
	},
};

const struct timer_desc timer_descs[] TABLE = {
	[0] = { .virq = 0 }, /* console: timer0 */
	[1] = { .virq = 3 }, /* app: timer0 */
};

/* ---- physical interrupts ---- */

const struct irq_route irq_routes[] TABLE = {
	[0 ... 26] = { MV_NONE, IRQ_UNROUTED },
	[27] = { MV_NONE, IRQ_EDGE }, /* the microvisor's timer */
	[28 ... 36] = { MV_NONE, IRQ_UNROUTED },
	[37] = { 2, IRQ_LEVEL }, /* uart0 of console */
	[38 ... 95] = { MV_NONE, IRQ_UNROUTED },
};

const uint16_t log_cell TABLE = MV_NONE;
const uint16_t log_virq TABLE = MV_NONE;

/* ---- objects, in .bss ---- */

struct cell cells[2];
struct vcpu vcpus[2];
struct virq virqs[5];
struct channel channels[1];
struct timer timers[2];
uint8_t l1_tables[2][L1_TABLE_BYTES] __attribute__((aligned(L1_TABLE_BYTES)));
uint8_t l2_tables[8][L2_TABLE_BYTES] __attribute__((aligned(L2_TABLE_BYTES)));

/* no guests, no vTLBs */
struct vtlb vtlbs[0];
uint8_t vtlb_l1[0][CONFIG_VTLB_SPACES][L1_TABLE_BYTES] __attribute__((aligned(L1_TABLE_BYTES)));
uint8_t vtlb_l2[0][CONFIG_VTLB_TABLES][L2_TABLE_BYTES] __attribute__((aligned(L2_TABLE_BYTES)));

static union {
	struct mv_vcpu_page page;
	uint8_t bytes[MV_PAGE_SIZE];
} pages[2] __attribute__((aligned(MV_PAGE_SIZE)));

struct mv_vcpu_page *const vcpu_pages[] TABLE = {
	[0] = &pages[0].page, /* console vCPU 0 */
	[1] = &pages[1].page, /* app vCPU 0 */
};

/* ---- the tables are what they were meant to be ---- */

#define HOLDS(table, nr) \
	_Static_assert(sizeof(table) / sizeof((table)[0]) == (nr), #table)

HOLDS(cell_descs, 2);
HOLDS(vcpu_descs, 2);
HOLDS(virq_descs, 5);
HOLDS(channel_descs, 1);
HOLDS(timer_descs, 2);
HOLDS(vcpu_pages, 2);
HOLDS(irq_routes, 96);
HOLDS(caps_console, 8);
HOLDS(maps_console, 5);
HOLDS(caps_app, 7);
HOLDS(maps_app, 4);
_Static_assert(sizeof(pages[0]) == MV_PAGE_SIZE, "a page for each vCPU");
_Static_assert(MV_ABI_VERSION == 0x00010000, "made for this interface");
