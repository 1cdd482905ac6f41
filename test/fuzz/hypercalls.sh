#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
#
# FUZ13 A run of the hypercall fuzzer in QEMU on both boards, with another seed than those of
# the system tests, finds nothing. SEED= chooses one, COUNT= how many calls it makes.
set -eu
cd "$(dirname "$0")/../.."
TEST_OUT="$(pwd)/build/fuzz-hypercalls" SEED="${SEED:-20}" COUNT="${COUNT:-50000}" \
	"${PYTHON:-/usr/bin/python3}" -m pytest -q -p no:cacheprovider \
	test/system/test_fuzz.py -k "sys050"
