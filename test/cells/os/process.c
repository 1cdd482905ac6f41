/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Processes: creation, ending, waiting, and whose turn it is. A process that
 * must wait in a system call makes the call again when it goes on.
 */
#include "os.h"

#define SVC_BYTES 4

struct process processes[MAX_PROCESSES];
struct process *current;
uint32_t ticks;

static struct process *running; /* whose space, thread ID and so on are in place */

struct process *process_find(uint32_t number)
{
	if (number - 1 >= MAX_PROCESSES || processes[number - 1].state == PROCESS_FREE)
		return NULL;
	return &processes[number - 1];
}

struct process *process_create(uint32_t parent)
{
	for (uint32_t i = 0; i < MAX_PROCESSES; i++) {
		struct process *p = &processes[i];

		if (p->state != PROCESS_FREE)
			continue;
		memset(p, 0, sizeof(*p));
		p->regs.self = (uint32_t)(uintptr_t)&p->regs;
		p->number = i + 1;
		p->parent = parent;
		p->state = PROCESS_READY;
		p->thread_id = p->number;
		model_clear(p->number);
		paging->create(p);
		return p;
	}
	return NULL;
}

static uint32_t read_thread_word(void)
{
	uint32_t word;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(word));
	return word;
}

static void write_thread_word(uint32_t word)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2" : : "r"(word));
}

void process_fork(struct process *p)
{
	struct process *child = process_create(p->number);

	if (!child) {
		p->regs.r[0] = ~0u;
		return;
	}
	memcpy(&child->regs, &p->regs, offsetof(struct regs, self));
	child->regs.r[0] = 0;
	child->handler = p->handler;
	child->operation = p->operation;
	child->thread_id = p->thread_id;
	child->thread_word = read_thread_word();
	child->heap = p->heap;
	vm_fork(child, p);
	fp_fork(child, p);
	model_copy(child->number, p->number);
	p->regs.r[0] = child->number;
}

void process_exit(struct process *p, uint32_t ending, uint32_t hash)
{
	check_process(p);
	vm_free(p);
	fp_exit(p);
	if (running == p)
		running = NULL;
	paging->destroy(p);
	p->state = PROCESS_ZOMBIE;
	p->ending = ending;
	p->hash = hash;
	process_wake(p->number);
	if (p->number == 1)
		finish();
}

void process_block(struct process *p, uint32_t number)
{
	p->regs.pc -= SVC_BYTES;
	p->state = PROCESS_BLOCKED;
	p->waits_for = number;
}

void process_wake(uint32_t number)
{
	for (uint32_t i = 0; i < MAX_PROCESSES; i++)
		if (processes[i].state == PROCESS_BLOCKED && processes[i].waits_for == number)
			processes[i].state = PROCESS_READY;
}

void process_wait(struct process *p)
{
	uint32_t *r = p->regs.r;
	struct process *child = process_find(r[0]);

	if (!child || child->parent != p->number) {
		r[0] = ~0u;
	} else if (child->state != PROCESS_ZOMBIE) {
		process_block(p, child->number);
	} else {
		r[0] = child->ending;
		r[1] = child->hash;
		child->state = PROCESS_FREE;
	}
}

void process_sleep(struct process *p, uint32_t duration)
{
	p->state = PROCESS_ASLEEP;
	p->wake = ticks + duration;
}

void process_ticked(void)
{
	ticks++;
	for (uint32_t i = 0; i < MAX_PROCESSES; i++)
		if (processes[i].state == PROCESS_ASLEEP &&
		    (int32_t)(ticks - processes[i].wake) >= 0)
			processes[i].state = PROCESS_READY;
}

static struct process *next_ready(void)
{
	uint32_t n = (uint32_t)(current - processes);

	for (uint32_t i = 0; i < MAX_PROCESSES; i++) {
		n = n + 1 == MAX_PROCESSES ? 0 : n + 1;
		if (processes[n].state == PROCESS_READY)
			return &processes[n];
	}
	return NULL;
}

static void switch_to(struct process *p)
{
	if (running)
		running->thread_word = read_thread_word();
	paging->use(p);
	machine_thread_id(p->thread_id);
	write_thread_word(p->thread_word);
	fp_switch(p);
	__asm__ volatile("clrex" : : : "memory");
	running = p;
	counts.switches++;
}

struct regs *process_choose(bool next)
{
	struct process *p = current;

	if (!current)
		p = current = processes;
	if (next || p->state != PROCESS_READY)
		while (!(p = next_ready()))
			machine_wait();
	current = p;
	if (p != running)
		switch_to(p);
	return &p->regs;
}
