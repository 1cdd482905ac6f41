/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The test OS's machine: the bare board, in privileged mode, with the real MMU,
 * a GIC, an SP804 timer and a PL011. Sources: ARM DDI 0406C, B3.10 (TLB
 * maintenance), B3.10.4 (changing ASID and table); DDI 0271 (SP804).
 */
#include "bare.h"
#include "os.h"

#define MIB  0x100000u
#define DACR 0x5u /* domains 0 and 1 */

/* Walks look into the caches, as far as the processor can. */
#define TTBR_WALK 0x48u /* inner and outer write-back, write-allocate */

#define SCTLR_ON  0x1805u /* MMU, caches, branch prediction */

extern const char bare_end[];
extern const char bare_vectors[];

/* Where the exception modes put PC, PSR and r0 before they change to SVC mode. */
uint32_t bare_scratch[3];

static volatile uint32_t *at(uint32_t address)
{
	return (volatile uint32_t *)(uintptr_t)address;
}

static uint32_t planned(uint32_t n, uint32_t missing)
{
	uint32_t word = at(PLAN)[n];

	return word ? word : missing;
}

void machine_init(struct plan *to)
{
	to->seed = planned(0, 1);
	to->count = planned(1, 2000);
	to->repeat = planned(2, 4);
	to->period = planned(3, 100);
}

static void start_timer(uint32_t microseconds)
{
	at(TIMER)[2] = 0;
	at(TIMER)[0] = microseconds;
	at(TIMER)[2] = 0xe2; /* enabled, periodic, interrupt, 32 bits */
}

static void start_gic(void)
{
	at(GIC_DIST)[0] = 1;
	at(GIC_DIST + 0x100)[TIMER_IRQ / 32] = 1u << TIMER_IRQ % 32;
	*(volatile uint8_t *)(uintptr_t)(GIC_DIST + 0x800 + TIMER_IRQ) = 1;
	*(volatile uint8_t *)(uintptr_t)(GIC_DIST + 0x400 + TIMER_IRQ) = 0;
	at(GIC_CPU)[1] = 0xff;
	at(GIC_CPU)[0] = 1;
}

void machine_start(const struct plan *p)
{
	__asm__ volatile("mcr p15, 0, %0, c12, c0, 0" : : "r"(bare_vectors)); /* VBAR */
	/* Coprocessors 10 and 11 may be used; FPEXC decides. */
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 2\n\tisb" : : "r"(0xf << 20));
	machine_fp(false);
	start_gic();
	start_timer(p->period);
}

void machine_ram(uint32_t *start, uint32_t *end)
{
	*start = (uint32_t)(uintptr_t)bare_end;
	*end = RAM_BASE + RAM_SIZE;
}

bool machine_sections(uint32_t n, uint32_t *start, uint32_t *end, bool *device)
{
	static const struct {
		uint32_t start, end;
	} stretches[] = { { RAM_BASE, RAM_BASE + RAM_SIZE },
			  { UART & ~(MIB - 1), (UART & ~(MIB - 1)) + MIB },
			  { GIC_DIST & ~(MIB - 1), (GIC_DIST & ~(MIB - 1)) + MIB } };

	if (n >= MV_ARRAY_SIZE(stretches))
		return false;
	*start = stretches[n].start;
	*end = stretches[n].end;
	*device = n != 0;
	return true;
}

void machine_put(void *context, char c)
{
	while (at(UART)[6] & 0x20)
		;
	at(UART)[0] = (uint8_t)c;
}

/* The MMU -------------------------------------------------------------------------- */

static void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

static void turn_on(void)
{
	uint32_t sctlr;

	__asm__ volatile("mcr p15, 0, %0, c2, c0, 2" : : "r"(0)); /* TTBCR */
	__asm__ volatile("mcr p15, 0, %0, c3, c0, 0" : : "r"(DACR));
	__asm__ volatile("mcr p15, 0, %0, c8, c7, 0" : : "r"(0)); /* TLBIALL */
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 0" : : "r"(0)); /* ICIALLU */
	barrier();
	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	__asm__ volatile("mcr p15, 0, %0, c1, c0, 0" : : "r"(sctlr | SCTLR_ON));
	barrier();
}

/* By way of an ASID that nobody has. */
void machine_switch(uint32_t table, uint32_t asid)
{
	static bool on;

	__asm__ volatile("dsb\n\t"
			 "mcr p15, 0, %0, c13, c0, 1\n\t"
			 "isb\n\t"
			 "mcr p15, 0, %1, c2, c0, 0\n\t"
			 "isb\n\t"
			 "mcr p15, 0, %2, c13, c0, 1\n\t"
			 "isb"
			 :
			 : "r"(0), "r"(table | TTBR_WALK), "r"(asid)
			 : "memory");
	if (!on)
		turn_on();
	on = true;
}

void machine_flush(uint32_t kind, uint32_t asid, uint32_t start, uint32_t size)
{
	__asm__ volatile("dsb" : : : "memory");
	if (kind == FLUSH_ALL)
		__asm__ volatile("mcr p15, 0, %0, c8, c7, 0" : : "r"(0));
	else if (kind == FLUSH_ASID)
		__asm__ volatile("mcr p15, 0, %0, c8, c7, 2" : : "r"(asid));
	else
		for (uint32_t va = start; va != start + size; va += PAGE_SIZE)
			__asm__ volatile("mcr p15, 0, %0, c8, c7, 1" : : "r"(va | asid));
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 6" : : "r"(0)); /* BPIALL */
	barrier();
}

static uint32_t line_bytes(void)
{
	uint32_t ctr;

	__asm__("mrc p15, 0, %0, c0, c0, 1" : "=r"(ctr));
	return 4u << (ctr >> 16 & 0xf);
}

/* To the point of unification, which table walks see. */
static void clean(uint32_t start, uint32_t size)
{
	uint32_t step = line_bytes();

	for (uint32_t a = start & ~(step - 1); a < start + size; a += step)
		__asm__ volatile("mcr p15, 0, %0, c7, c11, 1" : : "r"(a) : "memory");
	__asm__ volatile("dsb" : : : "memory");
}

void machine_written(const uint32_t *entry, uint32_t count)
{
	clean((uint32_t)(uintptr_t)entry, count * 4);
}

void machine_code(uint32_t page)
{
	clean(page, PAGE_SIZE);
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 0" : : "r"(0)); /* ICIALLU */
	barrier();
}

/* Interrupts and registers ------------------------------------------------------------ */

void machine_tick(void)
{
	uint32_t irq = at(GIC_CPU)[3];

	at(TIMER)[3] = 0;
	at(GIC_CPU)[4] = irq;
}

void machine_breathe(void)
{
	__asm__ volatile("cpsie i\n\tnop\n\tcpsid i" : : : "memory");
}

void machine_wait(void)
{
	__asm__ volatile("dsb\n\twfi" : : : "memory");
	machine_breathe();
}

void machine_thread_id(uint32_t value)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 3" : : "r"(value));
}

void machine_end(void)
{
	say("test-os: end\n");
	for (;;)
		__asm__ volatile("wfi");
}
