# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""Floating point, thread IDs and cache maintenance: the checks of test/cells/fp,
which several cells make at once, each as a test of its own; and processors
without floating point."""

import pytest

from checks import checks_of, results_in
from machine import BOARDS, DETERMINISTIC, Machine, build

CHECKS = checks_of("fp")
VARIANTS = {"plain": "CONFIG_DEBUG_CHECKS=n", "checked": "",
            "lean": "CONFIG_DEBUG_CHECKS=n CONFIG_OPT_SIZE=y CONFIG_LTO=n CONFIG_TIME_SLICE_US=170"}
WITHOUT = "-global cortex-a9-arm-cpu.vfp=off -global cortex-a9-arm-cpu.neon=off"


@pytest.fixture(scope="module", params=[(board, variant) for board in BOARDS
                                        for variant in VARIANTS],
                ids=lambda param: "-".join(param))
def text(request):
    """The whole output of a run."""
    board, variant = request.param
    out = build(board, f"fp-{variant}", "test-fp_defconfig", VARIANTS[variant])
    with Machine(out) as machine:
        printed = machine.until("judge: the end", "PANIC", "fault of")
        return printed if printed.endswith("end") else printed + machine.until("\n")


@pytest.mark.parametrize("check,sentence", CHECKS, ids=[check for check, _ in CHECKS])
def test_check(text, check, sentence):
    """SYS202: each check of floating point holds."""
    passed, reasons = results_in(text).get(check, (False, f"it was not made:\n{text[-2000:]}"))
    assert passed, f"{check} {sentence}: {reasons}"


def test_sys200_all_checks_are_known(text):
    """SYS200: the judge makes no check that its tables do not name, and all of those."""
    assert set(results_in(text)) == {check for check, _ in CHECKS}
    assert len(CHECKS) >= 20


def test_sys201_processor_without_floating_point():
    """SYS201: where the processor has no floating point, its instructions are undefined and all
    else goes on."""
    out = build("vexpress-a9", "core-plain", "test-core_defconfig",
                "CONFIG_DEBUG_CHECKS=n CONFIG_TRACE=n")
    with Machine(out, f"{DETERMINISTIC} {WITHOUT}") as machine:
        results = results_in(machine.until("judge: waiting for a letter", "PANIC"))
        assert machine.registers()["CPACR"] == 0
    assert results["INS06"][0], results["INS06"][1]
    assert not [check for check, (passed, _) in results.items() if not passed]
    assert set(results) == {check for check, _ in checks_of("judge")}
