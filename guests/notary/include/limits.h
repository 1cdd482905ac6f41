/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The limits of the compiler's types that the library for the MAC needs.
 */
#ifndef LIMITS_H
#define LIMITS_H

#define ULONG_MAX (__LONG_MAX__ * 2ul + 1)

#endif
