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
awk '
/^##@ / { group = substr($0, 5); if (!(group in seen)) { seen[group] = 1; names[++n] = group } next }
/^##: / { text[group] = text[group] "  " substr($0, 5) "\n"; next }
/^## [A-Za-z]/ {
	line = substr($0, 4); colon = index(line, ": ")
	text[group] = text[group] sprintf("  %-20s %s\n", substr(line, 1, colon - 1), substr(line, colon + 2))
}
END {
	split("Configuration|Building|Running|Looking into a build|Linux|Testing|Documents|Cleaning|Help|Settings (on the command line)", order, "|")
	for (i = 1; i in order; i++)
		show(order[i])
	for (i = 1; i <= n; i++)
		show(names[i])
}
function show(name)
{
	if (name in text)
		printf "\n%s:\n%s", name, text[name]
	delete text[name]
}' "$@"
