/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Memory-mapped registers: single accesses, which reach the bus in program order
 * because the mappings are Device memory, and a barrier that waits until they have
 * reached the device.
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include <stdint.h>

static inline uint32_t io_read(const void *base, uint32_t offset)
{
	return *(const volatile uint32_t *)((const char *)base + offset);
}

static inline void io_write(void *base, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)((char *)base + offset) = value;
}

static inline void io_complete(void)
{
	__asm__ volatile("dsb" ::: "memory");
}

#endif
