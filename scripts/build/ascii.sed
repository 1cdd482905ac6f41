# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Puts a question mark in place of each byte that is no ASCII character, written as such or as
# \xHH or \OOO. kernel.mk uses it before dtc writes the types of the values as YAML, which must
# be Unicode and would end there; rule SYN-005 reports these bytes.
s/[\x80-\xff]/?/g
s/\\x[89a-fA-F][0-9a-fA-F]/?/g
s/\\[23][0-7][0-7]/?/g
