# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The judge's checks in a build with the options turned the other way: compiled
for size, one fault record, no floating point, no boot sheet, no report of faults,
no restart."""

import pytest

from checks import checks_of, results_in
from machine import BOARDS, DETERMINISTIC, Machine, build

LEAN = ("CONFIG_OPT_SIZE=y CONFIG_LTO=n CONFIG_BOOT_SHEET=n CONFIG_FAULT_PRINT=n "
        "CONFIG_FAULT_RECORDS=1 CONFIG_PANIC_RESET=n CONFIG_TRACE=n CONFIG_TIME_SLICE_US=700 "
        "CONFIG_VFP=n")


@pytest.fixture(scope="module")
def lean():
    """What was printed before the judge was told to panic, and then."""
    with Machine(build("vexpress-a9", "core-lean", "test-core_defconfig", LEAN)) as machine:
        before = machine.until("waiting for a letter")
        machine.send("c")
        crash = machine.until("waiting for a letter")
        machine.send("p")
        panic = machine.until("halted")
        machine.until("\n")
        return before, crash, panic, machine.silent(1) and not machine.ended(1)


def test_sys070_checks_hold_in_a_lean_build(lean):
    """SYS070: all checks hold, whatever the options."""
    results = results_in(lean[0])
    assert not [(check, why) for check, (passed, why) in results.items() if not passed]
    assert set(results) == {check for check, _ in checks_of("judge")}


def test_sys071_nothing_is_printed_without_being_asked(lean):
    """SYS071: without sheet and report the microvisor prints nothing of its own."""
    before, crash, _, _ = lean
    assert "Mullion" not in before and "mullion" not in before + crash
    assert "judge: restarted" in crash


def test_sys302_ram_that_is_not_there():
    """SYS302: a board with less RAM than its description says so before a cell runs."""
    for board in BOARDS:
        with Machine(build(board, "core-lean", "test-core_defconfig", LEAN), f"{DETERMINISTIC} -m 2") as machine:
            said = machine.until("halted")
            assert "PANIC 0x2004, detail 0x" in said and "judge" not in said


def test_sys072_panic_can_halt(lean):
    """SYS072: without restart a panic prints its reason and halts for good."""
    _, _, panic, silent = lean
    assert "PANIC 0x0001" in panic and "restarting" not in panic
    assert silent
