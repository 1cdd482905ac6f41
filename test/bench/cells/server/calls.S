/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The measured hypercalls of the server and where its upcalls arrive: one place
 * for each kind of vIRQ.
 */
#include <measured.inc>

	measured wait, MV_CALL_VCPU_WAIT
	measured fetch, MV_CALL_VIRQ_FETCH
	measured ack, MV_CALL_VIRQ_ACK
	measured b_yield, MV_CALL_VCPU_YIELD
	measured set_priority, MV_CALL_VCPU_SET_PRIORITY
	measured timer_set_b, MV_CALL_TIMER_SET

	measured take0, MV_CALL_CHANNEL_RECEIVE
	measured take1, MV_CALL_CHANNEL_RECEIVE
	measured take2, MV_CALL_CHANNEL_RECEIVE
	measured take3, MV_CALL_CHANNEL_RECEIVE
	measured receive0, MV_CALL_CHANNEL_RECEIVE
	measured receive1, MV_CALL_CHANNEL_RECEIVE
	measured receive2, MV_CALL_CHANNEL_RECEIVE
	measured receive3, MV_CALL_CHANNEL_RECEIVE

	upcall	signal
	upcall	timer
	upcall	idle
	upcall	device
	upcall	serial
	upcall	monitor
