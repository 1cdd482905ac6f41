# SPDX-License-Identifier: GPL-2.0-only
# SPDX-FileCopyrightText: The Mullion authors
"""Linux's own tests and stress-ng in a cell, compared with the same on the board itself."""

import functools
import os
import re
import sys

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [f"{TOP}/test/system", f"{TOP}/scripts/linux"]
import linux_run  # the path must be set first
import linux_selftests
from linux_selftests import Result
from machine import build

LIMIT = 1200
BOARD = "vexpress-a9"
GOOD = Result("pass", 3, 0, 0)
WORSE = Result("fail", 2, 1, 0)
WHY = [linux_selftests.reasons(path) for path in (linux_selftests.DIFFERENCES, linux_selftests.UNPASSED)]
SAID = """\
selftest: begin one/test -a
ok 1 first
ok 2 second # SKIP no such thing
not ok 3 third

selftest: end one/test -a: 1 at 7 s
selftest: begin other
ok so far
selftest: end other: 4 at 8 s
selftest: kernel WARNING: a line
stress: vm-rw: 0 at 9 s
stress: fork: 2 at 9 s
"""


def test_reading():
    """LIN165 What the scripts print is read: outcomes, parts, statuses, warnings of the kernel."""
    assert linux_selftests.results(SAID) == {"one/test -a": Result("fail", 1, 1, 1),
                                             "other": Result("skip", 0, 0, 0)}
    assert linux_selftests.stressors(SAID) == {"vm-rw": 0, "fork": 2}
    assert linux_selftests.warnings(SAID) == ["WARNING: a line"]
    assert linux_run.plain("linux  | selftest: begin x\r\n") == "selftest: begin x\n"


def test_comparing():
    """LIN166 A test that differs or does not pass is wrong unless it is listed, and wrong if it is and
    does not."""
    found = {"native": {"a": GOOD, "b": WORSE}, "cell": {"a": GOOD, "b": GOOD}, "smallest": {"a": GOOD, "b": WORSE}}
    compare = linux_selftests.compare
    assert compare(found, ["a"], {}, {}) == []
    assert compare(found, ["a", "b"], {}, {"b": "a reason"}) == \
        ["b (cell): fail (2 ok, 1 not ok) natively, pass (3 ok) in a cell"]
    assert "b (smallest): fail (2 ok, 1 not ok), nobody knows why" in compare(found, ["b"], {}, {})[1]
    assert "b (smallest): is the same on both sides" in compare(found, ["b"], {"b": "a reason"}, {})[0]
    del found["smallest"]
    assert compare(found, ["a", "b"], {"b": "a reason"}, {}) == []
    assert "remove it from" in compare(found, ["a"], {"a": "a reason"}, {})[0]
    assert "passes. Cure: remove it" in compare(found, ["a"], {}, {"a": "a reason"})[0]
    assert "has not run natively" in compare(found, ["c"], {}, {})[0]
    assert len(linux_selftests.compare_stress({"native": {"a": 0, "b": 0}, "cell": {"a": 3}},
                                              ["a", "b"])) == 2


def test_tables():
    """LIN167 The tables name nothing twice, and reasons only for what there is."""
    names = linux_selftests.listed("full")
    for table in names.values():
        assert len(table) == len(set(table)) > 80
    for part, quick in linux_selftests.listed("quick").items():
        assert 40 < len(quick) < len(names[part])
    for path in (linux_selftests.DIFFERENCES, linux_selftests.UNPASSED):
        why = linux_selftests.reasons(path)
        assert set(why) <= set(names["selftests"]) and all(why.values())


def test_document():
    """LIN168 The document in docs/ is of these tables."""
    with open(f"{TOP}/{linux_selftests.DOC}", encoding="utf-8") as file:
        text = file.read()
    documented = re.findall(r"^\| `(.*?)` \|", text, re.M)
    names = linux_selftests.listed("full")
    expected = [f"selftests/{name}" for name in names["selftests"]] + names["stressors"]
    assert documented == expected and "not run" not in text, "Cure: make linux-selftests SAVE=1"


SIZES = {"usual": "test-selftests_defconfig", "smallest": "test-selftests-smallest_defconfig"}


@pytest.fixture(scope="module", name="product", params=SIZES)
def fixture_product(request):
    """The product whose Linux has the tests, with two sizes of the vTLB."""
    return build(BOARD, f"test-selftests-{request.param}", SIZES[request.param])


@functools.lru_cache
def natively(script, logs):
    """What a script's quick part prints on the board itself."""
    return linux_run.run(linux_run.native_command(BOARD), f"/tests/{script}.sh quick",
                         f"{logs}/{script}-native.log", LIMIT)


def run(product, script, logs):
    """{side: text} of a script's quick part; the kernels have warned of nothing."""
    cell = linux_run.run(linux_run.cell_command(product), f"/tests/{script}.sh quick",
                         f"{logs}/{script}-cell.log", LIMIT)
    texts = {"native": natively(script, logs), "cell": cell}
    for side, text in texts.items():
        assert not linux_selftests.warnings(text), side
    return texts


@pytest.fixture(scope="module", name="logs")
def fixture_logs(tmp_path_factory):
    """Folder for what Linux prints."""
    return str(tmp_path_factory.mktemp("logs"))


def test_selftests(product, logs):
    """LIN169 Linux's own tests have the same results in a cell as natively."""
    texts = run(product, "selftests", logs)
    found = {side: linux_selftests.results(text) for side, text in texts.items()}
    names = linux_selftests.listed("quick")["selftests"]
    assert linux_selftests.compare(found, names, *WHY) == []
    assert sum(result.outcome == "pass" for result in found["cell"].values()) > len(names) / 2


def test_stress(product, logs):
    """LIN170 The stressors of stress-ng succeed in a cell and natively, verified by themselves."""
    texts = run(product, "stress", logs)
    found = {side: linux_selftests.stressors(text) for side, text in texts.items()}
    assert linux_selftests.compare_stress(found, linux_selftests.listed("quick")["stressors"]) == []
