#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# FUZ10 A short run of the fuzzer of the portable core finds nothing. For `make check`;
# SEED= chooses another one, RUNS= how long it is.
set -eu
[ "${MULLION_RUN:-}" = all ] && runs=5000 || runs=2000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! make --no-print-directory -C "$(dirname "$0")" fuzz-core O="$folder" RUNS="${RUNS:-$runs}" \
	SEED="${SEED:-1}" >"$folder/log" 2>&1; then
	tail -n 40 "$folder/log"
	mkdir -p "${O:-build}/fuzz"
	cp "$folder"/core-* "${O:-build}/fuzz/" 2>/dev/null || true
	echo "The input is in ${O:-build}/fuzz: core_fuzz FILE replays it."
	echo "0 passed, 1 failed"
	exit 1
fi
grep -E "^stat::number_of_executed_units" "$folder/log"
echo "1 passed, 0 failed"
