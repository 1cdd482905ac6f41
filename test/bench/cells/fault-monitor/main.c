/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/*
 * The same program as fault-restart, at a base of its own. An object file of its own,
 * too: two cells must not make one file at the same time.
 */
#include "../fault-restart/main.c"
