/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * Memory-mapped registers, played by the devices of test_drivers.c. The interface is
 * that of arch/arm/include/arch/io.h.
 */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include <stdint.h>

uint32_t io_read(const void *base, uint32_t offset);
void io_write(void *base, uint32_t offset, uint32_t value);

#endif
