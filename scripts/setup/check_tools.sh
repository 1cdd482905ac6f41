#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Names every missing tool or library of the given groups, with the command
# that installs it, before anything is compiled. The list with reasons is
# scripts/setup/packages.txt. `--list` prints the missing packages only, one a line
# with its reason, for setup.sh.

list=
[ "$1" = --list ] && list=1 && shift
: "${CROSS_COMPILE:=arm-none-eabi-}" "${PYTHON:=/usr/bin/python3}" "${HOSTCC:=gcc}"
table=$(dirname "$0")/packages.txt
missing=
text=

# One start of Python and of the preprocessor for all modules and headers.
has_modules()
{
	"$PYTHON" -c "import sys
from importlib.util import find_spec
sys.exit(any(find_spec(name) is None for name in sys.argv[1:]))" "$@" 2>/dev/null
}

# Without a name: whether the compiler runs at all.
has_headers()
{
	for header in "$@"; do
		case $header in
		cmocka.h)
			printf '#include <stdarg.h>\n#include <stddef.h>\n#include <setjmp.h>\n'
			printf '#include <stdint.h>\n'
			;;
		esac
		printf '#include <%s>\n' "$header"
	done | $HOSTCC -E - >/dev/null 2>&1
}

# The path may be a pattern, since it holds versions and processor names.
has_file()
{
	for path in $1; do
		[ -e "$path" ] && return
	done
	return 1
}

has()
{
	case $1 in
	command:python3) command -v "$PYTHON" >/dev/null ;;
	command:gcc) has_headers ;; # it may be behind another program, as in "ccache gcc"
	command:*) command -v "${1#*:}" >/dev/null ;;
	cross:*) command -v "$CROSS_COMPILE${1#*:}" >/dev/null ;;
	header:*) has_headers "${1#*:}" ;;
	python:*) has_modules "${1#*:}" ;;
	file:*) has_file "${1#*:}" ;;
	esac
}

rows=$(awk -F' *[|] *' -v groups=" $* " '
	/^#/ || NF < 4 { next }
	index(groups, " " $1 " ") { print $3 "|" $2 "|" $4 }' "$table")

# The fast way out: all there.
modules=$(printf '%s\n' "$rows" | sed -n 's/^python:\([^|]*\)|.*/\1/p')
headers=$(printf '%s\n' "$rows" | sed -n 's/^header:\([^|]*\)|.*/\1/p')
# shellcheck disable=SC2086 # lists of words
{ [ -z "$modules" ] || has_modules $modules; } && modules_there=1
# shellcheck disable=SC2086
{ [ -z "$headers" ] || has_headers $headers; } && headers_there=1

while IFS='|' read -r probe package reason; do
	case $probe in
	'') continue ;;
	python:*) [ -n "$modules_there" ] && continue ;;
	header:*) [ -n "$headers_there" ] && continue ;;
	esac
	has "$probe" && continue
	missing="$missing $package"
	name=${probe#*:}
	[ "${probe%%:*}" = cross ] && name=$CROSS_COMPILE$name
	if [ -n "$list" ]; then
		printf '%s|%s\n' "$package" "$reason"
	else
		text="$text  $name: $reason
"
	fi
done <<EOF
$rows
EOF

[ -z "$missing" ] && exit 0
[ -n "$list" ] && exit 1
{
	echo "Missing on this machine:"
	printf '%s' "$text"
	echo "To install:"
	echo "  apt-get install$missing"
	echo "or let \`make setup\` install all that the build and the tests need."
	[ "$CROSS_COMPILE" = arm-none-eabi- ] ||
		echo "CROSS_COMPILE is '$CROSS_COMPILE': is that the compiler you want?"
} >&2
exit 1
