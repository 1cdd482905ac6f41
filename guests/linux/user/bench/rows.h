/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The rows of the benchmark: ROW(name, operations between its two marks). So
 * many that a row takes some million instructions at most, and seldom meets more than
 * one tick of the timer. Included by main.c and marks.S, which expand ROW each in their own
 * way. A row NAME_alone is what belongs to an operation of NAME and is no part of the figure: of
 * switches, what one process does without them; of protection faults, the signal. Who evaluates
 * NAME subtracts it, less what it has of its own to be subtracted.
 */
ROW(null, 10000)
ROW(read, 5000)
ROW(write, 5000)
ROW(stat, 1000)
ROW(fstat, 2000)
ROW(open_close, 1000)
ROW(select_10, 1000)
ROW(select_100, 200)
ROW(select_tcp_10, 1000)
ROW(select_tcp_100, 200)
ROW(sig_install, 5000)
ROW(sig_handler, 1000)
ROW(prot_signal, 1000)
ROW(prot_fault, 1000)
ROW(prot_fault_alone, 1000)
ROW(prot_fault_alone_alone, 1000)
ROW(page_fault, 1000)
ROW(mmap, 250)
ROW(pipe, 500)
ROW(unix, 400)
ROW(semaphore, 500)
ROW(ctx_2p_0k, 1000)
ROW(ctx_2p_0k_alone, 1000)
ROW(ctx_8p_0k, 1000)
ROW(ctx_8p_0k_alone, 1000)
ROW(ctx_2p_16k, 100)
ROW(ctx_2p_16k_alone, 100)
ROW(ctx_16p_0k, 960)
ROW(ctx_16p_0k_alone, 960)
ROW(ctx_32p_0k, 960)
ROW(ctx_32p_0k_alone, 960)
ROW(ctx_64p_0k, 960)
ROW(ctx_64p_0k_alone, 960)
ROW(ctx_128p_0k, 1280)
ROW(ctx_128p_0k_alone, 1280)
ROW(fork, 30)
ROW(exec, 10)
ROW(sh, 5)
ROW(tcp, 1024)
ROW(udp, 1024)
