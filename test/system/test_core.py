# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: The Mullion authors
"""The judge's checks (test/cells/judge), each as a test of its own: what the
microvisor promises, and what happens to cells that try to break it."""

import pytest

from checks import checks_of

CHECKS = checks_of("judge")


@pytest.mark.parametrize("check,sentence", CHECKS, ids=[check for check, _ in CHECKS])
def test_check(core, check, sentence):
    """SYS002: each of the judge's checks holds."""
    passed, reasons = core.results.get(check, (False, f"it was not made:\n{core.tail}"))
    assert passed, f"{check} {sentence}: {reasons}"


def test_sys001_all_checks_are_known(core):
    """SYS001: the judge makes no check that its tables do not name, and all of those."""
    assert set(core.results) == {check for check, _ in CHECKS}
    assert len(CHECKS) >= 130
