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

# products TITLE FILE...: what each is, in a column behind the longest name.
products()
{
	printf '\n%s:\n' "$1"
	shift
	for file; do
		printf '%s|%s\n' "${file##*/}" "$(sed -n 's/^## //p' "$file")"
	done | awk -F '|' '
		{ name[NR] = $1; text[NR] = $2; if (length($1) > width) width = length($1) }
		END { for (i = 1; i <= NR; i++) printf "  %-" width "s  %s\n", name[i], text[i] }'
}

own=
for file in configs/*_defconfig; do
	case ${file##*/} in
	test-* | bench-*) ;;
	*) own="$own $file" ;;
	esac
done
# shellcheck disable=SC2086 # a list of names without spaces
products "Products in configs/" $own
products "Products that only tests and benchmarks need" configs/test-*_defconfig configs/bench-*_defconfig
