#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Installs the packages of the given groups of scripts/setup/packages.txt that this machine
# lacks, and says which and why. Without arguments it takes all groups. It asks nothing. It
# uses sudo when not run by root.

set -u
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- config build run demo gdb draw linux debian check

missing=$(sh scripts/setup/check_tools.sh --list "$@") && exit 0
packages=$(printf '%s\n' "$missing" | cut -d'|' -f1 | sort -u | tr '\n' ' ')

echo "Setting up: these Debian packages are missing and will be installed:"
printf '%s\n' "$missing" | sort -u | awk -F'|' '{ printf "  %-24s %s\n", $1, $2 }'

if ! command -v apt-get >/dev/null; then
	echo "setup: there is no apt-get here. Install the equivalents of: $packages" >&2
	exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "setup: only root may install packages, and there is no sudo. As root, run:" >&2
		echo "  apt-get install $packages" >&2
		exit 1
	fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_all()
{
	# shellcheck disable=SC2086 # a list of words
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends $packages >"$log" 2>&1
}

fail()
{
	cat "$log" >&2
	echo "setup: installing failed, see above. By hand: apt-get install $packages" >&2
	exit 1
}

echo "Running apt-get (this may take some minutes) ..."
# If that fails, the list of packages may be missing or old: renew it and try again.
if ! install_all; then
	$as_root apt-get update -q >"$log" 2>&1 || fail
	install_all || fail
fi

still=$(sh scripts/setup/check_tools.sh --list "$@") || {
	echo "setup: still missing after the installation:" >&2
	printf '%s\n' "$still" | awk -F'|' '{ printf "  %-24s %s\n", $1, $2 }' >&2
	exit 1
}
echo "Set up."
