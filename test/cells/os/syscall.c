/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * System calls. Each gets the process that makes it; arguments and results are
 * in its registers. 1 is success where nothing else is said.
 */
#include "os.h"

static void call_null(struct process *p)
{
}

static void call_exit(struct process *p)
{
	process_exit(p, ENDED, p->regs.r[0]);
}

static void call_yield(struct process *p)
{
	process_choose(true);
}

static void call_self(struct process *p)
{
	p->regs.r[0] = p->number;
	p->regs.r[1] = p->parent;
}

static void call_map(struct process *p)
{
	uint32_t *r = p->regs.r, page = r[0];

	r[0] = vm_map(p, page, r[1], r[2]);
	if (r[0])
		model_map(p->number, page, r[1], r[2]);
}

static void call_unmap(struct process *p)
{
	uint32_t *r = p->regs.r, page = r[0];

	r[0] = vm_unmap(p, page, r[1], r[2] % NR_FLUSHES);
	if (r[0])
		model_unmap(p->number, page, r[1]);
}

static void call_protect(struct process *p)
{
	uint32_t *r = p->regs.r, page = r[0];

	r[0] = vm_protect(p, page, r[1], r[2], r[3] % NR_FLUSHES);
	if (r[0])
		model_protect(p->number, page, r[1], r[2]);
}

static void call_move(struct process *p)
{
	uint32_t *r = p->regs.r, from = r[0];

	r[0] = vm_move(p, from, r[1], r[2] % NR_FLUSHES);
	if (r[0])
		model_move(p->number, from, r[1]);
}

static void call_break(struct process *p)
{
	uint32_t old = p->heap, new = p->regs.r[0];

	p->regs.r[0] = new <= HEAP_PAGES;
	if (new > HEAP_PAGES)
		return;
	p->heap = new;
	if (new > old) {
		vm_map(p, old, new - old, RIGHT_READ | RIGHT_WRITE);
		model_map(p->number, old, new - old, RIGHT_READ | RIGHT_WRITE);
	} else {
		vm_unmap(p, new, old - new, FLUSH_RANGE);
		model_unmap(p->number, new, old - new);
	}
}

static void call_model(struct process *p)
{
	uint32_t page = p->regs.r[0] % NR_PAGES;

	p->regs.r[0] = model_rights(p->number, page);
	p->regs.r[1] = model_version(p->number, page);
}

static void call_note(struct process *p)
{
	model_write(p->number, p->regs.r[0] % NR_PAGES, p->regs.r[1]);
}

static void call_operation(struct process *p)
{
	p->operation = p->regs.r[0];
}

static void call_handler(struct process *p)
{
	p->handler = p->regs.r[0];
}

static void call_fail(struct process *p)
{
	wrong(p->regs.r[0], p->regs.r[1], p->regs.r[2], p->regs.r[3]);
}

static void call_check(struct process *p)
{
	check_process(p);
	check_frames();
}

static void call_send(struct process *p)
{
	uint32_t *r = p->regs.r, size = r[2];
	struct process *to = process_find(r[0]);

	if (!to || to->state == PROCESS_ZOMBIE || size > MESSAGE_MAX) {
		r[0] = 0;
	} else if (to->message_full) {
		process_block(p, to->number);
	} else {
		r[0] = vm_copy_in(to->message, r[1], size);
		to->message_full = r[0];
		to->message_size = size;
		/* It waits for itself: for its own message box. */
		process_wake(to->number);
	}
}

static void call_receive(struct process *p)
{
	uint32_t *r = p->regs.r;

	if (!p->message_full) {
		process_block(p, p->number);
	} else if (p->message_size > r[1]) {
		r[0] = 0;
	} else {
		r[0] = vm_copy_out(r[0], p->message, p->message_size) ? p->message_size : 0;
		p->message_full = !r[0];
		process_wake(p->number);
	}
}

static void call_sleep(struct process *p)
{
	process_sleep(p, p->regs.r[0]);
}

static void call_added(struct process *p)
{
	counts.added += p->regs.r[0];
}

static void call_flush(struct process *p)
{
	paging->change(p, p->regs.r[0] % NR_PAGES, 1, p->regs.r[1] % NR_FLUSHES);
}

static void call_thread(struct process *p)
{
	p->thread_id = p->regs.r[0];
	machine_thread_id(p->thread_id);
}

static void (*const calls[NR_CALLS])(struct process *p) = {
	[CALL_NULL] = call_null,       [CALL_EXIT] = call_exit,
	[CALL_FORK] = process_fork,    [CALL_WAIT] = process_wait,
	[CALL_YIELD] = call_yield,     [CALL_SELF] = call_self,
	[CALL_MAP] = call_map,         [CALL_UNMAP] = call_unmap,
	[CALL_PROTECT] = call_protect, [CALL_MOVE] = call_move,
	[CALL_BREAK] = call_break,     [CALL_MODEL] = call_model,
	[CALL_NOTE] = call_note,       [CALL_OPERATION] = call_operation,
	[CALL_HANDLER] = call_handler, [CALL_FAIL] = call_fail,
	[CALL_CHECK] = call_check,     [CALL_SEND] = call_send,
	[CALL_RECEIVE] = call_receive, [CALL_SLEEP] = call_sleep,
	[CALL_ADDED] = call_added,     [CALL_FLUSH] = call_flush,
	[CALL_THREAD] = call_thread,
};

struct regs *on_system_call(struct regs *regs)
{
	uint32_t number = regs->r[7];

	if (number >= NR_CALLS) {
		regs->r[0] = ~0u;
		return regs;
	}
	counts.calls[number]++;
	calls[number](current);
	return current->state == PROCESS_READY ? &current->regs : process_choose(true);
}
