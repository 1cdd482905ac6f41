#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Prints what each of the configurations given as arguments is, from its line `## what it is`,
# in a column behind the longest name. For make help and make help-tests.

for file; do
	printf '%s|%s\n' "${file##*/}" "$(sed -n 's/^## //p' "$file")"
done | awk -F '|' '
	{ name[NR] = $1; text[NR] = $2; if (length($1) > width) width = length($1) }
	END { for (i = 1; i <= NR; i++) printf "  %-" width "s  %s\n", name[i], text[i] }'
