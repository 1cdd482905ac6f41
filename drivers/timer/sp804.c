/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * ARM SP804 dual timer: the first counter runs freely as the clock, the second
 * one is the deadline. Source: ARM DDI 0271D, chapter 3.
 *
 * The hardware counts 32 bits; the driver keeps the upper half. For that it must
 * read the counter in each of its rounds, so it never sets a deadline further away
 * than a quarter of a round.
 */
#include <arch/io.h>
#include <drivers/ops.h>

#define CLOCK            0x00
#define DEADLINE         0x20

#define LOAD             0x00
#define VALUE            0x04
#define CONTROL          0x08
#define INT_CLEAR        0x0c

#define CONTROL_ONE_SHOT 0x01
#define CONTROL_32BIT    0x02
#define CONTROL_IRQ      0x20
#define CONTROL_ENABLE   0x80

#define FARTHEST         0x40000000u

static void *timer;
static uint32_t last, rounds;

/* Stop the counter and switch it on again: a one-shot counter then starts anew. */
static void count_down(uint32_t ticks)
{
	io_write(timer, DEADLINE + CONTROL, CONTROL_32BIT | CONTROL_ONE_SHOT | CONTROL_IRQ);
	io_write(timer, DEADLINE + LOAD, ticks);
	io_write(timer, DEADLINE + CONTROL,
		 CONTROL_ENABLE | CONTROL_32BIT | CONTROL_ONE_SHOT | CONTROL_IRQ);
}

static void sp804_init(void *const regs[2], uint32_t hz)
{
	(void)hz;
	timer = regs[0];
	io_write(timer, CLOCK + CONTROL, 0);
	io_write(timer, DEADLINE + INT_CLEAR, 1);
	io_write(timer, CLOCK + LOAD, ~0u);
	io_write(timer, CLOCK + CONTROL, CONTROL_ENABLE | CONTROL_32BIT);
	count_down(FARTHEST);
}

uint64_t sp804_now(void)
{
	uint32_t count = ~io_read(timer, CLOCK + VALUE);

	if (count < last)
		rounds++;
	last = count;
	return (uint64_t)rounds << 32 | count;
}

static void sp804_set(uint64_t deadline)
{
	uint64_t now = sp804_now();
	uint64_t wait = deadline > now ? deadline - now : 1;

	count_down(wait < FARTHEST ? wait : FARTHEST);
}

static void sp804_clear(void)
{
	io_write(timer, DEADLINE + INT_CLEAR, 1);
	count_down(FARTHEST);
}

const struct timer_ops sp804_timer_ops = {
	.init = sp804_init,
	.set = sp804_set,
	.clear = sp804_clear,
};
