# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Guest modes and the vMMU: the checks of test/cells/guest, each as a test of
its own, at the default and at the smallest size of the vTLB."""

import re

import pytest

from checks import checks_of, results_in
from machine import BOARDS, Machine, build

CHECKS = checks_of("guest")
PLAIN = "CONFIG_DEBUG_CHECKS=n"
SMALLEST = "CONFIG_VTLB_SPACES=3 CONFIG_VTLB_TABLES=8"
VARIANTS = {"checked": "", "plain": PLAIN, "smallest": SMALLEST,
            "smallest-plain": f"{PLAIN} {SMALLEST}"}
RUNS = [(board, variant) for board in BOARDS for variant in VARIANTS]


@pytest.fixture(scope="module", params=RUNS, ids=lambda param: "-".join(param))
def run(request):
    """The output of the judge of guests."""
    board, variant = request.param
    out = build(board, f"guest-{variant}", "test-guest_defconfig", VARIANTS[variant])
    with Machine(out) as machine:
        text = machine.until(" failed\n", " failed\r\n", "PANIC", "the cell is halted")
        if not text.endswith(" failed\n"):
            text += machine.until("\n")
    return text, results_in(text)


@pytest.mark.parametrize("check,sentence", CHECKS, ids=[check for check, _ in CHECKS])
def test_check(run, check, sentence):
    """SYS242: each check of the judge of guests holds."""
    text, results = run
    tail = "\n".join(text.splitlines()[-20:])
    passed, reasons = results.get(check, (False, f"it was not made:\n{tail}"))
    assert passed, f"{check} {sentence}: {reasons}"


def test_sys240_all_checks_are_known(run):
    """SYS240: the judge of guests makes all checks of its tables and no others."""
    assert set(run[1]) == {check for check, _ in CHECKS}
    assert len(CHECKS) >= 70


def test_sys241_witness_notices_nothing(run):
    """SYS241: a cell beside the guests is neither damaged nor late by a heartbeat."""
    found = re.search(r"witness: (\d+) beats, (\d+) damaged, (\d+) wrong, (\d+) missed", run[0])
    assert found, run[0][-500:]
    beats, damaged, wrong, missed = (int(number) for number in found.groups())
    assert beats > 100 and not damaged and not wrong and not missed
