/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * For ring.c on the build machine: the kernel's names of types, over the headers
 * that programs see. Included in place of the kernel's own.
 */
#ifndef RING_TYPES_H
#define RING_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#define __force

#endif
