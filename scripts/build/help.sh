#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Prints the help that stands in the makefiles given as arguments:
#   ##@ Group    starts or continues a group
#   ## name: x   a target and what it does
#   ##: text     a line as it is
# Groups appear in the order of the list below, then any others.

echo "Mullion, a microvisor for ARM.  First time: make demo"
awk -v FS='\t' -v width=20 '
/^##@ / { group = substr($0, 5); if (!(group in seen)) { seen[group] = 1; names[++n] = group } next }
/^##: / { text[group] = text[group] "  " substr($0, 5) "\n"; next }
/^## [A-Za-z]/ {
	line = substr($0, 4); colon = index(line, ": ")
	text[group] = text[group] substr(line, 1, colon - 1) FS substr(line, colon + 2) "\n"
	if (colon > width) width = colon
}
END {
	split("Configuration|Building|Running|Looking into a build|Linux|Testing|Documents|Cleaning|Help|Settings (on the command line)", order, "|")
	for (i = 1; i in order; i++)
		show(order[i])
	for (i = 1; i <= n; i++)
		show(names[i])
}
function show(name,   lines, nr, i, part)
{
	if (!(name in text))
		return
	printf "\n%s:\n", name
	nr = split(text[name], lines, "\n")
	for (i = 1; i < nr; i++)
		if (split(lines[i], part, FS) > 1)
			printf "  %-" width "s %s\n", part[1], part[2]
		else
			print lines[i]
	delete text[name]
}' "$@"
