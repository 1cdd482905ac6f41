/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * For ring.c on the build machine, which is little-endian as the ring is.
 */
#ifndef RING_COMPILER_H
#define RING_COMPILER_H

#define READ_ONCE(x)         (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define le16_to_cpu(x)       (x)
#define le32_to_cpu(x)       (x)
#define le64_to_cpu(x)       (x)
#define cpu_to_le16(x)       (x)
#define cpu_to_le32(x)       (x)

#endif
