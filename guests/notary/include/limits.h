/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * What the library for the MAC asks of the compiler's types.
 */
#ifndef LIMITS_H
#define LIMITS_H

#define ULONG_MAX (__LONG_MAX__ * 2ul + 1)

#endif
