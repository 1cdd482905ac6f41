/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The measured hypercalls of the driver and its upcall.
 */
#include <measured.inc>

	measured null, MV_CALL_VERSION
	measured time_now, MV_CALL_TIME_NOW
	measured cell_status, MV_CALL_CELL_STATUS
	measured channel_status, MV_CALL_CHANNEL_STATUS
	measured fetch_empty, MV_CALL_VIRQ_FETCH
	measured timer_set, MV_CALL_TIMER_SET
	measured timer_cancel, MV_CALL_TIMER_CANCEL
	measured refused, MV_CALL_CELL_STATUS

	measured raise_upcall, MV_CALL_VIRQ_RAISE
	measured raise_wake, MV_CALL_VIRQ_RAISE
	measured raise_quiet, MV_CALL_VIRQ_RAISE

	measured lie0, MV_CALL_CHANNEL_SEND
	measured lie1, MV_CALL_CHANNEL_SEND
	measured lie2, MV_CALL_CHANNEL_SEND
	measured lie3, MV_CALL_CHANNEL_SEND
	measured send0, MV_CALL_CHANNEL_SEND
	measured send1, MV_CALL_CHANNEL_SEND
	measured send2, MV_CALL_CHANNEL_SEND
	measured send3, MV_CALL_CHANNEL_SEND
	measured answer0, MV_CALL_CHANNEL_RECEIVE
	measured answer1, MV_CALL_CHANNEL_RECEIVE
	measured answer2, MV_CALL_CHANNEL_RECEIVE
	measured answer3, MV_CALL_CHANNEL_RECEIVE

	measured a_yield, MV_CALL_VCPU_YIELD
	measured restart_r, MV_CALL_CELL_RESTART
	measured restart_w, MV_CALL_CELL_RESTART
	measured fault_read, MV_CALL_FAULT_READ

	upcall	a_timer

	/* void bench_seen(void): goes on after an interrupt that was waited for */
	.section .text.bench_seen, "ax"
	.global	bench_seen
	.type	bench_seen, %function
bench_seen:
	mark	seen
	bx	lr
	.size	bench_seen, . - bench_seen

	/* void bench_done(void): the end */
	.section .text.bench_done, "ax"
	.global	bench_done
	.type	bench_done, %function
bench_done:
	mark	done
	bx	lr
	.size	bench_done, . - bench_done
