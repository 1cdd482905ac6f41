/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: The Mullion authors */
/* Tests lean */
#include "software.h"
#include "unit.h"

TEST(lean_001, "LEAN-001", "x")
{
	assert_int_equal(running(), -1);
}
