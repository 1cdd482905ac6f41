#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# Runs the system compiler's tests and prints how much of it they execute.
# O= is the output folder; an HTML report is written to it.
set -eu
cd "$(dirname "$0")/../.."
out=${O:-build}/syscc-test/coverage
rm -rf "$out"
/usr/bin/python3 -m pytest -q -p no:cacheprovider --coverage test/syscc
gcovr --root . --filter scripts/syscc/ --print-summary --html-details "$out/report.html" "$out"
